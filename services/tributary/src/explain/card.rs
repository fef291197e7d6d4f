//! A lead: whose card it is, with all that is known of the person, and its history.

use anyhow::Context;
use ids::LeadId;
use proto::intake::v1::{GetIdentityRequest, GetLeadRequest, LeadCard, LeadHistoryEntry};
use serde_json::json;

use super::{Told, journey, part, person};
use crate::{
    print::{self, row, table, time},
    remote::Remote,
};

pub(super) async fn explain(remote: &Remote, id: LeadId) -> anyhow::Result<Told> {
    let request = GetLeadRequest {
        lead_id: id.to_string(),
    };
    let found = remote.intake().get_lead(request).await;
    let found = found.map_err(|status| remote.said(&status))?.into_inner();
    let card = found.lead.as_ref().context("the answer has no card")?;
    let request = GetIdentityRequest {
        identity_id: card.identity_id.clone(),
    };
    let whose = person::ask(remote, request).await?;
    let view = whose.identity.as_ref();
    let view = view.context("the answer has no identity")?;
    let mut lines = facts(card);
    lines.extend(person::lines(view));
    lines.extend(part("History", history(&found.history)));
    let (journey, followed) = journey::of_lead(remote, &card.lead_id).await?;
    lines.extend(journey);
    Ok(Told {
        lines,
        json: json!({
            "lead": print::json(&found)?,
            "identity": print::json(&whose)?,
            "followed": followed,
        }),
    })
}

fn facts(card: &LeadCard) -> Vec<String> {
    let source = card.source.as_ref();
    let by = source.map_or(String::new(), |source| match source.name.as_str() {
        "" => source.channel.clone(),
        name => format!("{} ({name})", source.channel),
    });
    let at = time(card.received_at.as_ref());
    let mut lines = vec![
        row("lead", &card.lead_id),
        row("came by", &format!("{by}, {at}")),
    ];
    if !card.responsible_id.is_empty() {
        let because = format!("{} ({})", card.responsible_id, card.assigned_because);
        lines.push(row("worked by", &because));
    }
    lines
}

fn history(entries: &[LeadHistoryEntry]) -> Vec<String> {
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            vec![
                time(entry.at.as_ref()),
                entry.kind.clone(),
                entry.text.clone(),
                entry.submission_id.clone(),
                entry.by.clone(),
            ]
        })
        .collect();
    table(&rows, &[])
}
