//! Deals of persons who were erased.

use std::collections::HashMap;

use ids::{DealId, LeadId, PersonId};
use messaging::RawEvent;
use proto::customers::v1::PersonErased;
use proto::deals::v1::{
    Activity, CompleteActivityRequest, CreateOfferRequest, Deal, DealErased, OfferContent,
    OfferLine, PlanActivityRequest, UpdateDealRequest, offers_service_client::OffersServiceClient,
};
use proto::intake::v1::lead_qualified::NewDeal;
use proto::intake::v1::{LeadErased, LeadQualified};
use proto::types::v1::{PersonName, Source};

use crate::world::{World, euros, event, noon, stamp, worlds};

/// What no row may hold of somebody who was erased.
const WORD: &str = "kalnzars";

fn words(text: &str) -> String {
    format!("{text} {WORD}")
}

struct Somebody {
    deal: DealId,
    lead: LeadId,
    person: PersonId,
}

impl Somebody {
    fn new() -> Self {
        Self {
            deal: DealId::generate(),
            lead: LeadId::generate(),
            person: PersonId::generate(),
        }
    }

    fn qualified(&self) -> RawEvent {
        let message = LeadQualified {
            lead_id: self.lead.to_string(),
            person_id: self.person.to_string(),
            name: Some(PersonName {
                full: words("Anna"),
                ..PersonName::default()
            }),
            source: Some(Source {
                channel: "form".to_owned(),
                referrer: words("page"),
                utm: [("utm_term".to_owned(), words("of"))].into(),
                ..Source::default()
            }),
            new_deal: Some(NewDeal {
                deal_id: self.deal.to_string(),
                title: words("Desks for"),
                amount: euros(1_000),
                ..NewDeal::default()
            }),
            ..LeadQualified::default()
        };
        event(&message, self.lead, 5)
    }

    fn erased(&self) -> RawEvent {
        let message = PersonErased {
            erasure_id: ids::ErasureId::generate().to_string(),
            person_ids: vec![self.person.to_string()],
            lead_ids: vec![self.lead.to_string()],
            erased_at: stamp(noon()),
            ..PersonErased::default()
        };
        event(&message, &message.erasure_id, 1)
    }
}

async fn places(world: &World) -> Vec<String> {
    let places = testkit::places_of(world.app.database(), WORD).await;
    places.into_iter().collect()
}

/// What staff write into a deal.
async fn written(world: &World, deal: &str) {
    let update = UpdateDealRequest {
        deal_id: deal.to_owned(),
        note: Some(words("asks for")),
        ..UpdateDealRequest::default()
    };
    world.client.clone().update_deal(update).await.unwrap();
    let plan = PlanActivityRequest {
        deal_id: deal.to_owned(),
        activity: Some(Activity {
            kind: "call".to_owned(),
            note: words("call"),
            ..Activity::default()
        }),
    };
    let planned = world.client.clone().plan_activity(plan).await.unwrap();
    let complete = CompleteActivityRequest {
        deal_id: deal.to_owned(),
        activity_id: planned.into_inner().activity.unwrap().activity_id,
        result: words("spoke to"),
    };
    world
        .client
        .clone()
        .complete_activity(complete)
        .await
        .unwrap();
    let offer = CreateOfferRequest {
        deal_id: deal.to_owned(),
        content: Some(OfferContent {
            currency: "EUR".to_owned(),
            addressee: words("To"),
            introduction: words("Dear"),
            terms: words("For"),
            language: "en".to_owned(),
            lines: vec![OfferLine {
                text: "Desk".to_owned(),
                quantity_milli: 1_000,
                unit_price_minor: Some(1_000),
                ..OfferLine::default()
            }],
            ..OfferContent::default()
        }),
        ..CreateOfferRequest::default()
    };
    let mut offers = OffersServiceClient::new(world.channel());
    offers.create_offer(offer).await.unwrap();
}

#[tokio::test]
async fn deals_lose_their_words_and_keep_their_sums() {
    for world in worlds().await {
        let (gone, other) = (Somebody::new(), Somebody::new());
        for somebody in [&gone, &other] {
            world.deliver_event(&somebody.qualified()).await;
            written(&world, &somebody.deal.to_string()).await;
        }
        let before = world.deal(&gone.deal.to_string()).await;
        let kept = places(&world).await.len();
        world.deliver_event(&gone.erased()).await;
        world.deliver_event(&gone.erased()).await;

        let told = world.announced::<DealErased>().await;
        assert_eq!(told.len(), 1, "{}: once", world.label);
        assert_eq!(told[0].message.deal_id, gone.deal.to_string());
        let deal = world.deal(&gone.deal.to_string()).await;
        let source = before.source.clone().map(|source| Source {
            referrer: String::new(),
            utm: HashMap::default(),
            ..source
        });
        let expected = Deal {
            revision: before.revision + 1,
            title: String::new(),
            note: String::new(),
            source,
            erased_at: stamp(noon()),
            ..before
        };
        assert_eq!(deal, expected, "{}", world.label);
        assert_eq!(places(&world).await.len(), kept, "of the other");
        world.deliver_event(&other.erased()).await;
        assert_eq!(
            places(&world).await,
            Vec::<String>::new(),
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn a_deal_that_is_opened_late_has_no_words() {
    for world in worlds().await {
        let (first, second) = (Somebody::new(), Somebody::new());
        world.deliver_event(&first.erased()).await;
        let lead = LeadErased {
            lead_id: second.lead.to_string(),
            erased_at: stamp(noon()),
        };
        world.deliver(&lead, second.lead, 9).await;
        for somebody in [&first, &second] {
            world.deliver_event(&somebody.qualified()).await;
            let deal = world.deal(&somebody.deal.to_string()).await;
            assert_eq!(deal.amount, euros(1_000), "{}", world.label);
            assert!(deal.erased_at.is_some(), "{}", world.label);
        }
        assert_eq!(
            places(&world).await,
            Vec::<String>::new(),
            "{}",
            world.label
        );
    }
}
