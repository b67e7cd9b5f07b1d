-- +goose Up

-- Every book of rules that ever came into force here, with all it was made of. A duty names the
-- version of its book. sources is JSON; the version is a hash over it, so that neither changes.
create table rule_books (
  version       text primary key,
  sources       text not null,
  first_used_at timestamptz not null,
  in_force      boolean not null
);
create unique index rule_books_in_force on rule_books (in_force) where in_force;

-- +goose Down
drop table rule_books;
