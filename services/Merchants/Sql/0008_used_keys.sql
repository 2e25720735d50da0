-- When a key was last used, to the hour: what an owner looks at before withdrawing it.
alter table api_keys add column last_used_at timestamptz;
