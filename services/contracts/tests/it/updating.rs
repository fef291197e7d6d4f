use proto::contracts::v1::{Contract, ContractSent, ContractState, UpdateContractRequest};

use crate::world::{day, euros, reason, violations, worlds};

fn nothing(contract: &Contract) -> UpdateContractRequest {
    UpdateContractRequest {
        contract_id: contract.contract_id.clone(),
        ..UpdateContractRequest::default()
    }
}

#[tokio::test]
async fn each_change_of_the_terms_is_a_version_and_old_ones_stay() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        let request = UpdateContractRequest {
            amount: euros(5),
            recurring: Some(true),
            period_months: Some(3),
            ..nothing(&draft)
        };
        let changed = world.update(request.clone()).await.unwrap();
        assert_eq!((changed.version, changed.revision), (2, 2));
        assert_eq!(
            world.update(request).await.unwrap(),
            changed,
            "{}",
            world.label
        );

        world.days_pass(1);
        let request = UpdateContractRequest {
            terms: Some("by hand".to_owned()),
            ..nothing(&draft)
        };
        world.update(request).await.unwrap();
        let card = world.card(&draft).await;
        let kept: Vec<_> = card
            .versions
            .iter()
            .map(|it| {
                (
                    it.version,
                    it.amount.clone(),
                    it.recurring,
                    it.terms == "by hand",
                )
            })
            .collect();
        let expected = [
            (3, euros(5), true, true),
            (2, euros(5), true, false),
            (1, euros(120_000), false, false),
        ];
        assert_eq!(kept, expected, "{}", world.label);
        assert_eq!(card.versions[0].made_by, world.staff.to_string());
        assert_eq!(
            (card.versions[0].made_at, card.versions[2].made_at),
            (day(1), day(0))
        );
        assert_eq!(
            world.history(&draft).await,
            ["drafted", "changed", "changed"]
        );
    }
}

#[tokio::test]
async fn a_sent_contract_that_changes_is_sent_again() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        world.send(&draft).await.unwrap();
        let request = UpdateContractRequest {
            amount: euros(7),
            ..nothing(&draft)
        };
        assert_eq!(
            world.update(request).await.unwrap().state(),
            ContractState::Draft
        );
        assert_eq!(
            reason(world.sign(&draft).await),
            "CONTRACT_NOT_SENT",
            "{}",
            world.label
        );
        world.send(&draft).await.unwrap();
        world.sign(&draft).await.unwrap();
        assert_eq!(
            world.announced::<ContractSent>().await.len(),
            2,
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn signed_terms_stay_and_the_manager_may_change() {
    for world in worlds().await {
        let signed = world.signed(10, 100).await;
        let request = UpdateContractRequest {
            amount: euros(7),
            ..nothing(&signed)
        };
        assert_eq!(
            reason(world.update(request).await),
            "CONTRACT_ALREADY_SIGNED"
        );
        let heir = ids::StaffId::generate().to_string();
        let request = UpdateContractRequest {
            responsible_id: Some(heir.clone()),
            ..nothing(&signed)
        };
        let changed = world.update(request.clone()).await.unwrap();
        assert_eq!(changed.responsible_id, heir, "{}", world.label);
        assert_eq!(
            (changed.version, changed.state()),
            (signed.version, ContractState::Signed)
        );
        world.end(&signed, "terminated", "other").await.unwrap();
        assert_eq!(
            world.update(request).await.unwrap().responsible_id,
            heir,
            "nothing to change"
        );
        let request = UpdateContractRequest {
            responsible_id: Some(String::new()),
            ..nothing(&signed)
        };
        assert_eq!(
            reason(world.update(request).await),
            "CONTRACT_ALREADY_ENDED"
        );
    }
}

#[tokio::test]
async fn an_update_of_something_else_than_was_seen_is_refused() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        let title = |text: &str| UpdateContractRequest {
            revision: 1,
            title: Some(text.to_owned()),
            ..nothing(&draft)
        };
        world.update(title("Chairs")).await.unwrap();
        let refused = world.update(title("Tables")).await;
        assert_eq!(reason(refused), "REVISION_CONFLICT", "{}", world.label);
        assert_eq!(world.now(&draft).await.title, "Chairs");
    }
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once() {
    for world in worlds().await {
        let draft = world.draft("Desks").await;
        let wrong = UpdateContractRequest {
            title: Some(" ".to_owned()),
            period_months: Some(0),
            renewal_notice_days: Some(-1),
            responsible_id: Some("boss".to_owned()),
            ends_at: Some(prost_types::Timestamp {
                seconds: i64::MAX,
                nanos: 0,
            }),
            ..nothing(&draft)
        };
        let found: Vec<_> = violations(world.update(wrong).await)
            .into_iter()
            .map(|it| it.0)
            .collect();
        let expected = [
            "title",
            "period_months",
            "ends_at",
            "renewal_notice_days",
            "responsible_id",
        ];
        assert_eq!(found, expected, "{}", world.label);

        let backwards = UpdateContractRequest {
            starts_at: day(9),
            ends_at: day(8),
            ..nothing(&draft)
        };
        let expected = ("ends_at".to_owned(), "ENDS_BEFORE_START".to_owned());
        assert_eq!(violations(world.update(backwards).await), [expected]);
        assert_eq!(world.now(&draft).await, draft);
    }
}
