-- +goose Up
-- Written in PostgreSQL's words; for SQLite the loader replaces timestamptz and the identity
-- column by its own (see migrate.go). Civil dates are text, YYYY-MM-DD.

create table agencies (
  id         uuid primary key,
  code       text not null unique,
  name       text not null,
  name_en    text not null default '',
  parent_id  uuid references agencies (id),
  valid_from text not null default '',
  valid_to   text not null default '',
  created_at timestamptz not null
);
create table agency_roles (
  agency_id  uuid not null references agencies (id),
  role       text not null,
  valid_from text not null default '',
  valid_to   text not null default '',
  basis      text not null default '',
  primary key (agency_id, role, valid_from)
);
create index agency_roles_role on agency_roles (role);
create table agency_successors (
  agency_id    uuid not null references agencies (id),
  successor_id uuid not null references agencies (id),
  on_date      text not null,
  matter       text not null default '',
  basis        text not null default '',
  primary key (agency_id, successor_id, on_date)
);
create table agency_seats (
  agency_id  uuid not null references agencies (id),
  seat_id    uuid not null references agencies (id),
  valid_from text not null default '',
  valid_to   text not null default '',
  basis      text not null default '',
  primary key (agency_id, seat_id, valid_from)
);
create table contacts (
  id         uuid primary key,
  agency_id  uuid not null references agencies (id),
  name       text not null,
  position   text not null default '',
  phone      text not null default '',
  email      text not null default '',
  duty       boolean not null default false,
  valid_from text not null default '',
  valid_to   text not null default ''
);
create index contacts_agency on contacts (agency_id);

create table users (
  id                   uuid primary key,
  username             text not null unique,
  full_name            text not null,
  agency_id            uuid not null references agencies (id),
  home_agency_id       uuid references agencies (id),
  password_hash        text not null,
  must_change_password boolean not null default false,
  disabled_at          timestamptz,
  created_at           timestamptz not null
);
create table user_roles (
  user_id    uuid not null references users (id),
  role       text not null,
  valid_from text not null default '',
  valid_to   text not null default '',
  basis      text not null default '',
  primary key (user_id, role, valid_from)
);

-- One login and its refreshes. refresh_hash is that of the one refresh token in force.
create table sessions (
  id           uuid primary key,
  user_id      uuid not null references users (id),
  refresh_hash text not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  ended_at     timestamptz
);
create index sessions_user on sessions (user_id);

create table incidents (
  id                          uuid primary key,
  code                        text not null unique,
  version                     bigint not null,
  status                      text not null,
  title                       text not null,
  description                 text not null,
  category                    text,
  category_vn                 text,
  severity                    text,
  tlp                         text not null,
  confidential                boolean not null,
  restricted                  boolean not null,
  exercise                    boolean not null,
  imported                    boolean not null,
  report_channel              text not null default '',
  report_reporter_name        text not null default '',
  report_reporter_phone       text not null default '',
  report_reporter_email       text not null default '',
  report_reference            text not null default '',
  system_id                   uuid,
  system_name                 text not null default '',
  system_level                bigint,
  system_priority_listed      boolean not null default false,
  system_public_addresses     text not null,
  system_domains              text not null,
  facts                       text not null,
  reporting_agency_id         uuid not null references agencies (id),
  reported_by_id              uuid not null references users (id),
  owner_agency_id             uuid references agencies (id),
  operator_agency_id          uuid references agencies (id),
  lead_agency_id              uuid not null references agencies (id),
  assignee_id                 uuid references users (id),
  detected_at                 timestamptz not null,
  detected_precision          text not null,
  occurred_at                 timestamptz,
  reported_at                 timestamptz not null,
  triaged_at                  timestamptz,
  resolved_at                 timestamptz,
  closed_at                   timestamptz,
  merged_into_id              uuid references incidents (id),
  resolution_reason           text not null default '',
  resolution_summary          text not null default '',
  resolution_prevention       text not null default '',
  resolution_handled          text not null default '',
  resolution_estimated_damage bigint,
  lessons                     text not null default '',
  chain_seq                   bigint not null,
  chain_hash                  text not null,
  created_at                  timestamptz not null,
  updated_at                  timestamptz not null
);
create index incidents_reported on incidents (reported_at, id);
create index incidents_updated on incidents (updated_at, id);
create index incidents_status on incidents (status, reported_at, id);
create index incidents_severity on incidents (severity, reported_at, id);
create index incidents_category on incidents (category, reported_at, id);
create index incidents_assignee on incidents (assignee_id, reported_at, id);
create index incidents_exercise on incidents (exercise, reported_at, id);
create index incidents_reporting on incidents (reporting_agency_id, reported_at, id);
create index incidents_owner on incidents (owner_agency_id, reported_at, id);
create index incidents_operator on incidents (operator_agency_id, reported_at, id);
create index incidents_lead on incidents (lead_agency_id, reported_at, id);

