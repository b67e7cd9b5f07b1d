-- +goose Up
-- Working material of a case. Prefixes of an observable's value are looked up byte by byte,
-- which PostgreSQL's order of words does not allow: the one difference to SQLite.
create table tasks (
  id                 uuid primary key,
  incident_id        uuid not null references incidents (id),
  version            bigint not null,
  title              text not null,
  description        text not null default '',
  status             text not null,
  reason             text not null default '',
  assignee_id        uuid references users (id),
  assignee_agency_id uuid references agencies (id),
  due_at             timestamptz,
  audience           text not null,
  tlp                text not null,
  checklist_type     text not null default '',
  checklist_key      text not null default '',
  basis              text not null default '',
  author_id          uuid not null references users (id),
  agency_id          uuid not null references agencies (id),
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  ended_at           timestamptz
);
create index tasks_incident on tasks (incident_id, created_at, id);
create index tasks_assignee on tasks (assignee_id, created_at, id);
create index tasks_created on tasks (created_at, id);
create index tasks_due on tasks (due_at) where due_at is not null and ended_at is null;
create unique index tasks_checklist on tasks (incident_id, checklist_key) where checklist_key <> '';

create table observables (
  id              uuid primary key,
  incident_id     uuid not null references incidents (id),
  type            text not null,
  value           text collate "C" not null,
  given           text not null,
  note            text not null default '',
  is_ioc          boolean not null,
  audience        text not null,
  tlp             text not null,
  first_seen      timestamptz,
  last_seen       timestamptz,
  author_id       uuid not null references users (id),
  agency_id       uuid not null references agencies (id),
  created_at      timestamptz not null,
  retracted_at    timestamptz,
  retracted_by_id uuid references users (id),
  retract_reason  text not null default ''
);
create index observables_incident on observables (incident_id, created_at, id);
create index observables_value on observables (type, value);
create index observables_prefix on observables (value);
create index observables_created on observables (created_at, id);
create unique index observables_once on observables (incident_id, type, value, agency_id) where retracted_at is null;

create table messages (
  id          uuid primary key,
  incident_id uuid not null references incidents (id),
  direction   text not null,
  text        text not null,
  author_id   uuid not null references users (id),
  agency_id   uuid not null references agencies (id),
  created_at  timestamptz not null
);
create index messages_incident on messages (incident_id, created_at, id);

create table participants (
  id            uuid primary key,
  incident_id   uuid not null references incidents (id),
  agency_id     uuid not null references agencies (id),
  reason        text not null,
  consents      text not null,
  invited_by_id uuid not null references users (id),
  invited_at    timestamptz not null,
  ended_at      timestamptz,
  ended_by_id   uuid references users (id),
  end_reason    text not null default ''
);
create index participants_incident on participants (incident_id, invited_at, id);
create unique index participants_once on participants (incident_id, agency_id) where ended_at is null;

-- +goose Down
drop table participants;
drop table messages;
drop table observables;
drop table tasks;
