use ids::OfferId;
use proto::deals::v1::offers_service_client::OffersServiceClient;
use proto::deals::v1::{
    AcceptOfferRequest, CreateOfferRequest, Deal, DealRecorded, DeclineOfferRequest,
    GetOfferRequest, LineKind, ListOffersRequest, LoseDealRequest, Offer, OfferContent, OfferLine,
    OfferRecorded, OfferState, ReviseOfferRequest, SendOfferRequest, UpdateOfferRequest,
};
use rpc::Channel;
use tonic::Status;

use crate::world::{World, euros, noon, reason, stamp, worlds};

pub(crate) type Client = OffersServiceClient<Channel>;

pub(crate) fn client(world: &World) -> Client {
    Client::new(world.channel())
}

/// A line in free text: quantity, price, discount, tax.
pub(crate) fn line(
    text: &str,
    [quantity, price]: [i64; 2],
    [discount, tax]: [i32; 2],
) -> OfferLine {
    OfferLine {
        text: text.to_owned(),
        quantity_milli: quantity,
        unit_price_minor: Some(price),
        discount_bp: discount,
        tax_bp: tax,
        ..OfferLine::default()
    }
}

pub(crate) fn content(lines: Vec<OfferLine>) -> OfferContent {
    OfferContent {
        currency: "EUR".to_owned(),
        language: "en".to_owned(),
        lines,
        ..OfferContent::default()
    }
}

pub(crate) fn desks() -> OfferContent {
    content(vec![line("Desks", [12_000, 10_000], [500, 2_100])])
}

pub(crate) async fn draft(world: &World, deal: &Deal, content: OfferContent) -> Offer {
    try_draft(world, deal, OfferId::generate(), content)
        .await
        .unwrap()
}

pub(crate) async fn try_draft(
    world: &World,
    deal: &Deal,
    id: OfferId,
    content: OfferContent,
) -> Result<Offer, Status> {
    let request = CreateOfferRequest {
        deal_id: deal.deal_id.clone(),
        offer_id: id.to_string(),
        content: Some(content),
    };
    let answer = client(world).create_offer(request).await?;
    Ok(answer.into_inner().offer.unwrap())
}

pub(crate) async fn update(
    world: &World,
    offer: &Offer,
    content: OfferContent,
) -> Result<Offer, Status> {
    let request = UpdateOfferRequest {
        offer_id: offer.offer_id.clone(),
        revision: offer.revision,
        content: Some(content),
    };
    let answer = client(world).update_offer(request).await?;
    Ok(answer.into_inner().offer.unwrap())
}

pub(crate) async fn send(world: &World, offer: &Offer) -> Result<Offer, Status> {
    let request = SendOfferRequest {
        offer_id: offer.offer_id.clone(),
        revision: 0,
    };
    let answer = client(world).send_offer(request).await?;
    Ok(answer.into_inner().offer.unwrap())
}

pub(crate) async fn accept(world: &World, offer: &Offer) -> Result<(Offer, Deal), Status> {
    let request = AcceptOfferRequest {
        offer_id: offer.offer_id.clone(),
    };
    let answer = client(world).accept_offer(request).await?.into_inner();
    Ok((answer.offer.unwrap(), answer.deal.unwrap()))
}

pub(crate) async fn decline(world: &World, offer: &Offer) -> Result<Offer, Status> {
    let request = DeclineOfferRequest {
        offer_id: offer.offer_id.clone(),
    };
    let answer = client(world).decline_offer(request).await?;
    Ok(answer.into_inner().offer.unwrap())
}

pub(crate) async fn revise(world: &World, offer: &Offer, id: OfferId) -> Result<Offer, Status> {
    let request = ReviseOfferRequest {
        offer_id: offer.offer_id.clone(),
        new_offer_id: id.to_string(),
    };
    let answer = client(world).revise_offer(request).await?;
    Ok(answer.into_inner().offer.unwrap())
}

pub(crate) async fn get(world: &World, offer: &Offer) -> Offer {
    let request = GetOfferRequest {
        offer_id: offer.offer_id.clone(),
    };
    let answer = client(world).get_offer(request).await.unwrap();
    answer.into_inner().offer.unwrap()
}

pub(crate) async fn lose(world: &World, deal: &Deal) {
    let request = LoseDealRequest {
        deal_id: deal.deal_id.clone(),
        reason: "price".to_owned(),
        note: String::new(),
    };
    world.client.clone().lose_deal(request).await.unwrap();
}

