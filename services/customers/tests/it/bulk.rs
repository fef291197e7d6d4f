//! Scans that merge by themselves what is beyond doubt.

use ids::MergeBatchId;
use proto::customers::v1::{self as pb, DuplicateState, PersonsMerged, PersonsSplit};
use rpc::Code;

use crate::{
    duplicates::{anna, decide, decision, list, progress, queue, twins, work},
    fixture::{Base, bases, refused, wrong},
    merges::{merge, request, split},
};

/// Lower than what the twins of these tests have.
const FROM: i64 = 900_000;

async fn scan(base: &Base, dry_run: bool, batch: &str) -> pb::DuplicateScan {
    let request = pb::ScanDuplicatesRequest {
        merge_from_ppm: FROM,
        dry_run,
        batch_id: batch.to_owned(),
    };
    base.client().scan_duplicates(request).await.unwrap();
    work(base).await;
    progress(base).await
}

async fn merges_of(base: &Base, batch: &str) -> Vec<pb::Merge> {
    let request = pb::ListMergesRequest {
        batch_id: batch.to_owned(),
        ..pb::ListMergesRequest::default()
    };
    let listed = base.client().list_merges(request).await;
    listed.unwrap().into_inner().merges
}

async fn split_batch(base: &Base, batch: &str) -> Result<i64, tonic::Status> {
    let request = pb::SplitBatchRequest {
        batch_id: batch.to_owned(),
    };
    let response = base.client().split_batch(request).await;
    response.map(|it| it.into_inner().split)
}

async fn pairs(base: &Base) -> [(String, String); 3] {
    [
        anna(base).await,
        twins(base, "Nagy Csaba", "Csaba Nagy", "+36301234567").await,
        twins(base, "Juris Kalniņš", "Kalnins Juris", "+37129123458").await,
    ]
}

#[tokio::test]
async fn a_dry_run_counts_what_the_scan_then_merges() {
    for base in bases().await {
        let pairs = pairs(&base).await;
        let dry = scan(&base, true, "").await;
        assert!(dry.dry_run && dry.batch_id.is_empty(), "{dry:?}");
        assert_eq!(
            (dry.merged, dry.merge_from_ppm),
            (3, FROM),
            "{}",
            base.label
        );
        assert_eq!(base.announced::<PersonsMerged>().await.len(), 0);
        assert_eq!(queue(&base).await.len(), 3, "{}", base.label);
        let batch = MergeBatchId::generate().to_string();
        let done = scan(&base, false, &batch).await;
        assert_eq!((done.merged, done.batch_id.as_str()), (3, batch.as_str()));
        assert_eq!(queue(&base).await, [], "{}", base.label);
        for pair in &pairs {
            let merged = base.card(&pair.1).await.merged.unwrap();
            assert_eq!(merged.member_ids, [pair.0.clone(), pair.1.clone()]);
        }
        let merges = merges_of(&base, &batch).await;
        assert_eq!(merges.len(), 3, "{}", base.label);
        assert!(
            merges
                .iter()
                .all(|it| it.batch_id == batch && !it.note.is_empty())
        );
        assert_eq!(scan(&base, false, "").await.merged, 0, "again");
    }
}

#[tokio::test]
async fn a_bulk_is_split_as_a_whole_and_its_pairs_wait_for_people() {
    for base in bases().await {
        let pairs = pairs(&base).await;
        let mut before = Vec::new();
        for pair in &pairs {
            before.push(base.card(&pair.0).await);
        }
        let batch = scan(&base, false, "").await.batch_id;
        assert_eq!(
            split_batch(&base, &batch).await.unwrap(),
            3,
            "{}",
            base.label
        );
        assert_eq!(split_batch(&base, &batch).await.unwrap(), 0, "twice");
        for (pair, before) in pairs.iter().zip(&before) {
            assert_eq!(base.card(&pair.0).await, *before, "{}", base.label);
        }
        assert_eq!(base.announced::<PersonsSplit>().await.len(), 3);
        assert_eq!(queue(&base).await.len(), 3, "{}", base.label);
        // No bulk merges again what was split; a person may.
        assert_eq!(scan(&base, false, "").await.merged, 0, "{}", base.label);
        let same = decision(&pairs[0], DuplicateState::Same);
        decide(&base, &same).await.unwrap();
        assert_eq!(queue(&base).await.len(), 2, "{}", base.label);
        let unknown = MergeBatchId::generate().to_string();
        let unknown = split_batch(&base, &unknown).await;
        refused(unknown, Code::NotFound, "BATCH_NOT_FOUND");
    }
}

#[tokio::test]
async fn what_people_decided_is_left_alone() {
    for base in bases().await {
        let [one, two, three] = pairs(&base).await;
        scan(&base, true, "").await;
        decide(&base, &decision(&one, DuplicateState::Different))
            .await
            .unwrap();
        decide(&base, &decision(&two, DuplicateState::Skipped))
            .await
            .unwrap();
        let by_hand = request(&three.0, &three.1);
        merge(&base, &by_hand).await.unwrap();
        split(&base, &by_hand.merge_id).await.unwrap();
        for dry_run in [true, false] {
            assert_eq!(scan(&base, dry_run, "").await.merged, 0, "{}", base.label);
        }
        assert_eq!(list(&base, DuplicateState::Different).await.len(), 1);
        assert_eq!(list(&base, DuplicateState::Skipped).await.len(), 1);
    }
}

#[tokio::test]
async fn three_records_of_one_person_become_one_by_two_merges() {
    for base in bases().await {
        let (first, second) = anna(&base).await;
        let (third, _) = twins(&base, "Anna Ozola", "Nagy Csaba", "+37129123456").await;
        let dry = scan(&base, true, "").await.merged;
        let done = scan(&base, false, "").await.merged;
        assert_eq!((dry, done), (2, 2), "{}", base.label);
        let merged = base.card(&first).await.merged.unwrap();
        assert_eq!(merged.member_ids, [first, second, third], "{}", base.label);
    }
}

#[tokio::test]
async fn a_bulk_needs_a_high_probability() {
    for base in bases().await {
        for (from, dry_run) in [(500_000, false), (1_000_001, false), (0, true)] {
            let request = pb::ScanDuplicatesRequest {
                merge_from_ppm: from,
                dry_run,
                batch_id: String::new(),
            };
            let refused = base.client().scan_duplicates(request).await;
            assert_eq!(wrong(refused), ["merge_from_ppm"], "{}", base.label);
        }
    }
}
