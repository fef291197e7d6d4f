//! All that contracts listens to.

mod deal_won;

use std::sync::Arc;

use messaging::Subscription;
use proto::deals::v1::DealWon;

use crate::app::App;

pub fn subscriptions(app: &Arc<App>) -> Vec<Subscription> {
    vec![Subscription::new("contracts", "deals").on::<DealWon>(app.clone())]
}
