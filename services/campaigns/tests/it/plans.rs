//! The marketing plan against what was reached.

use ids::{CampaignId, LeadId, PlanId};
use messaging::RawEvent;
use proto::{
    campaigns::v1::{self as pb, PlanRecorded},
    intake::v1::LeadCreated,
    types::v1::Source,
};
use rpc::Code;
use tonic::Status;

use crate::{
    channels, costs,
    fixture::{Desk, at, desks, eur, event, money, refused, staff, wrong},
};

pub(crate) fn came(day: &str, channel: &str, campaign: &str) -> RawEvent {
    let message = LeadCreated {
        lead_id: LeadId::generate().to_string(),
        source: Some(Source {
            channel: channel.to_owned(),
            campaign_id: campaign.to_owned(),
            ..Source::default()
        }),
        received_at: Some(at(day)),
        ..LeadCreated::default()
    };
    event(&message, &message.lead_id, 1)
}

fn plan(target_leads: i64) -> pb::Plan {
    pb::Plan {
        plan_id: PlanId::generate().to_string(),
        starts_at: Some(at("2026-11-01T00:00:00Z")),
        ends_at: Some(at("2026-12-01T00:00:00Z")),
        target_leads,
        allowed_cost_per_lead: Some(eur(333)),
        bonus: Some(eur(1_001)),
        fixed_percent: 50,
        responsible_id: staff().to_string(),
        ..pb::Plan::default()
    }
}

async fn record(desk: &Desk, plan: &pb::Plan) -> Result<pb::Plan, Status> {
    let request = pb::RecordPlanRequest {
        plan: Some(plan.clone()),
    };
    let response = desk.plans().record_plan(request).await;
    response.map(|it| it.into_inner().plan.unwrap())
}

/// What is announced of a line.
fn told(plan: &pb::Plan) -> PlanRecorded {
    PlanRecorded {
        plan_id: plan.plan_id.clone(),
        starts_at: plan.starts_at,
        ends_at: plan.ends_at,
        channel: "form".to_owned(),
        campaign_id: String::new(),
        target_leads: 10,
        allowed_cost_per_lead: Some(eur(333)),
        bonus: Some(eur(1_001)),
        fixed_percent: 50,
        responsible_id: staff().to_string(),
        removed: false,
    }
}

async fn update(desk: &Desk, plan: &pb::Plan) -> Result<pb::Plan, Status> {
    let request = pb::UpdatePlanRequest {
        plan_id: plan.plan_id.clone(),
        plan: Some(plan.clone()),
    };
    let response = desk.plans().update_plan(request).await;
    response.map(|it| it.into_inner().plan.unwrap())
}

async fn remove(desk: &Desk, id: &str, revision: i64) -> Result<pb::Plan, Status> {
    let request = pb::RemovePlanRequest {
        plan_id: id.to_owned(),
        revision,
    };
    let response = desk.plans().remove_plan(request).await;
    response.map(|it| it.into_inner().plan.unwrap())
}

async fn fact(desk: &Desk, id: &str) -> pb::PlanFact {
    let request = pb::GetPlanRequest {
        plan_id: id.to_owned(),
    };
    let found = desk.plans().get_plan(request).await.unwrap().into_inner();
    found.line.unwrap().fact.unwrap()
}

#[tokio::test]
async fn leads_count_once_for_the_plans_they_fall_into_in_any_order() {
    for turn in 0..3 {
        for desk in desks().await {
            let id = desk.create("Fair").await.campaign_id;
            let elsewhere = CampaignId::generate().to_string();
            let mut events = vec![
                came("2026-10-31T23:59:59Z", "form", &id),
                came("2026-11-01T00:00:00Z", "form", &id),
                came("2026-11-15T12:00:00Z", "form", ""),
                came("2026-11-15T12:00:00Z", "call", &elsewhere),
                came("2026-11-30T23:59:59.999999Z", "call", &id),
                came("2026-12-01T00:00:00Z", "call", &id),
            ];
            events.rotate_left(turn * 2);
            if turn == 1 {
                events.reverse();
            }
            desk.deliver_twice(&events).await;
            let all = record(&desk, &plan(4)).await.unwrap().plan_id;
            let form = pb::Plan {
                channel: "form".to_owned(),
                ..plan(4)
            };
            let form = record(&desk, &form).await.unwrap().plan_id;
            let fair = pb::Plan {
                campaign_id: id.clone(),
                ..plan(4)
            };
            let fair = record(&desk, &fair).await.unwrap().plan_id;
            let listed = desk
                .plans()
                .list_plans(pb::ListPlansRequest::default())
                .await;
            let leads = |plan: &str, listed: &pb::ListPlansResponse| {
                let line = listed
                    .lines
                    .iter()
                    .find(|it| it.plan.as_ref().unwrap().plan_id == plan);
                line.unwrap().fact.as_ref().unwrap().leads
            };
            let listed = listed.unwrap().into_inner();
            assert_eq!(leads(&all, &listed), 4, "{} {turn}", desk.label);
            assert_eq!(leads(&form, &listed), 2, "{} {turn}", desk.label);
            assert_eq!(leads(&fair, &listed), 2, "{} {turn}", desk.label);
            assert_eq!(fact(&desk, &all).await.leads, 4, "{} {turn}", desk.label);
        }
    }
}

