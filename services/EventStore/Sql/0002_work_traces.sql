-- The trace that a timer was set in, for work that belongs to it (a mail to its order).
alter table due_work add column trace text;
