//! Stays of deals in the stages of their topic.

use super::{Desk, book::Book, day, printed};
use crate::domain::figures::cells::Stage;

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    for deal in book.deals.values() {
        for stay in &deal.stays {
            let won = stay.closed && deal.won_at().is_some();
            let lost = stay.closed && deal.loss().is_some();
            desk.cell(Stage {
                day: day(stay.entered_at),
                topic: deal.topic(),
                stage: stay.stage.to_owned(),
                agent: printed(deal.agent()),
                entered: 1,
                completed: i64::from(stay.left_at.is_some()),
                seconds: stay.seconds(),
                advanced: i64::from(stay.advanced),
                won: i64::from(won),
                lost: i64::from(lost),
                lost_value: if lost { deal.worth.value } else { 0 },
            });
        }
    }
}