#[tokio::test]
async fn a_plan_is_held_against_what_it_cost() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        let line = record(&desk, &plan(3)).await.unwrap();
        let expected = pb::PlanFact {
            bonus_earned: Some(eur(500)),
            ..pb::PlanFact::default()
        };
        assert_eq!(fact(&desk, &line.plan_id).await, expected, "{}", desk.label);

        for _ in 0..3 {
            desk.deliver(&came("2026-11-05T00:00:00Z", "form", &id))
                .await;
        }
        costs::record(&desk, &id, &costs::expense("Print", 0, 600))
            .await
            .unwrap();
        let outside = pb::Cost {
            spent_at: Some(at("2026-12-01T00:00:00Z")),
            ..costs::expense("Late", 0, 5_000)
        };
        costs::record(&desk, &id, &outside).await.unwrap();
        let figures = pb::ChannelFigures {
            cost: Some(eur(399)),
            ..channels::figures("search ads", "2026-11-01T00:00:00Z")
        };
        channels::record(&desk, &figures).await.unwrap();
        let expected = pb::PlanFact {
            leads: 3,
            costs: vec![eur(999)],
            costs_per_lead: vec![eur(333)],
            reached: true,
            within_allowed_cost: Some(true),
            bonus_earned: Some(eur(1_001)),
        };
        assert_eq!(fact(&desk, &line.plan_id).await, expected, "{}", desk.label);

        let one_more = costs::record(&desk, &id, &costs::expense("Stamp", 0, 1))
            .await
            .unwrap();
        let now = fact(&desk, &line.plan_id).await;
        assert_eq!(now.costs_per_lead, [eur(333)], "333.33 rounded");
        assert_eq!(
            now.within_allowed_cost,
            Some(false),
            "{}: to the last cent",
            desk.label
        );
        costs::remove(&desk, &id, &one_more.cost_id, 0)
            .await
            .unwrap();
        let abroad = pb::Cost {
            planned: None,
            actual: Some(money(7, "HUF")),
            ..costs::expense("Hall", 0, 0)
        };
        costs::record(&desk, &id, &abroad).await.unwrap();
        let now = fact(&desk, &line.plan_id).await;
        assert_eq!(now.costs, [eur(999), money(7, "HUF")], "{}", desk.label);
        assert_eq!(
            now.costs_per_lead,
            [eur(333), money(2, "HUF")],
            "{}",
            desk.label
        );
        assert_eq!(now.within_allowed_cost, None, "{}", desk.label);
    }
}

