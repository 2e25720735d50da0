-- What was sent under a form's key, until its outcome is known: the same button pressed twice leads to one order. The request holds the resident's
-- contact and is erased with the outcome; rows older than a day are swept.
create table checkout_attempts (
    basket_key bytea not null references baskets (key) on delete cascade,
    form_key text not null,
    form_hash bytea not null,
    request text,
    order_id uuid,
    access_token text,
    at timestamptz not null default now(),
    primary key (basket_key, form_key),
    check ((request is null) = (order_id is not null))
);
create index checkout_attempts_at_idx on checkout_attempts (at);
