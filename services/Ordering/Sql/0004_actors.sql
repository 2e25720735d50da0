-- Who acted is a kind of caller from now on. A person's id, kept in events that nobody erases, still told which orders were one person's after the account was gone.
update events
set meta = jsonb_set(meta, '{actor}', case
    when type in ('order-placed.v1', 'order-abandoned.v1', 'shop-order-cancelled.v1') then '"resident"'::jsonb
    -- Ends with the resident's last cancellation or with a shop's last step: it stands behind the event that ended it.
    when type = 'order-completed.v1' and data ->> 'outcome' = 'cancelled' then '"resident"'::jsonb
    else '"staff"'::jsonb end)
where meta ->> 'actor' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
