-- Whether food that is sold by the piece under no global article number is pre-packed (regulation (EU) 1169/2011, article 2(2)(e)). Null where nobody is asked: what bears such a
-- number is, what is weighed is not, and what is no food is nothing of it; and of what was on sale before it was asked, until its sheet is saved.
alter table offers
    add column prepacked boolean constraint offers_prepacked_unit check (prepacked is null or unit = 'piece'),
    -- The last guard behind the rule: on sale it says what is in it (articles 9(1)(e) and 23).
    add constraint offers_prepacked_net check (status <> 'active' or prepacked is not true or net_quantity is not null);
