//! Contracts that ended and were not followed.

use ids::{MergeId, OrganisationId, StaffId};
use proto::contracts::v1::churn_service_client::ChurnServiceClient;
use proto::contracts::v1::{
    ChurnManager, ChurnMonth, ChurnReason, ChurnState, Contract, ContractRecorded,
    ExplainExpiryRequest, GetChurnRequest, ListChurnRequest, UpdateContractRequest,
};
use proto::customers::v1::{PersonsMerged, PersonsSplit};
use proto::deals::v1::DealWon;
use proto::types::v1::Money;
use rpc::Channel;
use tonic::Status;

use crate::world::{World, day, euros, reason, violations, won, worlds};

fn client(world: &World) -> ChurnServiceClient<Channel> {
    ChurnServiceClient::new(world.channel.clone())
}

/// In force from today on.
async fn in_force(world: &World, deal: &DealWon, ends: u64) -> Contract {
    world.deliver(deal, &deal.deal_id, 4).await;
    let draft = world.contract_of(&deal.deal_id).await;
    let request = UpdateContractRequest {
        contract_id: draft.contract_id.clone(),
        ends_at: day(ends),
        ..UpdateContractRequest::default()
    };
    world.update(request).await.unwrap();
    world.send(&draft).await.unwrap();
    world.sign(&draft).await.unwrap();
    world.activate(&draft).await.unwrap()
}

/// What happened until day 100: the 2nd of March.
struct Story {
    managers: [String; 2],
    /// Terminated for its price on the 12th of December.
    lost: Contract,
    /// Terminated for its quality on the 13th of December.
    replaced: Contract,
    /// Of the same person, by another record; signed on the 11th of January.
    replacement: Contract,
    /// Expired on the 22nd of December.
    expired: Contract,
    /// Terminated on the 21st of January, 60 days before the 22nd of March.
    recent: Contract,
}

async fn story(world: &World) -> Story {
    let managers = [(); 2].map(|()| StaffId::generate().to_string());
    let deal = |title: &str, manager: usize, minor: i64| DealWon {
        responsible_id: managers.get(manager).cloned().unwrap_or_default(),
        amount: euros(minor),
        ..won(title)
    };
    let lost = in_force(world, &deal("lost", 0, 1_000), 900).await;
    let second = deal("replaced", 0, 500);
    let replaced = in_force(world, &second, 900).await;
    let nobody = DealWon {
        person_id: String::new(),
        ..deal("expired", 1, 70)
    };
    let expired = in_force(world, &nobody, 30).await;
    let forint = DealWon {
        amount: Some(Money {
            minor: 7,
            currency: "HUF".to_owned(),
        }),
        ..deal("recent", 0, 0)
    };
    let recent = in_force(world, &forint, 900).await;
    in_force(world, &deal("stays", 1, 1), 900).await;
    let draft = world.draft("never signed").await;

    world.days_pass(20);
    world.end(&draft, "terminated", "not_signed").await.unwrap();
    world.end(&lost, "terminated", "price").await.unwrap();
    world.days_pass(1);
    let ended = world.end(&replaced, "terminated", "quality").await;
    ended.unwrap();
    world.days_pass(9);
    world.end(&expired, "expired", "").await.unwrap();
    world.days_pass(20);
    let third = DealWon {
        organisation_id: OrganisationId::generate().to_string(),
        ..deal("replacement", 1, 600)
    };
    let replacement = in_force(world, &third, 900).await;
    let merge = MergeId::generate();
    let merged = PersonsMerged {
        merge_id: merge.to_string(),
        kept_id: third.person_id.clone(),
        joined_id: second.person_id.clone(),
        ..PersonsMerged::default()
    };
    world.deliver(&merged, merge, 1).await;
    world.days_pass(10);
    world.end(&recent, "terminated", "price").await.unwrap();
    world.days_pass(40);
    Story {
        managers,
        lost,
        replaced,
        replacement,
        expired,
        recent,
    }
}

async fn churn(world: &World, first: &str, last: &str, manager: &str) -> Vec<ChurnMonth> {
    let request = GetChurnRequest {
        first_month: first.to_owned(),
        last_month: last.to_owned(),
        responsible_id: manager.to_owned(),
    };
    let answer = client(world).get_churn(request).await.unwrap().into_inner();
    assert_eq!(answer.grace_days, 60);
    answer.months
}

fn for_reason(reason: &str, minor: i64) -> ChurnReason {
    ChurnReason {
        reason: reason.to_owned(),
        churned: 1,
        lost: euros(minor).into_iter().collect(),
    }
}

fn manager(id: &str, in_force: i64) -> ChurnManager {
    ChurnManager {
        responsible_id: id.to_owned(),
        in_force,
        rate_basis_points: (in_force > 0).then_some(0),
        ..ChurnManager::default()
    }
}

