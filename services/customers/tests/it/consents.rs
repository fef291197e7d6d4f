//! What persons said of being written to or called, alone and merged.

use ids::{ConsentId, PersonId};
use proto::{
    convert::timestamp,
    customers::v1::{self as pb, ConsentRecorded, ConsentState},
};
use rpc::Code;
use tonic::Status;

use crate::{
    fixture::{Base, bases, person, refused, staff, wrong},
    merges::{merge, request, split},
};

fn said(purpose: &str, state: ConsentState) -> pb::Consent {
    pb::Consent {
        consent_id: ConsentId::generate().to_string(),
        channel: "email".to_owned(),
        purpose: purpose.to_owned(),
        state: state.into(),
        source: "call".to_owned(),
        proof: "recording 17".to_owned(),
        ..pb::Consent::default()
    }
}

async fn record(base: &Base, person: &str, consent: &pb::Consent) -> Result<pb::Consent, Status> {
    let request = pb::RecordConsentRequest {
        person_id: person.to_owned(),
        consent: Some(consent.clone()),
    };
    let recorded = base.client().record_consent(request).await;
    recorded.map(|it| it.into_inner().consent.unwrap())
}

async fn all(base: &Base, person: &str) -> Vec<pb::Consent> {
    let mut request = pb::ListConsentsRequest {
        person_id: person.to_owned(),
        page_size: 2,
        ..pb::ListConsentsRequest::default()
    };
    let mut all = Vec::new();
    loop {
        let page = base.client().list_consents(request.clone()).await;
        let page = page.unwrap().into_inner();
        all.extend(page.consents);
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

/// Purpose, state and who says so, as it counts for the merged person.
async fn counts(base: &Base, person: &str) -> Vec<(String, ConsentState, Vec<String>)> {
    let merged = base.card(person).await.merged.unwrap();
    let consents = merged.consents.into_iter();
    consents
        .map(|it| (it.purpose.clone(), it.state(), it.person_ids))
        .collect()
}

#[tokio::test]
async fn a_statement_stands_until_a_later_one_and_none_is_lost() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let given = said("", ConsentState::Given);
        let recorded = record(&base, &anna, &given).await.unwrap();
        assert_eq!(recorded.recorded_by, staff().to_string());
        assert_eq!(recorded.stated_at, recorded.recorded_at);
        assert_eq!(
            record(&base, &anna, &given).await.unwrap(),
            recorded,
            "twice"
        );
        let no = said("", ConsentState::Refused);
        record(&base, &anna, &no).await.unwrap();
        // Told late: it was said before the refusal.
        let early = pb::Consent {
            stated_at: Some(timestamp("2026-11-01T10:00:00Z".parse().unwrap())),
            ..said("", ConsentState::Given)
        };
        record(&base, &anna, &early).await.unwrap();
        let standing = base.card(&anna).await.consents;
        let ids: Vec<_> = standing.iter().map(|it| &it.consent_id).collect();
        assert_eq!(ids, [&no.consent_id], "{}", base.label);
        let ids: Vec<_> = all(&base, &anna)
            .await
            .into_iter()
            .map(|it| it.consent_id)
            .collect();
        let made = [early.consent_id, no.consent_id, given.consent_id];
        assert_eq!(ids, made, "{}", base.label);
        let told = base.announced::<ConsentRecorded>().await;
        let told: Vec<_> = told
            .iter()
            .map(|(at, it)| (*at, it.state.as_str()))
            .collect();
        assert_eq!(told, [(2, "given"), (3, "refused"), (4, "given")]);
    }
}

#[tokio::test]
async fn the_stricter_side_counts_while_merged_and_each_its_own_after() {
    for base in bases().await {
        let mut ids = Vec::new();
        for name in ["Anna Ozola", "A. Ozola", "Ozola"] {
            ids.push(base.record(person(name)).await.person_id);
        }
        let [a, b, c]: [String; 3] = ids.try_into().unwrap();
        record(&base, &a, &said("", ConsentState::Given))
            .await
            .unwrap();
        record(&base, &a, &said("mailing", ConsentState::Given))
            .await
            .unwrap();
        record(&base, &b, &said("", ConsentState::Refused))
            .await
            .unwrap();
        let before = [base.card(&a).await, base.card(&b).await];
        let first = request(&a, &b);
        merge(&base, &first).await.unwrap();
        let second = request(&c, &b);
        merge(&base, &second).await.unwrap();
        let mailing = ("mailing".to_owned(), ConsentState::Given, vec![a.clone()]);
        for id in [&a, &b, &c] {
            let refusal = (String::new(), ConsentState::Refused, vec![b.clone()]);
            assert_eq!(
                counts(&base, id).await,
                [refusal, mailing.clone()],
                "{}",
                base.label
            );
        }
        // Each record says what it said.
        assert_eq!(base.card(&a).await.consents, before[0].consents);
        for merge in [&first, &second] {
            split(&base, &merge.merge_id).await.unwrap();
        }
        assert_eq!(
            [base.card(&a).await, base.card(&b).await],
            before,
            "{}",
            base.label
        );
        assert_eq!(counts(&base, &c).await, [], "{}", base.label);
    }
}

#[tokio::test]
async fn wrong_statements_are_refused() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let empty = record(&base, &anna, &pb::Consent::default()).await;
        let fields = ["consent.channel", "consent.state", "consent.source"];
        assert_eq!(wrong(empty), fields, "{}", base.label);
        let odd = pb::Consent {
            purpose: "spam".to_owned(),
            stated_at: Some(timestamp("2031-01-01T00:00:00Z".parse().unwrap())),
            ..said("", ConsentState::Given)
        };
        let odd = record(&base, &anna, &odd).await;
        assert_eq!(wrong(odd), ["consent.purpose", "consent.stated_at"]);
        let nobody = PersonId::generate().to_string();
        let lost = record(&base, &nobody, &said("", ConsentState::Given)).await;
        refused(lost, Code::NotFound, "PERSON_NOT_FOUND");
        let given = said("", ConsentState::Given);
        record(&base, &anna, &given).await.unwrap();
        let other = pb::Consent {
            consent_id: given.consent_id,
            ..said("", ConsentState::Refused)
        };
        let other = record(&base, &anna, &other).await;
        refused(other, Code::AlreadyExists, "CONSENT_ID_TAKEN");
    }
}

#[tokio::test]
async fn statements_at_once_each_have_a_revision() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let told: [pb::Consent; 4] =
            std::array::from_fn(|_| said("greeting", ConsentState::Refused));
        let [one, two, three, four] = &told;
        let (one, two, three, four) = tokio::join!(
            record(&base, &anna, one),
            record(&base, &anna, two),
            record(&base, &anna, three),
            record(&base, &anna, four)
        );
        for recorded in [one, two, three, four] {
            recorded.unwrap();
        }
        let told = base.announced::<ConsentRecorded>().await;
        let mut revisions: Vec<i64> = told.iter().map(|(at, _)| *at).collect();
        revisions.sort_unstable();
        assert_eq!(revisions, [2, 3, 4, 5], "{}", base.label);
    }
}
