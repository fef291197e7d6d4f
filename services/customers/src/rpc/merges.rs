//! Merges over gRPC: what is asked, and what is answered.

use std::collections::BTreeMap;

use ids::{LeadId, PersonId, StaffId};
use proto::{convert::timestamp, customers::v1 as pb};
use rpc::{
    decode::{Fields, Invalid},
    page,
};

use super::{consents, convert, one};
use crate::{
    app::{App, merge_persons::MergePersons, split_persons::SplitPersons},
    domain::{
        consent::stricter,
        identity::Identity,
        merge::Merge,
        merged::{Merged, Value},
    },
    error::Error,
    store::{self, copies, links, merges, persons},
};

const NOTE: usize = 2_000;

pub(super) fn merge_persons(
    request: &pb::MergePersonsRequest,
    by: Option<StaffId>,
) -> Result<MergePersons, Invalid> {
    let mut fields = Fields::new();
    let kept = fields.parse("kept_id", &request.kept_id);
    let joined = fields.parse("joined_id", &request.joined_id);
    let id = fields.parse("merge_id", &request.merge_id);
    let note = fields.text_optional("note", &request.note, NOTE);
    fields.finish(|| {
        Some(MergePersons {
            id: id?,
            kept: kept?,
            joined: joined?,
            note: note?.unwrap_or_default(),
            by,
            override_split: request.override_split,
        })
    })
}

pub(super) fn split_persons(
    request: &pb::SplitPersonsRequest,
    by: Option<StaffId>,
) -> Result<SplitPersons, Error> {
    let id = one("merge_id", &request.merge_id)?;
    Ok(SplitPersons { id, by })
}

pub(super) async fn list(
    app: &App,
    request: pb::ListMergesRequest,
) -> Result<pb::ListMergesResponse, Error> {
    let size = page::size(request.page_size)?;
    let before = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let person = fields.parse_optional("person_id", &request.person_id);
    let batch = fields.parse_optional("batch_id", &request.batch_id);
    let (person, batch) = fields.finish(|| Some((person?, batch?)))?;
    let db = app.outbox.database().reader();
    let rows = merges::page(db, person, batch, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |merge| merge.id.uuid());
    Ok(pb::ListMergesResponse {
        merges: rows.iter().map(merge).collect(),
        next_page_token,
    })
}

/// The view over all records of a person.
pub(super) async fn merged(app: &App, person: PersonId) -> Result<pb::MergedPerson, Error> {
    let db = app.outbox.database().reader();
    let identity = merges::identity(db, person).await?;
    let members = persons::find_all(db, identity.members.iter().copied()).await?;
    let leads = links::leads_of_all(db, identity.members.iter().copied()).await?;
    let merged = Merged::new(&members, &leads);
    let linked = || leads.values().flatten().copied();
    let deals = copies::deals_of(db, &identity.members, linked()).await?;
    let contracts = copies::contracts_of(db, &identity.members, linked()).await?;
    let standing = store::consents::standing(db, identity.members.iter().copied()).await?;
    // Of several records it is that which a deal or contract names, else the one of its lead.
    let owners: BTreeMap<LeadId, PersonId> = merged
        .leads
        .iter()
        .map(|&(lead, person)| (lead, person))
        .collect();
    let owner = |named: Option<PersonId>, lead: Option<LeadId>| {
        let named = named.filter(|person| identity.has(*person));
        let of_lead = || lead.and_then(|lead| owners.get(&lead).copied());
        let owner = named.or_else(of_lead);
        owner.map(|person| person.to_string()).unwrap_or_default()
    };
    Ok(pb::MergedPerson {
        canonical_id: identity.canonical.to_string(),
        member_ids: members_of(&identity),
        names: merged.names.iter().map(value).collect(),
        emails: merged.emails.iter().map(value).collect(),
        phones: merged.phones.iter().map(value).collect(),
        tags: merged.tags.iter().map(value).collect(),
        deals: deals
            .iter()
            .map(|deal| pb::MergedDeal {
                person_id: owner(deal.person, deal.lead),
                deal: Some(convert::deal(deal)),
            })
            .collect(),
        contracts: contracts
            .iter()
            .map(|contract| pb::MergedContract {
                person_id: owner(contract.person, contract.lead),
                contract: Some(convert::contract(contract)),
            })
            .collect(),
        consents: stricter(&standing)
            .into_iter()
            .map(consents::merged)
            .collect(),
        leads: merged.leads.into_iter().map(lead).collect(),
    })
}

pub(super) fn merge(merge: &Merge) -> pb::Merge {
    let split_by = merge.split.and_then(|split| split.by);
    pb::Merge {
        merge_id: merge.id.to_string(),
        revision: merge.revision,
        kept_id: merge.kept.to_string(),
        joined_id: merge.joined.to_string(),
        note: merge.note.clone(),
        merged_by: merge.by.map(|id| id.to_string()).unwrap_or_default(),
        merged_at: Some(timestamp(merge.at)),
        split_by: split_by.map(|id| id.to_string()).unwrap_or_default(),
        split_at: merge.split.map(|split| timestamp(split.at)),
        batch_id: merge.batch.map(|id| id.to_string()).unwrap_or_default(),
    }
}

pub(super) fn members_of(identity: &Identity) -> Vec<String> {
    identity.members.iter().map(ToString::to_string).collect()
}

fn value(value: &Value) -> pb::MergedValue {
    pb::MergedValue {
        value: value.text.clone(),
        person_ids: value.persons.iter().map(ToString::to_string).collect(),
    }
}

fn lead((lead, person): (LeadId, PersonId)) -> pb::MergedLead {
    pb::MergedLead {
        person_id: person.to_string(),
        lead_id: lead.to_string(),
    }
}
