-- +goose Up
-- How far the watch has looked at the calendar: what was due before opens no more.
create table watch_state (
  name      text primary key,
  looked_at timestamptz not null
);
create index duties_occurrence on duties (rule, occurrence, owed_by_id) where incident_id is null;
create index duties_told on duties (to_agency_id, started_at, id) where to_agency_id is not null;
-- A mail may speak of a duty that an agency has without a case.
create table deliveries_of_all (
  id           uuid primary key,
  event_id     uuid not null,
  incident_id  uuid,
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
  traceparent  text,
  unique (event_id, agency_id, recipient)
);
insert into deliveries_of_all (id, event_id, incident_id, agency_id, recipient, subject, body, status, attempts, next_at,
    last_error, created_at, sent_at, traceparent)
  select id, event_id, incident_id, agency_id, recipient, subject, body, status, attempts, next_at,
    last_error, created_at, sent_at, traceparent
  from deliveries;
drop table deliveries;
alter table deliveries_of_all rename to deliveries;
create index deliveries_due on deliveries (next_at) where next_at is not null;
create index deliveries_open on deliveries (status) where status <> 'sent';

-- +goose Down
delete from deliveries where incident_id is null;
drop index duties_told;
drop index duties_occurrence;
drop table watch_state;
