// The smallest relying party on npm openid-client with the same flow as ours: code, PKCE, state, nonce, prompt=none,
// a verified signature, a session cookie. It remembers in memory; ours keeps everything in PostgreSQL.
import { randomBytes } from 'node:crypto';
import http from 'node:http';

import * as client from 'openid-client';

const [issuer, id, secret, port] = process.argv.slice(2);
const origin = `http://localhost:${port}`;
const redirect_uri = `${origin}/oidc/callback`;
const begun = new Map();
const sessions = new Map();
const config = await client.discovery(new URL(issuer), id, undefined, client.ClientSecretBasic(secret), {
  execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
});

function goTo(response, location, cookie) {
  response.writeHead(302, { location, 'set-cookie': `${cookie}; Path=/; HttpOnly; SameSite=Lax`, 'content-length': 0 });
  response.end();
}

async function start(response) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce, browser] = [client.randomState(), client.randomNonce(), randomBytes(32).toString('base64url')];
  begun.set(browser, { verifier, state, nonce });
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
  const { verifier, state, nonce } = begun.get(browser);
  begun.delete(browser);
  const tokens = await client.authorizationCodeGrant(config, new URL(request.url, origin), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const session = randomBytes(32).toString('base64url');
  sessions.set(session, tokens.claims());
  goTo(response, '/edit', `session=${session}`);
}

const server = http.createServer((request, response) => {
  const done = request.url.startsWith('/oidc/callback') ? callback(request, response) : start(response);
  done.catch((failure) => response.writeHead(500).end(String(failure.cause ?? failure)));
});
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
