create table partner (
    id uuid primary key,
    revision bigint not null,
    name text not null,
    name_folded text not null unique,
    active boolean not null,
    recorded_at timestamptz not null
);

create table api_key (
    id uuid primary key,
    partner_id uuid not null references partner (id),
    -- SHA-256 of the text; the text itself is kept nowhere.
    digest bytea not null unique,
    hint text not null,
    test boolean not null,
    -- A key that counts holds one of two places of its kind, so that a third cannot be made by two
    -- callers at once; null once revoked or retired.
    slot integer check (slot in (1, 2)),
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    unique (partner_id, test, slot)
);

create index api_key_by_partner on api_key (partner_id, created_at);
