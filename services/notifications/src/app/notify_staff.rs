use std::collections::BTreeSet;

use ids::StaffId;
use messaging::{BatchError, Tx};

use super::{
    App,
    plan_message::{PlanMessage, plan_messages, write_message},
};
use crate::{
    domain::{message::Purpose, name::one_line},
    error::Error,
    letters::Facts,
    store::{
        copies::{self, Staff},
        messages::Planned,
    },
};

pub(crate) struct NotifyStaff {
    pub staff: StaffId,
    pub purpose: Purpose,
    pub about: String,
    pub occurrence: String,
    pub facts: Facts,
    /// The trace of what it tells of.
    pub trace: Option<String>,
}

/// Tells members of staff, each of the event at a place of the batch. One who is not known yet
/// makes that event wait; one who has left is not written to.
pub(crate) async fn notify_staff(
    app: &App,
    tx: &Tx,
    notices: Vec<(usize, NotifyStaff)>,
) -> Result<(), BatchError> {
    let wanted: BTreeSet<StaffId> = notices.iter().map(|(_, cmd)| cmd.staff).collect();
    let known = copies::staff(&**tx, &wanted).await?;
    let mut planned = Vec::with_capacity(notices.len());
    let mut unaddressed = Vec::new();
    for (place, cmd) in notices {
        let staff = known.get(&cmd.staff).ok_or(Error::StaffUnknown);
        let staff = staff.map_err(|error| BatchError::at(place, error))?;
        if staff.active && !staff.email.is_empty() {
            let message = message_to(app, staff, cmd);
            planned.push(message.map_err(|error| BatchError::at(place, error))?);
        } else {
            unaddressed.push(cmd);
        }
    }
    plan_messages(app, tx, planned).await?;
    for cmd in unaddressed {
        tracing::info!(staff.id = %cmd.staff, "member of staff is not written to");
        app.metrics.unaddressed(cmd.purpose);
    }
    Ok(())
}

pub(super) fn message_to(app: &App, staff: &Staff, cmd: NotifyStaff) -> Result<Planned, Error> {
    let link = app.link(&cmd.about);
    let message = PlanMessage {
        purpose: cmd.purpose,
        about: cmd.about,
        occurrence: cmd.occurrence,
        recipient: staff.email.clone(),
        locale: staff.locale,
        facts: Facts {
            name: one_line(&staff.name),
            link,
            ..cmd.facts
        },
        trace: cmd.trace,
    };
    write_message(app, message)
}
