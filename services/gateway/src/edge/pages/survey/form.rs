//! The questions of a survey as fields of a form, and a sent form as answers.

use std::collections::BTreeMap;

use proto::campaigns::v1::{QuestionAnswer, QuestionKind, Survey, SurveyQuestion};
use rpc::Violation;
use serde::Serialize;

use super::texts::Texts;
use crate::edge::rest;

/// A scale of more numbers than these is a field to type in.
const MOST_BUTTONS: i32 = 11;

/// What stands in the fields, by the codes of the questions.
pub(super) type Typed = BTreeMap<String, String>;

/// A question as the page shows it.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Field {
    /// Of the field, and its name.
    id: String,
    text: String,
    required: bool,
    /// What can be chosen; none where something is typed in.
    options: Vec<Choice>,
    in_a_row: bool,
    /// Of a number that is typed in.
    bounds: Option<Bounds>,
    value: String,
    wrong: Option<&'static str>,
    /// Where whoever sent the form goes on.
    focus: bool,
}

#[derive(Debug, Serialize, PartialEq, Eq)]
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

#[derive(Debug, Serialize, PartialEq, Eq)]
struct Bounds {
    lowest: i32,
    highest: i32,
}

/// The name of a question's field. With a mark before it, no code is taken for something else.
fn id(code: &str) -> String {
    format!("q_{code}")
}

/// The questions with what stands in their fields and what is wrong with that.
pub(super) fn fields(
    survey: &Survey,
    typed: &Typed,
    wrong: &BTreeMap<String, &'static str>,
    texts: &Texts,
) -> Vec<Field> {
    let first = survey
        .questions
        .iter()
        .find(|it| wrong.contains_key(&it.code));
    let first = first.map(|question| question.code.as_str());
    let field = |question: &SurveyQuestion| {
        let value = typed.get(&question.code).cloned().unwrap_or_default();
        let (lowest, highest) = bounds(question).unwrap_or_default();
        let is_number = bounds(question).is_some();
        let many = is_number && highest.saturating_sub(lowest) >= MOST_BUTTONS;
        let options = if many {
            Vec::new()
        } else {
            options(question, &value, texts)
        };
        Field {
            id: id(&question.code),
            text: question.text.clone(),
            required: question.required,
            in_a_row: is_number,
            bounds: many.then_some(Bounds { lowest, highest }),
            options,
            value,
            wrong: wrong.get(&question.code).copied(),
            focus: first == Some(question.code.as_str()),
        }
    };
    survey.questions.iter().map(field).collect()
}

/// The numbers that may be answered.
fn bounds(question: &SurveyQuestion) -> Option<(i32, i32)> {
    match question.kind() {
        QuestionKind::Scale => Some((question.lowest, question.highest)),
        QuestionKind::Nps => Some((0, 10)),
        QuestionKind::Unspecified | QuestionKind::Text | QuestionKind::Choice => None,
    }
}

/// What can be chosen. Without a script nobody takes a choice back, so what may be left out has a choice
/// for that.
fn options(question: &SurveyQuestion, value: &str, texts: &Texts) -> Vec<Choice> {
    let own = question.choices.iter().map(|it| (it.clone(), it.clone()));
    let numbers = bounds(question).into_iter();
    let numbers = numbers.flat_map(|(lowest, highest)| lowest..=highest);
    let numbers = numbers.map(|it| (it.to_string(), label(question, it, texts)));
    let mut choices: Vec<(String, String)> = own.chain(numbers).collect();
    if !choices.is_empty() && !question.required {
        choices.push((String::new(), texts.nothing.to_owned()));
    }
    let choice = |(option, text): (String, String)| Choice {
        chosen: option == value && !(question.required && option.is_empty()),
        value: option,
        text,
    };
    choices.into_iter().map(choice).collect()
}

/// A number, with words at the ends of how likely one recommends us.
fn label(question: &SurveyQuestion, number: i32, texts: &Texts) -> String {
    match (question.kind(), number) {
        (QuestionKind::Nps, 0) => format!("0 · {}", texts.unlikely),
        (QuestionKind::Nps, 10) => format!("10 · {}", texts.likely),
        _ => number.to_string(),
    }
}

/// What a form was filled in with. Browsers end lines in a way of their own.
pub(super) fn typed(survey: &Survey, form: &str) -> Typed {
    let pairs: BTreeMap<String, String> = rest::pairs(form).collect();
    let typed = |question: &SurveyQuestion| {
        let value = pairs.get(&id(&question.code))?.replace("\r\n", "\n");
        (!value.trim().is_empty()).then(|| (question.code.clone(), value))
    };
    survey.questions.iter().filter_map(typed).collect()
}

/// What was answered before, as it stands in the fields.
pub(super) fn kept(answers: &[QuestionAnswer]) -> Typed {
    let text = |answer: &QuestionAnswer| match answer.number {
        Some(number) => number.to_string(),
        None => answer.text.clone(),
    };
    answers
        .iter()
        .map(|it| (it.code.clone(), text(it)))
        .collect()
}

/// The answers, in the order of the questions. What is no number where one is asked for goes on as it is:
/// the service says what is wrong with it.
pub(super) fn answers(survey: &Survey, typed: &Typed) -> Vec<QuestionAnswer> {
    let answer = |question: &SurveyQuestion| {
        let text = typed.get(&question.code)?;
        let number = bounds(question).and_then(|_| text.trim().parse().ok());
        Some(QuestionAnswer {
            code: question.code.clone(),
            text: number.map_or_else(|| text.clone(), |_: i32| String::new()),
            number,
        })
    };
    survey.questions.iter().filter_map(answer).collect()
}