#[tokio::test]
async fn an_offer_adds_up_exactly_and_is_drafted_once() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let id = OfferId::generate();
        let drafted = try_draft(&world, &deal, id, desks()).await.unwrap();
        assert_eq!(drafted.state(), OfferState::Draft);
        assert_eq!((drafted.version, drafted.revision), (1, 1));
        assert_eq!(drafted.created_by, world.staff.to_string());
        let lines = &drafted.content.as_ref().unwrap().lines;
        assert_eq!((lines[0].net_minor, lines[0].tax_minor), (114_000, 23_940));
        assert_eq!(drafted.net, euros(114_000));
        assert_eq!(drafted.tax, euros(23_940));
        assert_eq!(drafted.total, euros(137_940));
        let again = try_draft(&world, &deal, id, content(vec![])).await.unwrap();
        assert_eq!(again, drafted, "{}", world.label);
        assert_eq!(get(&world, &drafted).await, drafted);
        let told = world.announced::<OfferRecorded>().await;
        assert_eq!(told.len(), 1, "{}", world.label);
        let expected = OfferRecorded {
            offer_id: drafted.offer_id,
            deal_id: deal.deal_id,
            state: "draft".to_owned(),
            amount: euros(114_000),
            ..OfferRecorded::default()
        };
        assert_eq!(told[0].message, expected);
    }
}

#[tokio::test]
async fn accepting_an_offer_sets_the_amount_of_its_deal() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let mut wanted = desks();
        wanted.lines.push(OfferLine {
            kind: LineKind::UpSell.into(),
            ..line("Oak", [1_000, 700], [0, 2_100])
        });
        wanted.lines.push(OfferLine {
            kind: LineKind::CrossSell.into(),
            ..line("Lamp", [2_000, 25], [0, 0])
        });
        let offer = draft(&world, &deal, wanted).await;
        assert_eq!(reason(accept(&world, &offer).await), "OFFER_NOT_SENT");
        assert_eq!(reason(decline(&world, &offer).await), "OFFER_NOT_SENT");
        let sent = send(&world, &offer).await.unwrap();
        assert_eq!(sent.sent_at, stamp(noon()));
        world.days_pass(1);
        assert_eq!(send(&world, &offer).await.unwrap(), sent, "{}", world.label);
        assert_eq!(world.deal(&deal.deal_id).await.amount, None);

        let (accepted, changed) = accept(&world, &offer).await.unwrap();
        assert_eq!(accepted.state(), OfferState::Accepted);
        assert_eq!(changed.amount, euros(114_750), "without tax");
        assert_eq!(changed, world.deal(&deal.deal_id).await);
        let again = accept(&world, &offer).await.unwrap();
        assert_eq!(again, (accepted, changed), "{}", world.label);
        assert_eq!(
            reason(decline(&world, &offer).await),
            "OFFER_ALREADY_ACCEPTED"
        );

        let told = world.announced::<OfferRecorded>().await;
        let states: Vec<_> = told.iter().map(|it| it.message.state.as_str()).collect();
        assert_eq!(states, ["draft", "sent", "accepted"], "{}", world.label);
        let last = &told[2].message;
        assert_eq!((last.up_sell_minor, last.cross_sell_minor), (700, 50));
        assert_eq!((last.sent_at, told[2].revision), (stamp(noon()), 3));
        let deals = world.announced::<DealRecorded>().await;
        assert_eq!(deals.last().unwrap().message.amount, euros(114_750));
        assert_eq!(deals.len(), 2);
    }
}

