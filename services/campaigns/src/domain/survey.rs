//! What participants are asked, what they answer, and what that comes to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use ids::{AnswerId, CampaignId, ParticipantId, StaffId, SurveyId};

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Text,
    Choice(Vec<String>),
    Scale {
        lowest: i32,
        highest: i32,
    },
    /// How likely it is that one recommends us, 0 to 10.
    Nps,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub code: String,
    pub kind: Kind,
    pub text: String,
    pub required: bool,
}

/// A survey or interview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    pub id: SurveyId,
    pub revision: i64,
    pub campaign: CampaignId,
    pub sheet: Sheet,
    /// How many answered.
    pub answers: i64,
    pub created_at: DateTime<Utc>,
}

/// What staff may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub title: String,
    pub introduction: String,
    /// Led by staff: no token answers it.
    pub is_interview: bool,
    pub closed: bool,
    pub questions: Vec<Question>,
}

/// What was answered to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Choice(String),
    Number(i32),
}

/// By the codes of the questions.
pub type Values = BTreeMap<String, Value>;

/// What is said to have been answered to one question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Given {
    pub code: String,
    pub text: String,
    pub number: Option<i32>,
}

/// What a participant answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub id: AnswerId,
    pub revision: i64,
    pub survey: SurveyId,
    pub participant: ParticipantId,
    pub values: Values,
    /// Nobody when the participant answered by himself.
    pub recorded_by: Option<StaffId>,
    pub answered_at: DateTime<Utc>,
}

/// What is wrong with an answer, by the code of its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub code: String,
    pub reason: &'static str,
}

/// Why a survey is not changed or not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there are answers already: the questions stay as they are")]
    Answered,
    #[error("the survey takes no more answers")]
    Closed,
    #[error("an interview is answered to staff")]
    Interview,
    #[error("the participant has answered already; correct that answer")]
    AlreadyAnswered,
}

impl Survey {
    /// Changes the sheet; `false` if it is so already.
    pub fn change(&mut self, sheet: Sheet) -> Result<bool, Refusal> {
        if self.sheet == sheet {
            return Ok(false);
        }
        if self.answers > 0 && self.sheet.questions != sheet.questions {
            return Err(Refusal::Answered);
        }
        self.sheet = sheet;
        self.revision += 1;
        Ok(true)
    }

    /// Reads what is said to have been answered; all that is wrong at once.
    pub fn read(&self, given: &[Given]) -> Result<Values, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut blame = |code: &str, reason| {
            wrong.push(Wrong {
                code: code.to_owned(),
                reason,
            });
        };
        let mut values = Values::new();
        let mut seen = BTreeSet::new();
        for given in given {
            let mut questions = self.sheet.questions.iter();
            let Some(question) = questions.find(|it| it.code == given.code) else {
                blame(&given.code, "UNKNOWN");
                continue;
            };
            if !seen.insert(&given.code) {
                blame(&given.code, "TWICE");
                continue;
            }
            match question.read(given) {
                Ok(Some(value)) => {
                    values.insert(given.code.clone(), value);
                }
                Ok(None) => {}
                Err(reason) => blame(&given.code, reason),
            }
        }
        for question in &self.sheet.questions {
            let answered = values.contains_key(&question.code);
            if question.required && !answered {
                blame(&question.code, "REQUIRED");
            }
        }
        if wrong.is_empty() {
            Ok(values)
        } else {
            Err(wrong)
        }
    }

    /// Whether one would recommend us, if that was asked and answered.
    pub fn recommends(&self, values: &Values) -> Option<i32> {
        let mut questions = self.sheet.questions.iter();
        let question = questions.find(|it| it.kind == Kind::Nps)?;
        match values.get(&question.code) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }
}

impl Question {
    /// The numbers that may be answered.
    pub fn bounds(&self) -> Option<(i32, i32)> {
        match self.kind {
            Kind::Scale { lowest, highest } => Some((lowest, highest)),
            Kind::Nps => Some((0, 10)),
            Kind::Text | Kind::Choice(_) => None,
        }
    }

    fn read(&self, given: &Given) -> Result<Option<Value>, &'static str> {
        let text = given.text.as_str();
        match (&self.kind, self.bounds(), given.number) {
            (_, _, None) if text.is_empty() => Ok(None),
            (_, Some((lowest, highest)), Some(number)) if text.is_empty() => {
                if (lowest..=highest).contains(&number) {
                    Ok(Some(Value::Number(number)))
                } else {
                    Err("OUT_OF_RANGE")
                }
            }
            (_, Some(_), _) => Err("NOT_A_NUMBER"),
            (_, None, Some(_)) => Err("NOT_A_TEXT"),
            (Kind::Choice(choices), ..) if choices.iter().any(|it| it == text) => {
                Ok(Some(Value::Choice(text.to_owned())))
            }
            (Kind::Choice(_), ..) => Err("NOT_A_CHOICE"),
            _ => Ok(Some(Value::Text(text.to_owned()))),
        }
    }
}

