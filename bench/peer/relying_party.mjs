// The smallest relying party on npm openid-client with the same flow as ours: code, PKCE, state, nonce, prompt=none,
// a verified signature, a session cookie. It remembers in memory; with a fifth word, the folder of PostgreSQL's socket, it
// keeps in a table what is under way and who is signed in, one statement each, as ours must. Nothing else of ours: no
// Brokers, no row-level security, no Customers, no encrypted ID Token, no log, no guards.
import { randomBytes } from 'node:crypto';
import http from 'node:http';

import * as client from 'openid-client';
import pg from 'pg';

const [issuer, id, secret, port, sockets] = process.argv.slice(2);
const origin = `http://localhost:${port}`;
const redirect_uri = `${origin}/oidc/callback`;
const [begun, sessions] = sockets ? await tables() : [inMemory(), inMemory()];
const config = await client.discovery(new URL(issuer), id, undefined, client.ClientSecretBasic(secret), {
  execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
});

function inMemory() {
  const kept = new Map();
  return {
    put: (key, value) => kept.set(key, value),
    take: (key) => {
      const value = kept.get(key);
      kept.delete(key);
      return value;
    },
  };
}

async function tables() {
  const pool = new pg.Pool({ host: sockets, user: 'imin_owner', database: 'imin', max: 8 });
  await pool.query('CREATE SCHEMA IF NOT EXISTS peer');
  const stores = ['begun', 'sessions'].map(async (name) => {
    await pool.query(`CREATE TABLE IF NOT EXISTS peer.${name} (key text PRIMARY KEY, value jsonb NOT NULL)`);
    const [put, take] = [`INSERT INTO peer.${name} VALUES ($1, $2)`, `DELETE FROM peer.${name} WHERE key = $1 RETURNING value`];
    return {
      put: (key, value) => pool.query({ name: `put ${name}`, text: put, values: [key, value] }),
      take: async (key) => (await pool.query({ name: `take ${name}`, text: take, values: [key] })).rows[0]?.value,
    };
  });
  return Promise.all(stores);
}

function goTo(response, location, cookie) {
  response.writeHead(302, { location, 'set-cookie': `${cookie}; Path=/; HttpOnly; SameSite=Lax`, 'content-length': 0 });
  response.end();
}

async function start(response) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce, browser] = [client.randomState(), client.randomNonce(), randomBytes(32).toString('base64url')];
  await begun.put(browser, { verifier, state, nonce });
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: 'openid profile email',
    prompt: 'none',
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  goTo(response, url.href, `signin=${browser}`);
}

async function callback(request, response) {
  const browser = /signin=([\w-]+)/.exec(request.headers.cookie)[1];
  const { verifier, state, nonce } = await begun.take(browser);
  const tokens = await client.authorizationCodeGrant(config, new URL(request.url, origin), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const session = randomBytes(32).toString('base64url');
  await sessions.put(session, tokens.claims());
  goTo(response, '/edit', `session=${session}`);
}

const server = http.createServer((request, response) => {
  const done = request.url.startsWith('/oidc/callback') ? callback(request, response) : start(response);
  done.catch((failure) => response.writeHead(500).end(String(failure.cause ?? failure)));
});
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
