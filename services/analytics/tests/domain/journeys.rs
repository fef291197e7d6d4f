//! What belongs to one journey, and what does not.

use analytics::domain::{
    derive::contribution,
    fact::{Fact, Source, What},
    figures::Value,
    journey::{Journey, components},
    parameters::Parameters,
};
use chrono::DateTime;
use clock::Timestamp;
use ids::{
    CampaignId, CaseId, ContractId, DealId, LeadId, MergeId, ParticipantId, PersonId, ReferralId,
    ResponseId, SubmissionId, TopicId,
};
use uuid::Uuid;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn at(day: i64) -> Timestamp {
    DateTime::from_timestamp(1_767_225_600 + day * 86_400, 0).unwrap()
}

fn fact(number: u128, revision: i64, what: What) -> Fact {
    Fact {
        id: id(1_000 + number),
        at: at(i64::try_from(number).unwrap()),
        revision,
        what,
    }
}

const ONE: u128 = 1;
const OTHER: u128 = 2;
const PERSON: u128 = 11;
const OTHER_PERSON: u128 = 12;

fn created(number: u128, lead: u128, response: Option<u128>) -> Fact {
    let source = Source {
        channel: "form".to_owned(),
        response: response.map(|response| ResponseId::from_uuid(id(response))),
        ..Source::default()
    };
    let what = What::LeadCreated {
        lead: LeadId::from_uuid(id(lead)),
        submission: SubmissionId::from_uuid(id(100 + lead)),
        source,
        topic: String::new(),
        responsible: None,
        received_at: at(1),
    };
    fact(number, 1, what)
}

fn qualified(number: u128, lead: u128, person: u128) -> Fact {
    let what = What::LeadQualified {
        lead: LeadId::from_uuid(id(lead)),
        person: PersonId::from_uuid(id(person)),
        deal: None,
        qualified_at: at(2),
    };
    fact(number, 2, what)
}

fn person(number: u128, revision: i64, person: u128, leads: &[u128]) -> Fact {
    let leads = leads.iter().map(|lead| LeadId::from_uuid(id(*lead)));
    let what = What::PersonRecorded {
        person: PersonId::from_uuid(id(person)),
        organisation: None,
        leads: leads.collect(),
    };
    fact(number, revision, what)
}

fn linked(number: u128, revision: i64, merged: bool) -> Fact {
    let what = What::PersonsLinked {
        merge: MergeId::from_uuid(id(50)),
        kept: PersonId::from_uuid(id(PERSON)),
        joined: PersonId::from_uuid(id(OTHER_PERSON)),
        merged,
    };
    fact(number, revision, what)
}

/// Whether the two are in one journey, in whatever order the facts come.
fn check(facts: &[Fact], one: u128, other: u128, together: bool) {
    let mut facts = facts.to_vec();
    for turn in 0..facts.len() {
        facts.rotate_left(1);
        let journeys = components(facts.clone());
        let of = |node: u128| {
            journeys
                .iter()
                .position(|journey| journey.members.contains(&id(node)))
        };
        assert!(of(one).is_some() && of(other).is_some(), "turn {turn}");
        assert_eq!(of(one) == of(other), together, "turn {turn}: {journeys:#?}");
        for Journey { id, members, .. } in &journeys {
            assert_eq!(Some(id), members.first());
            assert!(members.is_sorted_by(|one, other| one < other));
        }
    }
}

#[test]
fn a_lead_belongs_to_whom_it_was_qualified_as_until_the_person_says_otherwise() {
    let mut facts = vec![
        created(1, ONE, None),
        qualified(2, ONE, PERSON),
        created(3, OTHER, None),
    ];
    check(&facts, ONE, PERSON, true);
    check(&facts, ONE, OTHER, false);
    facts.push(person(4, 1, PERSON, &[ONE, OTHER]));
    check(&facts, ONE, OTHER, true);
    facts.push(person(5, 2, PERSON, &[OTHER]));
    check(&facts, ONE, PERSON, false);
    check(&facts, OTHER, PERSON, true);
}

