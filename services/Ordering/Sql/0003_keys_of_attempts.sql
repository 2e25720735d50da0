-- A key that nobody can guess names one order for whoever repeats it (OrderKeys): who first sent it no longer tells where it is looked for.
update idempotency_keys k set caller = ''
from (select distinct on (key) key, caller from idempotency_keys where length(key) >= 22 order by key, at) as first
where k.key = first.key and k.caller = first.caller and k.caller <> ''
and not exists (select 1 from idempotency_keys o where o.key = k.key and o.caller = '');
