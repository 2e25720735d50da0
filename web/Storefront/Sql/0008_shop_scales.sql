-- What the labels of a shop's scale hold in its own numbers (prefixes 20 to 29), as somebody of the shop has said; no row: nobody has.
create table shop_scales (
    shop_id uuid primary key,
    holds text not null check (holds in ('weight', 'price'))
);
