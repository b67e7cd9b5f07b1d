-- +goose Up

-- The W3C traceparent of the request, so that one trace shows request, event and mail. Null
-- when the request was not traced.
alter table outbox add column traceparent text;
alter table deliveries add column traceparent text;

-- What the metrics ask at every scrape.
create index deliveries_open on deliveries (status) where status <> 'sent';
create index handovers_unanswered on handovers (acknowledge_by) where status = 'requested' and acknowledge_by is not null;

-- +goose Down
drop index handovers_unanswered;
drop index deliveries_open;
alter table deliveries drop column traceparent;
alter table outbox drop column traceparent;
