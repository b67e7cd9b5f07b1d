-- +goose Up
-- A report to the national level keeps the form that it was made with, and what was filled in:
-- a JSON object by the names of the form's fields. A request for help from before has none; its
-- reason is its text.
alter table national_reports add column form text not null default '';
alter table national_reports add column form_from text not null default '';
alter table national_reports add column fields text not null default '{}';
alter table national_reports add column initial_report_id uuid;
-- «Các thông tin cung cấp trong thông báo sự cố này đều phải được giữ bí mật» (Mẫu số 03).
alter table national_reports add column keep_secret boolean not null default false;

-- The address of a person who reported, not of a duty desk: personal data.
alter table deliveries add column personal boolean not null default false;

-- +goose Down
alter table deliveries drop column personal;
alter table national_reports drop column keep_secret;
alter table national_reports drop column initial_report_id;
alter table national_reports drop column fields;
alter table national_reports drop column form_from;
alter table national_reports drop column form;
