-- +goose Up

-- The case's TLP label leaves the agency how the case stands, and what is the agency's own
-- (incident.Reach). Written by the same rule as the rest of the row.
alter table case_sights add column narrowed boolean not null default false;
update case_sights set narrowed = true where exists (
  select 1 from incidents i where i.id = case_sights.incident_id and i.tlp in ('amber+strict', 'red') and not i.restricted
    and case_sights.agency_id <> i.reporting_agency_id and case_sights.agency_id <> i.lead_agency_id);
delete from case_sights where narrowed and exists (
  select 1 from incidents i where i.id = case_sights.incident_id and i.tlp = 'red');

-- The giver's wish (QĐ 3063/QĐ-UBND Sơn La Điều 3 khoản 4): read by the team and by the agency
-- that wrote it.
alter table notes add column confidential boolean not null default false;
alter table observables add column confidential boolean not null default false;

-- +goose Down
alter table observables drop column confidential;
alter table notes drop column confidential;
alter table case_sights drop column narrowed;
