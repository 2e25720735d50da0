-- Until when who ordered may withdraw from what was handed over; null: from nothing. Who deleted the account is kept on until then, as an address without a person.
alter table contacts add column withdraw_until timestamptz;

-- By when the first of a part's withdrawals is refunded: the list of them begins with the most urgent.
alter table shop_orders add column refund_by timestamptz;
