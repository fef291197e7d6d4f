-- Merges that a scan made by itself are listed and taken back together.
alter table person_merge add column batch_id uuid;
create index person_merge_batch_idx on person_merge (batch_id, id);

alter table duplicate_scan add column merge_from_ppm bigint not null default 0;
alter table duplicate_scan add column dry_run boolean not null default false;
alter table duplicate_scan add column batch_id uuid;
alter table duplicate_scan add column merged bigint not null default 0;

-- Who is one person with others, by the merges in force: an index over them for lists, written with
-- each merge and split. A person of one record has no row.
create table person_member (
    person_id uuid not null primary key references person (id),
    canonical_id uuid not null references person (id)
);
create index person_member_canonical_idx on person_member (canonical_id);

insert into person_member (person_id, canonical_id)
with recursive link (from_id, to_id) as (
    select kept_id, joined_id from person_merge where split_at is null
    union all
    select joined_id, kept_id from person_merge where split_at is null
), member (root_id, id) as (
    select from_id, from_id from link
    union
    select member.root_id, link.to_id from member join link on link.from_id = member.id
)
select root.from_id, (
    select id from member where member.root_id = root.from_id order by id limit 1
) from (select distinct from_id from link) as root;
