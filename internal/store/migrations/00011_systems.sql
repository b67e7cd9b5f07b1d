-- +goose Up
-- Whether the account is a person's or a system's. A system has no password, acts by keys, and
-- may do what its roles and its verbs both allow.
alter table users add column kind text not null default 'person';

create table systems (
  user_id   uuid primary key references users (id),
  purpose   text not null,
  verbs     text not null,
  addresses text not null
);

-- hash is that of a secret of 256 random bits, which is shown once. last_used_at is kept to the
-- minute.
create table api_keys (
  id             uuid primary key,
  user_id        uuid not null references users (id),
  name           text not null,
  hash           text not null,
  created_at     timestamptz not null,
  created_by_id  uuid not null references users (id),
  expires_at     timestamptz not null,
  replaces_id    uuid references api_keys (id),
  revoked_at     timestamptz,
  revoked_by_id  uuid references users (id),
  revoked_reason text not null default '',
  last_used_at   timestamptz
);
create index api_keys_user on api_keys (user_id);

-- +goose Down
drop table api_keys;
drop table systems;
delete from grants where user_id in (select id from users where kind = 'system');
update users set disabled_at = coalesce(disabled_at, created_at) where kind = 'system';
alter table users drop column kind;