create table incident_natures (
  incident_id uuid not null references incidents (id),
  nature      text not null,
  primary key (nature, incident_id)
);
create index incident_natures_incident on incident_natures (incident_id);

-- The named people of a restricted case.
create table incident_people (
  incident_id uuid not null references incidents (id),
  user_id     uuid not null references users (id),
  primary key (incident_id, user_id)
);
create index incident_people_user on incident_people (user_id);

-- Which agency sees which case, and in which part: derived by incident.Sights from the case
-- and its handovers, rewritten in the transaction that changes either.
create table case_sights (
  agency_id   uuid not null references agencies (id),
  incident_id uuid not null references incidents (id),
  as_reporter boolean not null,
  as_partner  boolean not null,
  primary key (agency_id, incident_id)
);
create index case_sights_incident on case_sights (incident_id);

create table handovers (
  id                       uuid primary key,
  incident_id              uuid not null references incidents (id),
  version                  bigint not null,
  kind                     text not null,
  status                   text not null,
  from_agency_id           uuid not null references agencies (id),
  to_agency_id             uuid not null references agencies (id),
  channel                  text not null,
  urgency                  text not null,
  transfers_lead           boolean not null,
  lead_moved               boolean not null,
  document_number          text not null default '',
  document_symbol          text not null default '',
  document_issued_on       text not null default '',
  document_subject         text not null default '',
  document_signer_name     text not null default '',
  document_signer_position text not null default '',
  message                  text not null,
  requested_resources      text not null default '',
  acknowledge_by           timestamptz,
  due_at                   timestamptz,
  requested_at             timestamptz not null,
  requested_by_id          uuid not null references users (id),
  acknowledged_at          timestamptz,
  acknowledged_by          text not null default '',
  answered_at              timestamptz,
  answer_partly            boolean not null default false,
  answer_reason            text not null default '',
  answer_resources         text not null default '',
  answer_liaison_contact   text not null default '',
  recorded                 boolean not null default false,
  record                   text not null,
  contested_at             timestamptz,
  contest_reason           text not null default '',
  end_reason               text not null default '',
  completed_at             timestamptz,
  ended_at                 timestamptz,
  outcome                  text not null default '',
  created_at               timestamptz not null,
  updated_at               timestamptz not null,
  check (from_agency_id <> to_agency_id)
);
create index handovers_incident on handovers (incident_id, requested_at, id);
create index handovers_to on handovers (to_agency_id, requested_at, id);
create index handovers_from on handovers (from_agency_id, requested_at, id);
create index handovers_due on handovers (due_at) where due_at is not null;

create table duties (
  id                       uuid primary key,
  incident_id              uuid not null references incidents (id),
  rule                     text not null,
  basis                    text not null,
  title                    text not null,
  owed_by_id               uuid not null references agencies (id),
  to_role                  text not null,
  to_agency_id             uuid references agencies (id),
  status                   text not null,
  immediate                boolean not null,
  started_at               timestamptz not null,
  due_at                   timestamptz,
  target_at                timestamptz,
  blocks_closure           boolean not null,
  fulfilled_at             timestamptz,
  channel                  text not null default '',
  document_number          text not null default '',
  document_symbol          text not null default '',
  document_issued_on       text not null default '',
  document_subject         text not null default '',
  document_signer_name     text not null default '',
  document_signer_position text not null default '',
  handover_id              uuid references handovers (id),
  reason                   text not null default '',
  decided_by_id            uuid references users (id),
  ended_by                 text not null default '',
  created_at               timestamptz not null,
  updated_at               timestamptz not null,
  unique (incident_id, rule)
);
create index duties_started on duties (started_at, id);
create index duties_owed on duties (owed_by_id, started_at, id);
create index duties_pending on duties (target_at, incident_id) where status = 'pending';