/// What the service found wrong, by the codes of the questions. It names some by code and some by their
/// place among the answers.
pub(super) fn wrong(
    violations: &[Violation],
    answers: &[QuestionAnswer],
    texts: &Texts,
) -> BTreeMap<String, &'static str> {
    let code = |field: &str| -> Option<String> {
        if let Some(code) = field.strip_prefix("answers.") {
            return Some(code.to_owned());
        }
        let (place, _) = field.strip_prefix("answers[")?.split_once(']')?;
        let answer = answers.get(place.parse::<usize>().ok()?)?;
        Some(answer.code.clone())
    };
    let said = |violation: &Violation| {
        let text = match violation.reason.as_str() {
            "REQUIRED" => texts.missing,
            _ => texts.misfit,
        };
        Some((code(&violation.field)?, text))
    };
    // The first thing that is wrong with a question is said.
    violations.iter().rev().filter_map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::locale::Locale, edge::pages::survey::texts};

    fn question(code: &str, kind: QuestionKind, required: bool) -> SurveyQuestion {
        SurveyQuestion {
            code: code.to_owned(),
            kind: kind.into(),
            text: format!("{code}?"),
            required,
            ..SurveyQuestion::default()
        }
    }

    fn survey() -> Survey {
        let colour = SurveyQuestion {
            choices: vec!["red".to_owned(), "light\nblue".to_owned()],
            ..question("colour", QuestionKind::Choice, true)
        };
        let scale = |code, lowest, highest| SurveyQuestion {
            lowest,
            highest,
            ..question(code, QuestionKind::Scale, false)
        };
        Survey {
            questions: vec![
                question("why", QuestionKind::Text, false),
                colour,
                scale("stand", 1, 5),
                scale("share", 0, 100),
                question("nps", QuestionKind::Nps, false),
            ],
            ..Survey::default()
        }
    }

    fn shown(typed: &Typed) -> Vec<Field> {
        let english = texts::of(Locale::English);
        fields(&survey(), typed, &BTreeMap::new(), english)
    }

    #[test]
    fn each_kind_of_question_has_its_kind_of_field() {
        let fields = shown(&Typed::new());
        let options: Vec<usize> = fields.iter().map(|it| it.options.len()).collect();
        assert_eq!(options, [0, 2, 6, 0, 12], "with one for no answer");
        let bounds = Bounds {
            lowest: 0,
            highest: 100,
        };
        assert_eq!(fields[3].bounds, Some(bounds));
        let texts: Vec<&str> = fields[4]
            .options
            .iter()
            .map(|it| it.text.as_str())
            .collect();
        assert_eq!(texts[0], "0 · not at all likely");
        assert_eq!(texts[10..], ["10 · extremely likely", "No answer"]);
    }

    #[test]
    fn what_was_typed_stays_in_its_field() {
        let form =
            "q_why=b%C4%93rns%0D%0Aun+suns&q_colour=light%0D%0Ablue&q_stand=5&q_nps=+&lang=x";
        let typed = typed(&survey(), form);
        assert_eq!(typed["why"], "bērns\nun suns");
        let fields = shown(&typed);
        assert_eq!(fields[0].value, "bērns\nun suns");
        let chosen = |field: &Field| {
            let chosen = field.options.iter().filter(|it| it.chosen);
            chosen.map(|it| it.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(chosen(&fields[1]), ["light\nblue"]);
        assert_eq!(chosen(&fields[2]), ["5"]);
        assert_eq!(chosen(&fields[4]), ["No answer"]);

        let answers = answers(&survey(), &typed);
        let codes: Vec<&str> = answers.iter().map(|it| it.code.as_str()).collect();
        assert_eq!(codes, ["why", "colour", "stand"]);
        assert_eq!(answers[1].text, "light\nblue");
        assert_eq!((answers[2].text.as_str(), answers[2].number), ("", Some(5)));
        assert_eq!(kept(&answers), typed);
    }

    #[test]
    fn what_is_no_number_is_passed_on_as_it_is() {
        let typed = typed(&survey(), "q_share=most");
        let answers = answers(&survey(), &typed);
        assert_eq!(
            (answers[0].text.as_str(), answers[0].number),
            ("most", None)
        );
    }

    #[test]
    fn what_is_wrong_is_said_at_its_question() {
        let violation = |field: &str, reason: &str| Violation {
            field: field.to_owned(),
            reason: reason.to_owned(),
            description: String::new(),
        };
        let answers = answers(&survey(), &typed(&survey(), "q_why=x&q_stand=9"));
        let violations = [
            violation("answers.colour", "REQUIRED"),
            violation("answers[1].text", "TOO_LONG"),
            violation("answers.stand", "REQUIRED"),
            violation("answers[7].text", "TOO_LONG"),
            violation("token", "REQUIRED"),
        ];
        let english = texts::of(Locale::English);
        let wrong = wrong(&violations, &answers, english);
        let expected = [
            ("colour".to_owned(), english.missing),
            ("stand".to_owned(), english.misfit),
        ];
        assert_eq!(wrong, BTreeMap::from(expected));
        let fields = fields(&survey(), &Typed::new(), &wrong, english);
        let focus: Vec<bool> = fields.iter().map(|it| it.focus).collect();
        assert_eq!(focus, [false, true, false, false, false]);
    }
}
