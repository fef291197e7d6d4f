//! Messages, reminders and questionnaires over gRPC.

mod convert;

use std::sync::Arc;

use ids::{MessageId, ReminderId};
use persons::reach;
use proto::notifications::v1::{
    AnswerQuestionnaireRequest, AnswerQuestionnaireResponse, CompleteReminderRequest,
    CompleteReminderResponse, GetMessageRequest, GetMessageResponse, GetQuestionnaireRequest,
    GetQuestionnaireResponse, ListMessagesRequest, ListMessagesResponse, ListRemindersRequest,
    ListRemindersResponse, RetryMessageRequest, RetryMessageResponse, SnoozeReminderRequest,
    SnoozeReminderResponse, notifications_service_server::NotificationsService,
};
use rpc::{Identity, Role, decode::Fields, page};
use tonic::{Request, Response, Status};

use crate::{
    app::{
        App, Caller,
        answer_questionnaire::answer_questionnaire,
        complete_reminder::{CompleteReminder, complete_reminder},
        retry_message::retry_message,
        snooze_reminder::snooze_reminder,
    },
    error::Error,
    letters::questions,
    mail,
    store::{messages, questionnaires, reminders},
};

pub(crate) struct Rpc(pub Arc<App>);

fn status(error: impl Into<Error>) -> Status {
    rpc::status("notifications", &error.into())
}

fn caller(identity: &Identity) -> Caller {
    Caller {
        staff: match identity {
            Identity::Staff { id, .. } => id.parse().ok(),
            _ => None,
        },
        any: identity.has_role(Role::Head) || identity.has_role(Role::Admin),
    }
}

fn one<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, Error>
where
    T::Err: std::fmt::Display,
{
    let mut fields = Fields::new();
    let id = fields.parse(field, text);
    Ok(fields.finish(|| id)?)
}

#[tonic::async_trait]
impl NotificationsService for Rpc {
    async fn list_messages(
        &self,
        request: Request<ListMessagesRequest>,
    ) -> Result<Response<ListMessagesResponse>, Status> {
        let response = list_messages(&self.0, &request.into_inner())
            .await
            .map_err(status)?;
        Ok(Response::new(response))
    }

    async fn get_message(
        &self,
        request: Request<GetMessageRequest>,
    ) -> Result<Response<GetMessageResponse>, Status> {
        let id = one("message_id", &request.into_inner().message_id).map_err(status)?;
        Ok(Response::new(
            get_message(&self.0, id).await.map_err(status)?,
        ))
    }

    async fn list_reminders(
        &self,
        request: Request<ListRemindersRequest>,
    ) -> Result<Response<ListRemindersResponse>, Status> {
        let caller = caller(rpc::identity(&request));
        let response = list_reminders(&self.0, caller, &request.into_inner())
            .await
            .map_err(status)?;
        Ok(Response::new(response))
    }

    async fn snooze_reminder(
        &self,
        request: Request<SnoozeReminderRequest>,
    ) -> Result<Response<SnoozeReminderResponse>, Status> {
        let caller = caller(rpc::identity(&request));
        let cmd = convert::snooze(&request.into_inner(), caller).map_err(status)?;
        let reminder = snooze_reminder(&self.0, cmd).await.map_err(status)?;
        Ok(Response::new(SnoozeReminderResponse {
            reminder: Some(convert::reminder(&reminder)),
        }))
    }

    async fn complete_reminder(
        &self,
        request: Request<CompleteReminderRequest>,
    ) -> Result<Response<CompleteReminderResponse>, Status> {
        let caller = caller(rpc::identity(&request));
        let id: ReminderId =
            one("reminder_id", &request.into_inner().reminder_id).map_err(status)?;
        let cmd = CompleteReminder {
            reminder: id,
            caller,
        };
        let reminder = complete_reminder(&self.0, cmd).await.map_err(status)?;
        let reminder = Some(convert::reminder(&reminder));
        Ok(Response::new(CompleteReminderResponse { reminder }))
    }

