//! What participants are asked and answer.

use ids::{AnswerId, PersonId, SurveyId};
use proto::campaigns::v1::{
    self as pb, QuestionKind, SurveyAnswered, surveys_service_client::SurveysServiceClient,
};
use rpc::{Channel, Code};
use tonic::Status;

use crate::fixture::{Desk, desks, participant, refused, staff, wrong};

fn client(desk: &Desk) -> SurveysServiceClient<Channel> {
    SurveysServiceClient::new(desk.channel())
}

fn question(code: &str, kind: QuestionKind) -> pb::SurveyQuestion {
    pb::SurveyQuestion {
        code: code.to_owned(),
        kind: kind.into(),
        text: format!("{code}?"),
        ..pb::SurveyQuestion::default()
    }
}

fn survey() -> pb::Survey {
    pb::Survey {
        survey_id: SurveyId::generate().to_string(),
        title: "After the fair".to_owned(),
        questions: vec![
            question("why", QuestionKind::Text),
            pb::SurveyQuestion {
                choices: vec!["red".to_owned(), "blue".to_owned()],
                required: true,
                ..question("colour", QuestionKind::Choice)
            },
            pb::SurveyQuestion {
                lowest: 1,
                highest: 5,
                ..question("stand", QuestionKind::Scale)
            },
            question("nps", QuestionKind::Nps),
        ],
        ..pb::Survey::default()
    }
}

async fn create(desk: &Desk, campaign: &str, survey: &pb::Survey) -> Result<pb::Survey, Status> {
    let request = pb::CreateSurveyRequest {
        campaign_id: campaign.to_owned(),
        survey: Some(survey.clone()),
    };
    let made = client(desk).create_survey(request).await;
    made.map(|it| it.into_inner().survey.unwrap())
}

async fn update(desk: &Desk, survey: &pb::Survey) -> Result<pb::Survey, Status> {
    let request = pb::UpdateSurveyRequest {
        survey_id: survey.survey_id.clone(),
        survey: Some(survey.clone()),
    };
    let changed = client(desk).update_survey(request).await;
    changed.map(|it| it.into_inner().survey.unwrap())
}

fn said(code: &str, text: &str, number: Option<i32>) -> pb::QuestionAnswer {
    pb::QuestionAnswer {
        code: code.to_owned(),
        text: text.to_owned(),
        number,
    }
}

fn answers(colour: &str, nps: i32) -> Vec<pb::QuestionAnswer> {
    vec![said("colour", colour, None), said("nps", "", Some(nps))]
}

async fn record(
    desk: &Desk,
    survey: &str,
    answer: &pb::SurveyAnswer,
) -> Result<pb::SurveyAnswer, Status> {
    let request = pb::RecordAnswerRequest {
        survey_id: survey.to_owned(),
        answer: Some(answer.clone()),
    };
    let recorded = client(desk).record_answer(request).await;
    recorded.map(|it| it.into_inner().answer.unwrap())
}

fn answer(participant: &str, answers: Vec<pb::QuestionAnswer>) -> pb::SurveyAnswer {
    pb::SurveyAnswer {
        answer_id: AnswerId::generate().to_string(),
        participant_id: participant.to_owned(),
        answers,
        ..pb::SurveyAnswer::default()
    }
}

async fn tokens(desk: &Desk, survey: &str, participants: &[String]) -> Result<Vec<String>, Status> {
    let request = pb::IssueSurveyTokensRequest {
        survey_id: survey.to_owned(),
        participant_ids: participants.to_vec(),
    };
    let issued = client(desk).issue_survey_tokens(request).await?;
    let issued = issued.into_inner().tokens;
    for it in &issued {
        assert_eq!(it.link, format!("http://localhost:7400/s/{}", it.token));
    }
    Ok(issued.into_iter().map(|it| it.token).collect())
}

async fn by_token(
    desk: &Desk,
    token: &str,
    answers: Vec<pb::QuestionAnswer>,
) -> Result<Vec<pb::QuestionAnswer>, Status> {
    let request = pb::AnswerByTokenRequest {
        token: token.to_owned(),
        answers,
    };
    let kept = client(desk).answer_by_token(request).await;
    kept.map(|it| it.into_inner().answers)
}

