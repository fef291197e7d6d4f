//! Surveys, answers and what they come to, as callers are told.

use std::collections::BTreeMap;

use proto::{campaigns::v1 as pb, convert::timestamp};

use super::super::convert;
use crate::domain::survey::{Answer, Kind, Question, Score, Survey, Value, Values, rounded};

/// How often each was answered.
type Counts = BTreeMap<String, i64>;

pub(super) fn survey(survey: &Survey) -> pb::Survey {
    let sheet = &survey.sheet;
    pb::Survey {
        survey_id: survey.id.to_string(),
        campaign_id: survey.campaign.to_string(),
        revision: survey.revision,
        title: sheet.title.clone(),
        introduction: sheet.introduction.clone(),
        interview: sheet.is_interview,
        closed: sheet.closed,
        questions: sheet.questions.iter().map(question).collect(),
        created_at: Some(timestamp(survey.created_at)),
    }
}

fn question(question: &Question) -> pb::SurveyQuestion {
    let (kind, choices, lowest, highest) = match &question.kind {
        Kind::Text => (pb::QuestionKind::Text, Vec::new(), 0, 0),
        Kind::Choice(choices) => (pb::QuestionKind::Choice, choices.clone(), 0, 0),
        Kind::Scale { lowest, highest } => (pb::QuestionKind::Scale, Vec::new(), *lowest, *highest),
        Kind::Nps => (pb::QuestionKind::Nps, Vec::new(), 0, 0),
    };
    pb::SurveyQuestion {
        code: question.code.clone(),
        kind: kind.into(),
        text: question.text.clone(),
        choices,
        lowest,
        highest,
        required: question.required,
    }
}

pub(super) fn values(values: Values) -> Vec<pb::QuestionAnswer> {
    let answer = |(code, value)| {
        let (text, number) = match value {
            Value::Text(text) | Value::Choice(text) => (text, None),
            Value::Number(number) => (String::new(), Some(number)),
        };
        pb::QuestionAnswer { code, text, number }
    };
    values.into_iter().map(answer).collect()
}

pub(super) fn answer(answer: Answer) -> pb::SurveyAnswer {
    pb::SurveyAnswer {
        answer_id: answer.id.to_string(),
        survey_id: answer.survey.to_string(),
        participant_id: answer.participant.to_string(),
        revision: answer.revision,
        answers: values(answer.values),
        recorded_by: convert::printed(answer.recorded_by),
        answered_at: Some(timestamp(answer.answered_at)),
    }
}

/// What came of a question.
pub(super) fn results(question: &Question, counts: &Counts) -> pb::QuestionResults {
    let answered = counts.values().sum();
    let count = |answer: String| pb::AnswerCount {
        count: counts.get(&answer).copied().unwrap_or_default(),
        answer,
    };
    let told = match (&question.kind, question.bounds()) {
        (Kind::Choice(choices), _) => choices.iter().cloned().map(count).collect(),
        (_, Some((lowest, highest))) => {
            let numbers = (lowest..=highest).map(|it| it.to_string());
            numbers.map(count).collect()
        }
        _ => Vec::new(),
    };
    let average = question.bounds().and_then(|_| {
        let sum = |sum, (number, count)| sum + i64::from(number) * count;
        rounded(100 * numbers(counts).fold(0, sum), answered)
    });
    pb::QuestionResults {
        code: question.code.clone(),
        answered,
        counts: told,
        average: average.map(|hundredths| f64::from(hundredths) / 100.0),
        nps: if question.kind == Kind::Nps {
            score(Score::of(numbers(counts)))
        } else {
            None
        },
    }
}

/// How likely one recommends us, and how often that was answered.
pub(super) fn recommendations(
    survey: &Survey,
    counts: &BTreeMap<String, Counts>,
) -> Vec<(i32, i64)> {
    let mut questions = survey.sheet.questions.iter();
    let question = questions.find(|it| it.kind == Kind::Nps);
    let counts = question.and_then(|it| counts.get(&it.code));
    counts.map(|it| numbers(it).collect()).unwrap_or_default()
}

fn numbers(counts: &Counts) -> impl Iterator<Item = (i32, i64)> {
    let number = |(answer, count): (&String, &i64)| Some((answer.parse().ok()?, *count));
    counts.iter().filter_map(number)
}

/// Nothing of nobody.
pub(super) fn score(score: Score) -> Option<pb::PromoterScore> {
    let tenths = score.tenths()?;
    Some(pb::PromoterScore {
        promoters: score.promoters,
        passives: score.passives,
        detractors: score.detractors,
        score: f64::from(tenths) / 10.0,
    })
}
