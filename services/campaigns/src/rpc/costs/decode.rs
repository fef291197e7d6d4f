//! Requests about costs and suppliers to commands.

use chrono::{DateTime, Utc};
use ids::{CostId, InteractionId, StaffId};
use proto::campaigns::v1 as pb;
use rpc::decode::{Fields, Invalid};

use crate::{
    app::{
        App, import_costs::ImportCosts, record_costs::RecordCosts, remove_cost::RemoveCost,
        remove_supplier::RemoveSupplier, update_cost::UpdateCost, update_supplier::UpdateSupplier,
    },
    domain::{
        cost::{Cost, Entry, Labour, Spending},
        participant::INTERACTION_KINDS,
        supplier::{self, Interaction, Supplier},
    },
    reading,
    rpc::{
        convert::{NAME, TEXT, instant, one_of, text},
        money::{read_money, read_price},
    },
};

pub(super) fn record_cost(
    app: &App,
    request: &pb::RecordCostRequest,
) -> Result<RecordCosts, Invalid> {
    let now = app.clock.now();
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let cost = fields.require("cost", request.cost.as_ref());
    let id = cost.and_then(|it| fields.parse_optional("cost.cost_id", &it.cost_id));
    let entry = cost.and_then(|it| fields.nested("cost", |fields| entry(fields, it, now)));
    fields.finish(|| {
        let (campaign, id) = (campaign?, id?.unwrap_or_else(CostId::generate));
        Some(RecordCosts {
            campaign,
            costs: vec![Cost::new(id, campaign, entry?, now)],
            dry_run: false,
        })
    })
}

pub(super) fn update_cost(
    app: &App,
    request: &pb::UpdateCostRequest,
) -> Result<UpdateCost, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let id = fields.parse("cost_id", &request.cost_id);
    let cost = fields.require("cost", request.cost.as_ref());
    let revision = cost.map_or(0, |it| it.revision);
    let now = app.clock.now();
    let entry = cost.and_then(|it| fields.nested("cost", |fields| entry(fields, it, now)));
    fields.finish(|| {
        Some(UpdateCost {
            campaign: campaign?,
            id: id?,
            revision,
            entry: entry?,
        })
    })
}

fn entry(fields: &mut Fields, cost: &pb::Cost, now: DateTime<Utc>) -> Option<Entry> {
    let line = fields.text("line", &cost.line, NAME);
    let spending = spending(fields, cost);
    let spent_at = instant(fields, "spent_at", cost.spent_at.as_ref());
    let activity = fields.parse_optional("activity_id", &cost.activity_id);
    let channel = text(fields, "channel", &cost.channel, NAME);
    let responsible = fields.parse_optional("responsible_id", &cost.responsible_id);
    let supplier = fields.parse_optional("supplier_id", &cost.supplier_id);
    let note = text(fields, "note", &cost.note, TEXT);
    Some(Entry {
        line: line?,
        spending: spending?,
        spent_at: spent_at?.unwrap_or(now),
        activity: activity?,
        channel: channel?,
        responsible: responsible?,
        supplier: supplier?,
        note: note?,
    })
}

fn spending(fields: &mut Fields, cost: &pb::Cost) -> Option<Spending> {
    match cost.kind() {
        pb::CostKind::Unspecified => fields.require("kind", None),
        pb::CostKind::Expense => expense(fields, cost),
        pb::CostKind::Labour => labour(fields, cost),
    }
}

fn expense(fields: &mut Fields, cost: &pb::Cost) -> Option<Spending> {
    let given = [
        ("hourly_rate", cost.hourly_rate.is_some()),
        ("planned_minutes", cost.planned_minutes.is_some()),
        ("actual_minutes", cost.actual_minutes.is_some()),
    ];
    for (field, given) in given {
        if given {
            fields.wrong(field, "OUT_OF_RANGE", "is for labour alone");
        }
    }
    let planned = read_price(fields, "planned", cost.planned.as_ref());
    let actual = read_money(fields, "actual", cost.actual.as_ref());
    let (planned, actual) = (planned?, actual?);
    if planned.is_none() && actual.is_none() {
        fields.wrong(
            "actual",
            "REQUIRED",
            "an amount, planned or in fact, is required",
        );
    }
    Some(Spending::Expense { planned, actual })
}

