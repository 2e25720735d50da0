-- The log: truth of Ordering, outbox of every service. Read it by (xid, position) below the oldest running
-- transaction, never by position alone (decision 0002).
create table events (
    position bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    id uuid not null,
    stream text not null,
    version bigint not null,
    type text not null,
    data jsonb not null,
    meta jsonb,
    at timestamptz not null,
    constraint events_stream_version_key unique (stream, version)
);
create index events_log_idx on events (xid, position);

create table log_cursors (
    name text primary key,
    xid xid8 not null,
    position bigint not null,
    moved_at timestamptz not null default now()
);

-- One row per message and consumer, written last in the transaction that carries the effect.
create table inbox (
    message_id uuid not null,
    consumer text not null,
    at timestamptz not null default now(),
    constraint inbox_pkey primary key (message_id, consumer)
);
create index inbox_at_idx on inbox (at);

-- Durable timers. `leased_until` hides a row from the other workers while one is at it.
create table due_work (
    kind text not null,
    key text not null,
    due_at timestamptz not null,
    data jsonb,
    attempts int not null default 0,
    leased_until timestamptz,
    last_error text,
    primary key (kind, key)
);
create index due_work_due_idx on due_work (kind, due_at);
