-- +goose Up
-- A duty is one of a case, or of an agency by the calendar. It keeps the rule as it was when it
-- opened, and the facts that called for it.
create table duties_of_law (
  id                       uuid primary key,
  incident_id              uuid references incidents (id),
  rule                     text not null,
  rule_from                text not null default '',
  pack                     text not null default '',
  book                     text not null default '',
  basis                    text not null,
  confidence               text not null default '',
  title                    text not null,
  owed_by_id               uuid not null references agencies (id),
  owed_by_part             text not null default '',
  to_role                  text not null,
  to_agency_id             uuid references agencies (id),
  occurrence               text not null default '',
  form                     text not null default '',
  ways                     text not null default '',
  channels                 text not null default '',
  because                  text not null default '',
  status                   text not null,
  immediate                boolean not null,
  start_event              text not null default '',
  started_at               timestamptz not null,
  due_at                   timestamptz,
  target_at                timestamptz,
  warn_at                  timestamptz,
  watch_at                 timestamptz,
  warned_at                timestamptz,
  overdue_at               timestamptz,
  late                     boolean not null default false,
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
  report_id                uuid references national_reports (id),
  reason                   text not null default '',
  decided_by_id            uuid references users (id),
  ended_by                 text not null default '',
  carried_from_id          uuid references incidents (id),
  superseded_by_id         uuid,
  created_at               timestamptz not null,
  updated_at               timestamptz not null
);
insert into duties_of_law (id, incident_id, rule, basis, title, owed_by_id, to_role, to_agency_id, status, immediate,
    started_at, due_at, target_at, blocks_closure, fulfilled_at, channel, document_number, document_symbol,
    document_issued_on, document_subject, document_signer_name, document_signer_position, handover_id, reason,
    decided_by_id, ended_by, carried_from_id, created_at, updated_at,
    rule_from, pack, owed_by_part, ways, start_event, watch_at)
  select id, incident_id, rule, basis, title, owed_by_id, to_role, to_agency_id, status, immediate,
    started_at, due_at, target_at, blocks_closure, fulfilled_at, channel, document_number, document_symbol,
    document_issued_on, document_subject, document_signer_name, document_signer_position, handover_id, reason,
    decided_by_id, ended_by, carried_from_id, created_at, updated_at,
    '2017-11-27', 'son-la', 'team', 'handover', 'learned', case when status = 'pending' then coalesce(target_at, due_at) end
  from duties;
drop table duties;
alter table duties_of_law rename to duties;
-- A case has one duty of each rule and each who must be told; what was superseded is kept.
create unique index duties_of_case on duties (incident_id, rule, to_role, occurrence)
  where incident_id is not null and ended_by <> 'superseded';
create unique index duties_of_agency on duties (owed_by_id, rule, to_role, occurrence) where incident_id is null;
create index duties_incident on duties (incident_id, started_at, id);
create index duties_started on duties (started_at, id);
create index duties_owed on duties (owed_by_id, started_at, id);
create index duties_due on duties (due_at, id);
create index duties_pending on duties (target_at, incident_id) where status = 'pending';
-- The next moment at which the watch must look; nothing once it has said all it has to say.
create index duties_watch on duties (watch_at, id) where watch_at is not null;

-- +goose Down
delete from duties where incident_id is null or ended_by = 'superseded';
drop index duties_watch;
drop index duties_due;
drop index duties_of_agency;
drop index duties_of_case;
