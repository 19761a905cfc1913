// A quick OpenID Provider for measuring: everybody is signed in, everything is remembered, any host under localhost is
// an issuer of its own. It checks what a provider must (PKCE, the code once), and no more.
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import http from 'node:http';
import { text } from 'node:stream/consumers';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'RS256' };
const header = encoded({ alg: 'RS256', kid: 'bench', typ: 'JWT' });
const codes = new Map();

function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function idToken(issuer, asked) {
  const now = Math.floor(Date.now() / 1000);
  const person = { sub: 'sam', email: 'sam@example.org', email_verified: true, given_name: 'Sam', family_name: 'Vale' };
  const claims = { iss: issuer, aud: asked.client_id, nonce: asked.nonce, iat: now, exp: now + 300, sid: 'one', ...person };
  const content = `${header}.${encoded(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
}

function discovery(issuer) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}

async function token(request, issuer) {
  const form = new URLSearchParams(await text(request));
  const asked = codes.get(form.get('code'));
  codes.delete(form.get('code'));
  const proof = createHash('sha256').update(form.get('code_verifier')).digest('base64url');
  if (asked?.code_challenge !== proof) return [400, { error: 'invalid_grant' }];
  return [200, { access_token: 'none', token_type: 'Bearer', expires_in: 60, id_token: idToken(issuer, asked) }];
}

const server = http.createServer(async (request, response) => {
  const issuer = `http://${request.headers.host}`;
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname === '/authorize') {
    const code = randomBytes(16).toString('base64url');
    const asked = Object.fromEntries(searchParams);
    codes.set(code, asked);
    const location = `${asked.redirect_uri}?${new URLSearchParams({ code, state: asked.state, iss: issuer })}`;
    return response.writeHead(302, { location, 'content-length': 0 }).end();
  }
  const routes = { '/.well-known/openid-configuration': [200, discovery(issuer)], '/jwks': [200, { keys: [key] }] };
  const [status, content] = pathname === '/token' ? await token(request, issuer) : routes[pathname] ?? [404, {}];
  const body = JSON.stringify(content);
  const type = 'application/json';
  return response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
