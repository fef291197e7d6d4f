//! Costs and suppliers as callers are told of them.

use proto::{campaigns::v1 as pb, convert::timestamp};

use crate::{
    domain::{
        cost::{Cost, Labour, Spending},
        supplier::{Interaction, Supplier},
    },
    rpc::{convert::printed, money::money},
    store::costs::Sums,
};

pub(super) fn cost(cost: &Cost) -> pb::Cost {
    let entry = &cost.entry;
    let labour = entry.spending.labour();
    let kind = match entry.spending {
        Spending::Expense { .. } => pb::CostKind::Expense,
        Spending::Labour(_) => pb::CostKind::Labour,
    };
    pb::Cost {
        cost_id: cost.id.to_string(),
        revision: cost.revision,
        kind: kind.into(),
        line: entry.line.clone(),
        planned: entry.spending.planned().map(money),
        actual: entry.spending.actual().map(money),
        hourly_rate: labour.map(|labour| money(labour.rate())),
        planned_minutes: labour.and_then(Labour::planned_minutes),
        actual_minutes: labour.and_then(Labour::actual_minutes),
        spent_at: Some(timestamp(entry.spent_at)),
        activity_id: printed(entry.activity),
        channel: entry.channel.clone(),
        responsible_id: printed(entry.responsible),
        supplier_id: printed(entry.supplier),
        note: entry.note.clone(),
        removed: cost.removed,
        recorded_at: Some(timestamp(cost.recorded_at)),
    }
}

pub(super) fn sums(sums: &Sums) -> Vec<pb::CostSum> {
    let sum = |(currency, (planned, actual)): (&String, &(i64, i64))| pb::CostSum {
        currency: currency.clone(),
        planned_minor: *planned,
        actual_minor: *actual,
    };
    sums.by_currency.iter().map(sum).collect()
}

pub(super) fn supplier(supplier: &Supplier) -> pb::Supplier {
    pb::Supplier {
        organisation_id: supplier.organisation.to_string(),
        revision: supplier.revision,
        name: supplier.entry.name.clone(),
        role: supplier.entry.role.clone(),
        note: supplier.entry.note.clone(),
        removed: supplier.removed,
        added_at: Some(timestamp(supplier.added_at)),
    }
}

pub(super) fn interaction(interaction: &Interaction) -> pb::SupplierInteraction {
    pb::SupplierInteraction {
        interaction_id: interaction.id.to_string(),
        kind: interaction.kind.clone(),
        inbound: interaction.inbound,
        result: interaction.result.clone(),
        at: Some(timestamp(interaction.at)),
        by: printed(interaction.by),
    }
}
