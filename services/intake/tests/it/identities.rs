//! Who somebody is: explained, asked, linked and taken back.

use std::{collections::HashSet, time::Duration};

use futures::future::join_all;
use ids::{MergeId, PersonId};
use messaging::RawEvent;
use proto::{
    customers::v1::{DuplicateDecided, PersonRecorded, PersonsMerged, PersonsSplit},
    intake::v1::{self as pb, ReviewState, Verdict},
    types::v1::PersonName,
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use rpc::Code;

use crate::world::{World, record, refusal, submit, worlds};

const GMAIL: &str = r#"{"name":"Nora Field","email":"nora.field@gmail.com"}"#;
const MAIL: &str = r#"{"name":"Nora Field","email":"nora.field@mail.ru"}"#;
const BOTH: &str = r#"{"name":"Nora Field","email":"nora.field@gmail.com","email2":"nora.field@mail.ru","message":"nora.field@mail.ru"}"#;

async fn explain(world: &World, submission_id: &str) -> pb::ExplainSubmissionResponse {
    let request = pb::ExplainSubmissionRequest {
        submission_id: submission_id.to_owned(),
    };
    let answer = world.identities().explain_submission(request).await;
    answer.unwrap().into_inner()
}

async fn identity(world: &World, identity_id: &str) -> pb::IdentityView {
    let request = pb::GetIdentityRequest {
        identity_id: identity_id.to_owned(),
    };
    let answer = world.identities().get_identity(request).await.unwrap();
    answer.into_inner().identity.unwrap()
}

async fn of_lead(world: &World, lead_id: &str) -> pb::IdentityView {
    let card = world.lead(lead_id).await;
    identity(world, &card.identity_id).await
}

async fn reviews(world: &World, state: ReviewState) -> Vec<pb::Review> {
    let request = pb::ListReviewsRequest {
        state: state.into(),
        ..pb::ListReviewsRequest::default()
    };
    let answer = world.identities().list_reviews(request).await.unwrap();
    answer.into_inner().reviews
}

async fn decide(
    world: &World,
    review: &pb::Review,
    decision: ReviewState,
) -> Result<pb::DecideReviewResponse, tonic::Status> {
    let request = pb::DecideReviewRequest {
        review_id: review.review_id.clone(),
        decision: decision.into(),
        note: "asked by telephone".to_owned(),
    };
    let answer = world.identities().decide_review(request).await;
    answer.map(tonic::Response::into_inner)
}

async fn end(world: &World, link_id: &str) -> pb::EndLinkResponse {
    let request = pb::EndLinkRequest {
        link_id: link_id.to_owned(),
    };
    let answer = world.identities().end_link(request).await.unwrap();
    answer.into_inner()
}

async fn compare(world: &World, one: &str, other: &str) -> pb::CompareLeadsResponse {
    let request = pb::CompareLeadsRequest {
        lead_id: one.to_owned(),
        other_id: other.to_owned(),
    };
    let answer = world.identities().compare_leads(request).await.unwrap();
    answer.into_inner()
}

/// Two leads of whom it is not sure that they are one, and the question.
async fn unsure(world: &World, key: &str) -> (String, String, pb::Review) {
    let first = world.post(key, GMAIL, "").await;
    world.hands.advance(Duration::from_hours(24 * 20));
    let second = world.post(key, MAIL, "").await;
    assert_eq!(
        (first.verdict(), second.verdict()),
        (Verdict::Created, Verdict::Created),
        "{}",
        world.label
    );
    let mut asked = reviews(world, ReviewState::Open).await;
    assert_eq!(asked.len(), 1, "{}", world.label);
    (first.lead_id, second.lead_id, asked.remove(0))
}

#[tokio::test]
async fn another_script_and_another_contact_are_the_same_person_and_explained() {
    for world in worlds().await {
        let key = world.form().await;
        let first = world
            .post(
                &key,
                r#"{"name":"Щербаков Юрий","company":"ООО «Прогресс-Логистика»","phone":"+7 912 555-01-42"}"#,
                "",
            )
            .await;
        let second = world
            .post(
                &key,
                r#"{"name":"Jurijs Ščerbakovs","email":"y.scherbakov@progresslogistics.ru"}"#,
                "",
            )
            .await;
        assert_eq!(
            (second.verdict(), &second.lead_id),
            (Verdict::Attached, &first.lead_id),
            "{}",
            world.label
        );
        let told = explain(&world, &second.submission_id).await;
        let why = told.explanation.unwrap();
        let card = world.lead(&first.lead_id).await;
        assert!(told.reproduced);
        assert_eq!(told.anew.as_ref(), Some(&why));
        assert_eq!(
            (why.verdict.as_str(), told.identity_id),
            ("same", card.identity_id.clone())
        );
        assert_eq!(why.identity_ids, std::slice::from_ref(&card.identity_id));
        assert!(why.probability_ppm >= why.threshold_ppm);
        let score = &why.scores[0];
        let sum: i64 = score.contributions.iter().map(|it| it.millibits).sum();
        assert!((sum - score.millibits).abs() <= 10, "{score:?}");
        let spelled = |it: &pb::Contribution| it.feature == "organisation" && it.level == "spelled";
        assert!(score.contributions.iter().any(spelled), "{score:?}");
        let first = explain(&world, &first.submission_id).await;
        assert_eq!(first.explanation.unwrap().verdict, "new");
        let known = identity(&world, &card.identity_id).await;
        assert_eq!((known.records.len(), known.leads.len()), (2, 1));
    }
}

#[tokio::test]
async fn a_decided_pair_is_linked_and_can_be_taken_back() {
    for world in worlds().await {
        let key = world.form().await;
        let (one, other, review) = unsure(&world, &key).await;
        let request = pb::GetReviewRequest {
            review_id: review.review_id.clone(),
        };
        let shown = world.identities().get_review(request).await.unwrap();
        let shown = shown.into_inner();
        let effects = shown.effects.unwrap();
        assert_eq!((effects.leads, effects.persons, effects.records), (2, 0, 2));
        assert_eq!(shown.explanation.unwrap().verdict, "review");
        assert_eq!(
            (
                &shown.one.unwrap().leads[0].lead_id,
                &shown.other.unwrap().leads[0].lead_id
            ),
            (&other, &one)
        );

        let decided = decide(&world, &review, ReviewState::Same).await.unwrap();
        let again = decide(&world, &review, ReviewState::Same).await.unwrap();
        assert_eq!(decided.link_id, again.link_id, "{}", world.label);
        let other_word = decide(&world, &review, ReviewState::Different).await;
        let refused = refusal(other_word);
        assert_eq!(
            (refused.0, refused.1.reason.as_str()),
            (Code::FailedPrecondition, "REVIEW_DECIDED")
        );
        let whole = of_lead(&world, &one).await;
        assert_eq!(whole, of_lead(&world, &other).await);
        assert_eq!(
            (
                whole.member_ids.len(),
                whole.leads.len(),
                whole.records.len()
            ),
            (2, 2, 2)
        );
        assert_eq!(
            (whole.links[0].cause.as_str(), &whole.links[0].linked_by),
            ("reviewed", &world.boss.to_string())
        );
        assert!(compare(&world, &one, &other).await.same);
        // Whatever is nearer to one of them joins its card, and stays there when they are parted.
        let later = world
            .post(&key, r#"{"email":"nora.field@gmail.com"}"#, "")
            .await;
        assert_eq!(later.lead_id, one, "{}", world.label);

        let ended = end(&world, &decided.link_id).await;
        assert!(!ended.still_one);
        assert_eq!(end(&world, &decided.link_id).await.link, ended.link);
        let (apart, still) = (of_lead(&world, &one).await, of_lead(&world, &other).await);
        assert_eq!(
            (apart.leads.len(), still.leads.len()),
            (1, 1),
            "{}",
            world.label
        );
        assert_ne!(apart.identity_id, still.identity_id);
        let compared = compare(&world, &one, &other).await;
        assert!(compared.kept_apart && !compared.same && compared.links.is_empty());
        let before = world
            .post(
                &key,
                r#"{"email":"nora.field@gmail.com","message":"?"}"#,
                "",
            )
            .await;
        assert_eq!(before.lead_id, one, "{}", world.label);
    }
}

#[tokio::test]
async fn who_was_told_apart_stays_so_and_nobody_is_asked_again() {
    for world in worlds().await {
        let key = world.form().await;
        let (one, other, review) = unsure(&world, &key).await;
        let skipped = decide(&world, &review, ReviewState::Skipped).await.unwrap();
        assert_eq!(skipped.review.unwrap().state(), ReviewState::Skipped);
        assert_eq!(reviews(&world, ReviewState::Unspecified).await.len(), 1);
        decide(&world, &review, ReviewState::Different)
            .await
            .unwrap();
        assert!(reviews(&world, ReviewState::Unspecified).await.is_empty());
        let both = world.post(&key, BOTH, "").await;
        assert_eq!(both.verdict(), Verdict::Attached, "{}", world.label);
        assert_ne!(
            of_lead(&world, &one).await.identity_id,
            of_lead(&world, &other).await.identity_id,
            "{}",
            world.label
        );
        assert!(reviews(&world, ReviewState::Unspecified).await.is_empty());
        let kept = reviews(&world, ReviewState::Different).await;
        assert_eq!(kept[0].note, "asked by telephone");
        let card = world.lead(&both.lead_id).await;
        assert!(card.emails.len() == 2, "{card:?}");
    }
}

#[tokio::test]
async fn a_submission_that_shows_two_to_be_one_links_them_and_settles_the_question() {
    for world in worlds().await {
        let key = world.form().await;
        let (one, other, review) = unsure(&world, &key).await;
        let both = world.post(&key, BOTH, "").await;
        assert_eq!(both.verdict(), Verdict::Attached, "{}", world.label);
        let whole = of_lead(&world, &one).await;
        assert_eq!(whole, of_lead(&world, &other).await, "{}", world.label);
        let link = &whole.links[0];
        assert_eq!(
            (link.cause.as_str(), &link.submission_id),
            ("matched", &both.submission_id)
        );
        let settled = reviews(&world, ReviewState::Settled).await;
        assert_eq!(settled[0].review_id, review.review_id);
        let told = explain(&world, &both.submission_id).await;
        assert_eq!(told.links[0].link_id, link.link_id);
        assert!(told.reproduced);
        // The rules were wrong: what they linked is taken back, and they do not link it again.
        assert!(!end(&world, &link.link_id).await.still_one);
        let more = world
            .post(
                &key,
                &BOTH.replace("message\":\"", "message\":\"again "),
                "",
            )
            .await;
        assert_eq!(more.verdict(), Verdict::Attached);
        assert_ne!(
            of_lead(&world, &one).await.identity_id,
            of_lead(&world, &other).await.identity_id,
            "{}",
            world.label
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_who_share_no_contact_are_one_lead_too() {
    for world in worlds().await {
        let key = world.form().await;
        let names = [
            "Щербаков Юрий",
            "Jurijs Ščerbakovs",
            "Yuriy Shcherbakov",
            "Юрій Щербаков",
        ];
        let posts = (0..16).map(|index| {
            let body = format!(
                r#"{{"name":"{}","company":"Прогресс-Логистика","phone":"+7912555{:04}","message":"{index}"}}"#,
                names[index % 4],
                index * 37
            );
            let (world, key) = (&world, &key);
            async move { world.post(key, &body, &format!("k-{index}")).await }
        });
        let receipts = join_all(posts).await;
        let leads: HashSet<&str> = receipts.iter().map(|it| it.lead_id.as_str()).collect();
        assert_eq!(leads.len(), 1, "{}: {receipts:?}", world.label);
        let known = of_lead(&world, leads.into_iter().next().unwrap()).await;
        assert_eq!((known.member_ids.len(), known.records.len()), (1, 16));
    }
}

#[tokio::test]
async fn a_nameless_caller_on_a_common_line_goes_to_the_organisation() {
    for world in worlds().await {
        let key = world.form().await;
        for name in ["Nora Field", "Max Hill"] {
            let body = format!(r#"{{"name":"{name}","company":"Field Mills","phone":"67555142"}}"#);
            assert_eq!(
                world.post(&key, &body, "").await.verdict(),
                Verdict::Created
            );
        }
        let nameless = world
            .post(&key, r#"{"phone":"67555142","message":"call me"}"#, "")
            .await;
        assert_eq!(
            (nameless.verdict(), nameless.reason.as_str()),
            (Verdict::Interest, "SHARED_CONTACT"),
            "{}",
            world.label
        );
        let request = pb::ListInterestsRequest::default();
        let listed = world.staff().list_interests(request).await.unwrap();
        let interest = listed.into_inner().interests.remove(0);
        assert_eq!(interest.organisation, "Field Mills", "{}", world.label);
    }
}

fn person(world: &World, id: PersonId, name: &str, email: &str, leads: &[&str]) -> RawEvent {
    let message = PersonRecorded {
        person_id: id.to_string(),
        name: Some(PersonName {
            full: name.to_owned(),
            ..PersonName::default()
        }),
        emails: vec![email.to_owned()],
        lead_ids: leads.iter().map(|lead| (*lead).to_owned()).collect(),
        ..PersonRecorded::default()
    };
    world.event(&message, id, 1)
}

/// A merge in the client base and its end.
fn merge(world: &World, kept: PersonId, joined: PersonId) -> [RawEvent; 2] {
    let id = MergeId::generate();
    let merged = PersonsMerged {
        merge_id: id.to_string(),
        kept_id: kept.to_string(),
        joined_id: joined.to_string(),
        ..PersonsMerged::default()
    };
    let split = PersonsSplit {
        merge_id: id.to_string(),
        kept_id: kept.to_string(),
        joined_id: joined.to_string(),
        ..PersonsSplit::default()
    };
    [world.event(&merged, id, 1), world.event(&split, id, 2)]
}

#[tokio::test]
async fn merges_of_the_client_base_are_followed_in_any_order() {
    for world in worlds().await {
        let key = world.form().await;
        let nora = world.post(&key, GMAIL, "").await.lead_id;
        let max = world
            .post(&key, r#"{"name":"Max Hill","email":"max@hill.eu"}"#, "")
            .await
            .lead_id;
        let (one, other) = (PersonId::generate(), PersonId::generate());
        let [merged, split] = merge(&world, one, other);
        // Whom a merge is about may be told later than the merge.
        assert!(world.deliver(&merged).await.is_err(), "{}", world.label);
        world
            .deliver_twice(&[
                person(&world, one, "Nora Field", "nora.field@gmail.com", &[&nora]),
                person(&world, other, "Max Hill", "max@hill.eu", &[&max]),
            ])
            .await;
        let before = (of_lead(&world, &nora).await, of_lead(&world, &max).await);
        world.deliver_twice(&[merged]).await;
        let whole = of_lead(&world, &nora).await;
        assert_eq!(whole, of_lead(&world, &max).await, "{}", world.label);
        assert_eq!((whole.person_ids.len(), whole.leads.len()), (2, 2));
        world.deliver_twice(&[split]).await;
        let after = (of_lead(&world, &nora).await, of_lead(&world, &max).await);
        assert_eq!(after, before, "{}", world.label);

        let [merged, split] = merge(&world, one, other);
        world.deliver_twice(&[split, merged]).await;
        let after = (of_lead(&world, &nora).await, of_lead(&world, &max).await);
        assert_eq!(after, before, "{}", world.label);

        let apart = DuplicateDecided {
            one_id: one.to_string(),
            other_id: other.to_string(),
            decision: "different".to_owned(),
            ..DuplicateDecided::default()
        };
        world.deliver_twice(&[world.event(&apart, one, 3)]).await;
        assert!(
            compare(&world, &nora, &max).await.kept_apart,
            "{}",
            world.label
        );
    }
}

/// What is known of somebody, without ids that each world makes for itself.
async fn told(world: &World, lead_id: &str) -> (Vec<String>, Vec<String>, Vec<i32>) {
    let known = of_lead(world, lead_id).await;
    let mut records: Vec<String> = known.records.into_iter().map(|it| it.record).collect();
    let mut names: Vec<String> = known
        .leads
        .iter()
        .map(|lead| lead.name.clone().unwrap().full)
        .collect();
    records.sort();
    names.sort();
    let enquiries = known.leads.iter().map(|lead| lead.enquiries).collect();
    (records, names, enquiries)
}

/// Leads that are somebody in the client base too.
async fn clients(world: &World, key: &str) -> Vec<(String, PersonId)> {
    let mut clients = Vec::new();
    for name in ["Nora Field", "Max Hill", "Olga Stone", "Ivan Koval"] {
        let email = format!("{}@mill.lv", name.replace(' ', ".").to_lowercase());
        let body = format!(r#"{{"name":"{name}","email":"{email}"}}"#);
        let lead = world.post(key, &body, "").await.lead_id;
        let id = PersonId::generate();
        let recorded = person(world, id, name, &email, &[&lead]);
        world.deliver(&recorded).await.unwrap();
        clients.push((lead, id));
    }
    clients
}

/// After any merges, edits and enquiries in any order, once all merges are taken back, everything is
/// as in a world in which there were only the edits and enquiries.
#[tokio::test]
async fn what_was_merged_and_split_is_as_if_it_had_not_been() {
    for seed in 0..5 {
        for (merging, plain) in worlds().await.into_iter().zip(worlds().await) {
            let mut dice = StdRng::seed_from_u64(seed);
            let (key, same) = (merging.form().await, plain.form().await);
            let (all, others) = (clients(&merging, &key).await, clients(&plain, &same).await);
            let mut open = Vec::new();
            for number in 0..14 {
                let (one, other) = (dice.random_range(0..4), dice.random_range(0..4));
                match dice.random_range(0..4) {
                    0 if one != other => {
                        let [merged, split] = merge(&merging, all[one].1, all[other].1);
                        merging.deliver(&merged).await.unwrap();
                        open.push(split);
                    }
                    1 if !open.is_empty() => {
                        let split = open.swap_remove(dice.random_range(0..open.len()));
                        merging.deliver(&split).await.unwrap();
                    }
                    2 => {
                        for (world, clients) in [(&merging, &all), (&plain, &others)] {
                            let request = pb::UpdateLeadRequest {
                                lead_id: clients[one].0.clone(),
                                organisation: Some(format!("Mill {number}")),
                                ..pb::UpdateLeadRequest::default()
                            };
                            world.staff().update_lead(request).await.unwrap();
                        }
                    }
                    _ => {
                        let email = ["nora.field", "max.hill", "olga.stone", "ivan.koval"][one];
                        let body = format!(r#"{{"email":"{email}@mill.lv","message":"{number}"}}"#);
                        let joined = merging.post(&key, &body, "").await;
                        let alone = plain.post(&same, &body, "").await;
                        assert_eq!(joined.lead_id, all[one].0, "{seed} {}", merging.label);
                        assert_eq!(alone.lead_id, others[one].0, "{seed} {}", plain.label);
                    }
                }
            }
            for split in open {
                merging.deliver(&split).await.unwrap();
            }
            for ((lead, _), (other, _)) in all.iter().zip(&others) {
                let expected = told(&plain, other).await;
                assert_eq!(
                    told(&merging, lead).await,
                    expected,
                    "{seed} {}",
                    plain.label
                );
            }
        }
    }
}

#[tokio::test]
async fn a_person_of_the_client_base_is_matched_with_the_leads() {
    for world in worlds().await {
        let key = world.form().await;
        let lead = world.post(&key, GMAIL, "").await.lead_id;
        let id = PersonId::generate();
        let told = person(&world, id, "Nora Field", "nora.field@gmail.com", &[]);
        world.deliver_twice(&[told]).await;
        let known = of_lead(&world, &lead).await;
        assert_eq!(known.person_ids, [id.to_string()], "{}", world.label);
        assert_eq!(known.links[0].cause, "matched");
        let sources: HashSet<&str> = known.records.iter().map(|it| &it.source_id[..4]).collect();
        assert_eq!(sources, HashSet::from(["sub_", "pers"]));
    }
}

async fn move_to(
    world: &World,
    submission_id: &str,
    verdict: Verdict,
    lead_id: &str,
) -> pb::Receipt {
    let request = pb::DecideSubmissionRequest {
        submission_id: submission_id.to_owned(),
        verdict: verdict.into(),
        lead_id: lead_id.to_owned(),
        reason: String::new(),
    };
    let answer = world.staff().decide_submission(request).await.unwrap();
    answer.into_inner().receipt.unwrap()
}

#[tokio::test]
async fn an_enquiry_that_joined_the_wrong_card_is_taken_out_of_it() {
    for world in worlds().await {
        let key = world.form().await;
        let first = world
            .post(&key, r#"{"name":"Nora Field","phone":"26555142"}"#, "")
            .await;
        let body = r#"{"name":"N. Field","phone":"26555142","email":"nils@field.eu"}"#;
        let wrong = world.post(&key, body, "").await;
        assert_eq!(wrong.lead_id, first.lead_id, "{}", world.label);
        let moved = move_to(&world, &wrong.submission_id, Verdict::Created, "").await;
        assert_eq!(moved.verdict(), Verdict::Created);
        assert_ne!(moved.lead_id, first.lead_id);
        let again = move_to(&world, &wrong.submission_id, Verdict::Created, "").await;
        assert_eq!(again.lead_id, moved.lead_id, "{}", world.label);
        let card = world.card(&first.lead_id).await;
        let lead = card.lead.clone().unwrap();
        assert_eq!(
            (lead.enquiries, lead.emails.len(), lead.phones.len()),
            (1, 0, 1)
        );
        assert!(
            card.history.iter().any(|line| line.text.contains("moved")),
            "{card:?}"
        );
        assert!(
            compare(&world, &first.lead_id, &moved.lead_id)
                .await
                .kept_apart
        );
        let later = world.post(&key, r#"{"email":"nils@field.eu"}"#, "").await;
        assert_eq!(later.lead_id, moved.lead_id, "{}", world.label);
        // And into another card.
        let back = move_to(
            &world,
            &later.submission_id,
            Verdict::Attached,
            &first.lead_id,
        )
        .await;
        assert_eq!(back.lead_id, first.lead_id, "{}", world.label);
        let lead = world.lead(&first.lead_id).await;
        assert_eq!(
            (lead.enquiries, lead.emails.len()),
            (2, 1),
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn two_cards_of_one_person_come_to_one_person_of_the_client_base() {
    for world in worlds().await {
        let key = world.form().await;
        let (one, other, review) = unsure(&world, &key).await;
        decide(&world, &review, ReviewState::Same).await.unwrap();
        let mut persons = HashSet::new();
        for lead_id in [&one, &other] {
            let request = pb::RecordOutcomeRequest {
                lead_id: lead_id.clone(),
                outcome: pb::Outcome::Positive.into(),
                ..pb::RecordOutcomeRequest::default()
            };
            let answer = world.staff().record_outcome(request).await.unwrap();
            persons.insert(answer.into_inner().lead.unwrap().person_id);
        }
        assert_eq!(persons.len(), 1, "{}", world.label);
    }
}

#[tokio::test]
async fn a_file_holds_what_is_old() {
    for world in worlds().await {
        let mut partner = world.partner(ids::PartnerId::generate(), false);
        let mut old = record("r-1", "Nora Field", "nora@field.eu");
        let at = "2024-02-03T23:00:00Z"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap();
        old.occurred_at = Some(proto::convert::timestamp(at));
        let mut future = record("r-2", "Max Hill", "max@hill.eu");
        future.occurred_at = Some(proto::convert::timestamp(
            world.app.clock.now() + chrono::TimeDelta::days(9),
        ));
        let today = world.app.clock.now().timestamp() / 86_400;
        for (lead, day) in [(old, 19_756), (future, today)] {
            let answer = partner
                .submit_lead(submit(lead))
                .await
                .unwrap()
                .into_inner();
            let card = answer.receipt.unwrap().lead_id;
            let known = of_lead(&world, &card).await;
            assert!(
                known.records[0].record.starts_with(&day.to_string()),
                "{known:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    for world in worlds().await {
        let mut client = world.identities();
        let request = pb::GetIdentityRequest {
            identity_id: ids::IdentityId::generate().to_string(),
        };
        let unknown = client.get_identity(request).await;
        assert_eq!(refusal(unknown).1.reason, "IDENTITY_NOT_FOUND");
        let request = pb::EndLinkRequest {
            link_id: ids::LinkId::generate().to_string(),
        };
        let unknown = client.end_link(request).await;
        assert_eq!(refusal(unknown).1.reason, "LINK_NOT_FOUND");
        let request = pb::DecideReviewRequest {
            review_id: ids::ReviewId::generate().to_string(),
            decision: ReviewState::Open.into(),
            note: String::new(),
        };
        let invalid = client.decide_review(request).await;
        assert_eq!(refusal(invalid).0, Code::InvalidArgument, "{}", world.label);
    }
}
