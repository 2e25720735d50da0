-- A file is looked at before it is taken: how it is read is guessed, shown, corrected, and remembered by the names of its columns.
alter table imports drop constraint imports_status_check,
    add constraint imports_status_check check (status in ('receiving', 'checking', 'preview', 'queued', 'running', 'done', 'failed', 'dropped')),
    add column file_name text,
    add column lines int,
    add column added int not null default 0,
    add column error_code text,
    -- Counts how often its reading was corrected: what is committed is what somebody saw.
    add column revision int not null default 0,
    -- None: read as a file of our own columns.
    add column format jsonb,
    add column header text[],
    add column preview jsonb;
create index imports_listed_idx on imports (shop_id, created_at);
-- The line itself, to be handed back with its reason.
alter table import_rejections add column fields text[];

-- The end of a line in a text is one letter, however it was typed: files and forms write it differently, and nobody sees a difference.
update offers set description = replace(replace(description, E'\r\n', E'\n'), E'\r', E'\n') where strpos(description, E'\r') > 0;

create table import_mappings (
    shop_id uuid not null,
    fingerprint text not null,
    format jsonb not null,
    used_at timestamptz not null,
    primary key (shop_id, fingerprint)
);
