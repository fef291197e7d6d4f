//! What is offered on a deal, and what comes of it.

use ids::OfferId;
use proto::{
    convert::timestamp,
    deals::v1::{
        AcceptOfferRequest, CreateOfferRequest, DeclineOfferRequest, LineKind, OfferContent,
        OfferLine, ReviseOfferRequest, SendOfferRequest, UpdateOfferRequest,
    },
};
use rpc::Identity;

use super::Walker;
use crate::demo::{
    platform::{Kind, id},
    year::{
        catalogue,
        story::{Bid, Step, Story},
    },
};

/// Days for which an offer stands.
const STANDS: i64 = 90;
/// Pieces that are put together in an hour.
const ASSEMBLED: i64 = 4;
/// Versions of a deal's offer have numbers of their own.
const VERSIONS: usize = 10;

impl Walker<'_> {
    /// Takes a step of an offer on the story's deal, by whoever has the deal.
    pub(super) async fn negotiate(
        &self,
        story: &mut Story,
        agent: &Identity,
        step: &Step,
    ) -> anyhow::Result<()> {
        let mut offers = self.platform.offers(agent);
        let offer_id = story.offer_id.clone();
        match step {
            Step::Offer(bid) => {
                let request = CreateOfferRequest {
                    deal_id: story.deal_id.clone(),
                    offer_id: next(story),
                    content: Some(self.content(story, *bid)),
                };
                offers.create_offer(request).await?;
                offers.send_offer(sent(story)).await?;
            }
            Step::Improve(bid) => {
                let request = ReviseOfferRequest {
                    offer_id,
                    new_offer_id: next(story),
                };
                offers.revise_offer(request).await?;
                let request = UpdateOfferRequest {
                    offer_id: story.offer_id.clone(),
                    revision: 0,
                    content: Some(self.content(story, *bid)),
                };
                offers.update_offer(request).await?;
                offers.send_offer(sent(story)).await?;
            }
            Step::Accept => {
                let request = AcceptOfferRequest { offer_id };
                offers.accept_offer(request).await?;
            }
            Step::Decline => {
                let request = DeclineOfferRequest { offer_id };
                offers.decline_offer(request).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// As many of what the client came for as the talk was about, and what goes with it.
    fn content(&self, story: &Story, bid: Bid) -> OfferContent {
        let price = story.price;
        let count = story.good.worth(price.units * 100, price.currency);
        let tax_bp = tax(&story.person.country);
        let line = |sale_object_id: String, kind: LineKind, count: i64| OfferLine {
            sale_object_id,
            quantity_milli: count * 1_000,
            tax_bp,
            kind: kind.into(),
            ..OfferLine::default()
        };
        let mut lines = vec![OfferLine {
            discount_bp: bid.discount,
            ..line(story.good.id(), LineKind::Base, count)
        }];
        if bid.up_sell {
            lines.push(line(story.good.better_id(), LineKind::UpSell, count));
        }
        if bid.cross_sell {
            let hours = 1 + count / ASSEMBLED;
            lines.push(line(catalogue::delivery_id(), LineKind::CrossSell, 1));
            lines.push(line(catalogue::assembly_id(), LineKind::CrossSell, hours));
        }
        let person = &story.person;
        let addressee = [&person.organisation, &person.name, &person.city];
        let addressee = addressee.map(String::as_str);
        let language = match person.locale.as_str() {
            known @ ("ru" | "hu" | "lv") => known,
            _ => "en",
        };
        OfferContent {
            currency: price.currency.to_owned(),
            addressee: addressee.join("\n").trim_start().to_owned(),
            valid_until: Some(timestamp(self.platform.in_days(STANDS))),
            language: language.to_owned(),
            lines,
            ..OfferContent::default()
        }
    }
}

/// The id of the story's next version of an offer, which is its offer from now on.
fn next(story: &mut Story) -> String {
    story.offers += 1;
    let number = story.number * VERSIONS + story.offers;
    story.offer_id = OfferId::from_uuid(id(Kind::Offer, number)).to_string();
    story.offer_id.clone()
}

fn sent(story: &Story) -> SendOfferRequest {
    SendOfferRequest {
        offer_id: story.offer_id.clone(),
        revision: 0,
    }
}

/// In hundredths of a percent.
fn tax(country: &str) -> i32 {
    match country {
        "LV" => 2_100,
        "HU" => 2_700,
        _ => 2_000,
    }
}