#[tokio::test]
async fn what_was_sent_is_not_changed_but_gets_a_new_version() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let first = draft(&world, &deal, desks()).await;
        let early = revise(&world, &first, OfferId::generate()).await;
        assert_eq!(reason(early), "OFFER_NOT_SENT", "{}", world.label);
        let changed = update(
            &world,
            &first,
            content(vec![line("Desks", [1_000, 5], [0, 0])]),
        );
        let changed = changed.await.unwrap();
        assert_eq!((changed.revision, &changed.total), (2, &euros(5)));
        assert_eq!(
            reason(update(&world, &first, desks()).await),
            "REVISION_CONFLICT"
        );
        let sent = send(&world, &changed).await.unwrap();
        assert_eq!(
            reason(update(&world, &sent, desks()).await),
            "OFFER_ALREADY_SENT"
        );

        let id = OfferId::generate();
        let second = revise(&world, &sent, id).await.unwrap();
        assert_eq!((second.version, second.state()), (2, OfferState::Draft));
        assert_eq!(second.previous_offer_id, first.offer_id);
        assert_eq!(
            (&second.number, &second.content),
            (&first.number, &sent.content)
        );
        assert_eq!(
            revise(&world, &sent, id).await.unwrap(),
            second,
            "{}",
            world.label
        );
        let other = revise(&world, &sent, OfferId::generate()).await;
        assert_eq!(reason(other), "OFFER_ALREADY_REVISED", "{}", world.label);

        let second = update(&world, &second, desks()).await.unwrap();
        send(&world, &second).await.unwrap();
        assert_eq!(reason(accept(&world, &sent).await), "OFFER_SUPERSEDED");
        assert_eq!(
            decline(&world, &sent).await.unwrap().state(),
            OfferState::Declined
        );
        let (_, deal) = accept(&world, &second).await.unwrap();
        assert_eq!(deal.amount, euros(114_000), "{}", world.label);
        let taken: OfferId = first.offer_id.parse().unwrap();
        assert_eq!(
            reason(revise(&world, &second, taken).await),
            "OFFER_ID_TAKEN"
        );
    }
}

#[tokio::test]
async fn versions_at_once_are_one() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let offer = draft(&world, &deal, desks()).await;
        send(&world, &offer).await.unwrap();
        let attempts = (0..8).map(|_| revise(&world, &offer, OfferId::generate()));
        let done = futures::future::join_all(attempts).await;
        let (made, refused): (Vec<_>, Vec<_>) = done.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 1, "{}", world.label);
        for refused in refused {
            assert_eq!(reason(refused), "OFFER_ALREADY_REVISED", "{}", world.label);
        }
    }
}

#[tokio::test]
async fn an_offer_is_not_accepted_late_nor_on_a_closed_deal() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let valid = OfferContent {
            valid_until: stamp(noon() + chrono::TimeDelta::days(2)),
            ..desks()
        };
        let offer = draft(&world, &deal, valid).await;
        send(&world, &offer).await.unwrap();
        let other = draft(&world, &deal, desks()).await;
        send(&world, &other).await.unwrap();
        let unsent = draft(&world, &deal, desks()).await;
        world.days_pass(3);
        assert_eq!(
            reason(accept(&world, &offer).await),
            "OFFER_EXPIRED",
            "{}",
            world.label
        );
        lose(&world, &deal).await;
        assert_eq!(reason(accept(&world, &other).await), "DEAL_ALREADY_LOST");
        assert_eq!(reason(send(&world, &unsent).await), "DEAL_ALREADY_LOST");
        let id = OfferId::generate();
        assert_eq!(
            reason(revise(&world, &other, id).await),
            "DEAL_ALREADY_LOST"
        );
        let new = try_draft(&world, &deal, id, desks()).await;
        assert_eq!(reason(new), "DEAL_ALREADY_LOST", "{}", world.label);
        let empty = update(&world, &unsent, content(vec![])).await;
        assert_eq!(reason(empty), "DEAL_ALREADY_LOST");
        assert_eq!(
            decline(&world, &other).await.unwrap().state(),
            OfferState::Declined
        );
        assert_eq!(get(&world, &offer).await.state(), OfferState::Sent);
    }
}

#[tokio::test]
async fn offers_of_a_deal_are_listed_newest_first() {
    for world in worlds().await {
        let deal = world.open("Desks").await;
        let mut expected = Vec::new();
        for n in 0..5_u64 {
            expected.push(draft(&world, &deal, desks()).await.offer_id);
            world.days_pass(n % 2);
        }
        draft(&world, &world.open("Chairs").await, desks()).await;
        let mut found = Vec::new();
        let mut request = ListOffersRequest {
            deal_id: deal.deal_id.clone(),
            page_size: 2,
            page_token: String::new(),
        };
        loop {
            let page = client(&world).list_offers(request.clone()).await;
            let page = page.unwrap().into_inner();
            found.extend(page.offers.into_iter().map(|it| it.offer_id));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        expected.reverse();
        assert_eq!(found, expected, "{}", world.label);
        let nowhere = ListOffersRequest {
            deal_id: ids::DealId::generate().to_string(),
            ..ListOffersRequest::default()
        };
        assert_eq!(
            reason(client(&world).list_offers(nowhere).await),
            "DEAL_NOT_FOUND"
        );
    }
}