#[tokio::test]
async fn an_answer_is_given_once_corrected_and_told() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let person = PersonId::generate().to_string();
        let anna = pb::Participant {
            person_id: person.clone(),
            ..participant("Anna", "anna@example.org")
        };
        let anna = desk
            .add(&id, vec![anna])
            .await
            .unwrap()
            .remove(0)
            .participant_id;
        let made = create(&desk, &id, &survey()).await.unwrap();
        assert_eq!(create(&desk, &id, &made).await.unwrap(), made);
        let given = answer(&anna, answers("red", 9));
        let first = record(&desk, &made.survey_id, &given).await.unwrap();
        assert_eq!(record(&desk, &made.survey_id, &given).await.unwrap(), first);
        assert_eq!(
            (first.revision, &first.recorded_by),
            (1, &staff().to_string())
        );
        let other = answer(&anna, answers("blue", 1));
        refused(
            record(&desk, &made.survey_id, &other).await,
            Code::AlreadyExists,
            "ALREADY_ANSWERED",
        );
        let corrected = pb::SurveyAnswer {
            revision: 1,
            ..answer(&anna, answers("blue", 3))
        };
        let second = record(&desk, &made.survey_id, &corrected).await.unwrap();
        assert_eq!((second.revision, &second.answer_id), (2, &first.answer_id));
        let late = record(&desk, &made.survey_id, &corrected).await;
        refused(late, Code::Aborted, "CHANGED_MEANWHILE");
        let told = desk.announced::<SurveyAnswered>().await;
        let told: Vec<(i64, Option<i32>, &str)> = told
            .iter()
            .map(|(revision, it)| (*revision, it.recommends, it.person_id.as_str()))
            .collect();
        let expected = [(1, Some(9), person.as_str()), (2, Some(3), person.as_str())];
        assert_eq!(told, expected, "{}", desk.label);

        let mut fewer = made.clone();
        fewer.questions.pop();
        refused(
            update(&desk, &fewer).await,
            Code::FailedPrecondition,
            "SURVEY_ANSWERED",
        );
        let closed = pb::Survey {
            closed: true,
            ..made.clone()
        };
        assert_eq!(update(&desk, &closed).await.unwrap().revision, 2);
        let late = update(&desk, &made).await;
        refused(late, Code::Aborted, "CHANGED_MEANWHILE");
        let corrected = pb::SurveyAnswer {
            revision: 2,
            ..corrected
        };
        let late = record(&desk, &made.survey_id, &corrected).await;
        refused(late, Code::FailedPrecondition, "SURVEY_CLOSED");
    }
}

#[tokio::test]
async fn whoever_has_the_token_answers_for_himself() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let made = create(&desk, &id, &survey()).await.unwrap();
        let anna = desk.participant(&id, "anna@example.org").await;
        let max = desk.participant(&id, "max@example.org").await;
        let both = [anna.clone(), max];
        let issued = tokens(&desk, &made.survey_id, &both).await.unwrap();
        assert_eq!(issued, tokens(&desk, &made.survey_id, &both).await.unwrap());
        assert!(
            issued[0] != issued[1] && issued[0].len() == 32,
            "{issued:?}"
        );
        let kept = by_token(&desk, &issued[0], answers("red", 10))
            .await
            .unwrap();
        assert_eq!(kept, answers("red", 10), "{}", desk.label);
        by_token(&desk, &issued[0], answers("red", 10))
            .await
            .unwrap();
        by_token(&desk, &issued[0], answers("blue", 8))
            .await
            .unwrap();
        let look = pb::GetSurveyByTokenRequest {
            token: issued[0].clone(),
        };
        let seen = client(&desk)
            .get_survey_by_token(look)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(seen.answers, answers("blue", 8), "{}", desk.label);
        assert!(seen.survey.unwrap().campaign_id.is_empty());
        let revisions: Vec<i64> = desk
            .announced::<SurveyAnswered>()
            .await
            .iter()
            .map(|(revision, _)| *revision)
            .collect();
        assert_eq!(revisions, [1, 2], "{}", desk.label);
        refused(
            by_token(&desk, "0123", answers("red", 1)).await,
            Code::NotFound,
            "SURVEY_NOT_FOUND",
        );
        let bad = vec![said("colour", "green", None), said("nps", "", Some(11))];
        let fields = wrong(by_token(&desk, &issued[1], bad).await);
        assert_eq!(
            fields,
            ["answers.colour", "answers.nps", "answers.colour"],
            "{}",
            desk.label
        );
        let interview = pb::Survey {
            interview: true,
            ..survey()
        };
        let interview = create(&desk, &id, &interview).await.unwrap();
        refused(
            tokens(&desk, &interview.survey_id, &[anna]).await,
            Code::FailedPrecondition,
            "SURVEY_IS_INTERVIEW",
        );
    }
}

