-- What a town's assistant did at a shop's counter, for the shop to read: written before it is done, its outcome after it. An outcome of null says that none
-- was heard. The person is named by the account alone, and no more once it is gone. Kept for a year.
create table shop_journal (
    entry_id uuid primary key,
    shop_id uuid not null,
    at timestamptz not null,
    person_id uuid not null,
    action text not null,
    subject text,
    said text,
    outcome text check (outcome in ('done', 'refused'))
);
create index shop_journal_at_idx on shop_journal (at);
create index shop_journal_idx on shop_journal (shop_id, at desc, entry_id desc);
