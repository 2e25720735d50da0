-- Where shops' programs want to hear of orders. The secrets stand nowhere: they are computed (WebhookSecrets), by the number of the one that is good now.
create table webhook_endpoints (
    id uuid primary key,
    shop_id uuid not null,
    url text not null,
    name text,
    types text[] not null,
    status text not null check (status in ('active', 'paused', 'off')),
    off_reason text check (off_reason in ('failing', 'gone')),
    secret int not null default 1,
    former_secret_until timestamptz,
    failing_since timestamptz,
    created_at timestamptz not null,
    version bigint not null default 1,
    constraint webhook_endpoints_url_key unique (shop_id, url)
);

-- One event for one endpoint: written with the move of the log's place, sent until it is taken, kept for a while as the log of what was sent.
create table webhook_deliveries (
    id uuid primary key,
    endpoint_id uuid not null references webhook_endpoints on delete cascade,
    event_id text not null,
    type text not null,
    order_id uuid,
    at timestamptz not null,
    body text not null,
    state text not null check (state in ('waiting', 'delivered', 'given-up')),
    created_at timestamptz not null,
    next_at timestamptz not null,
    leased_until timestamptz,
    attempts int not null default 0,
    failing_since timestamptz,
    tried_at timestamptz,
    answer int,
    answer_text text,
    problem text,
    milliseconds int,
    ended_at timestamptz,
    constraint webhook_deliveries_event_key unique (endpoint_id, event_id)
);
create index webhook_deliveries_due_idx on webhook_deliveries (endpoint_id, next_at) where state = 'waiting';
create index webhook_deliveries_log_idx on webhook_deliveries (endpoint_id, created_at desc, id);
create index webhook_deliveries_ended_idx on webhook_deliveries (ended_at) where ended_at is not null;

insert into due_work (kind, key, due_at) values ('webhook-news', 'next', '2020-01-01') on conflict do nothing;
