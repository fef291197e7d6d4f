use chrono::{TimeDelta, TimeZone, Utc};
use ids::DealId;

use super::{outcome::Minted, *};
use crate::domain::{contact::Phone, source::Channel};

fn noon() -> Timestamp {
    Utc.with_ymd_and_hms(2026, 8, 1, 12, 0, 0).unwrap()
}

fn tomorrow() -> Timestamp {
    noon() + TimeDelta::days(1)
}

fn lead(name: &str) -> Lead {
    let evidence = Evidence {
        name: PersonName::whole(name),
        ..Evidence::default()
    };
    let source = Source::new(Channel::Form, "site");
    let enquiry = Enquiry {
        submission: SubmissionId::generate(),
        evidence: &evidence,
        source: &source,
        at: noon(),
    };
    let assigned = Assignment {
        responsible: Some(StaffId::generate()),
        because: "test".to_owned(),
    };
    let mut lead = Lead::open(
        LeadId::generate(),
        IdentityId::generate(),
        &enquiry,
        assigned,
        None,
    );
    lead.take_changes();
    lead
}

fn in_state(state: State) -> Lead {
    Lead {
        state,
        ..lead("Nora Field")
    }
}

fn told(outcome: Outcome) -> RecordOutcome {
    RecordOutcome {
        outcome,
        reason: if outcome == Outcome::Positive {
            ""
        } else {
            "PRICE"
        }
        .to_owned(),
        talk: "a talk".to_owned(),
        contact_kind: ContactKind::Call,
        next_contact_at: None,
        new_deal: None,
        by: StaffId::generate(),
    }
}

fn record(lead: &mut Lead, told: &RecordOutcome) -> Result<Vec<Event>, Refusal> {
    let minted = Minted {
        person: PersonId::generate(),
        deal: DealId::generate(),
    };
    lead.record_outcome(told, minted, noon())?;
    Ok(lead
        .take_changes()
        .into_iter()
        .filter_map(|change| change.event)
        .collect())
}

#[test]
fn outcomes_move_a_lead_as_the_table_says() {
    use Outcome::{Negative, Positive, Satisfactory, Undefined};
    use State::{InWork, New, Qualified, Refused};
    for (from, outcome, to) in [
        (New, Positive, Ok(Qualified)),
        (New, Negative, Ok(Refused)),
        (New, Satisfactory, Ok(InWork)),
        (New, Undefined, Ok(InWork)),
        (InWork, Positive, Ok(Qualified)),
        (InWork, Negative, Ok(Refused)),
        (InWork, Satisfactory, Ok(InWork)),
        (InWork, Undefined, Ok(InWork)),
        (Qualified, Positive, Ok(Qualified)),
        (Qualified, Negative, Err(Refusal::AlreadyQualified)),
        (Qualified, Satisfactory, Err(Refusal::AlreadyQualified)),
        (Qualified, Undefined, Err(Refusal::AlreadyQualified)),
        (Refused, Positive, Err(Refusal::AlreadyRefused)),
        (Refused, Negative, Err(Refusal::AlreadyRefused)),
        (Refused, Satisfactory, Err(Refusal::AlreadyRefused)),
        (Refused, Undefined, Err(Refusal::AlreadyRefused)),
    ] {
        let mut lead = in_state(from);
        let result = record(&mut lead, &told(outcome)).map(|_| lead.state);
        assert_eq!(result, to, "{from:?} and {outcome:?}");
    }
}

#[test]
fn the_same_outcome_again_changes_nothing() {
    for outcome in Outcome::ALL {
        let mut lead = lead("Nora Field");
        let told = RecordOutcome {
            next_contact_at: Some(tomorrow()),
            new_deal: (outcome == Outcome::Positive).then(NewDeal::default),
            ..told(outcome)
        };
        assert!(!record(&mut lead, &told).unwrap().is_empty());
        let before = lead.clone();
        assert_eq!(record(&mut lead, &told), Ok(Vec::new()), "{outcome:?}");
        assert_eq!(lead, before);
    }
}

