-- What a piece weighed, about, when it was put in: goods by weight that are asked for in pieces. Quantities stay grams.
alter table basket_lines add column piece_grams bigint check (piece_grams > 0);
