-- A draft is an offer that its shop has not finished: nobody else sees it, and it is not sold.
alter table offers drop constraint offers_status_check, add constraint offers_status_check check (status in ('draft', 'active', 'archived'));
-- Proposed to whoever offers something in such a category.
alter table categories add column alcohol boolean not null default false;
