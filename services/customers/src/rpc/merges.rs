//! Merges over gRPC: what is asked, and what is answered.

use ids::{LeadId, PersonId, StaffId};
use proto::{convert::timestamp, customers::v1 as pb};
use rpc::{
    decode::{Fields, Invalid},
    page,
};

use super::one;
use crate::{
    app::{App, merge_persons::MergePersons, split_persons::SplitPersons},
    domain::{
        identity::Identity,
        merge::Merge,
        merged::{Merged, Value},
    },
    error::Error,
    store::{links, merges, persons},
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
    let person = fields.finish(|| person)?;
    let db = app.outbox.database().reader();
    let rows = merges::page(db, person, before, u64::from(size) + 1).await?;
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
    Ok(pb::MergedPerson {
        canonical_id: identity.canonical.to_string(),
        member_ids: members_of(&identity),
        names: merged.names.iter().map(value).collect(),
        emails: merged.emails.iter().map(value).collect(),
        phones: merged.phones.iter().map(value).collect(),
        tags: merged.tags.iter().map(value).collect(),
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
