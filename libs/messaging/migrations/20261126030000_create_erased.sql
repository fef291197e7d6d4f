-- What belongs to persons that were erased, by the bare ids: events that tell of it are handled without words.
create table erased (
  id uuid not null primary key,
  erased_at timestamptz not null
);

-- One row: who handles an event that may bring words, and who erases, take turns by it.
create table erased_turn (
  id bigint not null primary key,
  turns bigint not null
);

insert into erased_turn (id, turns) values (1, 0);
