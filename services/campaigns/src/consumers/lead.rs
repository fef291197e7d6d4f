//! Leads that a campaign brought.

use futures::future::BoxFuture;
use ids::LeadId;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::{
    intake::v1::{EnquiryAttached, LeadCreated},
    types::v1::Source,
};

use super::{id, optional_id};
use crate::{
    app::App,
    store::{figures, responses},
};

impl Handler<LeadCreated> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<LeadCreated>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let Some(source) = &event.message.source else {
                return Ok(());
            };
            let lead = id(&event.message.lead_id)?;
            if let Some(campaign) = optional_id(&source.campaign_id)? {
                figures::count_lead(tx, campaign, lead).await?;
            }
            link_response(tx, source, lead).await
        })
    }
}

/// A response of somebody known joins a lead; it is no further lead of the campaign.
impl Handler<EnquiryAttached> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<EnquiryAttached>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let Some(source) = &event.message.source else {
                return Ok(());
            };
            let Some(lead) = optional_id(&event.message.lead_id)? else {
                return Ok(());
            };
            link_response(tx, source, lead).await
        })
    }
}

async fn link_response(tx: &Tx, source: &Source, lead: LeadId) -> Result<(), HandlerError> {
    if let Some(response) = optional_id(&source.response_id)? {
        responses::link(tx, response, lead).await?;
    }
    Ok(())
}
