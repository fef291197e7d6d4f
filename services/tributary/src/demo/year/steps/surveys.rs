//! Whether clients are satisfied: asked after a contract came into force, answered by those who care to.

use std::collections::BTreeMap;

use anyhow::Context;
use ids::{ParticipantId, SurveyId};
use proto::{
    campaigns::v1::{
        AddParticipantsRequest, AnswerByTokenRequest, CreateSurveyRequest,
        IssueSurveyTokensRequest, Participant, ParticipantStatus, QuestionAnswer, QuestionKind,
        Survey, SurveyQuestion,
    },
    types::v1::PersonName,
};
use rpc::Identity;
use serde::Deserialize;

use super::{
    Walker,
    campaigns::{self, ASKED},
};
use crate::demo::{
    platform::{Kind, id},
    year::story::{Opinion, Story},
};

/// Numbers of the year's records do not reach those of the rest of the demonstration.
const APART: usize = 10_000;
/// Codes of the questions.
const RECOMMENDS: &str = "recommends";
const BEST: &str = "best";
const WHY: &str = "why";

/// A survey in one language, and what people write in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    title: String,
    introduction: String,
    recommends: String,
    best: String,
    choices: Vec<String>,
    why: String,
    promoters: Vec<String>,
    passives: Vec<String>,
    detractors: Vec<String>,
}

/// Surveys by language.
pub(in crate::demo::year) struct Sheets(BTreeMap<String, Sheet>);

impl Sheets {
    pub(in crate::demo::year) fn read() -> anyhow::Result<Self> {
        let file = include_str!("../../../../demo/surveys.json");
        serde_json::from_str(file)
            .map(Self)
            .context("demo/surveys.json")
    }

    /// The sheet in this language, and the id of its survey.
    fn of(&self, locale: &str) -> anyhow::Result<(&Sheet, String)> {
        let mut sheets = self.0.iter().enumerate();
        let found = sheets.find(|(_, (language, _))| language.as_str() == locale);
        let (place, (_, sheet)) = found.with_context(|| format!("no survey in {locale}"))?;
        Ok((sheet, survey_id(place)))
    }
}

impl Sheet {
    fn survey(&self, survey_id: String) -> Survey {
        let question = |code: &str, kind: QuestionKind, text: &str| SurveyQuestion {
            code: code.to_owned(),
            kind: kind.into(),
            text: text.to_owned(),
            required: kind == QuestionKind::Nps,
            ..SurveyQuestion::default()
        };
        let best = SurveyQuestion {
            choices: self.choices.clone(),
            ..question(BEST, QuestionKind::Choice, &self.best)
        };
        Survey {
            survey_id,
            title: self.title.clone(),
            introduction: self.introduction.clone(),
            questions: vec![
                question(RECOMMENDS, QuestionKind::Nps, &self.recommends),
                best,
                question(WHY, QuestionKind::Text, &self.why),
            ],
            ..Survey::default()
        }
    }

    fn answers(&self, opinion: Opinion) -> Vec<QuestionAnswer> {
        let words = match opinion.recommends {
            9.. => &self.promoters,
            7..=8 => &self.passives,
            _ => &self.detractors,
        };
        let said = |code: &str, texts: &[String], number: Option<usize>| {
            let place = number?.checked_rem(texts.len())?;
            Some(QuestionAnswer {
                code: code.to_owned(),
                text: texts.get(place)?.clone(),
                number: None,
            })
        };
        let recommends = QuestionAnswer {
            code: RECOMMENDS.to_owned(),
            text: String::new(),
            number: Some(opinion.recommends),
        };
        let best = said(BEST, &self.choices, opinion.best);
        let why = said(WHY, words, opinion.words);
        std::iter::once(recommends).chain(best).chain(why).collect()
    }
}

impl Walker<'_> {
    /// Makes the survey in all languages.
    pub(super) async fn open_surveys(&self) -> anyhow::Result<()> {
        let mut surveys = self.platform.surveys(&self.team.admin);
        for (place, sheet) in self.sheets.0.values().enumerate() {
            let request = CreateSurveyRequest {
                campaign_id: campaigns::id_of(ASKED),
                survey: Some(sheet.survey(survey_id(place))),
            };
            surveys.create_survey(request).await?;
        }
        Ok(())
    }

    /// Gives a client the token by which it may answer.
    pub(super) async fn ask(&self, story: &mut Story) -> anyhow::Result<()> {
        let person = &story.person;
        let (_, survey_id) = self.sheets.of(&person.locale)?;
        let participant = Participant {
            participant_id: participant_id(story.number),
            status: ParticipantStatus::Potential.into(),
            name: Some(PersonName {
                full: person.name.clone(),
                ..PersonName::default()
            }),
            organisation: person.organisation.clone(),
            emails: vec![person.email.clone()],
            locale: person.locale.clone(),
            person_id: self.card(story).await?.person_id,
            ..Participant::default()
        };
        let request = AddParticipantsRequest {
            campaign_id: campaigns::id_of(ASKED),
            participants: vec![participant],
        };
        let mut campaigns = self.platform.campaigns(&self.team.admin);
        let added = campaigns.add_participants(request).await?.into_inner();
        let added = added.participants.into_iter();
        let request = IssueSurveyTokensRequest {
            survey_id,
            participant_ids: added.map(|it| it.participant_id).collect(),
        };
        let mut surveys = self.platform.surveys(&self.team.admin);
        let issued = surveys.issue_survey_tokens(request).await?.into_inner();
        let issued = issued.tokens.into_iter().next().context("no token")?;
        story.token = issued.token;
        Ok(())
    }

    /// Answers as whoever has the token does.
    pub(super) async fn answer(&self, story: &Story, opinion: Opinion) -> anyhow::Result<()> {
        let (sheet, _) = self.sheets.of(&story.person.locale)?;
        let request = AnswerByTokenRequest {
            token: story.token.clone(),
            answers: sheet.answers(opinion),
        };
        let mut surveys = self.platform.surveys(&Identity::Anyone);
        surveys.answer_by_token(request).await?;
        Ok(())
    }
}

fn survey_id(place: usize) -> String {
    SurveyId::from_uuid(id(Kind::Survey, APART + place)).to_string()
}

fn participant_id(number: usize) -> String {
    ParticipantId::from_uuid(id(Kind::Participant, APART + number)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_words_for_every_opinion() {
        let sheets = Sheets::read().unwrap();
        for locale in ["en", "hu", "lv", "ru", "uk"] {
            let (sheet, _) = sheets.of(locale).unwrap();
            for recommends in 0..=10 {
                let opinion = Opinion {
                    recommends,
                    best: Some(7),
                    words: Some(5),
                };
                let answers = sheet.answers(opinion);
                assert_eq!(answers.len(), 3, "{locale} {recommends}");
                assert!(sheet.choices.contains(&answers[1].text), "{locale}");
            }
            let silent = Opinion {
                recommends: 10,
                best: None,
                words: None,
            };
            assert_eq!(sheet.answers(silent).len(), 1, "{locale}");
        }
    }
}
