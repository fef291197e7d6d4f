use proto::deals::v1::{
    BoardColumn, Deal, DealState, GetBoardRequest, ListDealsRequest, ListDealsResponse,
    LoseDealRequest, MoveDealRequest, SummariseLossesRequest, WinDealRequest,
};
use proto::types::v1::Money;

use crate::world::{World, euros, noon, stamp, worlds};

fn money(minor: i64, currency: &str) -> Money {
    Money {
        minor,
        currency: currency.to_owned(),
    }
}

async fn open(world: &World, title: &str, amount: Option<Money>) -> Deal {
    let deal = Deal {
        title: title.to_owned(),
        sale_object: "desk".to_owned(),
        amount,
        ..Deal::default()
    };
    world.open_deal(deal).await.unwrap()
}

async fn go(world: &World, deal: &Deal, stage: &str) {
    let request = MoveDealRequest {
        deal_id: deal.deal_id.clone(),
        stage: stage.to_owned(),
    };
    world.client.clone().move_deal(request).await.unwrap();
}

async fn lose(world: &World, deal: &Deal, reason: &str) {
    let request = LoseDealRequest {
        deal_id: deal.deal_id.clone(),
        reason: reason.to_owned(),
        note: String::new(),
    };
    world.client.clone().lose_deal(request).await.unwrap();
}

async fn list(world: &World, request: ListDealsRequest) -> ListDealsResponse {
    world
        .client
        .clone()
        .list_deals(request)
        .await
        .unwrap()
        .into_inner()
}

async fn board(world: &World, topic_id: &str, deals_per_stage: i32) -> Vec<BoardColumn> {
    let request = GetBoardRequest {
        topic_id: topic_id.to_owned(),
        deals_per_stage,
    };
    world
        .client
        .clone()
        .get_board(request)
        .await
        .unwrap()
        .into_inner()
        .columns
}

fn titles(deals: &[Deal]) -> Vec<&str> {
    deals.iter().map(|deal| deal.title.as_str()).collect()
}

#[tokio::test]
async fn the_board_counts_and_adds_up_open_deals_by_currency() {
    for world in worlds().await {
        let first = open(&world, "first", euros(100)).await;
        world.days_pass(1);
        open(&world, "second", euros(250)).await;
        open(&world, "third", Some(money(7_000, "HUF"))).await;
        open(&world, "fourth", None).await;
        let offered = open(&world, "offered", euros(40)).await;
        go(&world, &offered, "offer").await;
        let lost = open(&world, "lost", euros(999)).await;
        lose(&world, &lost, "price").await;

        let columns = board(&world, &first.topic_id, 2).await;
        let stages: Vec<_> = columns
            .iter()
            .map(|it| it.stage.as_ref().unwrap().code.as_str())
            .collect();
        assert_eq!(stages, ["need", "offer", "negotiation", "agreement"]);
        assert_eq!(columns[0].count, 4, "{}", world.label);
        assert_eq!(
            columns[0].sums,
            [money(350, "EUR"), money(7_000, "HUF")],
            "{}",
            world.label
        );
        assert_eq!(
            titles(&columns[0].deals),
            ["first", "second"],
            "longest in the stage first"
        );
        assert_eq!(
            (columns[1].count, &columns[1].sums),
            (1, &vec![money(40, "EUR")])
        );
        assert_eq!((columns[2].count, columns[2].sums.len()), (0, 0));
    }
}

#[tokio::test]
async fn a_deal_rots_when_it_stays_too_long() {
    for world in worlds().await {
        let deal = open(&world, "slow", euros(1)).await;
        world.days_pass(14);
        assert!(!world.deal(&deal.deal_id).await.rotting, "{}", world.label);
        world.days_pass(1);
        assert!(world.deal(&deal.deal_id).await.rotting, "{}", world.label);
        assert!(board(&world, &deal.topic_id, 0).await[0].deals[0].rotting);
        assert!(list(&world, ListDealsRequest::default()).await.deals[0].rotting);
        go(&world, &deal, "offer").await;
        assert!(
            !world.deal(&deal.deal_id).await.rotting,
            "a new stage is a new start"
        );
        world.days_pass(100);
        lose(&world, &deal, "no_answer").await;
        assert!(
            !world.deal(&deal.deal_id).await.rotting,
            "a closed deal does not rot"
        );
    }
}

