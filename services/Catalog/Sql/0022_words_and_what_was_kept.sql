-- What a shop calls categories in its files, each word once, as it is compared (ImportColumns.Fold): the latest that was said stands, and what is unset goes.
create table category_words (
    shop_id uuid not null,
    word text not null,
    category text not null,
    said_at timestamptz not null,
    primary key (shop_id, word)
);

-- So far they stood, as they were written, with each way of reading a file.
insert into category_words (shop_id, word, category, said_at)
select distinct on (shop_id, word) shop_id, word, category, used_at
from (
    select m.shop_id, f.value as category, m.used_at,
        trim(regexp_replace(translate(lower(f.key), 'àâäáãåçéèêëíìîïñóòôöõúùûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'), '[^a-z0-9œæ]+', ' ', 'g')) as word
    from import_mappings m, jsonb_each_text(case when jsonb_typeof(m.format -> 'families') = 'object' then m.format -> 'families' else '{}' end) f
) said
where word <> ''
order by shop_id, word, used_at desc;

update import_mappings set format = format - 'families' where format ? 'families';

-- A movement that says nothing of what was missing says that nothing was (0021), from now on; what was written before says nothing of it at all.
alter table stock_movements add column missing_kept boolean not null default false;
alter table stock_movements alter column missing_kept set default true;
