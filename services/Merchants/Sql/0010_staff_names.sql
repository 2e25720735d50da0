-- How the shop calls who works in it, as its owner wrote it; the account's own name is told to nobody who only knows the address.
alter table staff add column name text;