#[test]
fn an_enquiry_belongs_to_the_lead_that_it_was_moved_to() {
    let attached = |number, lead: u128, revision| {
        let what = What::EnquiryAttached {
            lead: LeadId::from_uuid(id(lead)),
            submission: SubmissionId::from_uuid(id(70)),
            source: Source::default(),
            received_at: at(1),
        };
        fact(number, revision, what)
    };
    let mut facts = vec![
        created(1, ONE, None),
        created(2, OTHER, None),
        attached(3, ONE, 9),
    ];
    check(&facts, ONE, 70, true);
    // The revision is that of another lead and says nothing.
    facts.push(attached(4, OTHER, 2));
    check(&facts, ONE, 70, false);
    check(&facts, OTHER, 70, true);
    check(&facts, ONE, OTHER, false);
    let figures: Vec<_> = components(facts.clone())
        .iter()
        .map(|journey| contribution(journey, &Parameters::new("EUR")))
        .collect();
    let touches = figures
        .iter()
        .flat_map(|figures| &figures.records)
        .filter(|record| record.table.name == "touch_record" && record.id == id(70))
        .count();
    assert_eq!(touches, 1, "it is one touch, of the second lead");
    // It may also become a lead of its own.
    let what = What::LeadCreated {
        lead: LeadId::from_uuid(id(7)),
        submission: SubmissionId::from_uuid(id(70)),
        source: Source::default(),
        topic: String::new(),
        responsible: None,
        received_at: at(1),
    };
    facts.push(fact(5, 1, what));
    check(&facts, 7, 70, true);
    check(&facts, OTHER, 70, false);
}

#[test]
fn two_persons_are_one_while_their_newest_link_says_so() {
    let mut facts = vec![qualified(1, ONE, PERSON), qualified(2, OTHER, OTHER_PERSON)];
    facts.push(linked(3, 5, true));
    check(&facts, ONE, OTHER, true);
    facts.push(linked(4, 6, false));
    check(&facts, ONE, OTHER, false);
    facts.push(linked(5, 7, true));
    check(&facts, ONE, OTHER, true);
}

#[test]
fn a_lead_made_of_a_response_belongs_to_the_participant() {
    let participant = ParticipantId::from_uuid(id(31));
    let responded = What::ResponseRecorded {
        response: ResponseId::from_uuid(id(32)),
        campaign: CampaignId::from_uuid(id(33)),
        activity: None,
        participant,
        person: Some(PersonId::from_uuid(id(PERSON))),
        positive: true,
        responded_at: at(1),
    };
    let mut facts = vec![created(1, ONE, Some(32)), fact(2, 1, responded)];
    check(&facts, ONE, 31, true);
    check(&facts, ONE, PERSON, true);
    // The participant says itself who it is, as soon as it is known.
    let recorded = What::ParticipantRecorded {
        participant,
        campaign: CampaignId::from_uuid(id(33)),
        status: "actual".to_owned(),
        person: Some(PersonId::from_uuid(id(OTHER_PERSON))),
    };
    facts.extend([fact(3, 1, recorded), person(4, 1, PERSON, &[])]);
    check(&facts, ONE, OTHER_PERSON, true);
    check(&facts, ONE, PERSON, false);
}

#[test]
fn a_case_belongs_to_its_person_and_to_what_it_is_about() {
    let case = |number, revision, whose: Option<u128>, about: u128| {
        let what = What::CaseRecorded {
            case: CaseId::from_uuid(id(40)),
            person: whose.map(|person| PersonId::from_uuid(id(person))),
            step: String::new(),
            severity: String::new(),
            about: Some(id(about)),
            responsible: None,
            opened_at: at(1),
            resolved_at: None,
        };
        fact(number, revision, what)
    };
    let mut facts = vec![
        created(1, ONE, None),
        created(2, OTHER, None),
        case(3, 1, None, ONE),
    ];
    check(&facts, 40, ONE, true);
    facts.push(case(4, 2, Some(PERSON), OTHER));
    check(&facts, 40, ONE, false);
    check(&facts, PERSON, OTHER, true);
}

