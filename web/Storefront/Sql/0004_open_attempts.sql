-- Until it is known what became of a press of "Réserver", every form of that basket in that town is sent under the same key: two orders never stand.
-- What was sent under a key stands apart, because a form may be changed and sent again before the first answer is known.
create table checkout_requests (
    basket_key bytea not null,
    form_key text not null,
    form_hash bytea not null,
    request text not null,
    at timestamptz not null default clock_timestamp(),
    primary key (basket_key, form_key, form_hash),
    foreign key (basket_key, form_key) references checkout_attempts (basket_key, form_key) on delete cascade
);
insert into checkout_requests (basket_key, form_key, form_hash, request, at)
select basket_key, form_key, form_hash, request, at from checkout_attempts where request is not null;

-- waiting: a press is on its way or was never answered. settled: nothing of the order is left to do in the basket.
alter table checkout_attempts
    add column town text,
    add column sent_at timestamptz not null default now(),
    add column waiting boolean not null default true,
    add column settled boolean not null default true;
alter table checkout_attempts alter column settled set default false;
update checkout_attempts a set settled = false, sent_at = a.at, town = (select r.request::json ->> 'town' from checkout_requests r where r.basket_key = a.basket_key and r.form_key = a.form_key)
where order_id is null
and not exists (select 1 from checkout_attempts later where later.basket_key = a.basket_key and later.order_id is null and (later.at, later.form_key) > (a.at, a.form_key));
alter table checkout_attempts drop column form_hash, drop column request;
create unique index checkout_attempts_open_key on checkout_attempts (basket_key, town) where order_id is null and town is not null;
