//! The scan for duplicates and the queue in which they wait for a decision.

use std::time::Duration;

use ids::PersonId;
use proto::customers::v1::{
    self as pb, DuplicateDecided, DuplicateScanState, DuplicateState, PersonsMerged,
};
use rpc::Code;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::{
    fixture::{Base, bases, person, refused, staff, wrong},
    merges::{merge, new_merge, request, split},
};

async fn ask(base: &Base) -> pb::DuplicateScan {
    let mut client = base.client();
    let asked = client
        .scan_duplicates(pb::ScanDuplicatesRequest::default())
        .await;
    asked.unwrap().into_inner().scan.unwrap()
}

pub(crate) async fn progress(base: &Base) -> pb::DuplicateScan {
    let mut client = base.client();
    let asked = client.get_duplicate_scan(pb::GetDuplicateScanRequest {});
    asked.await.unwrap().into_inner().scan.unwrap()
}

pub(crate) async fn work(base: &Base) {
    let shutdown = CancellationToken::new();
    customers::scan::work(&base.app, &shutdown).await.unwrap();
}

pub(crate) async fn scan(base: &Base) -> pb::DuplicateScan {
    ask(base).await;
    work(base).await;
    progress(base).await
}

pub(crate) async fn list(base: &Base, state: DuplicateState) -> Vec<pb::Duplicate> {
    let request = pb::ListDuplicatesRequest {
        state: state.into(),
        ..pb::ListDuplicatesRequest::default()
    };
    let listed = base.client().list_duplicates(request).await;
    listed.unwrap().into_inner().duplicates
}

pub(crate) async fn queue(base: &Base) -> Vec<(String, String)> {
    let queue = list(base, DuplicateState::Unspecified).await;
    queue
        .into_iter()
        .map(|it| (it.one_id, it.other_id))
        .collect()
}

pub(crate) fn decision(
    pair: &(String, String),
    decision: DuplicateState,
) -> pb::DecideDuplicateRequest {
    let merge_id = match decision {
        DuplicateState::Same => new_merge(),
        _ => String::new(),
    };
    pb::DecideDuplicateRequest {
        one_id: pair.0.clone(),
        other_id: pair.1.clone(),
        decision: decision.into(),
        merge_id,
        note: String::new(),
    }
}

pub(crate) async fn decide(
    base: &Base,
    request: &pb::DecideDuplicateRequest,
) -> Result<pb::Duplicate, Status> {
    let decided = base.client().decide_duplicate(request.clone()).await;
    decided.map(|it| it.into_inner().duplicate.unwrap())
}

/// Two cards of one person, the second one spelled another way.
pub(crate) async fn twins(base: &Base, one: &str, other: &str, phone: &str) -> (String, String) {
    let given = |name: &str| pb::Person {
        phones: vec![phone.to_owned()],
        ..person(name)
    };
    let one = base.record(given(one)).await.person_id;
    (one, base.record(given(other)).await.person_id)
}

pub(crate) async fn anna(base: &Base) -> (String, String) {
    twins(base, "Anna Ozola", "Озола Анна", "+37129123456").await
}

async fn three_pairs(base: &Base) -> [(String, String); 3] {
    let pairs = [
        anna(base).await,
        twins(base, "Юрий Щербаков", "Jurijs Ščerbakovs", "+37129123457").await,
        twins(base, "Nagy Csaba", "Csaba Nagy", "+36301234567").await,
    ];
    assert_eq!(scan(base).await.found, 3, "{}", base.label);
    pairs
}

