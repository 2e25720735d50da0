-- What is sold by weight may be ordered in pieces: what one weighs, about. Stock, prices and orders are in grams all the same.
alter table offers add column piece_grams bigint constraint offers_piece_weight check (piece_grams is null or (piece_grams between 20 and 30000 and unit = 'weight'));
