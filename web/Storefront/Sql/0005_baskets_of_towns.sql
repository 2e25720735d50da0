-- A shop of two towns: its goods in one town's basket are not those in the other's. Putting them into the second moved the line out of the first.
alter table basket_lines drop constraint basket_lines_pkey, add primary key (key, town, offer_id);
