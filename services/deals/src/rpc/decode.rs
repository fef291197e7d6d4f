//! Requests as commands; the only place where errors of fields are born.

mod deal;
pub mod fields;
mod forecast;
mod offer;
mod sale_object;
mod topic;

pub use self::deal::{
    complete_activity, list_deals, lose_deal, losses, move_deal, open_deal, plan_activity,
    plan_next_contact, update_deal, win_deal,
};
pub use self::fields::{MAX_NAME, MAX_TEXT, id, money, shortened, source, time};
pub use self::forecast::{behind, forecast};
pub use self::offer::{create_offer, revise_offer, send_offer, update_offer};
pub use self::sale_object::{new_sale_object, sale_object};
pub use self::topic::{new_topic, topic};
