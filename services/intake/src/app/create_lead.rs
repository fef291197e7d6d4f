//! Enters a lead by hand, through the same intake as any other channel.

use ids::StaffId;
use proto::intake::v1::LeadInput;

use super::{
    App,
    assign_lead::check_staff,
    collector,
    prepare::{self, Sender},
};
use crate::{domain::verdict::Receipt, error::Error, reading::record};

/// Enters a lead; `responsible` works it, or whoever enters it.
pub async fn create_lead(
    app: &App,
    by: StaffId,
    responsible: Option<StaffId>,
    lead: &LeadInput,
) -> Result<Receipt, Error> {
    record::check(lead, record::Sender::Staff)?;
    if let Some(staff) = responsible.filter(|staff| *staff != by) {
        check_staff(app, staff).await?;
    }
    let sender = Sender::Staff {
        id: by,
        responsible: responsible.unwrap_or(by),
    };
    collector::submit(app, prepare::record(app, &sender, lead, &Ok(()))).await
}
