-- +goose Up
-- A duty whose facts are those of a case that was merged into this one does not lapse with the
-- facts of this one.
alter table duties add column carried_from_id uuid references incidents (id);

-- The cases in which a handover, a duty or a national report lay before: under their addresses
-- it is still found.
create table moved_children (
  child_id    uuid not null,
  incident_id uuid not null references incidents (id),
  primary key (child_id, incident_id)
);

-- Links from one case to another. Removed ones are kept.
create table case_links (
  id             uuid primary key,
  incident_id    uuid not null references incidents (id),
  to_id          uuid not null references incidents (id),
  kind           text not null,
  note           text not null default '',
  created_by_id  uuid not null references users (id),
  agency_id      uuid not null references agencies (id),
  created_at     timestamptz not null,
  removed_at     timestamptz,
  removed_by_id  uuid references users (id),
  removal_reason text not null default '',
  check (incident_id <> to_id)
);
create unique index case_links_active on case_links (incident_id, to_id, kind) where removed_at is null;
create index case_links_to on case_links (to_id);

-- What tells that two cases are about the same system: its id, its folded name, its addresses
-- and domains. The time of the report stands beside, so that a window is one range of the index.
create table incident_marks (
  incident_id uuid not null references incidents (id),
  kind        text not null,
  value       text not null,
  reported_at timestamptz not null,
  primary key (incident_id, kind, value)
);
create index incident_marks_value on incident_marks (kind, value, reported_at, incident_id);

-- +goose Down
drop table incident_marks;
drop table case_links;
drop table moved_children;
alter table duties drop column carried_from_id;
