-- +goose Up
-- The folded words of a title. Bytewise order makes a prefix a range on both databases.
create table incident_words (
  word        text not null,
  incident_id uuid not null references incidents (id),
  primary key (word, incident_id)
);
create index incident_words_incident on incident_words (incident_id);

-- +goose Down
drop table incident_words;