#[tokio::test]
async fn a_line_is_recorded_once_changed_and_taken_out() {
    for desk in desks().await {
        let given = pb::Plan {
            channel: "form".to_owned(),
            ..plan(10)
        };
        let recorded = record(&desk, &given).await.unwrap();
        let other = pb::Plan {
            plan_id: given.plan_id.clone(),
            ..plan(99)
        };
        assert_eq!(
            record(&desk, &other).await.unwrap(),
            recorded,
            "the same id twice"
        );
        let mut changed = recorded.clone();
        changed.target_leads = 12;
        let changed = update(&desk, &changed).await.unwrap();
        assert_eq!((changed.revision, changed.target_leads), (2, 12));
        refused(
            update(&desk, &recorded).await,
            Code::Aborted,
            "CHANGED_MEANWHILE",
        );
        refused(
            remove(&desk, &given.plan_id, 1).await,
            Code::Aborted,
            "CHANGED_MEANWHILE",
        );
        for _ in 0..2 {
            let out = remove(&desk, &given.plan_id, 2).await.unwrap();
            assert_eq!((out.revision, out.removed), (3, true), "{}", desk.label);
        }
        let out = pb::Plan {
            revision: 0,
            ..changed
        };
        refused(
            update(&desk, &out).await,
            Code::FailedPrecondition,
            "REMOVED",
        );
        let expected = told(&given);
        let second = PlanRecorded {
            target_leads: 12,
            ..expected.clone()
        };
        let third = PlanRecorded {
            removed: true,
            ..second.clone()
        };
        let announced = desk.announced::<PlanRecorded>().await;
        assert_eq!(
            announced,
            [(1, expected), (2, second), (3, third)],
            "{}",
            desk.label
        );
    }
}

#[tokio::test]
async fn lines_are_listed_by_period_channel_and_campaign() {
    for desk in desks().await {
        let id = desk.create("Fair").await.campaign_id;
        for (month, channel, campaign) in [
            ("09", "form", ""),
            ("10", "call", ""),
            ("11", "form", id.as_str()),
        ] {
            let line = pb::Plan {
                starts_at: Some(at(&format!("2026-{month}-01T00:00:00Z"))),
                channel: channel.to_owned(),
                campaign_id: campaign.to_owned(),
                note: month.to_owned(),
                ..plan(1)
            };
            let until = pb::Plan {
                ends_at: Some(at(&format!("2026-{month}-28T00:00:00Z"))),
                ..line
            };
            record(&desk, &until).await.unwrap();
        }
        let months = |request: pb::ListPlansRequest| {
            let mut client = desk.plans();
            async move {
                let listed = client.list_plans(request).await.unwrap().into_inner();
                let lines = listed.lines.into_iter().map(|it| it.plan.unwrap().note);
                (lines.collect::<Vec<_>>(), listed.next_page_token)
            }
        };
        let none = pb::ListPlansRequest::default();
        let (first, token) = months(pb::ListPlansRequest {
            page_size: 2,
            ..none.clone()
        })
        .await;
        assert_eq!(first, ["11", "10"], "{}", desk.label);
        let (rest, token) = months(pb::ListPlansRequest {
            page_token: token,
            ..none.clone()
        })
        .await;
        assert_eq!((rest, token), (vec!["09".to_owned()], String::new()));
        let form = pb::ListPlansRequest {
            channel: "form".to_owned(),
            ..none.clone()
        };
        assert_eq!(months(form).await.0, ["11", "09"], "{}", desk.label);
        let fair = pb::ListPlansRequest {
            campaign_id: id,
            ..none.clone()
        };
        assert_eq!(months(fair).await.0, ["11"], "{}", desk.label);
        let within = pb::ListPlansRequest {
            from: Some(at("2026-09-28T00:00:00Z")),
            to: Some(at("2026-11-01T00:00:00Z")),
            ..none
        };
        assert_eq!(months(within).await.0, ["10"], "{}", desk.label);
    }
}

#[tokio::test]
async fn what_cannot_be_planned_is_refused() {
    for desk in desks().await {
        let bad = pb::Plan {
            ends_at: Some(at("2026-11-01T00:00:00Z")),
            target_leads: 0,
            bonus: Some(eur(-1)),
            fixed_percent: 101,
            ..plan(1)
        };
        let fields = wrong(record(&desk, &bad).await);
        let expected = [
            "plan.ends_at",
            "plan.target_leads",
            "plan.bonus",
            "plan.fixed_percent",
        ];
        assert_eq!(fields, expected, "{}", desk.label);
        let foreign = pb::Plan {
            campaign_id: CampaignId::generate().to_string(),
            ..plan(1)
        };
        refused(
            record(&desk, &foreign).await,
            Code::NotFound,
            "CAMPAIGN_NOT_FOUND",
        );
        let unknown = update(&desk, &plan(1)).await;
        refused(unknown, Code::NotFound, "PLAN_NOT_FOUND");
        let request = pb::GetPlanRequest {
            plan_id: PlanId::generate().to_string(),
        };
        refused(
            desk.plans().get_plan(request).await,
            Code::NotFound,
            "PLAN_NOT_FOUND",
        );
    }
}
