-- A queue with a state per row. Published rows stay for the replay horizon.
create table outbox (
  id uuid not null primary key,
  type text not null,
  aggregate_id text not null,
  revision bigint not null,
  headers jsonb not null,
  payload bytea not null,
  created_at timestamptz not null,
  claimed_until timestamptz,
  published_at timestamptz,
  stream_sequence bigint,
  epoch bigint not null
);

create index outbox_unpublished on outbox (id) where published_at is null;

-- What the relay last saw of its stream. A change of epoch means that the stream lost messages.
create table outbox_stream (
  stream text not null primary key,
  created_at timestamptz not null,
  last_sequence bigint not null,
  epoch bigint not null,
  refill_above bigint
);

-- One row per event and consumer, written in the transaction of the event's effect.
create table inbox (
  consumer text not null,
  event_id uuid not null,
  state text not null check (state in ('done', 'failed', 'parked')),
  attempts integer not null,
  changed_at timestamptz not null,
  primary key (consumer, event_id)
);

create index inbox_changed on inbox (changed_at);

-- Deliveries that were given up, with all that is needed to deliver them again.
create table parked (
  consumer text not null,
  event_id uuid not null,
  subject text not null,
  headers jsonb not null,
  payload bytea not null,
  reason text not null,
  error text not null,
  attempts integer not null,
  state text not null check (state in ('parked', 'retry')),
  parked_at timestamptz not null,
  primary key (consumer, event_id)
);

create index parked_retry on parked (consumer) where state = 'retry';
