//! Promises F9 and F13 for timelines: no order, repeat or rebuild changes them.

#![expect(
    clippy::indexing_slicing,
    reason = "places of journeys come from the test itself"
)]

use std::collections::BTreeMap;

use chrono::TimeDelta;
use customers::consumers::timeline::{CONSUMER, Timeline};
use ids::ParticipantId;
use messaging::{BatchHandler as _, Event, RawEvent, Received, Tx};
use proto::{
    campaigns::v1::{
        ParticipantContacted, ParticipantRecorded, ReferralMade, ReferralRewarded,
        ResponseRecorded, SurveyAnswered,
    },
    contracts::v1::{
        ContractActivated, ContractDrafted, ContractEnded, ContractGrown, ContractRecorded,
        ContractSent, ContractSigned, PaymentRecorded,
    },
    customers::v1::{self as pb, CaseRecorded, ConsentRecorded, PersonsMerged},
    deals::v1::{
        DealActivityCompleted, DealLost, DealOpened, DealRecorded, DealStageChanged, DealWon,
        OfferRecorded,
    },
    intake::v1::{
        EnquiryAttached, LeadAssigned, LeadCreated, LeadOutcomeRecorded, LeadQualified,
        LeadRefused, LeadReopened,
    },
    notifications::v1::{MessageSettled, QuestionnaireAnswered},
};
use sea_orm::ConnectionTrait as _;

use crate::{
    fixture::{Base, bases},
    journeys::Journey,
    merges::{merge, request},
    timeline::{entries, settle_all, start},
    undo::Dice,
};

const JOURNEYS: usize = 300;
/// One in so many persons is merged with the next one.
const MERGED: usize = 7;
const SEEDS: [u64; 2] = [9, 13];

/// Hands events of one kind over together, as a consumer does with what it fetched.
async fn hand_over(base: &Base, events: &[&RawEvent]) {
    let tx = base.app.outbox.begin().await.unwrap();
    let mut handled = leads(base, &tx, events).await;
    macro_rules! hand_over {
        ($($kind:ty),+ $(,)?) => {
            $({
                let of_kind = received::<$kind>(events);
                handled += of_kind.len();
                if !of_kind.is_empty() {
                    Timeline.handle_all(&tx, &of_kind).await.unwrap();
                }
            })+
        };
    }
    hand_over!(
        CaseRecorded,
        ConsentRecorded,
        ContractActivated,
        ContractDrafted,
        ContractEnded,
        ContractGrown,
        ContractRecorded,
        ContractSent,
        ContractSigned,
        DealActivityCompleted,
        DealLost,
        DealOpened,
        DealRecorded,
        DealStageChanged,
        DealWon,
        EnquiryAttached,
        LeadAssigned,
        LeadCreated,
        LeadOutcomeRecorded,
        LeadRefused,
        LeadReopened,
        MessageSettled,
        OfferRecorded,
        ParticipantContacted,
        ParticipantRecorded,
        PaymentRecorded,
        PersonsMerged,
        QuestionnaireAnswered,
        ReferralMade,
        ReferralRewarded,
        ResponseRecorded,
        SurveyAnswered,
    );
    tx.commit().await.unwrap();
    assert_eq!(handled, events.len(), "{}: some kind is left", base.label);
}

/// Brings persons of qualified leads into the client base.
async fn leads(base: &Base, tx: &Tx, events: &[&RawEvent]) -> usize {
    let qualified = received::<LeadQualified>(events);
    base.app.handle_all(tx, &qualified).await.unwrap();
    qualified.len()
}

fn received<M: prost::Message + prost::Name + Default>(events: &[&RawEvent]) -> Vec<Received<M>> {
    let of_kind = events.iter().filter(|event| event.kind == M::full_name());
    of_kind.map(|event| event.decode().unwrap()).collect()
}

/// Journeys that overlap, merges of some of their persons, and all events of both.
struct Told {
    journeys: Vec<Journey>,
    merges: Vec<pb::MergePersonsRequest>,
    events: Vec<RawEvent>,
}

fn told() -> Told {
    let at = |place: usize| start() + TimeDelta::minutes(i64::try_from(place).unwrap());
    let journey = |place: usize| match place % 3 {
        0 => Journey::lost(at(place)),
        _ => Journey::won(at(place)),
    };
    let journeys: Vec<Journey> = (0..JOURNEYS).map(journey).collect();
    let pairs = journeys.windows(2).step_by(MERGED);
    let merges: Vec<_> = pairs
        .map(|pair| request(&pair[0].person, &pair[1].person))
        .collect();
    let announced = merges.iter().map(|request| {
        let message = PersonsMerged {
            merge_id: request.merge_id.clone(),
            kept_id: request.kept_id.clone(),
            joined_id: request.joined_id.clone(),
            ..PersonsMerged::default()
        };
        Event::new(&message, &message.merge_id, 1, at(JOURNEYS)).into()
    });
    let corrected = journeys.windows(2).flat_map(corrected);
    let events = journeys.iter().flat_map(|journey| journey.events.clone());
    Told {
        events: events.chain(announced).chain(corrected).collect(),
        journeys,
        merges,
    }
}

