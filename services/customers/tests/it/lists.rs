//! Searches and pages.

use std::collections::HashMap;

use proto::customers::v1 as pb;

use crate::fixture::{bases, person};

fn tagged(full: &str, tags: &[&str]) -> pb::Person {
    pb::Person {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        ..person(full)
    }
}

#[tokio::test]
async fn a_tag_finds_its_persons_and_no_others() {
    for base in bases().await {
        for person in [
            tagged("A", &["Новосёл", "vip"]),
            tagged("B", &["100%", "x_y"]),
            tagged("C", &["100 plus", "xay", "b\"a"]),
            tagged("D", &["say \"hi\", ok", "back\\slash"]),
            tagged("E", &["VIP gold", ","]),
            tagged("F", &["a,b", "новосёл южный"]),
        ] {
            base.record(person).await;
        }
        for (tag, expected) in [
            ("Новосёл", vec!["A"]),
            ("новосёл", vec!["A"]),
            ("VIP", vec!["A"]),
            ("100%", vec!["B"]),
            ("%", vec![]),
            ("x_y", vec!["B"]),
            ("xay", vec!["C"]),
            ("a", vec![]),
            ("b\"a", vec!["C"]),
            ("\"", vec![]),
            ("say \"hi\", ok", vec!["D"]),
            ("hi", vec![]),
            ("back\\slash", vec!["D"]),
            (",", vec!["E"]),
            ("", vec!["A", "B", "C", "D", "E", "F"]),
        ] {
            let wanted = pb::ListPersonsRequest {
                tag: tag.to_owned(),
                ..pb::ListPersonsRequest::default()
            };
            assert_eq!(base.names(wanted).await, expected, "{} {tag}", base.label);
        }
    }
}

#[tokio::test]
async fn words_find_persons_by_anything_on_the_card() {
    for base in bases().await {
        let duna = base.record_organisation("Duna Kft.").await;
        base.record(pb::Person {
            emails: vec!["anna_o@example.org".to_owned()],
            phones: vec!["+37120000000".to_owned()],
            organisation_id: duna.organisation_id.clone(),
            category: "partner".to_owned(),
            ..tagged("Anna Ozola", &["выставка"])
        })
        .await;
        base.record(pb::Person {
            attributes: HashMap::from([("city".to_owned(), "Рига 100%".to_owned())]),
            ..person("Борис Озолс")
        })
        .await;
        for (search, expected) in [
            ("ozola", vec!["Anna Ozola"]),
            ("OZOLA anna", vec!["Anna Ozola"]),
            ("озолс", vec!["Борис Озолс"]),
            ("anna озолс", vec![]),
            ("anna_o@example.org", vec!["Anna Ozola"]),
            ("+371200", vec!["Anna Ozola"]),
            ("kft duna", vec!["Anna Ozola"]),
            ("ВЫСТАВКА", vec!["Anna Ozola"]),
            ("рига", vec!["Борис Озолс"]),
            ("100%", vec!["Борис Озолс"]),
            ("щ' or 1=1 --", vec![]),
        ] {
            let wanted = pb::ListPersonsRequest {
                search: search.to_owned(),
                ..pb::ListPersonsRequest::default()
            };
            assert_eq!(
                base.names(wanted).await,
                expected,
                "{} {search}",
                base.label
            );
        }
        let wanted = pb::ListPersonsRequest {
            category: "partner".to_owned(),
            organisation_id: duna.organisation_id,
            ..pb::ListPersonsRequest::default()
        };
        assert_eq!(base.names(wanted).await, ["Anna Ozola"]);
    }
}

#[tokio::test]
async fn pages_give_every_person_once_and_in_order() {
    for base in bases().await {
        for number in 0..7 {
            // Several bear the same name: then the id decides.
            base.record(person(&format!("Имя {}", number / 3))).await;
        }
        let mut wanted = pb::ListPersonsRequest {
            page_size: 2,
            search: "имя".to_owned(),
            ..pb::ListPersonsRequest::default()
        };
        let mut seen = Vec::new();
        for rows in [2, 2, 2, 1] {
            let page = base.persons(wanted.clone()).await;
            assert_eq!(
                (page.persons.len(), page.total),
                (rows, 7),
                "{}",
                base.label
            );
            let keys = page.persons.into_iter();
            seen.extend(keys.map(|it| (it.name.unwrap().full, it.person_id)));
            wanted.page_token = page.next_page_token;
        }
        assert_eq!(wanted.page_token, "", "{}", base.label);
        assert_eq!(seen.len(), 7);
        assert!(seen.is_sorted_by(|left, right| left < right), "{seen:?}");
    }
}

#[tokio::test]
async fn organisations_come_in_pages_too() {
    for base in bases().await {
        for name in ["Гамма", "Альфа", "Бета 100%"] {
            base.record_organisation(name).await;
        }
        let mut wanted = pb::ListOrganisationsRequest {
            page_size: 2,
            ..pb::ListOrganisationsRequest::default()
        };
        let mut seen = Vec::new();
        for rows in [2, 1] {
            let page = base.client().list_organisations(wanted.clone()).await;
            let page = page.unwrap().into_inner();
            assert_eq!((page.organisations.len(), page.total), (rows, 3));
            seen.extend(page.organisations.into_iter().map(|it| it.name));
            wanted.page_token = page.next_page_token;
        }
        assert_eq!(wanted.page_token, "");
        assert_eq!(seen, ["Альфа", "Бета 100%", "Гамма"], "{}", base.label);
        let search = pb::ListOrganisationsRequest {
            search: "БЕТА %".to_owned(),
            ..pb::ListOrganisationsRequest::default()
        };
        let found = base
            .client()
            .list_organisations(search)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(found.organisations.len(), 1, "{}", base.label);
    }
}
