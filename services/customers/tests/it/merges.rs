//! Merging persons and taking merges back.

use ids::{LeadId, MergeId, PersonId};
use proto::customers::v1::{self as pb, PersonRecorded, PersonsMerged, PersonsSplit};
use rpc::Code;
use tonic::Status;

use crate::{
    fixture::{Base, bases, person, refused, staff, wrong},
    links::link,
};

pub(crate) fn new_merge() -> String {
    MergeId::generate().to_string()
}

pub(crate) fn request(kept: &str, joined: &str) -> pb::MergePersonsRequest {
    pb::MergePersonsRequest {
        kept_id: kept.to_owned(),
        joined_id: joined.to_owned(),
        merge_id: new_merge(),
        note: "same passport".to_owned(),
        override_split: false,
    }
}

pub(crate) async fn merge(
    base: &Base,
    request: &pb::MergePersonsRequest,
) -> Result<pb::MergePersonsResponse, Status> {
    let response = base.client().merge_persons(request.clone()).await;
    response.map(tonic::Response::into_inner)
}

pub(crate) async fn split(base: &Base, merge: &str) -> Result<pb::Merge, Status> {
    let request = pb::SplitPersonsRequest {
        merge_id: merge.to_owned(),
    };
    let response = base.client().split_persons(request).await;
    response.map(|it| it.into_inner().merge.unwrap())
}

async fn members(base: &Base, person: &str) -> Vec<String> {
    base.card(person).await.merged.unwrap().member_ids
}

async fn three(base: &Base) -> [String; 3] {
    let mut ids = Vec::new();
    for name in ["Anna Ozola", "A. Ozola", "Anna Ozola"] {
        let given = pb::Person {
            emails: vec![
                "anna@example.org".to_owned(),
                format!("{}@x.org", ids.len()),
            ],
            tags: vec!["vip".to_owned()],
            ..person(name)
        };
        ids.push(base.record(given).await.person_id);
    }
    ids.try_into().unwrap()
}

#[tokio::test]
async fn merged_records_stay_and_are_seen_as_one() {
    for base in bases().await {
        let [a, b, c] = three(&base).await;
        let lead = LeadId::generate().to_string();
        link(&base, &b, &lead).await.unwrap();
        let before = base.card(&a).await;
        let merged = merge(&base, &request(&b, &a)).await.unwrap();
        assert_eq!(merged.canonical_id, a, "{}: the oldest", base.label);
        assert_eq!(merged.member_ids, [a.clone(), b.clone()]);
        merge(&base, &request(&b, &c)).await.unwrap();
        let view = base.card(&a).await.merged.unwrap();
        assert_eq!(view.canonical_id, a);
        assert_eq!(view.member_ids, [a.clone(), b.clone(), c.clone()]);
        let names: Vec<_> = view.names.iter().map(|it| it.value.as_str()).collect();
        assert_eq!(names, ["Anna Ozola", "A. Ozola"]);
        assert_eq!(view.names[0].person_ids, [a.clone(), c.clone()]);
        assert_eq!((view.emails.len(), view.tags.len()), (4, 1));
        assert_eq!(view.emails[0].person_ids.len(), 3);
        let leads: Vec<_> = view
            .leads
            .iter()
            .map(|it| (&it.person_id, &it.lead_id))
            .collect();
        assert_eq!(leads, [(&b, &lead)]);
        for id in [&b, &c] {
            assert_eq!(base.card(id).await.merged.unwrap(), view, "{}", base.label);
        }
        let after = base.card(&a).await;
        let own = |card: &pb::GetPersonResponse| (card.person.clone(), card.leads.clone());
        assert_eq!(own(&after), own(&before), "{}", base.label);
    }
}

