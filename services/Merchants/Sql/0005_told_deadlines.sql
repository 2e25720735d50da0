-- Until when Ordering was told that the goods of this booking are kept: it is told anew only of a later day. Null: booked before this was remembered.
alter table slot_bookings add column collect_until timestamptz;
