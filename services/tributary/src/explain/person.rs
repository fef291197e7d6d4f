//! Somebody with all cards, persons, records and links.

use anyhow::Context;
use ids::IdentityId;
use proto::{
    convert::timestamp,
    intake::v1::{GetIdentityRequest, GetIdentityResponse, IdentityLink, IdentityView, LeadCard},
};

use super::{Told, part};
use crate::{
    print::{cut, json, percent, row, table, time},
    remote::Remote,
};

/// Letters of a name, an organisation and a contact in a line.
const SHORT: usize = 72;
/// Where the contacts stand in a compared record.
const CONTACTS: usize = 5;

pub(super) async fn explain(remote: &Remote, id: IdentityId) -> anyhow::Result<Told> {
    let request = GetIdentityRequest {
        identity_id: id.to_string(),
    };
    let answer = ask(remote, request).await?;
    let view = answer.identity.as_ref();
    let view = view.context("the answer has no identity")?;
    Ok(Told {
        lines: lines(view),
        json: json(&answer)?,
    })
}

pub(super) async fn view(remote: &Remote, id: &str) -> anyhow::Result<IdentityView> {
    let request = GetIdentityRequest {
        identity_id: id.to_owned(),
    };
    let answer = ask(remote, request).await?;
    answer.identity.context("the answer has no identity")
}

pub(super) async fn ask(
    remote: &Remote,
    request: GetIdentityRequest,
) -> anyhow::Result<GetIdentityResponse> {
    let answer = remote.identities().get_identity(request).await;
    Ok(answer.map_err(|status| remote.said(&status))?.into_inner())
}

/// All that is known of somebody.
pub(super) fn lines(view: &IdentityView) -> Vec<String> {
    let mut lines = vec![row("person", &whose(view))];
    if view.member_ids.len() > 1 {
        lines.push(row("identities", &view.member_ids.join(", ")));
    }
    let cards: Vec<Vec<String>> = view.leads.iter().map(card).collect();
    lines.extend(part("Cards", table(&cards, &[])));
    lines.extend(part("Persons of the client base", view.person_ids.clone()));
    let records: Vec<Vec<String>> = view
        .records
        .iter()
        .map(|it| vec![it.source_id.clone(), compared(&it.record)])
        .collect();
    lines.extend(part("Records", table(&records, &[])));
    lines.extend(part("Links", links(&view.links)));
    lines
}

/// Who somebody is, since when.
pub(super) fn whose(view: &IdentityView) -> String {
    format!(
        "{}  {}  {}",
        view.identity_id,
        short(view),
        since(&view.identity_id)
    )
}

/// When an identity was first seen: its id tells.
pub(super) fn since(identity_id: &str) -> String {
    let id: Option<IdentityId> = identity_id.parse().ok();
    let made = id.and_then(|id| id.uuid().get_timestamp());
    let at = made
        .and_then(|made| clock::Timestamp::from_timestamp(made.to_unix().0.try_into().ok()?, 0));
    at.map(|at| format!("since {}", time(Some(&timestamp(at)))))
        .unwrap_or_default()
}

/// Name, organisation and a contact of somebody.
pub(crate) fn short(view: &IdentityView) -> String {
    let told = match (view.leads.first(), view.records.first()) {
        (Some(card), _) => {
            let name = card.name.as_ref().map_or("", |name| name.full.as_str());
            let contact = card.emails.first().or(card.phones.first());
            let contact = contact.map_or("", String::as_str);
            joined(&[name, &card.organisation, contact])
        }
        (None, Some(record)) => compared(&record.record),
        (None, None) => String::new(),
    };
    cut(&told, SHORT)
}

/// A compared record, without the day it came.
pub(super) fn compared(record: &str) -> String {
    let fields = record.split('|').enumerate().skip(1);
    let shown: Vec<String> = fields
        .map(|(place, field)| match place {
            // Before each stands the letter of its kind.
            CONTACTS => {
                let contacts = field.split(' ').map(|it| it.get(1..).unwrap_or_default());
                contacts.collect::<Vec<_>>().join(" ")
            }
            _ => field.trim().to_owned(),
        })
        .collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    joined(&shown)
}

fn card(card: &LeadCard) -> Vec<String> {
    let name = card.name.as_ref().map_or("", |name| name.full.as_str());
    let contacts: Vec<&str> = card
        .emails
        .iter()
        .chain(&card.phones)
        .map(String::as_str)
        .collect();
    let enquiries = match card.enquiries {
        1 => "1 enquiry".to_owned(),
        more => format!("{more} enquiries"),
    };
    let state = card.state().as_str_name();
    vec![
        card.lead_id.clone(),
        time(card.received_at.as_ref()),
        joined(&[name, &card.organisation, &contacts.join(", ")]),
        state.trim_start_matches("LEAD_STATE_").to_lowercase(),
        enquiries,
    ]
}

/// Why identities are one person.
pub(super) fn links(links: &[IdentityLink]) -> Vec<String> {
    let rows: Vec<Vec<String>> = links
        .iter()
        .map(|link| {
            let because = match (link.linked_by.as_str(), link.submission_id.as_str()) {
                ("", "") => String::new(),
                ("", submission) => format!("{submission} {}", percent(link.probability_ppm)),
                (staff, _) => format!("by {staff}"),
            };
            let until = match &link.ended_at {
                Some(at) => format!("until {}", time(Some(at))),
                None => String::new(),
            };
            vec![
                link.link_id.clone(),
                format!("{} = {}", link.one_id, link.other_id),
                link.cause.clone(),
                time(link.linked_at.as_ref()),
                because,
                until,
            ]
        })
        .collect();
    table(&rows, &[])
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|it| !it.is_empty()).collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compared_record_reads_without_its_marks() {
        let record = "20782|nora field|||LV|wnora@field.eu m+37126555142";
        let wanted = "nora field · LV · nora@field.eu +37126555142";
        assert_eq!(compared(record), wanted);
    }
}
