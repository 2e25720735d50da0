-- Whose count it was that set a figure: the ledger is read by the merchant, and "a program" is not "the till". Of what came before it is not known.
alter table stock_movements add column source text check (source in ('hand', 'api', 'import', 'feed'));
