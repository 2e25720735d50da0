-- Stripe's events as they were heard: what each is about, nothing of what it says. Looked up, not believed.
create table payment_events (
    event_id text primary key,
    type text not null,
    order_id uuid,
    created_at timestamptz not null,
    received_at timestamptz not null
);
create index payment_events_order on payment_events (order_id) where order_id is not null;