/// A participant that was taken for one person and turned out to be the next one.
fn corrected(pair: &[Journey]) -> Vec<RawEvent> {
    let mut message = ParticipantRecorded {
        participant_id: ParticipantId::generate().to_string(),
        campaign_id: pair[0].campaign.clone(),
        status: "potential".to_owned(),
        person_id: pair[0].person.clone(),
    };
    let first = Event::new(&message, &message.participant_id, 1, start());
    message.person_id.clone_from(&pair[1].person);
    let then = Event::new(&message, &message.participant_id, 2, start());
    vec![first.into(), then.into()]
}

/// All events, some of them twice, in an order that the dice make.
fn shuffled<'a>(events: &'a [RawEvent], dice: &mut Dice) -> Vec<&'a RawEvent> {
    let repeated = events.iter().filter(|_| dice.below(4) == 0);
    let mut all: Vec<&RawEvent> = repeated.collect();
    all.extend(events);
    for place in (1..all.len()).rev() {
        all.swap(place, dice.below(place + 1));
    }
    all
}

/// Hands everything over in batches of any size.
async fn hand_over_shuffled(base: &Base, events: &[RawEvent], dice: &mut Dice) {
    let all = shuffled(events, dice);
    let mut rest = all.as_slice();
    while !rest.is_empty() {
        let size = (1 + dice.below(400)).min(rest.len());
        // A batch never holds the same event twice.
        let (batch, after) = rest.split_at(size);
        let once: BTreeMap<_, _> = batch.iter().map(|event| (event.id, *event)).collect();
        let mut batch: Vec<&RawEvent> = once.into_values().collect();
        for place in (1..batch.len()).rev() {
            batch.swap(place, dice.below(place + 1));
        }
        hand_over(base, &batch).await;
        rest = after;
    }
}

async fn timelines(base: &Base, told: &Told) -> Vec<Vec<pb::TimelineEntry>> {
    let mut all = Vec::new();
    for journey in &told.journeys {
        all.push(entries(base, &journey.person).await);
    }
    all
}

async fn merge_all(base: &Base, told: &Told) {
    for request in &told.merges {
        merge(base, request).await.unwrap();
    }
}

/// What the model says: the codes of each journey, and those of both where two are merged.
fn model(told: &Told) -> Vec<usize> {
    let mut lengths: Vec<usize> = told.journeys.iter().map(|it| it.codes.len()).collect();
    // What is corrected belongs to the second one alone.
    lengths.iter_mut().skip(1).for_each(|length| *length += 2);
    for first in (0..told.journeys.len() - 1).step_by(MERGED) {
        let both = lengths[first] + lengths[first + 1] + 1;
        lengths[first] = both;
        lengths[first + 1] = both;
    }
    lengths
}

async fn forget(base: &Base) {
    let tx = base.app.outbox.begin().await.unwrap();
    for sql in [
        "delete from timeline_entry".to_owned(),
        "delete from timeline_link".to_owned(),
        format!("delete from inbox where consumer like '{CONSUMER}-%'"),
    ] {
        tx.execute_unprepared(&sql).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn timelines_are_the_same_in_any_order_and_made_anew() {
    let told = told();
    let mut expected: Option<Vec<Vec<pb::TimelineEntry>>> = None;
    for base in bases().await {
        for events in told.events.chunks(1_000) {
            hand_over(&base, &events.iter().collect::<Vec<_>>()).await;
        }
        merge_all(&base, &told).await;
        let in_order = timelines(&base, &told).await;
        let lengths: Vec<usize> = in_order.iter().map(Vec::len).collect();
        assert_eq!(lengths, model(&told), "{}", base.label);
        assert_eq!(expected.get_or_insert(in_order.clone()), &in_order);
        // The same base without its timelines, from the same events in another order.
        println!("{} rebuilt with seed 0", base.label);
        forget(&base).await;
        hand_over_shuffled(&base, &told.events, &mut Dice(0)).await;
        assert!(timelines(&base, &told).await == in_order, "{}", base.label);
    }
    for seed in SEEDS {
        for base in bases().await {
            println!("{} seed {seed}", base.label);
            hand_over_shuffled(&base, &told.events, &mut Dice(seed)).await;
            merge_all(&base, &told).await;
            let found = timelines(&base, &told).await;
            for (place, found) in found.iter().enumerate() {
                let expected = &expected.as_ref().unwrap()[place];
                assert_eq!(found, expected, "{} seed {seed}", base.label);
            }
        }
    }
}

#[tokio::test]
async fn forgotten_timelines_come_back_with_the_events_and_nothing_else_is_done_again() {
    for base in bases().await {
        let journeys = [Journey::won(start()), Journey::lost(start())];
        for journey in &journeys {
            settle_all(&base, &journey.events).await;
        }
        let mut before = Vec::new();
        for journey in &journeys {
            before.push((
                entries(&base, &journey.person).await,
                base.card(&journey.person).await,
            ));
        }
        let announced = base.announced::<pb::PersonRecorded>().await;
        forget(&base).await;
        assert!(entries(&base, &journeys[0].person).await.is_empty());
        for journey in &journeys {
            settle_all(&base, &journey.events).await;
        }
        for (journey, before) in journeys.iter().zip(&before) {
            let after = (
                entries(&base, &journey.person).await,
                base.card(&journey.person).await,
            );
            assert_eq!(after, *before, "{}", base.label);
        }
        assert_eq!(base.announced::<pb::PersonRecorded>().await, announced);
    }
}
