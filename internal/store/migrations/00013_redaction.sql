-- +goose Up
-- What two people take away: a state secret or a personal datum that came in by mistake.
create table redactions (
  id                       uuid primary key,
  incident_id              uuid not null references incidents (id),
  status                   text not null,
  object_kind              text not null,
  object_id                uuid not null,
  fields                   text not null,
  why                      text not null,
  reason                   text not null,
  document_number          text not null default '',
  document_symbol          text not null default '',
  document_issued_on       text not null default '',
  document_subject         text not null default '',
  document_signer_name     text not null default '',
  document_signer_position text not null default '',
  in_rows                  bigint not null,
  in_events                bigint not null,
  in_answers               bigint not null,
  asked_by_id              uuid not null references users (id),
  asked_at                 timestamptz not null,
  decided_by_id            uuid references users (id),
  decided_at               timestamptz,
  decision                 text not null default ''
);
create index redactions_incident on redactions (incident_id, asked_at, id);

-- Each place from which an open redaction has taken something, with what stood there, so that a
-- refusal puts it back. Once it is decided, no row is left.
create table redaction_parts (
  redaction_id uuid not null references redactions (id),
  number       bigint not null,
  place        text not null,
  row_key      text not null,
  name         text not null,
  was          text not null,
  stands       text not null,
  primary key (redaction_id, number)
);

-- +goose Down
drop table redaction_parts;
drop table redactions;