    async fn get_questionnaire(
        &self,
        request: Request<GetQuestionnaireRequest>,
    ) -> Result<Response<GetQuestionnaireResponse>, Status> {
        let token = request.into_inner().token;
        Ok(Response::new(
            get_questionnaire(&self.0, &token).await.map_err(status)?,
        ))
    }

    async fn answer_questionnaire(
        &self,
        request: Request<AnswerQuestionnaireRequest>,
    ) -> Result<Response<AnswerQuestionnaireResponse>, Status> {
        let cmd = convert::answer(request.into_inner()).map_err(status)?;
        let answered = answer_questionnaire(&self.0, cmd).await.map_err(status)?;
        let thanks = questions(answered.locale).map_err(status)?.thanks;
        Ok(Response::new(AnswerQuestionnaireResponse { thanks }))
    }

    async fn retry_message(
        &self,
        request: Request<RetryMessageRequest>,
    ) -> Result<Response<RetryMessageResponse>, Status> {
        let id = one("message_id", &request.into_inner().message_id).map_err(status)?;
        let message = retry_message(&self.0, id).await.map_err(status)?;
        Ok(Response::new(RetryMessageResponse {
            message: Some(convert::message(&message)),
        }))
    }
}

async fn list_messages(
    app: &App,
    request: &ListMessagesRequest,
) -> Result<ListMessagesResponse, Error> {
    let size = page::size(request.page_size)?;
    let before = page::decode(&request.page_token)?;
    let (mut wanted, person) = convert::wanted(request)?;
    let db = app.outbox.database().reader();
    if let Some(person) = person {
        wanted.about_any = Some(reach::leads(db, person).await?);
    }
    let (rows, total) = messages::list(db, &wanted, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |message| message.id.uuid());
    Ok(ListMessagesResponse {
        messages: rows.iter().map(convert::message).collect(),
        next_page_token,
        total: i64::try_from(total).unwrap_or(i64::MAX),
    })
}

async fn get_message(app: &App, id: MessageId) -> Result<GetMessageResponse, Error> {
    let found = messages::find(app.outbox.database().reader(), id).await?;
    let found = found.ok_or(Error::MessageNotFound(id))?;
    let mut message = convert::message(&found);
    // What can never be sent has no header lines; its detail says why.
    let (html, composed) = app.composed(&found)?;
    message.headers = composed
        .map(|built| mail::header_lines(&built))
        .unwrap_or_default();
    message.text = found.text;
    message.html = html.text;
    message.html_substituted = !html.known;
    Ok(GetMessageResponse {
        message: Some(message),
    })
}

async fn list_reminders(
    app: &App,
    caller: Caller,
    request: &ListRemindersRequest,
) -> Result<ListRemindersResponse, Error> {
    let size = page::size(request.page_size)?;
    let after = page::decode(&request.page_token)?;
    let staff = match request.staff_id.as_str() {
        "" => Some(caller.staff.ok_or(Error::NotYours)?),
        "all" => None,
        id => Some(one("staff_id", id)?),
    };
    if !caller.any && (staff.is_none() || staff != caller.staff) {
        return Err(Error::NotYours);
    }
    let (db, limit) = (app.outbox.database().reader(), u64::from(size) + 1);
    let rows = reminders::list(db, staff, request.include_completed, after, limit).await?;
    let (rows, next_page_token) = page::cut(rows, size, |last| reminders::Cursor::from(last));
    let reminders = rows.iter().map(convert::reminder).collect();
    Ok(ListRemindersResponse {
        reminders,
        next_page_token,
    })
}

async fn get_questionnaire(app: &App, token: &str) -> Result<GetQuestionnaireResponse, Error> {
    let found = questionnaires::by_token(app.outbox.database().reader(), token).await?;
    let found = found.ok_or(Error::QuestionnaireNotFound)?;
    Ok(convert::questionnaire(&found, questions(found.locale)?))
}
