-- Of which model an offer is, and in what it differs from the others of it: all of them stay offers of their own, with stock, price and numbers.
alter table offers
    add column variant_group text,
    add column variant_size text,
    add column variant_colour text,
    add constraint offers_variant_whole check ((variant_group is null) = (variant_size is null and variant_colour is null)),
    -- What stands wherever an offer is named alone: made here, and nowhere else.
    add column name text not null generated always as (title || coalesce(', ' || variant_size, '') || coalesce(', ' || variant_colour, '')) stored;
-- The same size in the same colour is on sale once, however its letters are written: the last guard behind the rule.
create unique index offers_variant_key on offers
    (shop_id, variant_group, lower(coalesce(variant_size, '') collate "fr-x-icu"), lower(coalesce(variant_colour, '') collate "fr-x-icu")) where status = 'active' and variant_group is not null;
create index offers_variant_idx on offers (shop_id, variant_group) where variant_group is not null;