fn by_id(mut month: ChurnMonth) -> ChurnMonth {
    month
        .managers
        .sort_by(|one, other| one.responsible_id.cmp(&other.responsible_id));
    month
}

#[tokio::test]
async fn churn_is_counted_by_month_reason_and_manager() {
    for world in worlds().await {
        let story = story(&world).await;
        let [one, other] = &story.managers;
        let months = churn(&world, "2026-11", "2027-01", "").await;
        let quiet = ChurnMonth {
            month: "2026-11".to_owned(),
            ..ChurnMonth::default()
        };
        // Of five in force two were lost: one of three, and one of two.
        let december = ChurnMonth {
            month: "2026-12".to_owned(),
            in_force: 5,
            ended: 3,
            churned: 2,
            undecided: 0,
            rate_basis_points: Some(4_000),
            lost: euros(1_070).into_iter().collect(),
            reasons: vec![for_reason("", 70), for_reason("price", 1_000)],
            managers: vec![
                ChurnManager {
                    churned: 1,
                    rate_basis_points: Some(3_333),
                    lost: euros(1_000).into_iter().collect(),
                    reasons: vec![for_reason("price", 1_000)],
                    ..manager(one, 3)
                },
                ChurnManager {
                    churned: 1,
                    rate_basis_points: Some(5_000),
                    lost: euros(70).into_iter().collect(),
                    reasons: vec![for_reason("", 70)],
                    ..manager(other, 2)
                },
            ],
        };
        let january = ChurnMonth {
            month: "2027-01".to_owned(),
            in_force: 2,
            ended: 1,
            undecided: 1,
            rate_basis_points: Some(0),
            managers: vec![manager(one, 1), manager(other, 1)],
            ..ChurnMonth::default()
        };
        let months: Vec<_> = months.into_iter().map(by_id).collect();
        let expected = [quiet, december.clone(), january].map(by_id);
        assert_eq!(months, expected, "{}", world.label);

        let mine = churn(&world, "2026-12", "2026-12", one).await;
        let group = &december.managers[0];
        let expected = ChurnMonth {
            in_force: 3,
            ended: 2,
            churned: 1,
            rate_basis_points: Some(3_333),
            lost: group.lost.clone(),
            reasons: group.reasons.clone(),
            managers: vec![group.clone()],
            ..december.clone()
        };
        assert_eq!(mine, [expected], "{}", world.label);

        // The grace of the last one is over on the 22nd of March.
        world.days_pass(20);
        let months = churn(&world, "2027-01", "2027-01", "").await;
        assert_eq!((months[0].churned, months[0].undecided), (1, 0));
        assert_eq!(months[0].rate_basis_points, Some(5_000), "{}", world.label);
        assert_eq!(months[0].lost[0].currency, "HUF");
    }
}

async fn list(world: &World, state: ChurnState, reason: &str) -> Vec<(String, ChurnState, String)> {
    let mut request = ListChurnRequest {
        first_month: "2026-11".to_owned(),
        last_month: "2027-03".to_owned(),
        state: state.into(),
        reason: reason.to_owned(),
        page_size: 1,
        ..ListChurnRequest::default()
    };
    let mut found = Vec::new();
    loop {
        let page = client(world).list_churn(request.clone()).await;
        let page = page.unwrap().into_inner();
        for ended in page.contracts {
            let state = ended.state();
            let contract = ended.contract.unwrap();
            found.push((contract.title, state, ended.followed_by_contract_id));
        }
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page_token = page.next_page_token;
    }
}

#[tokio::test]
async fn the_contracts_behind_the_figures_are_listed() {
    for world in worlds().await {
        let story = story(&world).await;
        let ended = |contract: &Contract, state, follower: &str| {
            (contract.title.clone(), state, follower.to_owned())
        };
        let follower = story.replacement.contract_id.as_str();
        let all = [
            ended(&story.lost, ChurnState::Churned, ""),
            ended(&story.replaced, ChurnState::Followed, follower),
            ended(&story.expired, ChurnState::Churned, ""),
            ended(&story.recent, ChurnState::Undecided, ""),
        ];
        let any = ChurnState::Unspecified;
        assert_eq!(list(&world, any, "").await, all, "{}", world.label);
        for (state, reason, expected) in [
            (ChurnState::Churned, "", vec![0, 2]),
            (ChurnState::Followed, "", vec![1]),
            (ChurnState::Undecided, "", vec![3]),
            (any, "price", vec![0, 3]),
            (ChurnState::Churned, "price", vec![0]),
            (any, "none", vec![2]),
            (any, "service", vec![]),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .filter_map(|place: usize| all.get(place).cloned())
                .collect();
            let found = list(&world, state, reason).await;
            assert_eq!(found, expected, "{}: {state:?} {reason}", world.label);
        }
    }
}

