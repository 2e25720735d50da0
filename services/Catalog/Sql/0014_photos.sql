-- Pictures of products, under the digest of what is shown: an address never changes its content, and two offers with the same picture share it.
create table photos (
    photo_id text primary key check (photo_id ~ '^[0-9a-f]{64}$'),
    -- When an offer last took it or let it go: what no offer shows stays some days longer, for pages that still name it and for who changes their mind.
    touched_at timestamptz not null
);
create table photo_sizes (
    photo_id text not null references photos (photo_id) on delete cascade,
    -- The width it was made for; a picture that is smaller ends with its own.
    width int not null,
    webp bytea not null,
    primary key (photo_id, width)
);
-- Compressed already.
alter table photo_sizes alter column webp set storage external;
alter table offers add column photo text references photos (photo_id);
-- What it showed before, while that is kept: a slip is taken back.
alter table offers add column photo_before text;
create index offers_photo_idx on offers (photo) where photo is not null;
