//! What came of the talks with the leads, and of the deals that followed.

use anyhow::Context;
use proto::{
    contracts::v1::{
        ActivateContractRequest, ContractState, ListContractsRequest, SendContractRequest,
        SignContractRequest,
    },
    convert::timestamp,
    deals::v1::{
        Deal, DealState, GetDealRequest, LoseDealRequest, MoveDealRequest, WinDealRequest,
    },
    intake::v1::{
        AssignLeadRequest, GetLeadRequest, LeadCard, LeadState, NewDeal, Outcome,
        RecordOutcomeRequest,
    },
    types::v1::Money,
};
use rpc::Identity;
use tonic::Code;

use super::{
    data::{self, End, Fate, Paper},
    platform::{Platform, until},
    team::{Team, agent},
};

/// Where deals of the general topic begin.
const FIRST_STAGE: &str = "need";
/// Days until a deal is expected to close.
const CLOSES: i64 = 30;

/// Records what came of the talk, unless somebody has worked the lead: an earlier start, or the
/// person at the screen.
pub(super) async fn record(
    platform: &Platform,
    team: &Team,
    (number, lead_id): (usize, &str),
    lead: &data::Lead,
) -> anyhow::Result<()> {
    let Some(fate) = &lead.fate else {
        return Ok(());
    };
    let card = card(platform, &team.admin, lead_id).await?;
    if card.state() != LeadState::New {
        return Ok(());
    }
    let mut responsible_id = card.responsible_id;
    if responsible_id.is_empty() {
        responsible_id = team.next(number);
        assign(platform, team, lead_id, &responsible_id).await?;
    }
    let request = outcome(platform, lead_id, lead, fate);
    let agent = agent(&responsible_id);
    platform.intake(&agent).record_outcome(request).await?;
    Ok(())
}

/// Gives a lead to an agent, of whom intake may not have heard yet.
pub(super) async fn assign(
    platform: &Platform,
    team: &Team,
    lead_id: &str,
    responsible_id: &str,
) -> anyhow::Result<()> {
    let request = AssignLeadRequest {
        lead_id: lead_id.to_owned(),
        responsible_id: responsible_id.to_owned(),
        reason: "next in turn".to_owned(),
    };
    let mut intake = platform.intake(&team.admin);
    until("agents at intake", async || {
        match intake.assign_lead(request.clone()).await {
            Ok(_) => Ok(Some(())),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(status.into()),
        }
    })
    .await
}

fn outcome(
    platform: &Platform,
    lead_id: &str,
    lead: &data::Lead,
    fate: &Fate,
) -> RecordOutcomeRequest {
    let told = |outcome: Outcome, talk: &str| RecordOutcomeRequest {
        lead_id: lead_id.to_owned(),
        outcome: outcome.into(),
        talk: talk.to_owned(),
        contact_kind: "call".to_owned(),
        ..RecordOutcomeRequest::default()
    };
    match fate {
        Fate::Refused(reason) => RecordOutcomeRequest {
            reason: reason.clone(),
            ..told(Outcome::Negative, "Thanked for the offer and declined.")
        },
        Fate::Later(later) => RecordOutcomeRequest {
            reason: later.reason.clone(),
            next_contact_at: Some(timestamp(platform.in_days(later.days))),
            ..told(Outcome::Satisfactory, "Interested, asked to talk again.")
        },
        Fate::Client => told(Outcome::Positive, "Wants to hear of new things."),
        Fate::Deal(deal) => {
            let new_deal = NewDeal {
                title: deal.title.clone(),
                amount: Some(euros(deal.euros)),
                // A card that came by mail or call has none, and the gate of an offer wants one.
                sale_object: [&lead.object, &deal.title]
                    .into_iter()
                    .find(|it| !it.is_empty())
                    .cloned()
                    .unwrap_or_default(),
                expected_close_at: Some(timestamp(platform.in_days(CLOSES))),
                ..NewDeal::default()
            };
            RecordOutcomeRequest {
                new_deal: Some(new_deal),
                ..told(Outcome::Positive, "Wants an offer.")
            }
        }
    }
}

