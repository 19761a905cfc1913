// A certified OpenID Provider (npm oidc-provider) on loopback, with the smallest pages that a person needs.
//
// node provider.mjs '{"host": "…", "clients": […], "people": {"sub": {claims}}}' prints its issuer when it answers.
// POST /control changes its switches; what it has stored (sessions, grants, codes) stays.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';

import Provider from 'oidc-provider';

const given = JSON.parse(process.argv[2]);
const stored = new Map();
const asked = []; // [method, path, parameters] of every request
const switches = { consent: false, par: 'off', keys: 'first', claims: 'userinfo', clients: given.clients, ...given.switches };
const keys = new Map();
let provider;

class Memory {
  constructor(kind) {
    this.kind = kind;
  }

  async upsert(id, payload) {
    stored.set(`${this.kind}:${id}`, payload);
  }

  async find(id) {
    return stored.get(`${this.kind}:${id}`);
  }

  async findByUid(uid) {
    return [...stored].find(([key, payload]) => key.startsWith(`${this.kind}:`) && payload.uid === uid)?.[1];
  }

  async consume(id) {
    (await this.find(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    stored.delete(`${this.kind}:${id}`);
  }

  async revokeByGrantId(grant) {
    for (const [key, payload] of stored) {
      if (payload.grantId === grant) stored.delete(key);
    }
  }
}

function signingKey(name) {
  if (!keys.has(name)) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    keys.set(name, { ...privateKey.export({ format: 'jwk' }), kid: name, use: 'sig', alg: 'RS256' });
  }
  return keys.get(name);
}

// Every client is the Broker's own and needs no consent, unless the switch says otherwise.
async function grantOf(ctx) {
  const { client, session, result } = ctx.oidc;
  const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  if (known) return ctx.oidc.provider.Grant.find(known);
  if (switches.consent || !session.accountId) return undefined;
  const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile email');
  await grant.save();
  return grant;
}

// Names under localhost are this machine, which Node's resolver does not know.
async function onLoopback(url, { method = 'GET', headers, body }) {
  const { host, port, pathname, search } = new URL(url);
  const sent = http.request({
    host: '127.0.0.1', port, method, path: pathname + search, headers: { ...Object.fromEntries(headers), host },
  });
  sent.end(body && String(body));
  const [answer] = await once(sent, 'response');
  const said = { 'content-type': answer.headers['content-type'] ?? '' };
  return new Response((await text(answer)) || null, { status: answer.statusCode, headers: said });
}

function page(body) {
  return `<!doctype html><html lang="en"><title>Provider</title><main>${body}</main></html>`;
}

function makeProvider(issuer) {
  const made = new Provider(issuer, {
    adapter: Memory,
    clients: switches.clients,
    jwks: { keys: [signingKey(switches.keys)] },
    cookies: { keys: ['of the tests'] },
    conformIdTokenClaims: switches.claims === 'userinfo',
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['given_name', 'family_name'],
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        logoutSource: (ctx, form) => {
          ctx.body = page(`${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = page('Signed out.');
        },
      },
      pushedAuthorizationRequests: {
        enabled: switches.par !== 'off',
        requirePushedAuthorizationRequests: switches.par === 'required',
      },
    },
    fetch: onLoopback,
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...given.people[sub] }) }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: grantOf,
    pkce: { required: () => true },
    ttl: { Session: 3600, Grant: 3600, Interaction: 600, AccessToken: 300, IdToken: 300 },
  });
  made.on('backchannel.error', (_ctx, failure) => console.error('back-channel logout failed:', failure.message));
  made.on('server_error', (_ctx, failure) => console.error(failure));
  return made;
}

// The one page of a person: who they are (login), or that they agree (consent).
async function interact(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html');
    return response.end(page(`<h1>${prompt.name}</h1><form method="post"></form>`));
  }
  const answer = new URLSearchParams(await text(request));
  if (answer.has('cancel')) {
    return provider.interactionFinished(request, response, { error: 'access_denied' });
  }
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: answer.get('account') } });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ clientId: params.client_id, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

async function control(request, response, issuer) {
  if (request.method === 'POST') {
    Object.assign(switches, JSON.parse(await text(request)));
    provider = makeProvider(issuer);
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ asked }));
}

const server = http.createServer(async (request, response) => {
  const issuer = `http://${given.host}:${server.address().port}`;
  const path = new URL(request.url, issuer).pathname;
  if (path === '/control') return control(request, response, issuer);
  asked.push([request.method, path]);
  if (path.startsWith('/interaction/')) {
    return interact(request, response).catch((failure) => {
      response.statusCode = 400;
      response.end(String(failure));
    });
  }
  return provider.callback()(request, response);
});

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://${given.host}:${server.address().port}`;
  provider = makeProvider(issuer);
  console.log(issuer);
});
