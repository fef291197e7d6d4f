//! Requests about surveys to commands.

use std::collections::BTreeSet;

use ids::{AnswerId, CampaignId, ParticipantId, StaffId, SurveyId};
use proto::campaigns::v1 as pb;
use rpc::decode::{Fields, Invalid};

use super::super::convert;
use crate::{
    app::record_answer::RecordAnswer,
    domain::survey::{Given, Kind, Question, Sheet},
};

const TITLE: usize = 200;
const INTRODUCTION: usize = 2_000;
const QUESTIONS: usize = 50;
const CODE: usize = 40;
const TEXT: usize = 500;
const CHOICE: usize = 200;
const HIGHEST: i32 = 100;
/// Characters of an answer in words.
const ANSWER: usize = 5_000;

pub(super) fn create(
    request: &pb::CreateSurveyRequest,
) -> Result<(SurveyId, CampaignId, Sheet), Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let survey = request.survey.clone().unwrap_or_default();
    let id = fields.parse_optional("survey.survey_id", &survey.survey_id);
    let sheet = fields.nested("survey", |fields| sheet(fields, &survey));
    fields.finish(|| Some((id?.unwrap_or_else(SurveyId::generate), campaign?, sheet?)))
}

pub(super) fn update(request: &pb::UpdateSurveyRequest) -> Result<(SurveyId, i64, Sheet), Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("survey_id", &request.survey_id);
    let survey = request.survey.clone().unwrap_or_default();
    let sheet = fields.nested("survey", |fields| sheet(fields, &survey));
    fields.finish(|| Some((id?, survey.revision, sheet?)))
}

fn sheet(fields: &mut Fields, survey: &pb::Survey) -> Option<Sheet> {
    let title = fields.text("title", &survey.title, TITLE);
    let introduction = convert::text(fields, "introduction", &survey.introduction, INTRODUCTION);
    let count = survey.questions.len();
    fields.within("questions", count, &(1..=QUESTIONS))?;
    let questions: Vec<Option<Question>> = survey
        .questions
        .iter()
        .enumerate()
        .map(|(index, it)| {
            fields.nested(&format!("questions[{index}]"), |fields| {
                question(fields, it)
            })
        })
        .collect();
    let questions: Vec<Question> = questions.into_iter().collect::<Option<_>>()?;
    let codes: BTreeSet<&str> = questions.iter().map(|it| it.code.as_str()).collect();
    if codes.len() < count {
        fields.wrong("questions", "TWICE", "have the same code");
    }
    let scores = questions.iter().filter(|it| it.kind == Kind::Nps).count();
    if scores > 1 {
        fields.wrong("questions", "TOO_MANY", "ask for more than one NPS");
    }
    Some(Sheet {
        title: title?,
        introduction: introduction?,
        is_interview: survey.interview,
        closed: survey.closed,
        questions,
    })
}

fn question(fields: &mut Fields, question: &pb::SurveyQuestion) -> Option<Question> {
    let code = fields.text("code", &question.code, CODE);
    let is_code = |code: &String| {
        code.bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'_')
    };
    if code.as_ref().is_some_and(|code| !is_code(code)) {
        fields.wrong("code", "MALFORMED", "has more than letters, digits and `_`");
    }
    let text = fields.text("text", &question.text, TEXT);
    let kind = match question.kind() {
        pb::QuestionKind::Unspecified => fields.require("kind", None),
        pb::QuestionKind::Text => Some(Kind::Text),
        pb::QuestionKind::Nps => Some(Kind::Nps),
        pb::QuestionKind::Choice => choices(fields, &question.choices).map(Kind::Choice),
        pb::QuestionKind::Scale => {
            let (lowest, highest) = (question.lowest, question.highest);
            let low = fields.within("lowest", lowest, &(0..=HIGHEST - 1));
            let high = fields.within("highest", highest, &(lowest.max(0) + 1..=HIGHEST));
            low.zip(high)
                .map(|(lowest, highest)| Kind::Scale { lowest, highest })
        }
    };
    Some(Question {
        code: code?,
        kind: kind?,
        text: text?,
        required: question.required,
    })
}

fn choices(fields: &mut Fields, choices: &[String]) -> Option<Vec<String>> {
    fields.within("choices", choices.len(), &(2..=QUESTIONS))?;
    let read: Option<Vec<String>> = choices
        .iter()
        .map(|choice| fields.text("choices", choice, CHOICE))
        .collect();
    let read = read?;
    if read.iter().collect::<BTreeSet<_>>().len() < read.len() {
        fields.wrong("choices", "TWICE", "are the same");
    }
    Some(read)
}

pub(super) fn participants(
    request: &pb::IssueSurveyTokensRequest,
    most: usize,
) -> Result<(SurveyId, Vec<ParticipantId>), Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("survey_id", &request.survey_id);
    let count = request.participant_ids.len();
    let count = fields.within("participant_ids", count, &(1..=most));
    let read: Vec<Option<ParticipantId>> = request
        .participant_ids
        .iter()
        .take(count.unwrap_or_default())
        .enumerate()
        .map(|(index, text)| fields.parse(&format!("participant_ids[{index}]"), text))
        .collect();
    let participants: Option<Vec<ParticipantId>> = read.into_iter().collect();
    fields.finish(|| Some((id?, participants?)))
}

pub(super) fn answer(
    request: &pb::RecordAnswerRequest,
    by: Option<StaffId>,
) -> Result<RecordAnswer, Invalid> {
    let mut fields = Fields::new();
    let survey = fields.parse("survey_id", &request.survey_id);
    let answer = request.answer.clone().unwrap_or_default();
    let id = fields.parse_optional("answer.answer_id", &answer.answer_id);
    let participant = fields.parse("answer.participant_id", &answer.participant_id);
    let revision = fields.within("answer.revision", answer.revision, &(0..=i64::MAX));
    let given = given(&mut fields, &answer.answers);
    fields.finish(|| {
        Some(RecordAnswer {
            id: id?.unwrap_or_else(AnswerId::generate),
            survey: survey?,
            participant: participant?,
            revision: revision?,
            given: given?,
            by,
        })
    })
}

pub(super) fn given(fields: &mut Fields, answers: &[pb::QuestionAnswer]) -> Option<Vec<Given>> {
    fields.within("answers", answers.len(), &(0..=QUESTIONS))?;
    let read = |fields: &mut Fields, it: &pb::QuestionAnswer| {
        let code = fields.text("code", &it.code, CODE);
        let text = convert::text(fields, "text", &it.text, ANSWER);
        Some(Given {
            code: code?,
            text: text?,
            number: it.number,
        })
    };
    let read: Vec<Option<Given>> = answers
        .iter()
        .enumerate()
        .map(|(index, it)| fields.nested(&format!("answers[{index}]"), |fields| read(fields, it)))
        .collect();
    read.into_iter().collect()
}