#[tokio::test]
async fn results_count_each_answer_as_it_stands_now() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let made = create(&desk, &id, &survey()).await.unwrap();
        for (number, (colour, nps)) in [("red", 10), ("blue", 9), ("red", 7), ("red", 9)]
            .into_iter()
            .enumerate()
        {
            let who = desk
                .participant(&id, &format!("p{number}@example.org"))
                .await;
            let mut given = answers(colour, nps);
            given.push(said("why", &format!("reason {number}"), None));
            given.push(said("stand", "", Some(4)));
            let first = record(&desk, &made.survey_id, &answer(&who, given))
                .await
                .unwrap();
            if number == 3 {
                let corrected = pb::SurveyAnswer {
                    revision: 1,
                    answers: answers("blue", 2),
                    ..first
                };
                record(&desk, &made.survey_id, &corrected).await.unwrap();
            }
        }
        let request = pb::GetSurveyResultsRequest {
            survey_id: made.survey_id.clone(),
        };
        let results = client(&desk)
            .get_survey_results(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(results.answered, 4, "{}", desk.label);
        let [why, colour, stand, nps] = results.questions.as_slice() else {
            panic!("{results:?}")
        };
        assert_eq!((why.answered, why.counts.len(), why.average), (3, 0, None));
        let counts: Vec<(&str, i64)> = colour
            .counts
            .iter()
            .map(|it| (it.answer.as_str(), it.count))
            .collect();
        assert_eq!(counts, [("red", 2), ("blue", 2)], "{}", desk.label);
        assert_eq!((stand.answered, stand.average), (3, Some(4.0)));
        assert_eq!((nps.answered, nps.average), (4, Some(7.0)));
        let score = pb::PromoterScore {
            promoters: 2,
            passives: 1,
            detractors: 1,
            score: 25.0,
        };
        assert_eq!(nps.nps, Some(score), "{}", desk.label);
        let request = pb::GetCampaignSurveyResultsRequest {
            campaign_id: id.clone(),
        };
        let all = client(&desk)
            .get_campaign_survey_results(request)
            .await
            .unwrap();
        let all = all.into_inner();
        assert_eq!((all.answered, all.nps), (4, Some(score)), "{}", desk.label);
    }
}

#[tokio::test]
async fn answers_come_in_pages() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let made = create(&desk, &id, &survey()).await.unwrap();
        for number in 0..4 {
            let who = desk
                .participant(&id, &format!("p{number}@example.org"))
                .await;
            let given = answer(&who, answers("red", 10));
            record(&desk, &made.survey_id, &given).await.unwrap();
        }
        let request = pb::ListAnswersRequest {
            survey_id: made.survey_id,
            page_size: 3,
            ..pb::ListAnswersRequest::default()
        };
        let page = client(&desk)
            .list_answers(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(page.answers.len(), 3, "{}", desk.label);
        assert!(!page.next_page_token.is_empty());
    }
}

#[tokio::test]
async fn a_survey_that_asks_nonsense_is_refused() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let asking = |questions: Vec<pb::SurveyQuestion>| pb::Survey {
            questions,
            ..survey()
        };
        let scale = pb::SurveyQuestion {
            lowest: 5,
            highest: 5,
            ..question("stand", QuestionKind::Scale)
        };
        let nps = question("nps", QuestionKind::Nps);
        let again = question("again", QuestionKind::Nps);
        for (questions, fields) in [
            (vec![], vec!["survey.questions"]),
            (vec![scale], vec!["survey.questions[0].highest"]),
            (
                vec![question("a b", QuestionKind::Choice)],
                vec!["survey.questions[0].code", "survey.questions[0].choices"],
            ),
            (
                vec![question("a", QuestionKind::Unspecified)],
                vec!["survey.questions[0].kind"],
            ),
            (
                vec![nps.clone(), nps.clone()],
                vec!["survey.questions", "survey.questions"],
            ),
            (vec![nps, again], vec!["survey.questions"]),
        ] {
            let found = wrong(create(&desk, &id, &asking(questions.clone())).await);
            assert_eq!(found, fields, "{}: {questions:?}", desk.label);
        }
    }
}
