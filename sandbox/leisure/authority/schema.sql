-- Clients, what was granted to them, and the customers who have accounts at a seller.

CREATE TABLE client (
  id text PRIMARY KEY,
  secret text NOT NULL,
  initial_token text,          -- the initial access token that it registered with; null: known from the start
  seller smallint,             -- for whom its own credentials book, if for anybody
  metadata json NOT NULL
);

CREATE TABLE authorization_code (
  digest bytea PRIMARY KEY,
  client text NOT NULL REFERENCES client,
  person text NOT NULL,
  asked json NOT NULL,         -- redirect_uri, scope, nonce, code_challenge, code_challenge_method
  signed_in timestamptz NOT NULL,
  expires timestamptz NOT NULL,
  used boolean NOT NULL DEFAULT false
);

CREATE TABLE token (
  digest bytea PRIMARY KEY,
  refresh_digest bytea UNIQUE, -- long-lived; the access token is good until `expires`
  code_digest bytea REFERENCES authorization_code,
  client text NOT NULL REFERENCES client,
  person text,                 -- null: the client's own credentials
  scope text NOT NULL,
  issued timestamptz NOT NULL,
  expires timestamptz NOT NULL,
  revoked boolean NOT NULL DEFAULT false
);
CREATE INDEX token_expires ON token (expires);

CREATE TABLE consent (
  client text NOT NULL REFERENCES client,
  person text NOT NULL,
  scope text NOT NULL,         -- all that was ever allowed
  PRIMARY KEY (client, person)
);

CREATE TABLE signing_key (key json NOT NULL);

CREATE TABLE customer_account (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number integer GENERATED ALWAYS AS IDENTITY (START WITH 100201),
  seller smallint NOT NULL,
  email text NOT NULL,
  given_name text NOT NULL,
  family_name text NOT NULL,
  telephone text NOT NULL DEFAULT '',
  password text NOT NULL,      -- hashed
  access_pass json,
  entitlement json
);
CREATE UNIQUE INDEX customer_account_email ON customer_account (seller, lower(email));

CREATE TABLE linked_account (
  partner text NOT NULL,
  account uuid NOT NULL REFERENCES customer_account,
  linked timestamptz NOT NULL,
  PRIMARY KEY (partner, account)
);
