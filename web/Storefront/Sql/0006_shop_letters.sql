-- The letters about shops that are in the post box already, by Merchants' ids: fetched again, they are not posted again. Swept a month after they left,
-- unless Merchants still lists them.
create table shop_letters (
    letter_id uuid primary key,
    posted_at timestamptz not null
);