fn labour(fields: &mut Fields, cost: &pb::Cost) -> Option<Spending> {
    let rate = read_price(fields, "hourly_rate", cost.hourly_rate.as_ref())?;
    let rate = fields.require("hourly_rate", rate)?;
    if cost.planned_minutes.is_none() && cost.actual_minutes.is_none() {
        let missing = "minutes, planned or in fact, are required";
        fields.wrong("actual_minutes", "REQUIRED", missing);
    }
    let labour = Labour::try_new(rate, cost.planned_minutes, cost.actual_minutes);
    let labour = labour.map_err(|error| fields.wrong("hourly_rate", "OUT_OF_RANGE", error));
    labour.ok().map(Spending::Labour)
}

pub(super) fn remove_cost(request: &pb::RemoveCostRequest) -> Result<RemoveCost, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let id = fields.parse("cost_id", &request.cost_id);
    fields.finish(|| {
        Some(RemoveCost {
            campaign: campaign?,
            id: id?,
            revision: request.revision,
        })
    })
}

pub(super) fn import_costs(
    app: &App,
    request: &pb::ImportCostsRequest,
) -> Result<ImportCosts, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let campaign = fields.finish(|| campaign)?;
    let now = app.clock.now();
    let columns = request.columns.clone().into_iter().collect();
    Ok(ImportCosts {
        campaign,
        rows: reading::costs::read(campaign, &request.file, &columns, now)?,
        dry_run: request.dry_run,
    })
}

pub(super) fn add_supplier(
    app: &App,
    request: &pb::AddSupplierRequest,
) -> Result<Supplier, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let supplier = fields.require("supplier", request.supplier.as_ref());
    let organisation =
        supplier.and_then(|it| fields.parse("supplier.organisation_id", &it.organisation_id));
    let entry = supplier.and_then(|it| fields.nested("supplier", |fields| told(fields, it)));
    let now = app.clock.now();
    fields.finish(|| Some(Supplier::new(campaign?, organisation?, entry?, now)))
}

pub(super) fn update_supplier(
    request: &pb::UpdateSupplierRequest,
) -> Result<UpdateSupplier, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let organisation = fields.parse("organisation_id", &request.organisation_id);
    let supplier = fields.require("supplier", request.supplier.as_ref());
    let revision = supplier.map_or(0, |it| it.revision);
    let entry = supplier.and_then(|it| fields.nested("supplier", |fields| told(fields, it)));
    fields.finish(|| {
        Some(UpdateSupplier {
            campaign: campaign?,
            organisation: organisation?,
            revision,
            entry: entry?,
        })
    })
}

fn told(fields: &mut Fields, supplier: &pb::Supplier) -> Option<supplier::Entry> {
    let name = fields.text("name", &supplier.name, NAME);
    let role = text(fields, "role", &supplier.role, NAME);
    let note = text(fields, "note", &supplier.note, TEXT);
    Some(supplier::Entry {
        name: name?,
        role: role?,
        note: note?,
    })
}

pub(super) fn remove_supplier(
    request: &pb::RemoveSupplierRequest,
) -> Result<RemoveSupplier, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let organisation = fields.parse("organisation_id", &request.organisation_id);
    fields.finish(|| {
        Some(RemoveSupplier {
            campaign: campaign?,
            organisation: organisation?,
            revision: request.revision,
        })
    })
}

pub(super) fn log_supplier_interaction(
    app: &App,
    request: &pb::LogSupplierInteractionRequest,
    by: Option<StaffId>,
) -> Result<Interaction, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let organisation = fields.parse("organisation_id", &request.organisation_id);
    let told = request.interaction.clone().unwrap_or_default();
    let id = fields.parse_optional("interaction.interaction_id", &told.interaction_id);
    let kind = one_of(
        &mut fields,
        "interaction.kind",
        &told.kind,
        INTERACTION_KINDS,
    );
    let result = text(&mut fields, "interaction.result", &told.result, TEXT);
    let at = instant(&mut fields, "interaction.at", told.at.as_ref());
    fields.finish(|| {
        Some(Interaction {
            id: id?.unwrap_or_else(InteractionId::generate),
            campaign: campaign?,
            organisation: organisation?,
            kind: kind?,
            inbound: told.inbound,
            result: result?,
            at: at?.unwrap_or_else(|| app.clock.now()),
            by,
        })
    })
}
