-- +goose Up

-- The public keys that verify access tokens, of every instance. A key signs from valid_from
-- on, and its last token has ended at valid_until. The private keys are in the data folders.
create table token_keys (
  kid         text primary key,
  public_key  text not null,
  valid_from  timestamptz not null,
  valid_until timestamptz not null
);

-- Refresh tokens that were traded in, so that one that comes again is known for what it is.
create table spent_refreshes (
  hash       text primary key,
  session_id uuid not null references sessions (id),
  spent_at   timestamptz not null
);
create index spent_refreshes_session on spent_refreshes (session_id);
create index sessions_expired on sessions (expires_at);

-- Who a person is at an identity provider: the issuer and the subject it names in tokens.
-- Without a confirmation it opens nothing.
create table identities (
  id              uuid primary key,
  user_id         uuid not null references users (id),
  issuer          text not null,
  subject         text not null,
  basis           text not null,
  bound_by_id     uuid not null references users (id),
  bound_at        timestamptz not null,
  confirmed       text not null default '',
  confirmed_by_id uuid references users (id),
  confirmed_at    timestamptz,
  ended_at        timestamptz,
  end_reason      text not null default ''
);
create unique index identities_in_force on identities (issuer, subject) where ended_at is null;
create index identities_user on identities (user_id, bound_at, id);

-- +goose Down
drop table identities;
drop index sessions_expired;
drop table spent_refreshes;
drop table token_keys;