#[tokio::test]
async fn a_scan_finds_likely_pairs_with_their_evidence_and_merges_nothing() {
    for base in bases().await {
        assert_eq!(progress(&base).await.state(), DuplicateScanState::Never);
        let pair = anna(&base).await;
        base.record(person("Nagy Csaba")).await;
        let asked = ask(&base).await;
        assert_eq!(asked.state(), DuplicateScanState::Running);
        assert_eq!(asked.started_by, staff().to_string());
        assert_eq!(ask(&base).await, asked, "{}: it runs", base.label);
        work(&base).await;
        let done = progress(&base).await;
        assert_eq!(done.state(), DuplicateScanState::Done, "{}", base.label);
        assert_eq!((done.scanned, done.total, done.found), (3, 3, 1));
        let found = list(&base, DuplicateState::Unspecified).await.remove(0);
        assert_eq!((found.one_id.clone(), found.other_id.clone()), pair);
        assert_eq!(found.state(), DuplicateState::Open);
        assert!(found.probability_ppm > 750_000, "{found:?}");
        let names = [found.one.unwrap(), found.other.unwrap()].map(|it| it.name.unwrap().full);
        assert_eq!(names, ["Anna Ozola", "Озола Анна"]);
        assert!(
            found.evidence.iter().any(|it| it.millibits > 0),
            "{:?}",
            found.evidence
        );
        assert_eq!(
            base.card(&pair.0).await.merged.unwrap().member_ids,
            [pair.0]
        );
    }
}

#[tokio::test]
async fn what_was_decided_is_not_asked_again() {
    for base in bases().await {
        let [same, different, skipped] = three_pairs(&base).await;
        let joined = decision(&same, DuplicateState::Same);
        let decided = decide(&base, &joined).await.unwrap();
        assert_eq!(decided.state(), DuplicateState::Same);
        assert_eq!(decided.decided_by, staff().to_string());
        assert_eq!(decide(&base, &joined).await.unwrap(), decided, "twice");
        let merged = base.card(&same.1).await.merged.unwrap();
        assert_eq!(merged.member_ids, [same.0.clone(), same.1.clone()]);
        let apart = decision(&different, DuplicateState::Different);
        let decided = decide(&base, &apart).await.unwrap();
        assert_eq!(decide(&base, &apart).await.unwrap(), decided, "twice");
        let put_off = decision(&skipped, DuplicateState::Skipped);
        decide(&base, &put_off).await.unwrap();
        assert_eq!(scan(&base).await.found, 0, "{}", base.label);
        assert_eq!(queue(&base).await, [skipped], "{}", base.label);
        assert_eq!(list(&base, DuplicateState::Same).await.len(), 1);
        let told = list(&base, DuplicateState::Different).await.remove(0);
        assert_eq!((told.one_id, told.other_id), different);
        assert_eq!(base.announced::<PersonsMerged>().await.len(), 1);
        let told = base.announced::<DuplicateDecided>().await;
        let told = told.iter().map(|(_, it)| it.decision.as_str());
        assert_eq!(told.collect::<Vec<_>>(), ["same", "different", "skipped"]);
    }
}

#[tokio::test]
async fn who_was_found_different_is_merged_only_on_a_word() {
    for base in bases().await {
        let pair = anna(&base).await;
        scan(&base).await;
        decide(&base, &decision(&pair, DuplicateState::Different))
            .await
            .unwrap();
        let apart = merge(&base, &request(&pair.1, &pair.0)).await;
        let apart = refused(apart, Code::FailedPrecondition, "PERSONS_KEPT_APART");
        assert_eq!(apart.metadata["one_id"], pair.0);
        let willed = pb::MergePersonsRequest {
            override_split: true,
            ..request(&pair.1, &pair.0)
        };
        merge(&base, &willed).await.unwrap();
        for state in [DuplicateState::Different, DuplicateState::Skipped] {
            let one = decide(&base, &decision(&pair, state)).await;
            refused(one, Code::FailedPrecondition, "PERSONS_ARE_ONE");
        }
    }
}

#[tokio::test]
async fn pairs_that_were_merged_or_split_by_hand_are_not_found() {
    for base in bases().await {
        let one = anna(&base).await;
        let two = twins(&base, "Nagy Csaba", "Csaba Nagy", "+36301234567").await;
        let (held, ended) = (request(&one.0, &one.1), request(&two.0, &two.1));
        merge(&base, &held).await.unwrap();
        merge(&base, &ended).await.unwrap();
        split(&base, &ended.merge_id).await.unwrap();
        assert_eq!(scan(&base).await.found, 0, "{}", base.label);
    }
}

