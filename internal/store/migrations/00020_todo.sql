-- +goose Up

-- What is to be done, by what is due first: a list of it walks past nothing that is done.
create index duties_todo on duties (due_at, id) where status = 'pending';

-- +goose Down
drop index duties_todo;
