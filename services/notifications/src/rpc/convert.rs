//! Proto to domain and back; the only place where a field is found wrong.

use ids::PersonId;
use proto::{
    convert::{timestamp, to_timestamp},
    notifications::v1 as pb,
};
use rpc::decode::{Fields, Invalid};

use crate::{
    app::{Caller, answer_questionnaire::AnswerQuestionnaire, snooze_reminder::SnoozeReminder},
    domain::{
        message::{Message, Purpose, State},
        questionnaire::{Questionnaire, REASONS},
        reminder::Reminder,
    },
    letters::Questions,
    store::messages::Wanted,
};

const COMMENT: usize = 5_000;
const SUBJECT: usize = 200;

/// Also the person whose messages are wanted.
pub(super) fn wanted(
    request: &pb::ListMessagesRequest,
) -> Result<(Wanted, Option<PersonId>), Invalid> {
    let mut fields = Fields::new();
    let purpose = match request.purpose.as_str() {
        "" => Some(None),
        text => {
            let known = Purpose::parse(text).ok_or("is not a purpose");
            fields.read("purpose", known).map(Some)
        }
    };
    let state = pb::MessageState::try_from(request.state).map_err(|_| "is not a state");
    let state = fields.read("state", state).map(wanted_state);
    let about = fields.text_optional("subject_id", &request.subject_id, SUBJECT);
    let person = fields.parse_optional("person_id", &request.person_id);
    fields.finish(|| {
        let wanted = Wanted {
            purpose: purpose?,
            state: state?,
            about: about?.unwrap_or_default(),
            about_any: None,
        };
        Some((wanted, person?))
    })
}

fn wanted_state(state: pb::MessageState) -> Option<State> {
    State::ALL
        .into_iter()
        .find(|known| self::state(*known) == state)
}

fn state(state: State) -> pb::MessageState {
    match state {
        State::Queued => pb::MessageState::Queued,
        State::HandedOver => pb::MessageState::HandedOver,
        State::Accepted => pb::MessageState::Accepted,
        State::Rejected => pb::MessageState::Rejected,
        State::Unknown => pb::MessageState::Unknown,
        State::Suppressed => pb::MessageState::Suppressed,
        State::Caught => pb::MessageState::Caught,
    }
}

pub(super) fn snooze(
    request: &pb::SnoozeReminderRequest,
    caller: Caller,
) -> Result<SnoozeReminder, Invalid> {
    let mut fields = Fields::new();
    let reminder = fields.parse("reminder_id", &request.reminder_id);
    let until = fields.require("until", request.until.as_ref());
    let until = until.and_then(|it| fields.read("until", to_timestamp(it).ok_or("is no time")));
    fields.finish(|| {
        Some(SnoozeReminder {
            reminder: reminder?,
            until: until?,
            caller,
        })
    })
}

pub(super) fn answer(
    request: pb::AnswerQuestionnaireRequest,
) -> Result<AnswerQuestionnaire, Invalid> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", &request.reason, SUBJECT);
    if reason
        .as_deref()
        .is_some_and(|reason| !REASONS.contains(&reason))
    {
        fields.wrong("reason", "UNKNOWN", "is none of the choices");
    }
    let comment = fields.text_optional("comment", &request.comment, COMMENT);
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if request.comment.contains(control) {
        fields.wrong(
            "comment",
            "CONTROL_CHARACTER",
            "contains control characters",
        );
    }
    fields.finish(|| {
        Some(AnswerQuestionnaire {
            token: request.token,
            reason: reason?,
            comment: comment?.unwrap_or_default(),
            contact_wanted: request.contact_wanted,
        })
    })
}

/// Without text, HTML and header lines, which lists do not show.
pub(super) fn message(message: &Message) -> pb::Message {
    pb::Message {
        message_id: message.id.to_string(),
        purpose: message.purpose.as_str().to_owned(),
        subject_id: message.about.clone(),
        recipient: message.recipient.clone(),
        recipient_name: message.recipient_name.clone(),
        locale: message.locale.as_str().to_owned(),
        subject: message.subject.clone(),
        state: state(message.state).into(),
        detail: message.detail.clone(),
        attempts: i32::try_from(message.attempts).unwrap_or(i32::MAX),
        planned_at: Some(timestamp(message.planned_at)),
        handed_over_at: message.handed_over_at.map(timestamp),
        settled_at: message.settled_at.map(timestamp),
        ..pb::Message::default()
    }
}

pub(super) fn reminder(reminder: &Reminder) -> pb::Reminder {
    pb::Reminder {
        reminder_id: reminder.id.to_string(),
        subject_id: reminder.about.clone(),
        title: reminder.title.clone(),
        kind: reminder.kind.clone(),
        staff_id: reminder.staff.map(|id| id.to_string()).unwrap_or_default(),
        due_at: Some(timestamp(reminder.due_at)),
        sent_at: reminder.sent_at.map(timestamp),
        completed_at: reminder.completed_at.map(timestamp),
    }
}

pub(super) fn questionnaire(
    found: &Questionnaire,
    questions: Questions,
) -> pb::GetQuestionnaireResponse {
    let option = |(code, text): (&str, String)| pb::QuestionnaireOption {
        code: code.to_owned(),
        text,
    };
    pb::GetQuestionnaireResponse {
        locale: found.locale.as_str().to_owned(),
        title: questions.title,
        question: questions.question,
        options: questions.options.into_iter().map(option).collect(),
        comment_label: questions.comment,
        contact_label: questions.contact,
        submit_label: questions.submit,
        thanks: questions.thanks,
        answered: found.answer.is_some(),
    }
}