#[tokio::test]
async fn a_split_ends_its_own_merge_alone() {
    for base in bases().await {
        let [a, b, c] = three(&base).await;
        let cards = [
            base.card(&a).await,
            base.card(&b).await,
            base.card(&c).await,
        ];
        let first = request(&a, &b);
        let second = request(&b, &c);
        merge(&base, &first).await.unwrap();
        merge(&base, &second).await.unwrap();
        let taken_back = split(&base, &first.merge_id).await.unwrap();
        assert_eq!(taken_back.split_by, staff().to_string());
        assert!(taken_back.split_at.is_some());
        let again = split(&base, &first.merge_id).await.unwrap();
        assert_eq!(again, taken_back, "{}: twice", base.label);
        assert_eq!(base.card(&a).await, cards[0], "{}", base.label);
        assert_eq!(members(&base, &c).await, [b.clone(), c.clone()]);
        split(&base, &second.merge_id).await.unwrap();
        assert_eq!(base.card(&b).await, cards[1], "{}", base.label);
        assert_eq!(base.card(&c).await, cards[2], "{}", base.label);
        let unknown = split(&base, &new_merge()).await;
        refused(unknown, Code::NotFound, "MERGE_NOT_FOUND");
    }
}

#[tokio::test]
async fn the_same_merge_twice_is_one() {
    for base in bases().await {
        let [a, b, c] = three(&base).await;
        let given = request(&a, &b);
        let merged = merge(&base, &given).await.unwrap();
        assert_eq!(
            merge(&base, &given).await.unwrap(),
            merged,
            "{}",
            base.label
        );
        let other = pb::MergePersonsRequest {
            joined_id: c,
            ..given.clone()
        };
        let taken = merge(&base, &other).await;
        refused(taken, Code::AlreadyExists, "MERGE_ID_TAKEN");
        split(&base, &given.merge_id).await.unwrap();
        let late = merge(&base, &given).await.unwrap();
        assert!(late.merge.unwrap().split_at.is_some(), "a late repeat");
        assert_eq!(members(&base, &a).await, [a], "{}", base.label);
        assert_eq!(base.announced::<PersonsMerged>().await.len(), 1);
    }
}

#[tokio::test]
async fn what_cannot_be_merged_is_refused_with_its_reason() {
    for base in bases().await {
        let [a, b, c] = three(&base).await;
        let nobody = PersonId::generate().to_string();
        for (kept, joined) in [(&a, &nobody), (&nobody, &a)] {
            let unknown = merge(&base, &request(kept, joined)).await;
            refused(unknown, Code::NotFound, "PERSON_NOT_FOUND");
        }
        let itself = merge(&base, &request(&a, &a)).await;
        refused(itself, Code::FailedPrecondition, "PERSONS_ARE_ONE");
        let fields = wrong(merge(&base, &pb::MergePersonsRequest::default()).await);
        assert_eq!(fields, ["kept_id", "joined_id", "merge_id"]);
        assert_eq!(wrong(split(&base, &a).await), ["merge_id"]);

        let first = request(&a, &b);
        merge(&base, &first).await.unwrap();
        merge(&base, &request(&c, &b)).await.unwrap();
        let one = merge(&base, &request(&c, &a)).await;
        refused(one, Code::FailedPrecondition, "PERSONS_ARE_ONE");
        split(&base, &first.merge_id).await.unwrap();
        let apart = merge(&base, &request(&a, &c)).await;
        let apart = refused(apart, Code::FailedPrecondition, "PERSONS_KEPT_APART");
        assert_eq!(apart.metadata["one_id"], a);
        assert_eq!(apart.metadata["other_id"], b);
        let willed = pb::MergePersonsRequest {
            override_split: true,
            ..request(&a, &c)
        };
        assert_eq!(merge(&base, &willed).await.unwrap().member_ids, [a, b, c]);
    }
}

