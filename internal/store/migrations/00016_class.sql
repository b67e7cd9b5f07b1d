-- +goose Up

-- What the law makes of the facts of a case, and when the desk last learned any of them.
alter table incidents add column violation_found_at timestamptz;
alter table incidents add column facts_at timestamptz;
alter table incidents add column class text not null default '';
alter table incidents add column class_pack text not null default '';
alter table incidents add column class_book text not null default '';
alter table incidents add column class_basis text not null default '';
alter table incidents add column dangerous boolean not null default false;
alter table incidents add column danger_basis text not null default '';

-- +goose Down
alter table incidents drop column danger_basis;
alter table incidents drop column dangerous;
alter table incidents drop column class_basis;
alter table incidents drop column class_book;
alter table incidents drop column class_pack;
alter table incidents drop column class;
alter table incidents drop column facts_at;
alter table incidents drop column violation_found_at;
