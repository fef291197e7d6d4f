create table file (
    id uuid not null primary key,
    campaign_id uuid not null references campaign (id),
    name text not null,
    content_type text not null,
    size bigint not null,
    sha256 text not null,
    note text not null,
    uploaded_by uuid,
    uploaded_at timestamptz not null,
    removed boolean not null,
    -- Its content: a row of file_object.
    object_id uuid not null unique
);
create index file_page_idx on file (campaign_id, uploaded_at, id);

-- What lies in the object store, or may. A row is here before its object is and goes after it, so
-- no object is without a row.
create table file_object (
    id uuid not null primary key,
    state text not null check (state in ('uploading', 'stored', 'doomed')),
    -- When it came into this state.
    since timestamptz not null
);
create index file_object_state_idx on file_object (state, since);
