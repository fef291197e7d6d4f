//! Merged persons on cards and in lists.

use ids::{DealId, LeadId};
use proto::customers::v1 as pb;

use crate::{
    deals::opened,
    fixture::{Base, bases, person},
    links::link,
    merges::{merge, request, split},
};

async fn record(base: &Base, name: &str, email: &str) -> String {
    let given = pb::Person {
        emails: vec![email.to_owned()],
        ..person(name)
    };
    base.record(given).await.person_id
}

/// Rows of a list: id, oldest record, how many records.
async fn rows(base: &Base, wanted: pb::ListPersonsRequest) -> Vec<(String, String, i32)> {
    let page = base.persons(wanted).await;
    assert_eq!(page.total, i64::try_from(page.persons.len()).unwrap());
    let rows = page.persons.into_iter();
    rows.map(|it| (it.person_id, it.canonical_id, it.member_count))
        .collect()
}

fn search(text: &str) -> pb::ListPersonsRequest {
    pb::ListPersonsRequest {
        search: text.to_owned(),
        ..pb::ListPersonsRequest::default()
    }
}

#[tokio::test]
async fn a_merged_person_is_one_row_found_by_what_any_record_says() {
    for base in bases().await {
        let a = record(&base, "Anna Ozola", "anna@a.org").await;
        let b = record(&base, "Zane Ozola", "zane@b.org").await;
        let c = record(&base, "Nagy Csaba", "csaba@c.org").await;
        let joined = request(&b, &a);
        merge(&base, &joined).await.unwrap();
        let one = (a.clone(), a.clone(), 2);
        let alone = (c.clone(), c.clone(), 1);
        assert_eq!(rows(&base, search("")).await, [one.clone(), alone.clone()]);
        for text in ["anna", "zane@b.org", "ozola"] {
            let found = rows(&base, search(text)).await;
            assert_eq!(found, std::slice::from_ref(&one), "{text}");
        }
        // Words are looked for on one record.
        assert_eq!(rows(&base, search("anna zane")).await, []);
        let members = pb::ListPersonsRequest {
            show_members: true,
            ..search("ozola")
        };
        let both = [one, (b.clone(), a.clone(), 2)];
        assert_eq!(rows(&base, members).await, both, "{}", base.label);
        split(&base, &joined.merge_id).await.unwrap();
        let apart = [(a.clone(), a, 1), alone, (b.clone(), b, 1)];
        assert_eq!(rows(&base, search("")).await, apart, "{}", base.label);
    }
}

#[tokio::test]
async fn pages_count_merged_persons_once() {
    for base in bases().await {
        let mut ids = Vec::new();
        for at in 0..9 {
            ids.push(record(&base, &format!("Anna {at}"), "x@y.org").await);
        }
        for pair in [[0, 3], [3, 6], [1, 4]] {
            let given = request(&ids[pair[0]], &ids[pair[1]]);
            merge(&base, &given).await.unwrap();
        }
        let mut wanted = pb::ListPersonsRequest {
            page_size: 2,
            ..search("anna")
        };
        let mut seen = Vec::new();
        for rows in [2, 2, 2] {
            let page = base.persons(wanted.clone()).await;
            assert_eq!(
                (page.persons.len(), page.total),
                (rows, 6),
                "{}",
                base.label
            );
            seen.extend(page.persons.into_iter().map(|it| it.person_id));
            wanted.page_token = page.next_page_token;
        }
        let expected = [0, 1, 2, 5, 7, 8].map(|at: usize| ids[at].clone());
        assert_eq!((seen, wanted.page_token.as_str()), (expected.to_vec(), ""));
    }
}

#[tokio::test]
async fn the_merged_card_has_deals_of_all_records() {
    for base in bases().await {
        let a = record(&base, "Anna Ozola", "anna@a.org").await;
        let b = record(&base, "A. Ozola", "anna@b.org").await;
        let lead = LeadId::generate().to_string();
        link(&base, &b, &lead).await.unwrap();
        let (first, second) = (DealId::generate(), DealId::generate());
        base.settle_twice(&[opened(first, &a, ""), opened(second, "", &lead)])
            .await;
        let before = base.card(&a).await;
        let joined = request(&a, &b);
        merge(&base, &joined).await.unwrap();
        let merged = base.card(&a).await.merged.unwrap();
        let deals: Vec<_> = merged
            .deals
            .iter()
            .map(|it| (it.person_id.clone(), it.deal.clone().unwrap().deal_id))
            .collect();
        let expected = [
            (b.clone(), second.to_string()),
            (a.clone(), first.to_string()),
        ];
        assert_eq!(deals, expected, "{}", base.label);
        split(&base, &joined.merge_id).await.unwrap();
        assert_eq!(base.card(&a).await, before, "{}", base.label);
        assert_eq!(before.merged.unwrap().deals.len(), 1);
    }
}
