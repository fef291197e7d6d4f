-- The first payment of the plan that a payment is of.
alter table payment add column plan_id uuid;
-- The payment of which only a part came, when this is the rest.
alter table payment add column rest_of_id uuid;
-- The payment that this one gives back; its amount is below zero.
alter table payment add column refunds_id uuid;
-- Why it was refunded or removed.
alter table payment add column reason text not null default '';
alter table payment add column removed_at timestamptz;

create index payment_plan on payment (plan_id) where plan_id is not null;
create index payment_rest_of on payment (rest_of_id) where rest_of_id is not null;
create index payment_refunds on payment (refunds_id) where refunds_id is not null;
create index payment_due on payment (due_at, id);
create index payment_received on payment (received_at) where received_at is not null;
create index payment_overdue on payment (due_at, id) where received_at is null and removed_at is null;