#[test]
fn a_contract_belongs_with_the_one_that_it_follows() {
    let contract = |number, contract: u128, previous: Option<u128>| {
        let what = What::ContractRecorded {
            contract: ContractId::from_uuid(id(contract)),
            number: String::new(),
            state: "signed".to_owned(),
            kind: "renewal".to_owned(),
            previous: previous.map(|contract| ContractId::from_uuid(id(contract))),
            deal: DealId::from_uuid(id(contract + 10)),
            lead: None,
            person: None,
            responsible: None,
            value: None,
            starts_at: None,
            ends_at: None,
            signed_at: None,
            ended_at: None,
        };
        fact(number, 1, what)
    };
    let facts = [contract(1, 60, None), contract(2, 61, Some(60))];
    check(&facts, 60, 61, true);
    check(&facts, 70, 71, true);
    check(
        &[contract(1, 60, None), contract(2, 61, None)],
        60,
        61,
        false,
    );
}

#[test]
fn a_deal_belongs_to_whom_its_newest_state_names() {
    let deal = |number, revision, whose: u128| {
        let what = What::DealRecorded {
            deal: DealId::from_uuid(id(80)),
            topic: TopicId::from_uuid(id(81)),
            stage: String::new(),
            state: "open".to_owned(),
            amount: None,
            expected_close_at: None,
            probability_percent: 0,
            committed: false,
            lead: None,
            person: Some(PersonId::from_uuid(id(whose))),
            responsible: None,
            origin: String::new(),
            previous_contract: None,
            sale_object: String::new(),
            opened_at: None,
        };
        fact(number, revision, what)
    };
    let mut facts = vec![deal(1, 1, PERSON), person(2, 1, PERSON, &[])];
    check(&facts, 80, PERSON, true);
    facts.push(deal(3, 2, OTHER_PERSON));
    check(&facts, 80, PERSON, false);
    check(&facts, 80, OTHER_PERSON, true);
}

/// A referral counts for both and makes nobody one with the other.
#[test]
fn a_referral_shows_in_two_journeys() {
    let made = What::ReferralMade {
        referral: ReferralId::from_uuid(id(90)),
        campaign: CampaignId::from_uuid(id(91)),
        referrer: PersonId::from_uuid(id(PERSON)),
        lead: LeadId::from_uuid(id(ONE)),
        made_at: at(1),
    };
    let made = fact(1, 1, made);
    let counted = made.counterpart().unwrap();
    assert_ne!(counted.id, made.id);
    assert_eq!(made.counterpart().unwrap(), counted, "the same each time");
    assert_eq!(counted.counterpart(), None);
    assert!(!made.nodes().contains(&id(PERSON)));
    assert!(!counted.nodes().contains(&id(ONE)));
    assert!(!counted.nodes().contains(&id(90)));
    let signed = What::ContractSigned {
        contract: ContractId::from_uuid(id(60)),
        deal: DealId::from_uuid(id(61)),
        lead: None,
        person: Some(PersonId::from_uuid(id(PERSON))),
        amount: None,
        signed_at: at(3),
    };
    let facts = vec![made, counted, created(2, ONE, None), fact(3, 1, signed)];
    check(&facts, ONE, 90, true);
    check(&facts, ONE, PERSON, false);
    let figures: Vec<_> = components(facts)
        .iter()
        .map(|journey| contribution(journey, &Parameters::new("EUR")))
        .collect();
    let clients: Vec<_> = figures
        .iter()
        .flat_map(|figures| &figures.records)
        .filter(|record| record.table.name == "client_record")
        .collect();
    let [client] = clients.as_slice() else {
        panic!("{} clients", clients.len());
    };
    let referrals = client
        .table
        .columns
        .iter()
        .position(|(column, _)| *column == "referrals")
        .unwrap();
    assert_eq!(client.values[referrals], Value::Int(1));
    let touches = figures
        .iter()
        .flat_map(|figures| &figures.records)
        .filter(|record| record.table.name == "touch_record")
        .count();
    assert_eq!(touches, 2, "the referral and the submission");
}

#[test]
fn rates_belong_to_no_journey() {
    let rate = What::RateRecorded {
        currency: "HUF".to_owned(),
        day: 1,
        billionths: 1,
    };
    let rate = fact(1, 1, rate);
    assert_eq!(rate.nodes(), Vec::<Uuid>::new());
    assert_eq!(components(vec![rate]), Vec::new());
}