#[tokio::test]
async fn merges_and_splits_are_announced_in_order_and_persons_are_not() {
    for base in bases().await {
        let [a, b, c] = three(&base).await;
        let first = request(&a, &b);
        let second = request(&b, &c);
        merge(&base, &first).await.unwrap();
        merge(&base, &second).await.unwrap();
        split(&base, &first.merge_id).await.unwrap();
        let merged = base.announced::<PersonsMerged>().await;
        let (revisions, merged): (Vec<_>, Vec<_>) = merged.into_iter().unzip();
        assert_eq!(revisions, [1, 2], "{}", base.label);
        assert_eq!(merged[1].merge_id, second.merge_id);
        assert_eq!(merged[1].canonical_id, a);
        assert_eq!(merged[1].member_ids, [a.clone(), b.clone(), c.clone()]);
        let (revision, told) = base.announced::<PersonsSplit>().await.remove(0);
        assert_eq!((revision, &told.merge_id), (3, &first.merge_id));
        assert_eq!((told.kept_id, told.joined_id), (a.clone(), b.clone()));
        assert_eq!(told.kept_member_ids, [a]);
        assert_eq!(told.joined_member_ids, [b, c]);
        assert_eq!(base.announced::<PersonRecorded>().await.len(), 3);
    }
}

#[tokio::test]
async fn of_merges_at_once_that_make_one_person_as_many_hold_as_are_needed() {
    for base in bases().await {
        for _ in 0..10 {
            let [a, b, c] = three(&base).await;
            let pairs = [
                request(&a, &b),
                request(&b, &a),
                request(&b, &c),
                request(&a, &c),
            ];
            let [one, two, three, four] = &pairs;
            let done = tokio::join!(
                merge(&base, one),
                merge(&base, two),
                merge(&base, three),
                merge(&base, four)
            );
            let (held, rest): (Vec<_>, Vec<_>) = [done.0, done.1, done.2, done.3]
                .into_iter()
                .partition(Result::is_ok);
            assert_eq!(held.len(), 2, "{}", base.label);
            for one in rest {
                refused(one, Code::FailedPrecondition, "PERSONS_ARE_ONE");
            }
            assert_eq!(members(&base, &c).await, [a, b, c], "{}", base.label);
        }
    }
}

#[tokio::test]
async fn the_same_merge_or_split_at_once_is_one() {
    for base in bases().await {
        for _ in 0..10 {
            let [a, b, _] = three(&base).await;
            let given = request(&a, &b);
            let (left, right) = tokio::join!(merge(&base, &given), merge(&base, &given));
            assert_eq!(left.unwrap(), right.unwrap(), "{}", base.label);
            let (left, right) =
                tokio::join!(split(&base, &given.merge_id), split(&base, &given.merge_id));
            assert_eq!(left.unwrap(), right.unwrap(), "{}", base.label);
        }
        assert_eq!(base.announced::<PersonsMerged>().await.len(), 10);
        assert_eq!(base.announced::<PersonsSplit>().await.len(), 10);
    }
}

#[tokio::test]
async fn merges_are_listed_in_pages_newest_first_of_all_and_of_one() {
    for base in bases().await {
        let [a, b, c] = three(&base).await;
        let mut made = Vec::new();
        for round in 0..5 {
            let given = pb::MergePersonsRequest {
                override_split: true,
                ..request(&a, if round % 2 == 0 { &b } else { &c })
            };
            merge(&base, &given).await.unwrap();
            split(&base, &given.merge_id).await.unwrap();
            made.insert(0, given.merge_id);
        }
        let mut wanted = pb::ListMergesRequest {
            page_size: 2,
            ..pb::ListMergesRequest::default()
        };
        let mut seen = Vec::new();
        for rows in [2, 2, 1] {
            let page = base.client().list_merges(wanted.clone()).await;
            let page = page.unwrap().into_inner();
            assert_eq!(page.merges.len(), rows, "{}", base.label);
            seen.extend(page.merges.into_iter().map(|it| it.merge_id));
            wanted.page_token = page.next_page_token;
        }
        assert_eq!((seen, wanted.page_token.as_str()), (made.clone(), ""));
        let of_one = pb::ListMergesRequest {
            person_id: c,
            ..pb::ListMergesRequest::default()
        };
        let page = base
            .client()
            .list_merges(of_one)
            .await
            .unwrap()
            .into_inner();
        let ids: Vec<_> = page.merges.iter().map(|it| &it.merge_id).collect();
        assert_eq!(ids, [&made[1], &made[3]], "{}", base.label);
        assert_eq!(page.merges[0].note, "same passport");
    }
}
