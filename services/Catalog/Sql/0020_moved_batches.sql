-- What the same batch has taken at another hour of its day, from which the plan moved it: so much is not sold at this one. The hour that it left has as much below nothing,
-- so that what is ordered there is told once, however often the plan moves.
alter table offer_batches add column elsewhere bigint not null default 0;

alter table offer_batches add constraint offer_batches_told_once check (0 <= taken + elsewhere);
