use ids::StaffId;
use messaging::Tx;

use super::{
    App,
    plan_message::{PlanMessage, plan_message},
};
use crate::{
    domain::{message::Purpose, name::one_line},
    error::Error,
    letters::Facts,
    store::{self, copies::Staff},
};

pub(crate) struct NotifyStaff {
    pub staff: StaffId,
    pub purpose: Purpose,
    pub about: String,
    pub occurrence: String,
    pub facts: Facts,
}

/// Tells a member of staff. One who is not known yet makes the event wait; one who has left is
/// not written to.
pub(crate) async fn notify_staff(app: &App, tx: &Tx, cmd: NotifyStaff) -> Result<(), Error> {
    let staff = store::copies::staff(&**tx, cmd.staff)
        .await?
        .ok_or(Error::StaffUnknown)?;
    if !staff.active || staff.email.is_empty() {
        tracing::info!(staff.id = %staff.id, "member of staff is not written to");
        app.metrics.unaddressed(cmd.purpose);
        return Ok(());
    }
    write_to(app, tx, &staff, cmd).await
}

pub(super) async fn write_to(
    app: &App,
    tx: &Tx,
    staff: &Staff,
    cmd: NotifyStaff,
) -> Result<(), Error> {
    let facts = Facts {
        name: one_line(&staff.name),
        link: app.link(&cmd.about),
        ..cmd.facts
    };
    let planned = PlanMessage {
        purpose: cmd.purpose,
        about: cmd.about,
        occurrence: cmd.occurrence,
        recipient: staff.email.clone(),
        recipient_name: facts.name.clone(),
        locale: staff.locale,
        facts,
    };
    plan_message(app, tx, planned).await?;
    Ok(())
}
