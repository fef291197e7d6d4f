-- The forecast adds up all open deals; with all that it reads in the index, no row has to be fetched.
create index deal_forecast on deal (expected_close_at, topic_id, responsible_id, stage, currency, amount_minor, committed) where state = 'open';

-- What months have won.
create index deal_won on deal (closed_at, topic_id, responsible_id, currency, amount_minor) where state = 'won';
