-- What is needed to take in deliveries once each, in any order, and to count what is new.

-- `content` is the digest of what a record says, without who delivered it and when: two versions with the same
-- content are one. `made_at` is when the source made the version: an older one never replaces a newer one.
-- `announced` tells whether a delivery brought this version; only those count as new data.
alter table biomarkers
  add column content text, add column made_at timestamptz, add column announced boolean not null default false;
alter table scores
  add column content text, add column made_at timestamptz, add column announced boolean not null default false;
alter table archetypes
  add column content text, add column made_at timestamptz, add column announced boolean not null default false;

-- One row a delivery, written with what it changed in one transaction.
create table deliveries (
  profile_id text not null,
  sha256 text not null,
  changed integer not null,
  received_at timestamptz not null,
  primary key (profile_id, sha256)
);
create index deliveries_by_digest on deliveries (sha256);

-- How many records were new or changed since the beginning, and how many of them an analysis was asked for.
create table data_points (
  profile_id text primary key,
  total bigint not null default 0,
  analysed bigint not null default 0,
  check_due_at timestamptz
);

-- What was delivered and could not be stored as a record: nothing is thrown away.
create table set_aside (
  id uuid primary key default gen_random_uuid(),
  profile_id text not null,
  event_type text not null,
  reason text not null,
  sha256 text not null,
  body text not null,
  received_at timestamptz not null,
  unique (profile_id, sha256)
);
create index set_aside_by_time on set_aside (received_at);

do $$
declare
  published name;
begin
  for published in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on deliveries, data_points, set_aside from %I', published);
  end loop;
end
$$;
