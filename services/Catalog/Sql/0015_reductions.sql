-- A reduction that the shop announces: the price it is told against, fixed when it is announced, so that one reduction after another is told against the price before the first.
alter table offers add column prior_price_cents bigint check (prior_price_cents > price_cents);
