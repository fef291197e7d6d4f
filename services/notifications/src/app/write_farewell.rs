use ids::{LeadId, QuestionnaireId};
use messaging::Tx;

use super::{
    App,
    plan_message::{PlanMessage, plan_messages, write_message},
};
use crate::{
    domain::{locale::Locale, message::Purpose, name::Name, questionnaire::Questionnaire},
    error::Error,
    letters::Facts,
    store,
};

pub(crate) struct WriteFarewell {
    pub lead: LeadId,
    pub name: Name,
    /// Empty when none is known.
    pub email: String,
    pub locale: Locale,
}

/// Writes the farewell letter with its questionnaire: once for each lead, for ever.
pub(crate) async fn write_farewell(app: &App, tx: &Tx, cmd: WriteFarewell) -> Result<(), Error> {
    if cmd.email.is_empty() {
        tracing::info!(lead.id = %cmd.lead, "lead has no address for a farewell letter");
        app.metrics.unaddressed(Purpose::Farewell);
        return Ok(());
    }
    let questionnaire = Questionnaire {
        id: QuestionnaireId::generate(),
        lead: cmd.lead,
        token: token(),
        locale: cmd.locale,
        created_at: app.clock.now(),
        answer: None,
    };
    if !store::questionnaires::insert(&**tx, &questionnaire).await? {
        return Ok(());
    }
    let base = app.settings.public_url.trim_end_matches('/');
    let message = PlanMessage {
        purpose: Purpose::Farewell,
        about: cmd.lead.to_string(),
        occurrence: "once".to_owned(),
        recipient: cmd.email,
        locale: cmd.locale,
        facts: Facts {
            name: cmd.name.addressed(cmd.locale),
            link: format!("{base}/q/{}", questionnaire.token),
            ..Facts::default()
        },
        trace: telemetry::context::current(),
    };
    plan_messages(app, tx, vec![write_message(app, message)?]).await
}

/// Whoever knows the token may answer, so it is 128 random bits. Ids are no secrets: they carry
/// the time and stand in events and logs.
fn token() -> String {
    format!("{:032x}", rand::random::<u128>())
}
