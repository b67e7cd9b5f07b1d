-- +goose Up
-- Agencies get a chain of their own for what belongs to no case; its head stands beside the
-- version, as in a case.
alter table agencies add column version bigint not null default 1;
alter table agencies add column chain_seq bigint not null default 0;
alter table agencies add column chain_hash text not null default '0000000000000000000000000000000000000000000000000000000000000000';

-- The names an agency had before the one in its row; valid_to is the day of the next name.
create table agency_names (
  agency_id  uuid not null references agencies (id),
  name       text not null,
  name_en    text not null default '',
  valid_from text not null default '',
  valid_to   text not null,
  basis      text not null default '',
  primary key (agency_id, valid_to)
);

alter table contacts add column version bigint not null default 1;
alter table contacts add column kind text not null default 'desk';
alter table contacts add column confirmed_at timestamptz;
alter table contacts add column confirmed_by_id uuid;

-- Who is on duty for an agency, from one moment to another: a contact, or a person with an
-- account.
create table duty_shifts (
  id            uuid primary key,
  agency_id     uuid not null references agencies (id),
  contact_id    uuid references contacts (id),
  user_id       uuid references users (id),
  starts_at     timestamptz not null,
  ends_at       timestamptz not null,
  created_by_id uuid not null references users (id),
  created_at    timestamptz not null,
  cancelled_at  timestamptz
);
create index duty_shifts_agency on duty_shifts (agency_id, starts_at);

alter table users add column version bigint not null default 1;
alter table users add column phone text not null default '';
alter table users add column disabled_reason text not null default '';
alter table users add column disabled_document text not null default '';

-- A dated grant of a role in one agency. While confirmed is empty it gives nothing.
create table grants (
  id              uuid primary key,
  user_id         uuid not null references users (id),
  agency_id       uuid not null references agencies (id),
  role            text not null,
  valid_from      text not null default '',
  valid_to        text not null default '',
  basis           text not null default '',
  granted_by_id   uuid references users (id),
  granted_at      timestamptz not null,
  confirmed       text not null default '',
  confirmed_by_id uuid references users (id),
  confirmed_at    timestamptz
);
create index grants_user on grants (user_id);
insert into grants (id, user_id, agency_id, role, valid_from, valid_to, basis, granted_at, confirmed, confirmed_at)
  select gen_random_uuid(), r.user_id, u.agency_id, r.role, r.valid_from, r.valid_to, r.basis, u.created_at, 'seed', u.created_at
  from user_roles r join users u on u.id = r.user_id;
drop table user_roles;

-- +goose Down
create table user_roles (
  user_id    uuid not null references users (id),
  role       text not null,
  valid_from text not null default '',
  valid_to   text not null default '',
  basis      text not null default '',
  primary key (user_id, role, valid_from)
);
insert into user_roles (user_id, role, valid_from, valid_to, basis)
  select user_id, role, valid_from, max(valid_to), max(basis) from grants where confirmed <> '' group by user_id, role, valid_from;
drop table grants;
alter table users drop column disabled_document;
alter table users drop column disabled_reason;
alter table users drop column phone;
alter table users drop column version;
drop table duty_shifts;
alter table contacts drop column confirmed_by_id;
alter table contacts drop column confirmed_at;
alter table contacts drop column kind;
alter table contacts drop column version;
drop table agency_names;
alter table agencies drop column chain_hash;
alter table agencies drop column chain_seq;
alter table agencies drop column version;
