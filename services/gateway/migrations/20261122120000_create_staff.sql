create table staff (
    id uuid primary key,
    revision bigint not null,
    name text not null,
    name_folded text not null,
    email text not null,
    email_folded text not null unique,
    password_hash text not null,
    -- When the password was changed; older sessions are over. Null until then.
    password_changed_at timestamptz,
    locale text not null check (locale in ('en', 'ru', 'hu', 'lv')),
    roles jsonb not null,
    -- Beside the roles, so that the last admin is found without reading JSON.
    admin boolean not null,
    active boolean not null,
    opened_at timestamptz not null
);

create index staff_by_name on staff (name_folded, id);
