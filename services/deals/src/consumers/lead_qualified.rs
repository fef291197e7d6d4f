//! A qualified lead with `new deal` ticked opens the deal.

use futures::future::BoxFuture;
use messaging::{Handler, HandlerError, Received, Tx};
use proto::intake::v1::LeadQualified;
use proto::intake::v1::lead_qualified::NewDeal;
use rpc::decode::{Fields, Invalid};

use crate::app::App;
use crate::app::open_deal::{default_topic, open, topic_named};
use crate::domain::deal::{Client, Opening, Origin};
use crate::error::Error;
use crate::rpc::decode::{MAX_NAME, MAX_TEXT, money, shortened, source, time};

impl Handler<LeadQualified> for App {
    fn handle<'a>(
        &'a self,
        tx: &'a Tx,
        event: &'a Received<LeadQualified>,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let lead = &event.message;
            let Some(new_deal) = &lead.new_deal else {
                return Ok(());
            };
            let mut opening = opening(lead, new_deal).map_err(Error::from)?;
            let topic = if let Some(topic) = topic_named(tx, &new_deal.topic).await? {
                topic
            } else {
                opening.note = unknown(&new_deal.topic);
                default_topic(tx).await?
            };
            open(tx, opening, &topic, None, event.at).await?;
            Ok(())
        })
    }
}

/// What the deal's note says of a topic that nobody knows.
fn unknown(topic: &str) -> String {
    if topic.is_empty() {
        return String::new();
    }
    shortened(
        &format!("The lead named the unknown topic {topic}."),
        MAX_TEXT,
    )
}

fn opening(lead: &LeadQualified, new_deal: &NewDeal) -> Result<Opening, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("new_deal.deal_id", &new_deal.deal_id);
    let lead_id = fields.parse("lead_id", &lead.lead_id);
    let person = fields.parse_optional("person_id", &lead.person_id);
    let responsible = fields.parse_optional("responsible_id", &lead.responsible_id);
    let amount = money(&mut fields, "new_deal.amount", new_deal.amount.as_ref());
    let expected = time(
        &mut fields,
        "new_deal.expected_close_at",
        new_deal.expected_close_at.as_ref(),
    );
    fields.finish(|| {
        Some(Opening {
            id: id?,
            title: title(lead, new_deal),
            amount: amount?,
            sale_object: shortened(&new_deal.sale_object, MAX_NAME),
            expected_close_at: expected?,
            committed: false,
            client: Client {
                person: person?,
                organisation: None,
                by_hand: false,
            },
            responsible: responsible?,
            origin: Origin::Lead(lead_id?),
            source: lead.source.as_ref().map(source),
            note: String::new(),
        })
    })
}

/// A deal has a title, whatever the lead lacks.
fn title(lead: &LeadQualified, new_deal: &NewDeal) -> String {
    let name = lead.name.as_ref().map_or("", |name| name.full.as_str());
    let candidates: [&str; 4] = [
        &new_deal.title,
        &new_deal.sale_object,
        &lead.organisation,
        name,
    ];
    let title = candidates.into_iter().find(|text| !text.trim().is_empty());
    shortened(title.unwrap_or("Deal"), MAX_NAME)
}
