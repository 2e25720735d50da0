-- A shop that asked to come in: what it said stands in the shop itself, a draft; here stands who asked, when, and what became of it. One row per shop:
-- what is corrected, or asked again after a refusal, takes its place under the next version.
create table applications (
    shop_id uuid primary key references shops (id),
    town text not null references towns (slug),
    siret text not null,
    applicant text not null check (applicant = lower(applicant)),
    language text not null check (language in ('fr', 'en')),
    state text not null check (state in ('pending', 'approved', 'refused')),
    reason text,
    terms text not null,
    terms_at timestamptz not null,
    asked_at timestamptz not null,
    decided_at timestamptz,
    version int not null,
    constraint applications_reason_check check ((state = 'refused') = (reason is not null))
);
create unique index applications_siret_idx on applications (town, siret);
create index applications_pending_idx on applications (town, asked_at) where state = 'pending';
create index applications_applicant_idx on applications (applicant) where state = 'pending';

-- Why a shop is suspended, as the town's coordination says it.
create table suspensions (
    shop_id uuid primary key references shops (id),
    reason text not null,
    since timestamptz not null
);

-- How many offers a draft has for sale, as Catalog last counted.
create table assortments (
    shop_id uuid primary key,
    offers int not null,
    counted_at timestamptz not null
);

-- Mails about shops: written here with what they tell of, fetched by the storefront, gone once it has them.
create table letters (
    letter_id uuid primary key,
    recipient text not null,
    language text not null,
    kind text not null,
    shop_id uuid not null references shops (id),
    town text not null,
    reason text
);
