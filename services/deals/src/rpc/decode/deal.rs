//! Deals and the work on them.

use ids::{DealActivityId, DealId, StaffId};
use proto::deals::v1 as asked;
use rpc::decode::{Fields, Invalid};

use super::fields::{MAX_NAME, code, edit, given, money, name, source, text, time};
use crate::app::complete_activity::CompleteActivity;
use crate::app::lose_deal::LoseDeal;
use crate::app::move_deal::MoveDeal;
use crate::app::open_deal::OpenDeal;
use crate::app::plan_activity::PlanActivity;
use crate::app::plan_next_contact::PlanNextContact;
use crate::app::update_deal::UpdateDeal;
use crate::app::win_deal::WinDeal;
use crate::domain::code::Code;
use crate::domain::contact::{Kind, NextContact};
use crate::domain::deal::{Change, Client, Opening, Origin};
use crate::store::deals::{Filter, StateName};
use crate::store::losses;

pub fn open_deal(
    request: &asked::OpenDealRequest,
    by: Option<StaffId>,
) -> Result<OpenDeal, Invalid> {
    let mut fields = Fields::new();
    let deal = fields.require("deal", request.deal.as_ref());
    let cmd = deal.and_then(|deal| fields.nested("deal", |fields| opening(fields, deal, by)));
    fields.finish(|| cmd)
}

fn opening(fields: &mut Fields, deal: &asked::Deal, by: Option<StaffId>) -> Option<OpenDeal> {
    let id = fields.parse_optional("deal_id", &deal.deal_id);
    let topic = fields.parse_optional("topic_id", &deal.topic_id);
    let title = fields.text("title", &deal.title, MAX_NAME);
    let amount = money(fields, "amount", deal.amount.as_ref());
    let sale_object = name(fields, "sale_object", &deal.sale_object);
    let expected = time(fields, "expected_close_at", deal.expected_close_at.as_ref());
    let person = fields.parse_optional("person_id", &deal.person_id);
    let organisation = fields.parse_optional("organisation_id", &deal.organisation_id);
    let responsible = fields.parse_optional("responsible_id", &deal.responsible_id);
    let origin = origin(fields, deal);
    let note = text(fields, "note", &deal.note);
    let organisation = organisation?;
    Some(OpenDeal {
        opening: Opening {
            id: id?.unwrap_or_else(DealId::generate),
            title: title?,
            amount: amount?,
            sale_object: sale_object?,
            expected_close_at: expected?,
            committed: deal.committed,
            // A person alone leaves the organisation to the client base.
            client: Client {
                person: person?,
                organisation,
                by_hand: organisation.is_some(),
            },
            responsible: responsible?.or(by),
            origin: origin?,
            source: deal.source.as_ref().map(source),
            note: note?,
        },
        topic: topic?,
        by,
    })
}

fn origin(fields: &mut Fields, deal: &asked::Deal) -> Option<Origin> {
    let lead = fields.parse_optional("lead_id", &deal.lead_id)?;
    let renews = fields.parse_optional("renews_contract_id", &deal.renews_contract_id)?;
    let previous = fields.parse_optional("previous_contract_id", &deal.previous_contract_id)?;
    match (deal.origin.as_str(), lead, renews, previous) {
        ("" | "lead", Some(lead), None, None) => Some(Origin::Lead(lead)),
        ("email", lead, None, None) => Some(Origin::Email(lead)),
        ("" | "direct", None, None, None) => Some(Origin::Direct),
        ("" | "renewal", None, Some(contract), None) | ("renewal", None, None, Some(contract)) => {
            Some(Origin::Renewal(contract))
        }
        ("" | "renewal", None, Some(contract), Some(other)) if contract == other => {
            Some(Origin::Renewal(contract))
        }
        ("extension", None, None, Some(contract)) => Some(Origin::Extension(contract)),
        ("expansion", None, None, Some(contract)) => Some(Origin::Expansion(contract)),
        ("cross_sale", None, None, Some(contract)) => Some(Origin::CrossSale(contract)),
        _ => {
            let description = "is lead (with lead_id), email, direct, or one of renewal, \
                               extension, expansion and cross_sale (with previous_contract_id)";
            fields.wrong("origin", "MALFORMED", description);
            None
        }
    }
}

pub fn update_deal(request: &asked::UpdateDealRequest) -> Result<UpdateDeal, Invalid> {
    let mut fields = Fields::new();
    let deal = fields.parse("deal_id", &request.deal_id);
    let revision = fields.within("revision", request.revision, &(0..=i64::MAX));
    let title = given(request.title.as_ref(), |it| {
        fields.text("title", it, MAX_NAME)
    });
    let amount = money(&mut fields, "amount", request.amount.as_ref());
    let sale_object = given(request.sale_object.as_ref(), |it| {
        name(&mut fields, "sale_object", it)
    });
    let expected = time(
        &mut fields,
        "expected_close_at",
        request.expected_close_at.as_ref(),
    );
    let person = edit(&mut fields, "person_id", request.person_id.as_deref());
    let organisation = edit(
        &mut fields,
        "organisation_id",
        request.organisation_id.as_deref(),
    );
    let responsible = edit(
        &mut fields,
        "responsible_id",
        request.responsible_id.as_deref(),
    );
    let note = given(request.note.as_ref(), |it| text(&mut fields, "note", it));
    fields.finish(|| {
        Some(UpdateDeal {
            deal: deal?,
            revision: revision?,
            change: Change {
                title: title?,
                amount: amount?,
                sale_object: sale_object?,
                expected_close_at: expected?,
                committed: request.committed,
                person: person?,
                organisation: organisation?,
                responsible: responsible?,
                note: note?,
            },
        })
    })
}

