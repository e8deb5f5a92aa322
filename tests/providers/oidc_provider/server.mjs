// The npm package oidc-provider as a provider that nobody of this project wrote.
//
// Listens on a free port of the loopback interface, prints "READY <issuer>", and ends when its
// standard input does, so that it cannot outlive the test that started it. Beside the provider's
// own endpoints it has these, for the tests:
//
//   GET  /test/counts             how often each path was asked, as JSON; "PATH by form" counts
//                                 those without an Authorization header
//   POST /test/rotate             sign with a new key; the older ones stay published
//   POST /test/withdraw           sign with a new key and publish no other
//   POST /test/retire?client=ID   forget a client
import * as crypto from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import { createInterface } from 'node:readline';

import { Provider, errors } from 'oidc-provider';

const OPAQUE = 'urn:test:opaque';
const JWT = 'urn:test:jwt';
const ES256 = 'urn:test:es256';
const BRIEF_JWT = 'urn:test:brief-jwt';
const BRIEF_OPAQUE = 'urn:test:brief-opaque';
const SHORT_JWT = 'urn:test:short-jwt';
const SHORT_OPAQUE = 'urn:test:short-opaque';

// What each audience is given. Lifetimes in seconds: the brief ones are to be waited out, the short
// ones to be used and then waited out, also on a machine that is busy.
const RESOURCES = {
  [OPAQUE]: { accessTokenFormat: 'opaque', accessTokenTTL: 600 },
  [BRIEF_OPAQUE]: { accessTokenFormat: 'opaque', accessTokenTTL: 1 },
  [JWT]: { accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'RS256' } } },
  [ES256]: { accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'ES256' } } },
  [BRIEF_JWT]: { accessTokenFormat: 'jwt', accessTokenTTL: 1, jwt: { sign: { alg: 'RS256' } } },
  [SHORT_OPAQUE]: { accessTokenFormat: 'opaque', accessTokenTTL: 4 },
  [SHORT_JWT]: { accessTokenFormat: 'jwt', accessTokenTTL: 4, jwt: { sign: { alg: 'RS256' } } },
};

// The first line of standard input: {"id": {"secret", "auth"?, "signed"?, "grants"?, "web"?}, …};
// web: what else a client's metadata says of an application that people log in to.
const [line] = await once(createInterface({ input: process.stdin }), 'line');
const clients = new Map(Object.entries(JSON.parse(line)));
process.stdin.on('end', () => process.exit(0)).resume();

const keys = [];
const store = new Map(); // one for all providers below, so that tokens survive a new key
const counts = {};
let provider;
let answer;

function addKeys() {
  const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  keys.unshift(
    { ...rsa.privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' },
    { ...ec.privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' },
  );
}

function count(what) { counts[what] = (counts[what] ?? 0) + 1; }

class Adapter {
  constructor(model) { this.model = model; }

  key(id) { return `${this.model}:${id}`; }

  async upsert(id, payload) { store.set(this.key(id), payload); }

  async find(id) { return store.get(this.key(id)); }

  async findByUid(uid) { return this.one((found) => found.uid === uid); }

  async findByUserCode(code) { return this.one((found) => found.userCode === code); }

  one(fits) {
    for (const [key, found] of store) if (key.startsWith(`${this.model}:`) && fits(found)) return found;
    return undefined;
  }

  async consume(id) { store.get(this.key(id)).consumed = Math.floor(Date.now() / 1000); }

  async destroy(id) { store.delete(this.key(id)); }

  async revokeByGrantId(grant) {
    for (const [key, found] of store) if (found.grantId === grant) store.delete(key);
  }
}

function client([id, told]) {
  return {
    client_id: id,
    client_secret: told.secret,
    token_endpoint_auth_method: told.auth ?? 'client_secret_basic',
    grant_types: told.grants ?? ['client_credentials'],
    response_types: told.web ? ['code'] : [],
    redirect_uris: [],
    scope: told.web ? 'openid email offline_access read' : 'read write admin',
    ...(told.signed ? { introspection_signed_response_alg: 'RS256' } : {}),
    ...told.web,
  };
}

function build(issuer) {
  provider = new Provider(issuer, {
    adapter: Adapter,
    jwks: { keys },
    clients: [...clients].map(client),
    scopes: ['openid', 'email', 'offline_access', 'read', 'write', 'admin'],
    claims: { openid: ['sub', 'sid'], email: ['email'] },
    conformIdTokenClaims: false, // claims of scopes stand in the id token too
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com` }),
    }),
    issueRefreshToken: (ctx, one) => one.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    cookies: { keys: ['only for tests'] },
    ttl: {
      AccessToken: (ctx, token) => (token.clientId === 'shop-brief' ? 4 : 600),
      ClientCredentials: (ctx, token) => token.resourceServer?.accessTokenTTL ?? 600,
    },
    extraTokenClaims: () => ({ team: 'harbour', realm: { roles: ['pilot', 'clerk'] } }),
    features: {
      devInteractions: { enabled: true }, // its own pages: any password will do
      backchannelLogout: { enabled: true },
      jwtResponseModes: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      jwtIntrospection: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        getResourceServerInfo(ctx, resource) {
          if (!(resource in RESOURCES)) throw new errors.InvalidTarget();
          return { scope: 'read write admin', audience: resource, ...RESOURCES[resource] };
        },
      },
    },
  });
  provider.on('server_error', (ctx, error) => console.error(error));
  answer = provider.callback();
}

const commands = {
  'GET /test/counts': () => counts,
  'POST /test/rotate': () => addKeys(),
  'POST /test/withdraw': () => { keys.length = 0; addKeys(); },
  'POST /test/retire': (url) => { clients.delete(url.searchParams.get('client')); },
};

const server = http.createServer((request, response) => {
  const url = new URL(request.url, provider.issuer);
  const command = commands[`${request.method} ${url.pathname}`];
  if (command === undefined) {
    count(url.pathname);
    if (!request.headers.authorization) count(`${url.pathname} by form`);
    answer(request, response);
    return;
  }
  const said = command(url) ?? {};
  if (request.method === 'POST') build(provider.issuer);
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(said));
});

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  addKeys();
  build(issuer);
  console.log(`READY ${issuer}`);
});
