-- +goose Up
-- The second factor that is in force since; last_used_on is a civil date in Viet Nam, written at
-- most once a day. unlocked_on is the day from which idle days count anew. While reset_at is
-- set, what was reset awaits a second person and nobody logs in.
alter table users add column second_factor_at timestamptz;
alter table users add column last_login_at timestamptz;
alter table users add column last_used_on text not null default '';
alter table users add column unlocked_on text not null default '';
alter table users add column disabled_by_id uuid;
alter table users add column disabled_by_admin boolean not null default false;
alter table users add column notice_number text not null default '';
alter table users add column notice_symbol text not null default '';
alter table users add column notice_issued_on text not null default '';
alter table users add column notice_subject text not null default '';
alter table users add column notice_signer_name text not null default '';
alter table users add column notice_signer_position text not null default '';
alter table users add column reset_kind text not null default '';
alter table users add column reset_by_id uuid;
alter table users add column reset_at timestamptz;
alter table users add column reviewed_at timestamptz;
alter table users add column reviewed_by_id uuid;
-- Nobody knows who was idle before, nor who has disabled whom.
update users set unlocked_on = substr(cast(current_timestamp as text), 1, 10);
update users set disabled_by_admin = true where disabled_at is not null;

-- secret is sealed with the key of the data folder; last_step is the time step of the last code
-- that was accepted.
create table second_factors (
  user_id      uuid primary key references users (id),
  secret       text not null,
  last_step    bigint not null default 0,
  confirmed_at timestamptz,
  created_at   timestamptz not null
);
create table recovery_codes (
  user_id uuid not null references users (id),
  hash    text not null,
  used_at timestamptz,
  primary key (user_id, hash)
);
-- The hashes of the passwords before the one in force.
create table password_history (
  user_id     uuid not null references users (id),
  hash        text not null,
  replaced_at timestamptz not null,
  primary key (user_id, hash)
);
-- From where an account has logged in: attempts of others elsewhere never shut these out.
create table login_addresses (
  user_id uuid not null references users (id),
  address text not null,
  last_on text not null,
  primary key (user_id, address)
);

-- +goose Down
drop table login_addresses;
drop table password_history;
drop table recovery_codes;
drop table second_factors;
alter table users drop column reviewed_by_id;
alter table users drop column reviewed_at;
alter table users drop column reset_at;
alter table users drop column reset_by_id;
alter table users drop column reset_kind;
alter table users drop column notice_signer_position;
alter table users drop column notice_signer_name;
alter table users drop column notice_subject;
alter table users drop column notice_issued_on;
alter table users drop column notice_symbol;
alter table users drop column notice_number;
alter table users drop column disabled_by_admin;
alter table users drop column disabled_by_id;
alter table users drop column unlocked_on;
alter table users drop column last_used_on;
alter table users drop column last_login_at;
alter table users drop column second_factor_at;