pub fn move_deal(
    request: &asked::MoveDealRequest,
    by: Option<StaffId>,
) -> Result<MoveDeal, Invalid> {
    let mut fields = Fields::new();
    let deal = fields.parse("deal_id", &request.deal_id);
    let stage = fields.read("stage", Code::try_new(&request.stage));
    fields.finish(|| {
        Some(MoveDeal {
            deal: deal?,
            stage: stage?,
            by,
        })
    })
}

pub fn win_deal(request: &asked::WinDealRequest) -> Result<WinDeal, Invalid> {
    let mut fields = Fields::new();
    let deal = fields.parse("deal_id", &request.deal_id);
    let amount = money(&mut fields, "amount", request.amount.as_ref());
    fields.finish(|| {
        Some(WinDeal {
            deal: deal?,
            amount: amount?,
        })
    })
}

pub fn lose_deal(request: &asked::LoseDealRequest) -> Result<LoseDeal, Invalid> {
    let mut fields = Fields::new();
    let deal = fields.parse("deal_id", &request.deal_id);
    let reason = fields.read("reason", Code::try_new(&request.reason));
    let note = text(&mut fields, "note", &request.note);
    fields.finish(|| {
        Some(LoseDeal {
            deal: deal?,
            reason: reason?,
            note: note?,
        })
    })
}

pub fn plan_activity(
    request: &asked::PlanActivityRequest,
    by: Option<StaffId>,
) -> Result<PlanActivity, Invalid> {
    let mut fields = Fields::new();
    let deal: Option<DealId> = fields.parse("deal_id", &request.deal_id);
    let activity = fields.require("activity", request.activity.as_ref());
    let cmd = activity.and_then(|activity| {
        fields.nested("activity", |fields| planned(fields, deal, activity, by))
    });
    fields.finish(|| cmd)
}

fn planned(
    fields: &mut Fields,
    deal: Option<DealId>,
    activity: &asked::Activity,
    by: Option<StaffId>,
) -> Option<PlanActivity> {
    let id = fields.parse_optional("activity_id", &activity.activity_id);
    let kind = fields.parse("kind", &activity.kind);
    let note = text(fields, "note", &activity.note);
    let due_at = time(fields, "due_at", activity.due_at.as_ref());
    let move_to = code(fields, "move_to", &activity.move_to);
    let responsible = fields.parse_optional("responsible_id", &activity.responsible_id);
    Some(PlanActivity {
        id: id?.unwrap_or_else(DealActivityId::generate),
        deal: deal?,
        kind: kind?,
        note: note?,
        due_at: due_at?,
        move_to: move_to?,
        responsible: responsible?.or(by),
    })
}

pub fn complete_activity(
    request: &asked::CompleteActivityRequest,
    by: Option<StaffId>,
) -> Result<CompleteActivity, Invalid> {
    let mut fields = Fields::new();
    let deal = fields.parse("deal_id", &request.deal_id);
    let activity = fields.parse("activity_id", &request.activity_id);
    let result = text(&mut fields, "result", &request.result);
    fields.finish(|| {
        Some(CompleteActivity {
            deal: deal?,
            activity: activity?,
            result: result?,
            by,
        })
    })
}

pub fn plan_next_contact(
    request: &asked::PlanNextContactRequest,
) -> Result<PlanNextContact, Invalid> {
    let mut fields = Fields::new();
    let deal = fields.parse("deal_id", &request.deal_id);
    let at = time(
        &mut fields,
        "next_contact_at",
        request.next_contact_at.as_ref(),
    );
    let kind = fields.parse_optional("contact_kind", &request.contact_kind);
    fields.finish(|| {
        let kind = kind?.unwrap_or(Kind::Call);
        let next = at?.map(|at| NextContact { at, kind });
        Some(PlanNextContact { deal: deal?, next })
    })
}

pub fn list_deals(request: &asked::ListDealsRequest) -> Result<Filter, Invalid> {
    let mut fields = Fields::new();
    let topic = fields.parse_optional("topic_id", &request.topic_id);
    let stage = code(&mut fields, "stage", &request.stage);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    let lead = fields.parse_optional("lead_id", &request.lead_id);
    let person = fields.parse_optional("person_id", &request.person_id);
    let loss_reason = code(&mut fields, "loss_reason", &request.loss_reason);
    let closed_from = time(&mut fields, "closed_from", request.closed_from.as_ref());
    let closed_to = time(&mut fields, "closed_to", request.closed_to.as_ref());
    fields.finish(|| {
        Some(Filter {
            loss_reason: loss_reason?,
            closed_from: closed_from?,
            closed_to: closed_to?,
            topic: topic?,
            state: state_name(request.state()),
            stage: stage?,
            responsible: responsible?,
            lead: lead?,
            persons: person?.into_iter().collect(),
        })
    })
}

fn state_name(state: asked::DealState) -> Option<StateName> {
    match state {
        asked::DealState::Unspecified => None,
        asked::DealState::Open => Some(StateName::Open),
        asked::DealState::Won => Some(StateName::Won),
        asked::DealState::Lost => Some(StateName::Lost),
    }
}

pub fn losses(request: &asked::SummariseLossesRequest) -> Result<losses::Filter, Invalid> {
    let mut fields = Fields::new();
    let topic = fields.parse_optional("topic_id", &request.topic_id);
    let from = time(&mut fields, "from", request.from.as_ref());
    let to = time(&mut fields, "to", request.to.as_ref());
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    fields.finish(|| {
        Some(losses::Filter {
            responsible: responsible?,
            topic: topic?,
            from: from?,
            to: to?,
        })
    })
}
