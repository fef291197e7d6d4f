//! A survey as campaigns would open it.

use proto::campaigns::v1::{
    AnswerByTokenRequest, AnswerByTokenResponse, GetSurveyByTokenRequest, GetSurveyByTokenResponse,
    QuestionAnswer, QuestionKind, Survey, SurveyQuestion,
};
use rpc::{Code, decode::Invalid};
use tonic::Status;

use super::Refused;

/// The survey behind a token that says how it stands: `closed`, `interview`, `answered` or `unknown`.
pub(super) fn opened(
    request: &GetSurveyByTokenRequest,
) -> Result<GetSurveyByTokenResponse, Status> {
    let token = request.token.as_str();
    if token == "unknown" {
        let refused = Refused(Code::NotFound, "SURVEY_NOT_FOUND");
        return Err(rpc::status("campaigns", &refused));
    }
    let answers = match token {
        "answered" => vec![
            QuestionAnswer {
                code: "why".to_owned(),
                text: "Because".to_owned(),
                number: None,
            },
            QuestionAnswer {
                code: "nps".to_owned(),
                text: String::new(),
                number: Some(7),
            },
        ],
        _ => Vec::new(),
    };
    Ok(GetSurveyByTokenResponse {
        survey: Some(Survey {
            closed: token == "closed",
            interview: token == "interview",
            ..survey()
        }),
        answers,
    })
}

/// Takes what has an NPS, from whoever may answer.
pub(super) fn answered(request: &AnswerByTokenRequest) -> Result<AnswerByTokenResponse, Status> {
    if request.token == "closes" {
        let refused = Refused(Code::FailedPrecondition, "SURVEY_CLOSED");
        return Err(rpc::status("campaigns", &refused));
    }
    let answers = &request.answers;
    let score = answers.iter().find(|it| it.code == "nps");
    if score.and_then(|it| it.number).is_none() {
        let invalid = Invalid::field("answers.nps", "REQUIRED", "is required");
        return Err(rpc::status("campaigns", &invalid));
    }
    let words = answers.iter().map(|it| it.text.as_str());
    if words.collect::<String>() == "break" {
        return Err(rpc::status(
            "campaigns",
            &Refused(Code::Internal, "INTERNAL"),
        ));
    }
    Ok(AnswerByTokenResponse {
        answers: answers.clone(),
    })
}

fn survey() -> Survey {
    let question = |code: &str, kind: QuestionKind, text: &str| SurveyQuestion {
        code: code.to_owned(),
        kind: kind.into(),
        text: text.to_owned(),
        ..SurveyQuestion::default()
    };
    Survey {
        title: "How was <it>?".to_owned(),
        introduction: "<script>alert('s')</script>".to_owned(),
        questions: vec![
            SurveyQuestion {
                required: true,
                ..question("nps", QuestionKind::Nps, "Would you <b>recommend</b> us?")
            },
            SurveyQuestion {
                choices: vec!["\"><img src=x>".to_owned(), "Blue".to_owned()],
                ..question("colour", QuestionKind::Choice, "Which colour?")
            },
            question("why", QuestionKind::Text, "Why?"),
        ],
        ..Survey::default()
    }
}