create table national_reports (
  id                       uuid primary key,
  incident_id              uuid not null references incidents (id),
  version                  bigint not null,
  kind                     text not null,
  status                   text not null,
  to_agency_id             uuid not null references agencies (id),
  reason                   text not null,
  created_by_id            uuid not null references users (id),
  created_at               timestamptz not null,
  sent_at                  timestamptz,
  sent_by_id               text not null default '',
  channel                  text not null default '',
  document_number          text not null default '',
  document_symbol          text not null default '',
  document_issued_on       text not null default '',
  document_subject         text not null default '',
  document_signer_name     text not null default '',
  document_signer_position text not null default '',
  acknowledged_at          timestamptz,
  acknowledged_by          text not null default '',
  reference                text not null default '',
  recorded                 boolean not null default false,
  updated_at               timestamptz not null
);
create index national_reports_incident on national_reports (incident_id, created_at, id);

create table notes (
  id          uuid primary key,
  incident_id uuid not null references incidents (id),
  audience    text not null,
  tlp         text not null,
  text        text not null,
  author_id   uuid not null references users (id),
  agency_id   uuid not null references agencies (id),
  created_at  timestamptz not null
);
create index notes_incident on notes (incident_id, created_at, id);

-- The record. Nothing here is ever updated or deleted; event_payloads alone may be redacted.
create table events (
  id           uuid primary key,
  chain_id     uuid not null,
  seq          bigint not null,
  type         text not null,
  object_kind  text not null,
  object_id    uuid not null,
  actor_id     uuid not null,
  agency_id    uuid not null,
  at           timestamptz not null,
  payload_hash text not null,
  seal_version bigint not null,
  prev_hash    text not null,
  hash         text not null,
  unique (chain_id, seq)
);
create table event_payloads (
  event_id uuid primary key references events (id),
  salt     text not null,
  body     text not null
);
-- The only rows that are ever marked published. id rises within a chain, because it is taken
-- while the chain's owner is locked.
create table outbox (
  id           bigint generated always as identity primary key,
  event_id     uuid not null unique references events (id),
  chain_id     uuid not null,
  seq          bigint not null,
  subject      text not null,
  message      text not null,
  created_at   timestamptz not null,
  published_at timestamptz
);
create index outbox_waiting on outbox (id) where published_at is null;
create index outbox_published on outbox (published_at) where published_at is not null;

create table deliveries (
  id           uuid primary key,
  event_id     uuid not null,
  incident_id  uuid not null,
  agency_id    uuid not null,
  recipient    text not null,
  subject      text not null,
  body         text not null,
  status       text not null,
  attempts     bigint not null,
  next_at      timestamptz,
  last_error   text not null default '',
  created_at   timestamptz not null,
  sent_at      timestamptz,
  unique (event_id, agency_id, recipient)
);
create index deliveries_due on deliveries (next_at) where next_at is not null;

create table idempotency (
  principal  uuid not null,
  method     text not null,
  path       text not null,
  key        text not null,
  body_hash  text not null,
  status     bigint not null,
  header     text not null,
  body       text not null,
  created_at timestamptz not null,
  primary key (principal, method, path, key)
);
create index idempotency_created on idempotency (created_at);

create table counters (
  name  text primary key,
  value bigint not null
);
create table leases (
  name   text primary key,
  holder text not null,
  until  timestamptz not null
);

-- +goose Down
drop table leases;
drop table counters;
drop table idempotency;
drop table deliveries;
drop table outbox;
drop table event_payloads;
drop table events;
drop table notes;
drop table national_reports;
drop table duties;
drop table handovers;
drop table case_sights;
drop table incident_people;
drop table incident_natures;
drop table incidents;
drop table sessions;
drop table user_roles;
drop table users;
drop table contacts;
drop table agency_seats;
drop table agency_successors;
drop table agency_roles;
drop table agencies;
