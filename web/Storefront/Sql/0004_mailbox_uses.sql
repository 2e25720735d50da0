-- How many mails somebody asked for to be sent to one mailbox, by kind, since when: a neighbour's mailbox is not flooded from many addresses on the
-- network. The mailbox is the hash of its address and the kind; rows are swept once they are older than what is counted.
create table mailbox_uses (
    mailbox bytea primary key,
    since timestamptz not null,
    mails int not null
);
create index mailbox_uses_since_idx on mailbox_uses (since);
