use ids::LeadId;
use proto::notifications::v1::{
    AnswerQuestionnaireRequest, GetQuestionnaireRequest, QuestionnaireAnswered,
};
use rpc::{Code, Identity};

use crate::world::{World, catching};

/// Refuses a lead and reads the token from the letter, as its recipient does.
async fn token(world: &World, lead: LeadId) -> String {
    world.refuse(lead).await;
    let letters = world.messages().await;
    let letter = world.message(&letters.last().unwrap().message_id).await;
    let (_, link) = letter.text.split_once("https://crm.example/q/").unwrap();
    link.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn an_answer_is_taken_once_and_announced() {
    for world in catching().await {
        let lead = LeadId::generate();
        let token = token(&world, lead).await;
        assert_eq!(token.len(), 32, "{token}");
        let mut anyone = world.client_of(Identity::Anyone);
        let get = GetQuestionnaireRequest {
            token: token.clone(),
        };
        let questions = anyone
            .get_questionnaire(get.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            (questions.locale.as_str(), questions.answered),
            ("hu", false)
        );
        assert_eq!(questions.options.len(), 6);

        let answer = AnswerQuestionnaireRequest {
            token,
            reason: questions.options[0].code.clone(),
            comment: "drága volt <b>".to_owned(),
            contact_wanted: true,
        };
        let thanks = anyone
            .answer_questionnaire(answer.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(thanks.thanks, questions.thanks);
        let other = AnswerQuestionnaireRequest {
            contact_wanted: false,
            ..answer.clone()
        };
        for again in [answer, other] {
            assert_eq!(
                anyone
                    .answer_questionnaire(again)
                    .await
                    .unwrap()
                    .into_inner(),
                thanks
            );
        }
        let announced = world.announced::<QuestionnaireAnswered>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        let answered = &announced[0].message;
        assert_eq!(answered.lead_id, lead.to_string());
        assert_eq!(answered.questionnaire_id, announced[0].aggregate_id);
        assert_eq!(
            (answered.reason.as_str(), answered.contact_wanted),
            ("price", true)
        );
        assert_eq!(answered.comment, "drága volt <b>");
        let questions = anyone.get_questionnaire(get).await.unwrap().into_inner();
        assert!(questions.answered, "{}", world.label);
    }
}

#[tokio::test]
async fn a_wrong_token_or_answer_is_refused() {
    for world in catching().await {
        let token = token(&world, LeadId::generate()).await;
        let mut anyone = world.client_of(Identity::Anyone);
        for wrong in [
            "",
            "0",
            "'; drop table message",
            &token.to_uppercase()[..31],
        ] {
            let request = GetQuestionnaireRequest {
                token: wrong.to_owned(),
            };
            let status = anyone.get_questionnaire(request).await.unwrap_err();
            assert_eq!(status.code(), Code::NotFound, "{wrong:?}");
            assert_eq!(rpc::explain(&status).reason, "QUESTIONNAIRE_NOT_FOUND");
        }
        for (reason, comment, field) in [
            ("bribe", "", "reason"),
            ("", "", "reason"),
            ("price", &*"x".repeat(5_001), "comment"),
            ("price", "a\0b", "comment"),
        ] {
            let request = AnswerQuestionnaireRequest {
                token: token.clone(),
                reason: reason.to_owned(),
                comment: comment.to_owned(),
                contact_wanted: false,
            };
            let status = anyone.answer_questionnaire(request).await.unwrap_err();
            assert_eq!(rpc::explain(&status).violations[0].field, field);
        }
        assert!(world.announced::<QuestionnaireAnswered>().await.is_empty());
    }
}
