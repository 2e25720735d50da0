-- Events are forgotten after a month, by when they came.
create index payment_events_received on payment_events (received_at);
