-- +goose Up
-- What each case is found by, one row per case. words holds every folded word of the case,
-- and once more, behind the name of its scope and a dot (·), each word that a scope reads.
-- texts is a fingerprint of what SetTexts was given; added are the words that only grow.
create table incident_texts (
  incident_id uuid primary key references incidents (id),
  texts       text not null,
  added       text not null,
  words       tsvector not null
);
create index incident_texts_words on incident_texts using gin (words);
-- The planner then takes every word for a rare one and always asks the index. With
-- statistics it would read the whole table, words and all, when a question is common.
alter table incident_texts alter column words set statistics 0;

-- How far the words of old cases are filled in: edition is complete, target is being filled,
-- every case up to done_to is.
create table search_fill (
  edition bigint not null,
  target  bigint not null,
  done_to text not null
);
insert into search_fill (edition, target, done_to) values (0, 0, '');
drop table incident_words;

-- +goose Down
create table incident_words (
  word        text collate "C" not null,
  incident_id uuid not null references incidents (id),
  primary key (word, incident_id)
);
create index incident_words_incident on incident_words (incident_id);
drop table search_fill;
drop table incident_texts;