#[test]
fn a_positive_outcome_records_the_person_and_orders_the_deal() {
    let mut lead = Lead {
        topic: "mills".to_owned(),
        ..lead("Nora Field")
    };
    let told = RecordOutcome {
        new_deal: Some(NewDeal::default()),
        ..told(Outcome::Positive)
    };
    let events = record(&mut lead, &told).unwrap();
    let [
        Event::OutcomeRecorded { .. },
        Event::Qualified {
            person,
            new_deal: Some(order),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    assert_eq!(lead.person, Some(*person));
    assert_eq!(lead.deal.as_ref().map(|deal| deal.id), Some(order.id));
    assert_eq!(order.deal.topic, "mills");
    assert_eq!(order.deal.title, "mills: Nora Field");
}

#[test]
fn a_deal_may_be_asked_for_later_and_once() {
    let mut lead = lead("Nora Field");
    let positive = told(Outcome::Positive);
    record(&mut lead, &positive).unwrap();
    let person = lead.person;
    let with_deal = RecordOutcome {
        new_deal: Some(NewDeal {
            title: "first".to_owned(),
            ..NewDeal::default()
        }),
        ..positive
    };
    let events = record(&mut lead, &with_deal).unwrap();
    assert!(
        matches!(
            events.last(),
            Some(Event::Qualified {
                new_deal: Some(_),
                ..
            })
        ),
        "{events:?}"
    );
    assert_eq!(lead.person, person);
    let another = RecordOutcome {
        talk: "another".to_owned(),
        ..with_deal
    };
    assert_eq!(record(&mut lead, &another), Err(Refusal::AlreadyHasDeal));
}

#[test]
fn what_is_told_must_make_sense() {
    let negative = told(Outcome::Negative);
    let check = |told: RecordOutcome, refusal: Refusal| {
        assert_eq!(record(&mut lead("Nora Field"), &told), Err(refusal));
    };
    check(
        RecordOutcome {
            reason: String::new(),
            ..negative.clone()
        },
        Refusal::ReasonMissing,
    );
    check(
        RecordOutcome {
            reason: "price".to_owned(),
            ..negative.clone()
        },
        Refusal::ReasonUnknown,
    );
    check(
        RecordOutcome {
            new_deal: Some(NewDeal::default()),
            ..negative
        },
        Refusal::DealNotPositive,
    );
    assert_eq!(
        record(&mut lead(""), &told(Outcome::Positive)),
        Err(Refusal::Nameless)
    );
}

#[test]
fn a_talk_settles_the_contact_that_was_planned() {
    let mut lead = lead("Nora Field");
    lead.plan_next_contact(Some(tomorrow()), ContactKind::Visit, None, noon());
    lead.take_changes();
    let events = record(&mut lead, &told(Outcome::Undefined)).unwrap();
    assert_eq!(lead.next_contact_at, None);
    assert_eq!(events.last(), Some(&Event::NextContactPlanned));
}

#[test]
fn a_planned_contact_follows_the_owner() {
    let mut lead = lead("Nora Field");
    lead.plan_next_contact(Some(tomorrow()), ContactKind::Call, None, noon());
    lead.plan_next_contact(Some(tomorrow()), ContactKind::Call, None, noon());
    assert_eq!(lead.take_changes().len(), 1);
    let other = StaffId::generate();
    lead.assign(other, "knows mills", None, noon());
    lead.assign(other, "again", None, noon());
    let events: Vec<_> = lead
        .take_changes()
        .into_iter()
        .filter_map(|it| it.event)
        .collect();
    let assigned = Event::Assigned {
        by: None,
        reason: "knows mills".to_owned(),
    };
    assert_eq!(events, [assigned, Event::NextContactPlanned]);
}

#[test]
fn only_a_refused_lead_is_reopened() {
    for state in State::ALL {
        let mut lead = in_state(state);
        let result = lead.reopen("asked again", None, noon());
        assert_eq!(result.is_ok(), state == State::Refused, "{state:?}");
        lead.answer_questionnaire("wants a call".to_owned(), true, noon());
    }
    let mut lead = in_state(State::Refused);
    lead.answer_questionnaire("too dear".to_owned(), false, noon());
    assert_eq!(lead.state, State::Refused);
    lead.answer_questionnaire("call me".to_owned(), true, noon());
    assert_eq!(lead.state, State::InWork);
}

#[test]
fn a_further_enquiry_adds_what_is_new_and_reopens() {
    let mut lead = in_state(State::Refused);
    let evidence = Evidence {
        name: PersonName::whole("N. Field"),
        phones: vec![Phone {
            e164: "+37126555142".to_owned(),
            line: crate::domain::contact::Line::Personal,
            junk: false,
        }],
        ..Evidence::default()
    };
    let source = Source::new(Channel::Call, "line");
    let submission = SubmissionId::generate();
    lead.attach(&Enquiry {
        submission,
        evidence: &evidence,
        source: &source,
        at: noon(),
    });
    assert_eq!((lead.enquiries, lead.state), (2, State::InWork));
    assert_eq!(lead.name.full, "Nora Field");
    assert_eq!(lead.phones, ["+37126555142"]);
    let events: Vec<_> = lead
        .take_changes()
        .into_iter()
        .filter_map(|it| it.event)
        .collect();
    assert_eq!(events.len(), 2, "{events:?}");
}

#[test]
fn steps_of_deals_come_to_the_same_in_any_order() {
    let (old, new) = (DealId::generate(), DealId::generate());
    let step = |deal, revision, stage: &str| DealStep {
        deal,
        stage: stage.to_owned(),
        open: stage != "won",
        revision,
        note: stage.to_owned(),
        at: noon(),
    };
    let steps = [
        step(old, 1, "need"),
        step(old, 2, "won"),
        step(new, 1, "need"),
        step(new, 2, "offer"),
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        let mut lead = lead("Nora Field");
        for index in order {
            lead.follow_deal(&steps[index]);
        }
        let deal = lead.deal.clone().unwrap();
        assert_eq!(
            (deal.id, deal.stage.as_str(), deal.open),
            (new, "offer", true),
            "{order:?}"
        );
        assert_eq!(lead.take_changes().len(), 4);
    }
}

#[test]
fn every_change_has_a_revision_of_its_own() {
    let mut lead = lead("Nora Field");
    let before = lead.revision;
    lead.update(
        &CardUpdate {
            talk: Some("x".to_owned()),
            ..CardUpdate::default()
        },
        None,
        noon(),
    );
    lead.update(
        &CardUpdate {
            talk: Some("x".to_owned()),
            ..CardUpdate::default()
        },
        None,
        noon(),
    );
    record(&mut lead.clone(), &told(Outcome::Negative)).unwrap();
    lead.assign(StaffId::generate(), "x", None, noon());
    assert_eq!(lead.loaded_revision(), before);
    let revisions: Vec<i64> = lead.take_changes().iter().map(|it| it.revision).collect();
    assert_eq!(revisions, [before + 1, before + 2]);
}