#[tokio::test]
async fn a_skipped_pair_comes_back_at_the_end_of_the_pages() {
    for base in bases().await {
        let pairs = three_pairs(&base).await;
        let first = queue(&base).await.remove(0);
        assert!(pairs.contains(&first));
        decide(&base, &decision(&first, DuplicateState::Skipped))
            .await
            .unwrap();
        let expected = queue(&base).await;
        assert_eq!(expected[2], first, "{}", base.label);
        let open = list(&base, DuplicateState::Open).await;
        assert!(open.is_sorted_by_key(|it| -it.probability_ppm));
        let mut wanted = pb::ListDuplicatesRequest {
            page_size: 2,
            ..pb::ListDuplicatesRequest::default()
        };
        let mut seen = Vec::new();
        for rows in [2, 1] {
            let page = base.client().list_duplicates(wanted.clone()).await;
            let page = page.unwrap().into_inner();
            assert_eq!(page.duplicates.len(), rows, "{}", base.label);
            seen.extend(
                page.duplicates
                    .into_iter()
                    .map(|it| (it.one_id, it.other_id)),
            );
            wanted.page_token = page.next_page_token;
        }
        assert_eq!((seen, wanted.page_token.as_str()), (expected, ""));
    }
}

#[tokio::test]
async fn a_scan_whose_process_ended_begins_anew_in_another() {
    for base in bases().await {
        anna(&base).await;
        ask(&base).await;
        let stopped = CancellationToken::new();
        stopped.cancel();
        customers::scan::work(&base.app, &stopped).await.unwrap();
        work(&base).await;
        let state = progress(&base).await.state();
        assert_eq!(
            state,
            DuplicateScanState::Running,
            "{}: may be alive",
            base.label
        );
        base.hands.advance(Duration::from_secs(31));
        work(&base).await;
        let done = progress(&base).await;
        assert_eq!(done.state(), DuplicateScanState::Done, "{}", base.label);
        assert_eq!((done.scanned, done.found), (2, 1), "{}", base.label);
    }
}

#[tokio::test]
async fn of_two_at_once_one_scans_and_one_merges() {
    for base in bases().await {
        let pair = anna(&base).await;
        let (left, right) = tokio::join!(ask(&base), ask(&base));
        assert_eq!(left, right, "{}", base.label);
        tokio::join!(work(&base), work(&base));
        assert_eq!(progress(&base).await.found, 1, "{}", base.label);
        let (one, two) = (
            decision(&pair, DuplicateState::Same),
            decision(&pair, DuplicateState::Same),
        );
        let (left, right) = tokio::join!(decide(&base, &one), decide(&base, &two));
        assert_eq!(left.unwrap(), right.unwrap(), "{}", base.label);
        assert_eq!(base.announced::<PersonsMerged>().await.len(), 1);
    }
}

#[tokio::test]
async fn unknown_pairs_and_wrong_fields_are_refused() {
    for base in bases().await {
        let nobody = || PersonId::generate().to_string();
        for state in [DuplicateState::Same, DuplicateState::Different] {
            let unknown = decide(&base, &decision(&(nobody(), nobody()), state)).await;
            refused(unknown, Code::NotFound, "DUPLICATE_NOT_FOUND");
        }
        let empty = pb::DecideDuplicateRequest::default();
        let fields = wrong(decide(&base, &empty).await);
        assert_eq!(fields, ["one_id", "other_id", "decision"]);
        let same = pb::DecideDuplicateRequest {
            merge_id: String::new(),
            ..decision(&(nobody(), nobody()), DuplicateState::Same)
        };
        assert_eq!(wrong(decide(&base, &same).await), ["merge_id"]);
    }
}
