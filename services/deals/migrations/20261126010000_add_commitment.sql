-- Whether the responsible vouches for amount and date.
alter table deal add column committed boolean not null default false;

-- A deal that grows a contract, or goes beside one, has the `origin` 'direct' and this next to it: the check of
-- `origin` cannot be widened on SQLite, and programs of yesterday know no other word.
alter table deal add column growth text check (growth in ('extension', 'expansion', 'cross_sale'));
alter table deal add column previous_contract_id uuid;