#[tokio::test]
async fn lists_go_from_new_to_old_in_pages() {
    for world in worlds().await {
        // Two in each moment: the second key decides.
        for n in 0..7_u64 {
            open(&world, &format!("{n}"), None).await;
            world.days_pass(n % 2);
        }
        let mut found = Vec::new();
        let mut request = ListDealsRequest {
            page_size: 2,
            ..ListDealsRequest::default()
        };
        loop {
            let page = list(&world, request.clone()).await;
            assert_eq!(page.total, 7);
            found.extend(page.deals);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        let mut expected = found.clone();
        expected.sort_by_key(|deal| {
            std::cmp::Reverse((deal.opened_at.unwrap().seconds, deal.deal_id.clone()))
        });
        expected.dedup_by_key(|deal| deal.deal_id.clone());
        assert_eq!(titles(&found), titles(&expected), "{}", world.label);
        assert_eq!(found.len(), 7);
    }
}

#[tokio::test]
async fn lists_are_narrowed_by_what_is_asked() {
    for world in worlds().await {
        let lead = ids::LeadId::generate().to_string();
        let person = ids::PersonId::generate().to_string();
        let other = ids::StaffId::generate().to_string();
        let special = Deal {
            title: "special".to_owned(),
            lead_id: lead.clone(),
            person_id: person.clone(),
            responsible_id: other.clone(),
            ..Deal::default()
        };
        world.open_deal(special).await.unwrap();
        let won = open(&world, "won", euros(1)).await;
        let request = WinDealRequest {
            deal_id: won.deal_id.clone(),
            amount: None,
        };
        world.client.clone().win_deal(request).await.unwrap();
        let offered = open(&world, "offered", euros(1)).await;
        go(&world, &offered, "offer").await;

        let all = ListDealsRequest::default();
        let of_lead = ListDealsRequest {
            lead_id: lead,
            ..all.clone()
        };
        check(&world, of_lead, &["special"]).await;
        let of_person = ListDealsRequest {
            person_id: person,
            ..all.clone()
        };
        check(&world, of_person, &["special"]).await;
        let of_staff = ListDealsRequest {
            responsible_id: other,
            ..all.clone()
        };
        check(&world, of_staff, &["special"]).await;
        let won = ListDealsRequest {
            state: DealState::Won.into(),
            ..all.clone()
        };
        check(&world, won, &["won"]).await;
        let in_offer = ListDealsRequest {
            stage: "offer".to_owned(),
            ..all.clone()
        };
        check(&world, in_offer, &["offered"]).await;
        let nowhere = ListDealsRequest {
            topic_id: ids::TopicId::generate().to_string(),
            ..all
        };
        check(&world, nowhere, &[]).await;
    }
}

async fn check(world: &World, request: ListDealsRequest, expected: &[&str]) {
    let page = list(world, request.clone()).await;
    assert_eq!(
        titles(&page.deals),
        expected,
        "{}: {request:?}",
        world.label
    );
    assert_eq!(usize::try_from(page.total).unwrap(), expected.len());
}

#[tokio::test]
async fn losses_are_summed_by_reason_and_stage() {
    for world in worlds().await {
        for (amount, reason) in [(euros(10), "price"), (None, "price"), (euros(5), "no_need")] {
            let deal = open(&world, "lost", amount).await;
            lose(&world, &deal, reason).await;
        }
        world.days_pass(10);
        let late = open(&world, "late", Some(money(3, "HUF"))).await;
        go(&world, &late, "offer").await;
        lose(&world, &late, "price").await;

        let rows = async |request: SummariseLossesRequest| {
            let answer = world.client.clone().summarise_losses(request).await;
            let rows = answer.unwrap().into_inner().rows.into_iter();
            rows.map(|row| (row.reason, row.stage, row.count, row.sums))
                .collect::<Vec<_>>()
        };
        let row = |reason: &str, stage: &str, count, sums: &[Money]| {
            (reason.to_owned(), stage.to_owned(), count, sums.to_vec())
        };
        let all = rows(SummariseLossesRequest::default()).await;
        let expected = [
            row("price", "need", 2, &[money(10, "EUR")]),
            row("no_need", "need", 1, &[money(5, "EUR")]),
            row("price", "offer", 1, &[money(3, "HUF")]),
        ];
        assert_eq!(all, expected, "{}", world.label);

        let border = stamp(noon() + std::time::Duration::from_hours(1));
        let early = SummariseLossesRequest {
            to: border,
            ..SummariseLossesRequest::default()
        };
        assert_eq!(rows(early).await.len(), 2, "{}", world.label);
        let late = SummariseLossesRequest {
            from: border,
            ..SummariseLossesRequest::default()
        };
        assert_eq!(
            rows(late).await,
            [row("price", "offer", 1, &[money(3, "HUF")])]
        );

        let of_staff = |staff: String| SummariseLossesRequest {
            responsible_id: staff,
            ..SummariseLossesRequest::default()
        };
        assert_eq!(rows(of_staff(world.staff.to_string())).await, expected);
        let nobody = of_staff(ids::StaffId::generate().to_string());
        assert_eq!(rows(nobody).await, [], "{}", world.label);
    }
}

#[tokio::test]
async fn every_row_of_losses_has_its_deals() {
    for world in worlds().await {
        for (title, reason) in [("one", "price"), ("two", "price"), ("three", "no_need")] {
            let deal = open(&world, title, euros(10)).await;
            world.days_pass(1);
            lose(&world, &deal, reason).await;
        }
        let request = SummariseLossesRequest::default();
        let answer = world.client.clone().summarise_losses(request).await;
        for row in answer.unwrap().into_inner().rows {
            let request = ListDealsRequest {
                state: DealState::Lost.into(),
                stage: row.stage,
                loss_reason: row.reason,
                ..ListDealsRequest::default()
            };
            let found = list(&world, request).await;
            assert_eq!(found.total, row.count, "{}", world.label);
            let lost = found.deals.iter().filter_map(|deal| deal.amount.as_ref());
            assert_eq!(lost.map(|it| it.minor).sum::<i64>(), row.sums[0].minor);
        }
        let day = |n| stamp(noon() + chrono::TimeDelta::days(n));
        let second = ListDealsRequest {
            loss_reason: "price".to_owned(),
            closed_from: day(2),
            closed_to: day(3),
            ..ListDealsRequest::default()
        };
        check(&world, second, &["two"]).await;
    }
}
