-- A substitute is set aside in a name of its own, drawn from its order and question; this finds the order again when Catalog speaks of it. Rebuilt from the log.
create table substitute_holds (
    hold_id uuid primary key,
    order_id uuid not null,
    shop_id uuid not null,
    proposal_id uuid not null
);
