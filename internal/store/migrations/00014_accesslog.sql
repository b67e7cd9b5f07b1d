-- +goose Up

-- Who read what (access_log), and what was refused (security_log). A line sums up what is alike
-- within a minute. No foreign keys: lines are written beside the requests, and a line must not
-- wait for a row that somebody else holds.
create table access_log (
  id          uuid primary key,
  kind        text not null,
  actor_id    uuid,
  agency_id   uuid,
  roles       text not null,
  session_id  text not null,
  address     text not null,
  incident_id uuid,
  object_id   text not null,
  route       text not null,
  detail      text not null,
  times       bigint not null,
  shown       bigint not null,
  first_at    timestamptz not null,
  last_at     timestamptz not null
);
create index access_log_time on access_log (first_at, id);
create index access_log_case on access_log (incident_id, first_at, id) where incident_id is not null;
create index access_log_actor on access_log (actor_id, first_at, id) where actor_id is not null;
create index access_log_agency on access_log (agency_id, first_at, id) where agency_id is not null;

create table security_log (
  id          uuid primary key,
  kind        text not null,
  actor_id    uuid,
  agency_id   uuid,
  roles       text not null,
  session_id  text not null,
  address     text not null,
  incident_id uuid,
  object_id   text not null,
  route       text not null,
  detail      text not null,
  times       bigint not null,
  shown       bigint not null,
  first_at    timestamptz not null,
  last_at     timestamptz not null
);
create index security_log_time on security_log (first_at, id);
create index security_log_case on security_log (incident_id, first_at, id) where incident_id is not null;
create index security_log_actor on security_log (actor_id, first_at, id) where actor_id is not null;
create index security_log_agency on security_log (agency_id, first_at, id) where agency_id is not null;

-- +goose Down
drop table security_log;
drop table access_log;
