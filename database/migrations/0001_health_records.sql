-- The health records of all users, as the upstream gave them: `data` is the record itself, the other
-- columns are what it is found by. Runs on a fresh PostgreSQL 13 or newer: Supabase, RDS or one's own.

create table biomarkers (
  id uuid primary key default gen_random_uuid(),
  profile_id text not null,
  category text not null,
  type text not null,
  data jsonb not null,
  start_date_time timestamptz not null,
  end_date_time timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint biomarkers_key unique (profile_id, type, start_date_time, end_date_time),
  constraint biomarkers_span check (end_date_time >= start_date_time)
);

create table scores (
  id uuid primary key default gen_random_uuid(),
  profile_id text not null,
  type text not null,
  data jsonb not null,
  score_date_time timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint scores_key unique (profile_id, type, score_date_time)
);

create table archetypes (
  id uuid primary key default gen_random_uuid(),
  profile_id text not null,
  name text not null,
  periodicity text not null,
  data jsonb not null,
  start_date_time timestamptz not null,
  end_date_time timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint archetypes_key unique (profile_id, name, periodicity, start_date_time),
  constraint archetypes_span check (end_date_time >= start_date_time)
);

-- What is asked: everything of one user between two instants, in order of time. The keys above begin
-- with the type, and would have to be read as a whole.
create index biomarkers_by_time on biomarkers (profile_id, start_date_time, end_date_time);
create index scores_by_time on scores (profile_id, score_date_time);
create index archetypes_by_time on archetypes (profile_id, start_date_time, end_date_time);

-- Some hosted databases publish this schema over HTTP to these roles. They are refused rather than shown
-- nothing, which row level security would do: "no rows" must always mean that there are none.
do $$
declare
  published name;
begin
  for published in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on biomarkers, scores, archetypes from %I', published);
  end loop;
end
$$;
