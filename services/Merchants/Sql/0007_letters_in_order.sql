-- Letters leave in the order in which they were written: "approved" before "published", whatever ids they drew.
alter table letters add column number bigint generated always as identity;

-- Whether a number is taken is read of the shops themselves, under the directory's lock: a shop may have corrected its own since it applied, and a refused
-- application keeps nobody else from asking.
drop index applications_siret_idx;
alter table applications drop column siret;
