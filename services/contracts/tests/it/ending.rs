use proto::contracts::v1::{ContractEnded, ContractState, ListEndReasonsRequest};

use crate::world::{day, reason, violations, worlds};

#[tokio::test]
async fn a_contract_is_terminated_once_for_a_reason_of_the_directory() {
    for world in worlds().await {
        let signed = world.signed(0, 100).await;
        let active = world.activate(&signed).await.unwrap();
        let unknown = ("reason".to_owned(), "REASON_UNKNOWN".to_owned());
        assert_eq!(
            violations(world.end(&active, "terminated", "weather").await),
            [unknown]
        );

        world.days_pass(5);
        let ended = world.end(&active, "terminated", "quality").await.unwrap();
        assert_eq!(
            (ended.state(), ended.ended_at),
            (ContractState::Ended, day(5))
        );
        assert_eq!(
            (ended.end_kind.as_str(), ended.end_reason.as_str()),
            ("terminated", "quality")
        );
        assert_eq!(
            ended.activated_at, active.activated_at,
            "how far it came is kept"
        );
        world.days_pass(1);
        assert_eq!(
            world.end(&active, "terminated", "quality").await.unwrap(),
            ended
        );
        let other = world.end(&active, "terminated", "price").await;
        assert_eq!(reason(other), "CONTRACT_ALREADY_ENDED");
        assert_eq!(reason(world.sign(&active).await), "CONTRACT_ALREADY_ENDED");

        let announced = world.announced::<ContractEnded>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        let ContractEnded {
            kind,
            reason,
            ended_at,
            ..
        } = &announced[0].message;
        assert_eq!(
            (kind.as_str(), reason.as_str(), *ended_at),
            ("terminated", "quality", day(5))
        );
    }
}

#[tokio::test]
async fn only_a_contract_in_force_expires_and_not_before_its_last_day() {
    for world in worlds().await {
        let signed = world.signed(0, 100).await;
        assert_eq!(
            reason(world.end(&signed, "expired", "").await),
            "CONTRACT_NOT_ACTIVE"
        );
        let active = world.activate(&signed).await.unwrap();
        assert_eq!(
            reason(world.end(&active, "expired", "").await),
            "CONTRACT_STILL_RUNS"
        );
        world.days_pass(100);
        let ended = world.end(&active, "expired", "").await.unwrap();
        assert_eq!(
            (ended.end_kind.as_str(), ended.end_reason.as_str()),
            ("expired", "")
        );
        assert_eq!(
            world.announced::<ContractEnded>().await.len(),
            1,
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn a_contract_that_nobody_signs_is_terminated() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        let ended = world.end(&draft, "terminated", "not_signed").await.unwrap();
        assert_eq!(
            (ended.state(), ended.signed_at),
            (ContractState::Ended, None)
        );
        assert_eq!(world.now(&draft).await, ended, "{}", world.label);
        let wrong = ("kind".to_owned(), "MALFORMED".to_owned());
        assert_eq!(violations(world.end(&draft, "burnt", "").await), [wrong]);
    }
}

#[tokio::test]
async fn the_directory_of_reasons_is_in_order() {
    for world in worlds().await {
        let response = world
            .client
            .clone()
            .list_end_reasons(ListEndReasonsRequest {})
            .await;
        let reasons = response.unwrap().into_inner().reasons;
        assert_eq!(reasons[0].code, "price");
        assert_eq!(reasons.last().unwrap().code, "other");
    }
}