#[tokio::test]
async fn who_is_one_person_decides_as_it_stands_whatever_the_order_of_the_news() {
    for world in worlds().await {
        let (old, new) = (won("old"), won("new"));
        let first = in_force(&world, &old, 100).await;
        world.days_pass(5);
        world.end(&first, "terminated", "price").await.unwrap();
        world.days_pass(5);
        let second = in_force(&world, &new, 900).await;
        world.days_pass(60);
        let (early, late) = (MergeId::generate(), MergeId::generate());
        let link = |merge: MergeId| PersonsMerged {
            merge_id: merge.to_string(),
            kept_id: old.person_id.clone(),
            joined_id: new.person_id.clone(),
            ..PersonsMerged::default()
        };
        let split = |merge: MergeId| PersonsSplit {
            merge_id: merge.to_string(),
            kept_id: old.person_id.clone(),
            joined_id: new.person_id.clone(),
            ..PersonsSplit::default()
        };
        let churned = [("old".to_owned(), ChurnState::Churned, String::new())];
        let next = second.contract_id.clone();
        let followed = [("old".to_owned(), ChurnState::Followed, next)];
        let all = ChurnState::Unspecified;
        assert_eq!(list(&world, all, "").await, churned);
        world.deliver(&link(early), early, 1).await;
        assert_eq!(list(&world, all, "").await, followed, "{}", world.label);
        world.deliver(&split(early), early, 2).await;
        assert_eq!(list(&world, all, "").await, churned);
        // The split of another merge comes before it.
        world.deliver(&split(late), late, 4).await;
        world.deliver(&link(late), late, 3).await;
        assert_eq!(list(&world, all, "").await, churned, "{}", world.label);
    }
}

#[tokio::test]
async fn a_renewal_that_comes_in_time_is_no_churn_whenever_it_is_told() {
    for world in worlds().await {
        let first = in_force(&world, &won("first"), 100).await;
        let early = DealWon {
            contract_kind: "renewal".to_owned(),
            previous_contract_id: first.contract_id.clone(),
            ..won("renewal")
        };
        // Long before the end, of somebody else of the same house.
        let renewal = in_force(&world, &early, 900).await;
        world.days_pass(100);
        world.end(&first, "expired", "").await.unwrap();
        let found = list(&world, ChurnState::Unspecified, "").await;
        let expected = (
            "first".to_owned(),
            ChurnState::Followed,
            renewal.contract_id.clone(),
        );
        assert_eq!(found, [expected], "{}", world.label);
    }
}

async fn explain(
    world: &World,
    contract: &Contract,
    reason: &str,
    revision: i64,
) -> Result<Contract, Status> {
    let request = ExplainExpiryRequest {
        contract_id: contract.contract_id.clone(),
        revision,
        reason: reason.to_owned(),
    };
    let answer = client(world).explain_expiry(request).await?;
    Ok(answer.into_inner().contract.unwrap())
}

#[tokio::test]
async fn an_expiry_gets_its_reason_then_or_later() {
    for world in worlds().await {
        let [later, then, terminated] = [
            in_force(&world, &won("later"), 10).await,
            in_force(&world, &won("then"), 10).await,
            in_force(&world, &won("terminated"), 10).await,
        ];
        assert_eq!(
            reason(explain(&world, &later, "price", 0).await),
            "CONTRACT_NOT_EXPIRED"
        );
        world.days_pass(10);
        let ended = world.end(&then, "expired", "competitor").await.unwrap();
        assert_eq!(
            (ended.end_kind.as_str(), ended.end_reason.as_str()),
            ("expired", "competitor")
        );
        assert_eq!(world.now(&then).await, ended);
        let ended = world.end(&terminated, "terminated", "price").await;
        let refused = explain(&world, &ended.unwrap(), "service", 0).await;
        assert_eq!(reason(refused), "CONTRACT_NOT_EXPIRED");

        let ended = world.end(&later, "expired", "").await.unwrap();
        assert_eq!(ended.end_reason, "");
        let unknown = ("reason".to_owned(), "REASON_UNKNOWN".to_owned());
        let refused = explain(&world, &later, "weather", 0).await;
        assert_eq!(violations(refused), [unknown]);
        let said = explain(&world, &later, "service", ended.revision).await;
        let said = said.unwrap();
        assert_eq!(said.end_reason, "service", "{}", world.label);
        assert_eq!(explain(&world, &later, "service", 0).await.unwrap(), said);
        let refused = explain(&world, &later, "price", ended.revision).await;
        assert_eq!(reason(refused), "REVISION_CONFLICT");
        assert_eq!(world.history(&later).await.last().unwrap(), "explained");
        let recorded = world.announced::<ContractRecorded>().await;
        let last = recorded.last().unwrap();
        assert_eq!(
            (last.revision, last.message.end_reason.as_str()),
            (said.revision, "service")
        );
    }
}
