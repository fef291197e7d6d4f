//! Leads that come several at once.

use ids::{CampaignId, LeadId, ResponseId};
use messaging::{HandlerError, RawEvent};
use proto::intake::v1::{EnquiryAttached, LeadCreated};

use crate::{
    fixture::desks,
    responses::{attached, created, positive},
};

#[tokio::test]
async fn a_batch_counts_each_lead_and_links_each_response_once() {
    for desk in desks().await {
        let (id, other) = (desk.running("Fair").await, desk.running("Mailing").await);
        let anna = desk.participant(&id, "anna@example.org").await;
        let given = positive("yes");
        desk.respond(&id, &anna, given.clone()).await.unwrap();
        let [first, second, third] = std::array::from_fn(|_| LeadId::generate());
        let events = [
            created(first, &id, &given.response_id),
            created(second, "", ""),
            created(third, &other, ""),
            // The same lead once more, and somebody who claims the response too.
            created(first, &id, &given.response_id),
            created(LeadId::generate(), &id, &given.response_id),
        ];
        desk.together::<LeadCreated>(&events).await.unwrap();
        let enquiry = [attached(second, &id, &given.response_id)];
        desk.together::<EnquiryAttached>(&enquiry).await.unwrap();
        let leads = desk.card(&id).await.figures.unwrap().leads;
        assert_eq!(leads, 2, "{}", desk.label);
        assert_eq!(desk.card(&other).await.figures.unwrap().leads, 1);
        let response = desk.responses(&id).await.remove(0);
        assert_eq!(response.lead_id, first.to_string(), "{}", desk.label);
    }
}

#[tokio::test]
async fn an_event_that_names_no_campaign_rightly_is_the_one_to_blame() {
    for desk in desks().await {
        let id = desk.running("Fair").await;
        let events = [
            created(LeadId::generate(), &id, ""),
            created(LeadId::generate(), "", ""),
            created(LeadId::generate(), "fair", ""),
        ];
        let refused = desk.together::<LeadCreated>(&events).await.unwrap_err();
        assert_eq!(refused.at, Some(2), "{}", desk.label);
        assert!(matches!(
            refused.error,
            HandlerError::Refuse {
                reason: "EVENT_ID_INVALID",
                ..
            }
        ));
        let leads = desk.card(&id).await.figures.unwrap().leads;
        assert_eq!(leads, 0, "{}", desk.label);
    }
}

#[tokio::test]
async fn a_batch_takes_as_many_statements_whatever_its_size() {
    for desk in desks().await {
        let new = |count| -> Vec<RawEvent> {
            let (campaign, response) = (CampaignId::generate(), ResponseId::generate());
            let (campaign, response) = (campaign.to_string(), response.to_string());
            let lead = |_| created(LeadId::generate(), &campaign, &response);
            (0..count).map(lead).collect()
        };
        let few = desk.together::<LeadCreated>(&new(2)).await.unwrap();
        let many = desk.together::<LeadCreated>(&new(60)).await.unwrap();
        let expected = if desk.label == "postgres" { 3 } else { 0 };
        assert_eq!((few, many), (expected, expected), "{}", desk.label);
        let bare = [created(LeadId::generate(), "", "")];
        let none = desk.together::<LeadCreated>(&bare).await.unwrap();
        assert_eq!(none, 0, "{}", desk.label);
    }
}
