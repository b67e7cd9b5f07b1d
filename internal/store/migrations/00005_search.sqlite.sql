-- +goose Up
-- What each case is found by, one row per case. words holds every folded word of the case,
-- and once more, behind the name of its scope and a dot (·), each word that a scope reads;
-- a space stands before, between and behind them.
-- texts is a fingerprint of what SetTexts was given; added are the words that only grow.
create table incident_texts (
  doc         integer primary key,
  incident_id uuid not null unique references incidents (id),
  texts       text not null,
  added       text not null,
  words       text not null
);
-- The index over words, by doc. Every byte beyond ASCII is part of a word to the tokenizer.
create virtual table incident_words_index using fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

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
  word        text not null,
  incident_id uuid not null references incidents (id),
  primary key (word, incident_id)
);
create index incident_words_incident on incident_words (incident_id);
drop table search_fill;
drop table incident_words_index;
drop table incident_texts;