impl Answer {
    /// Corrects it; `false` if it says that already.
    pub fn correct(&mut self, values: Values, by: Option<StaffId>) -> bool {
        let corrected = self.values != values;
        if corrected {
            self.values = values;
            self.recorded_by = by;
            self.revision += 1;
        }
        corrected
    }
}

/// Promoters, passives and detractors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    pub promoters: i64,
    pub passives: i64,
    pub detractors: i64,
}

impl Score {
    pub fn of(counts: impl IntoIterator<Item = (i32, i64)>) -> Self {
        let mut score = Self::default();
        for (number, count) in counts {
            match number {
                9.. => score.promoters += count,
                7..=8 => score.passives += count,
                _ => score.detractors += count,
            }
        }
        score
    }

    pub fn total(self) -> i64 {
        self.promoters + self.passives + self.detractors
    }

    /// Promoters less detractors in tenths of a percent; nothing of nobody.
    pub fn tenths(self) -> Option<i32> {
        rounded((self.promoters - self.detractors) * 1_000, self.total())
    }
}

/// A quotient rounded half away from zero; nothing by zero.
pub fn rounded(sum: i64, count: i64) -> Option<i32> {
    if count <= 0 {
        return None;
    }
    let twice = 2 * sum.abs() + count;
    i32::try_from(sum.signum() * (twice / (2 * count))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(code: &str, kind: Kind, required: bool) -> Question {
        Question {
            code: code.to_owned(),
            kind,
            text: "?".to_owned(),
            required,
        }
    }

    fn survey() -> Survey {
        Survey {
            id: SurveyId::generate(),
            revision: 1,
            campaign: CampaignId::generate(),
            sheet: Sheet {
                title: "After the fair".to_owned(),
                introduction: String::new(),
                is_interview: false,
                closed: false,
                questions: vec![
                    question("why", Kind::Text, false),
                    question(
                        "colour",
                        Kind::Choice(vec!["red".to_owned(), "blue".to_owned()]),
                        true,
                    ),
                    question(
                        "stand",
                        Kind::Scale {
                            lowest: 1,
                            highest: 5,
                        },
                        false,
                    ),
                    question("nps", Kind::Nps, false),
                ],
            },
            answers: 0,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    fn given(code: &str, text: &str, number: Option<i32>) -> Given {
        Given {
            code: code.to_owned(),
            text: text.to_owned(),
            number,
        }
    }

    #[test]
    fn each_question_takes_its_kind_of_answer() {
        let check = |one: Given, expected: &str| {
            let mut all = vec![one];
            if all[0].code != "colour" {
                all.push(given("colour", "red", None));
            }
            let wrong = survey().read(&all).err().unwrap_or_default();
            let reasons: Vec<&str> = wrong.iter().map(|it| it.reason).collect();
            assert_eq!(reasons.join(" "), expected, "{all:?}");
        };
        check(given("why", "because", None), "");
        check(given("why", "", Some(1)), "NOT_A_TEXT");
        check(given("colour", "green", None), "NOT_A_CHOICE REQUIRED");
        check(given("colour", "", None), "REQUIRED");
        check(given("stand", "", Some(5)), "");
        check(given("stand", "", Some(0)), "OUT_OF_RANGE");
        check(given("stand", "five", None), "NOT_A_NUMBER");
        check(given("nps", "", Some(10)), "");
        check(given("nps", "", Some(11)), "OUT_OF_RANGE");
        check(given("else", "x", None), "UNKNOWN");
        let twice = [given("colour", "red", None), given("colour", "blue", None)];
        assert_eq!(survey().read(&twice).unwrap_err()[0].reason, "TWICE");
    }

    #[test]
    fn questions_stay_once_somebody_answered() {
        let mut survey = survey();
        survey.answers = 1;
        let fewer = Sheet {
            questions: Vec::new(),
            ..survey.sheet.clone()
        };
        assert_eq!(survey.change(fewer), Err(Refusal::Answered));
        let closed = Sheet {
            closed: true,
            ..survey.sheet.clone()
        };
        assert_eq!(survey.change(closed.clone()), Ok(true));
        assert_eq!(survey.change(closed), Ok(false));
        assert_eq!(survey.revision, 2);
    }

    #[test]
    fn the_score_is_promoters_less_detractors() {
        for (counts, tenths) in [
            (vec![], None),
            (vec![(10, 1)], Some(1_000)),
            (vec![(9, 1), (8, 1), (6, 1)], Some(0)),
            (vec![(10, 2), (7, 1), (0, 3)], Some(-167)),
            (vec![(6, 1)], Some(-1_000)),
            (vec![(9, 1), (7, 2)], Some(333)),
        ] {
            assert_eq!(Score::of(counts.clone()).tenths(), tenths, "{counts:?}");
        }
    }
}
