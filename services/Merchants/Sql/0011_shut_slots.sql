-- What Ordering was told of a booking whose place is shut at its hour since: how often, whether it is, and when the place opens next.
alter table slot_bookings
    add column shut_version integer not null default 0,
    add column shut boolean not null default false,
    add column reopens timestamptz;
