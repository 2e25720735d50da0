-- How often Ordering has been asked about a hold: each question stays in the log, so they come at growing distance.
alter table slot_orders add column asked int not null default 0;
