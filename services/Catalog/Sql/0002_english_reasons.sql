-- What an import could not take is told in the merchant's language; what was written before this is known in French only.
alter table imports add column error_en text;
alter table import_rejections add column detail_en text;
