-- Whose press it was, null for nobody signed in: at a browser that several people use nobody is shown, or sends, what another one typed.
alter table checkout_requests add column person_id uuid;
-- Of whose request the order came, and since when that was on its way: what was put in later stays in the basket.
alter table checkout_attempts
    add column person_id uuid,
    add column ordered_at timestamptz;
-- Something waits once it is sent, and is forgotten a day after it was sent last.
alter table checkout_attempts alter column waiting set default false;
drop index checkout_attempts_at_idx;
create index checkout_attempts_sent_at_idx on checkout_attempts (sent_at);

-- When a person last asked for more of a line that was there already.
alter table basket_lines add column raised_at timestamptz;
