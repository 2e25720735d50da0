-- From its order's end on a contact is kept for a time and no longer; of a person who left, not even that long.
alter table contacts
    add column ended_at timestamptz,
    add column person_left boolean not null default false;

update contacts c
set ended_at = coalesce((select max(s.changed_at) from shop_orders s where s.order_id = c.order_id), o.placed_at)
from orders o
where o.order_id = c.order_id and o.status in ('completed', 'refused', 'expired', 'cancelled');

create index contacts_ended_idx on contacts (ended_at) where ended_at is not null;
create index contacts_left_idx on contacts (order_id) where person_left;
