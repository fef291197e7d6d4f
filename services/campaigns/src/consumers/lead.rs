//! Leads that a campaign brought.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;
use ids::{CampaignId, LeadId, ResponseId};
use messaging::{BatchError, BatchHandler, HandlerError, Received, Tx};
use proto::{
    convert::to_timestamp,
    intake::v1::{EnquiryAttached, LeadCreated},
    types::v1::Source,
};

use super::{id, optional_id, read_all};
use crate::{
    app::{
        App,
        admit::meet,
        refer::{Brought, refer},
    },
    error::Error,
    store::{
        client_base,
        facts::{self, Lead},
        figures, responses,
    },
};

impl BatchHandler<LeadCreated> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<LeadCreated>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let told = read_all(events, created)?;
            let leads = read_all(events, came)?;
            facts::keep_leads(tx, &firsts(leads)).await?;
            let campaigns = told.iter().map(|(lead, campaign, _)| (*lead, *campaign));
            figures::count_leads(tx, &firsts(campaigns)).await?;
            let answers = told.iter().map(|(lead, _, response)| (*response, *lead));
            link(self, tx, &firsts(answers)).await?;
            Ok(refer(self, tx, &brought_new(events)?).await?)
        })
    }
}

/// A response of somebody known joins a lead; it is no further lead of the campaign.
impl BatchHandler<EnquiryAttached> for App {
    fn handle_all<'a>(
        &'a self,
        tx: &'a Tx,
        events: &'a [Received<EnquiryAttached>],
    ) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(async move {
            let answers = read_all(events, attached)?;
            link(self, tx, &firsts(answers)).await?;
            Ok(refer(self, tx, &brought_again(events)?).await?)
        })
    }
}

/// New leads that came with a code.
fn brought_new(events: &[Received<LeadCreated>]) -> Result<Vec<Brought>, BatchError> {
    let mut all = Vec::new();
    for (place, event) in events.iter().enumerate() {
        let lead = &event.message;
        let contacts = lead.emails.iter().chain(&lead.phones);
        if let Some(code) = code(lead.source.as_ref()) {
            let at = lead.received_at.as_ref().and_then(to_timestamp);
            all.push(Brought {
                lead: id(&lead.lead_id).map_err(|error| BatchError::at(place, error))?,
                code,
                contacts: contacts.cloned().collect(),
                at: at.unwrap_or(event.at),
            });
        }
    }
    Ok(all)
}

/// Known leads that came once more, with a code.
fn brought_again(events: &[Received<EnquiryAttached>]) -> Result<Vec<Brought>, BatchError> {
    let mut all = Vec::new();
    for (place, event) in events.iter().enumerate() {
        let enquiry = &event.message;
        if let Some(code) = code(enquiry.source.as_ref()) {
            let at = enquiry.received_at.as_ref().and_then(to_timestamp);
            all.push(Brought {
                lead: id(&enquiry.lead_id).map_err(|error| BatchError::at(place, error))?,
                code,
                contacts: BTreeSet::new(),
                at: at.unwrap_or(event.at),
            });
        }
    }
    Ok(all)
}

fn code(source: Option<&Source>) -> Option<String> {
    let code = source.map(|source| source.referral_code.clone());
    code.filter(|code| !code.is_empty())
}

/// Notes the leads of responses, and who answered where the client base told of the lead before.
async fn link(app: &App, tx: &Tx, leads: &BTreeMap<ResponseId, LeadId>) -> Result<(), Error> {
    responses::link(tx, leads).await?;
    let persons = client_base::of_leads(&**tx, leads.values().copied()).await?;
    meet(app, tx, &persons).await
}

type Created = (Option<LeadId>, Option<CampaignId>, Option<ResponseId>);

fn created(lead: &LeadCreated) -> Result<Created, HandlerError> {
    let Some(source) = &lead.source else {
        return Ok((None, None, None));
    };
    let campaign = optional_id(&source.campaign_id)?;
    let response = optional_id(&source.response_id)?;
    Ok((Some(id(&lead.lead_id)?), campaign, response))
}

/// A lead as the plan counts it, of a campaign or not.
fn came(lead: &LeadCreated) -> Result<(Option<LeadId>, Option<Lead>), HandlerError> {
    // Without a day it falls into no period.
    let Some(received_at) = lead.received_at.as_ref().and_then(to_timestamp) else {
        return Ok((None, None));
    };
    let source = lead.source.clone().unwrap_or_default();
    let campaign = optional_id(&source.campaign_id)?;
    let came = Lead {
        channel: source.channel,
        campaign,
        received_at,
    };
    Ok((Some(id(&lead.lead_id)?), Some(came)))
}

fn attached(
    enquiry: &EnquiryAttached,
) -> Result<(Option<ResponseId>, Option<LeadId>), HandlerError> {
    let Some(source) = &enquiry.source else {
        return Ok((None, None));
    };
    match optional_id(&enquiry.lead_id)? {
        Some(lead) => Ok((optional_id(&source.response_id)?, Some(lead))),
        None => Ok((None, None)),
    }
}

/// Complete pairs in the order of their keys, in which two writers do not wait for each other
/// crosswise. Of two with the same key the first stays.
fn firsts<K: Ord, V>(pairs: impl IntoIterator<Item = (Option<K>, Option<V>)>) -> BTreeMap<K, V> {
    let mut firsts = BTreeMap::new();
    for (key, value) in pairs {
        if let Some((key, value)) = key.zip(value) {
            firsts.entry(key).or_insert(value);
        }
    }
    firsts
}