fn euros(whole: i64) -> Money {
    Money {
        minor: whole * 100,
        currency: "EUR".to_owned(),
    }
}

async fn card(platform: &Platform, agent: &Identity, lead_id: &str) -> anyhow::Result<LeadCard> {
    let request = GetLeadRequest {
        lead_id: lead_id.to_owned(),
    };
    let answer = platform.intake(agent).get_lead(request).await?;
    answer.into_inner().lead.context("the answer has no card")
}

/// Takes the deal of a lead as far as it went.
pub(super) async fn pursue(
    platform: &Platform,
    team: &Team,
    lead_id: &str,
    told: &data::Deal,
) -> anyhow::Result<()> {
    let card = card(platform, &team.admin, lead_id).await?;
    let (deal_id, agent) = (card.deal_id, agent(&card.responsible_id));
    if deal_id.is_empty() {
        // Somebody else worked this lead, to another end.
        return Ok(());
    }
    let mut client = platform.deals(&agent);
    let deal = until("the deal of a lead", async || {
        deal(platform, &agent, &deal_id).await
    })
    .await?;
    let is_open = deal.state() == DealState::Open;
    if is_open && deal.stage == FIRST_STAGE && told.stage != FIRST_STAGE {
        let request = MoveDealRequest {
            deal_id: deal_id.clone(),
            stage: told.stage.clone(),
        };
        client.move_deal(request).await?;
    }
    match &told.end {
        Some(End::Lost(reason)) if is_open => {
            let request = LoseDealRequest {
                deal_id,
                reason: reason.clone(),
                note: String::new(),
            };
            client.lose_deal(request).await?;
        }
        Some(End::Won(paper)) => {
            if is_open {
                let request = WinDealRequest {
                    deal_id: deal_id.clone(),
                    amount: None,
                };
                client.win_deal(request).await?;
            }
            if is_open || deal.state() == DealState::Won {
                sign(platform, &agent, &deal_id, *paper).await?;
            }
        }
        Some(End::Lost(_)) | None => {}
    }
    Ok(())
}

async fn deal(
    platform: &Platform,
    agent: &Identity,
    deal_id: &str,
) -> anyhow::Result<Option<Deal>> {
    let request = GetDealRequest {
        deal_id: deal_id.to_owned(),
    };
    match platform.deals(agent).get_deal(request).await {
        Ok(answer) => Ok(answer.into_inner().deal),
        Err(status) if status.code() == Code::NotFound => Ok(None),
        Err(status) => Err(status.into()),
    }
}

/// Takes the contract of a won deal as far as it went; one that is further stays there.
async fn sign(
    platform: &Platform,
    agent: &Identity,
    deal_id: &str,
    paper: Paper,
) -> anyhow::Result<()> {
    let mut client = platform.contracts(agent);
    let drafted = until("the contract of a deal", async || {
        let request = ListContractsRequest {
            deal_id: deal_id.to_owned(),
            ..ListContractsRequest::default()
        };
        let answer = platform.contracts(agent).list_contracts(request).await?;
        Ok(answer.into_inner().contracts.pop())
    })
    .await?;
    let contract_id = drafted.contract_id.clone();
    let mut state = drafted.state();
    if state == ContractState::Draft && paper >= Paper::Sent {
        let contract_id = contract_id.clone();
        client
            .send_contract(SendContractRequest { contract_id })
            .await?;
        state = ContractState::Sent;
    }
    if state == ContractState::Sent && paper >= Paper::Signed {
        let request = SignContractRequest {
            contract_id: contract_id.clone(),
            signed_at: None,
        };
        client.sign_contract(request).await?;
        state = ContractState::Signed;
    }
    if state == ContractState::Signed && paper >= Paper::Active {
        let request = ActivateContractRequest { contract_id };
        client.activate_contract(request).await?;
    }
    Ok(())
}
