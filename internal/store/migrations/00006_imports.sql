-- +goose Up
-- Files of old records that were sent, and how far each has come. place is the process folder
-- that works on it: after a restart it knows which of them it has dropped.
create table imports (
  id            uuid primary key,
  status        text not null,
  format        text not null,
  mapping       text not null,
  name          text not null,
  dry_run       boolean not null,
  skip_refused  boolean not null,
  place         text not null,
  rows_read     bigint not null,
  accepted      bigint not null,
  refused       bigint not null,
  already_there bigint not null,
  written       bigint not null,
  errors        text not null,
  errors_capped boolean not null,
  message       text not null,
  created_by_id uuid not null references users (id),
  created_at    timestamptz not null,
  updated_at    timestamptz not null
);
create index imports_created on imports (created_at, id);

-- Which row of which list became which case: what makes an import safe to run twice.
create table import_rows (
  key         text primary key,
  incident_id uuid not null references incidents (id),
  content     text not null,
  import_id   uuid not null
);
create index import_rows_incident on import_rows (incident_id);

create table import_mappings (
  name          text primary key,
  body          text not null,
  updated_by_id uuid not null references users (id),
  updated_at    timestamptz not null
);

-- +goose Down
drop table import_mappings;
drop table import_rows;
drop table imports;
