//! Service cases.

use std::time::Duration;

use ids::{CaseId, ContractId, DealId, LeadId, OrganisationId, PersonId, StaffId};
use proto::customers::v1::{self as pb, CaseRecorded};
use rpc::Code;
use tonic::Status;

use crate::{
    fixture::{Base, bases, person, refused, staff, wrong},
    merges::{merge, request, split},
};

/// A small case of this person.
pub(crate) fn late(person: &str) -> pb::Case {
    pb::Case {
        case_id: CaseId::generate().to_string(),
        person_id: person.to_owned(),
        step: "delivery".to_owned(),
        severity: "minor".to_owned(),
        text: "came a day late".to_owned(),
        ..pb::Case::default()
    }
}

pub(crate) async fn open(base: &Base, case: &pb::Case) -> Result<pb::Case, Status> {
    let request = pb::OpenCaseRequest {
        case: Some(case.clone()),
    };
    let opened = base.cases().open_case(request).await;
    opened.map(|it| it.into_inner().case.unwrap())
}

pub(crate) fn change_of(case: &pb::Case) -> pb::ChangeCaseRequest {
    pb::ChangeCaseRequest {
        case_id: case.case_id.clone(),
        revision: case.revision,
        step: case.step.clone(),
        severity: case.severity.clone(),
        subject_id: case.subject_id.clone(),
        responsible_id: case.responsible_id.clone(),
        text: case.text.clone(),
    }
}

pub(crate) async fn change(
    base: &Base,
    request: pb::ChangeCaseRequest,
) -> Result<pb::Case, Status> {
    let changed = base.cases().change_case(request).await;
    changed.map(|it| it.into_inner().case.unwrap())
}

pub(crate) async fn resolve(
    base: &Base,
    case: &pb::Case,
    resolution: &str,
) -> Result<pb::Case, Status> {
    let request = pb::ResolveCaseRequest {
        case_id: case.case_id.clone(),
        revision: case.revision,
        resolution: resolution.to_owned(),
    };
    let resolved = base.cases().resolve_case(request).await;
    resolved.map(|it| it.into_inner().case.unwrap())
}

pub(crate) async fn reopen(base: &Base, case: &pb::Case) -> Result<pb::Case, Status> {
    let request = pb::ReopenCaseRequest {
        case_id: case.case_id.clone(),
        revision: case.revision,
    };
    let reopened = base.cases().reopen_case(request).await;
    reopened.map(|it| it.into_inner().case.unwrap())
}

async fn get(base: &Base, id: &str) -> Result<pb::Case, Status> {
    let request = pb::GetCaseRequest {
        case_id: id.to_owned(),
    };
    let found = base.cases().get_case(request).await;
    found.map(|it| it.into_inner().case.unwrap())
}

/// Ids of the cases that match, read in pages of two.
async fn list(base: &Base, mut request: pb::ListCasesRequest) -> Vec<String> {
    request.page_size = 2;
    let mut all = Vec::new();
    loop {
        let page = base.cases().list_cases(request.clone()).await;
        let page = page.unwrap().into_inner();
        all.extend(page.cases.into_iter().map(|case| case.case_id));
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

async fn counts(
    base: &Base,
    request: pb::CountCasesRequest,
) -> Vec<pb::count_cases_response::Step> {
    let counted = base.cases().count_cases(request).await;
    counted.unwrap().into_inner().steps
}

fn total(steps: &[pb::count_cases_response::Step]) -> i64 {
    steps.iter().map(|it| it.open + it.resolved).sum()
}

#[tokio::test]
async fn a_case_is_opened_once_changed_resolved_and_opened_again() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let given = late(&anna);
        let opened = open(&base, &given).await.unwrap();
        assert_eq!((opened.revision, opened.state.as_str()), (1, "open"));
        assert_eq!(opened.opened_by, staff().to_string());
        assert!(opened.opened_at.is_some() && opened.resolved_at.is_none());

        let changed = pb::ChangeCaseRequest {
            severity: "major".to_owned(),
            subject_id: DealId::generate().to_string(),
            responsible_id: staff().to_string(),
            ..change_of(&opened)
        };
        let changed_once = change(&base, changed.clone()).await.unwrap();
        assert_eq!(changed_once.revision, 2, "{}", base.label);
        assert_eq!(changed_once.subject_id, changed.subject_id);
        let again = change(&base, changed).await.unwrap();
        assert_eq!(again, changed_once, "{}: twice", base.label);
        let again = open(&base, &given).await.unwrap();
        assert_eq!(again, changed_once, "{}: opened twice", base.label);
        let stale = pb::ChangeCaseRequest {
            text: "else".to_owned(),
            ..change_of(&opened)
        };
        let stale = change(&base, stale).await;
        refused(stale, Code::Aborted, "CHANGED_MEANWHILE");

        base.hands.advance(Duration::from_hours(1));
        let resolved = resolve(&base, &changed_once, "sent anew").await.unwrap();
        assert_eq!(
            (resolved.revision, resolved.state.as_str()),
            (3, "resolved")
        );
        assert_eq!(resolved.resolved_by, staff().to_string());
        let again = resolve(&base, &changed_once, "sent anew").await.unwrap();
        assert_eq!(again, resolved, "{}: twice", base.label);
        let other = resolve(&base, &resolved, "something else").await;
        refused(other, Code::FailedPrecondition, "CASE_NOT_OPEN");
        let late = pb::ChangeCaseRequest {
            text: "else".to_owned(),
            ..change_of(&resolved)
        };
        let late = change(&base, late).await;
        refused(late, Code::FailedPrecondition, "CASE_NOT_OPEN");

        let reopened = reopen(&base, &resolved).await.unwrap();
        assert_eq!((reopened.revision, reopened.state.as_str()), (4, "open"));
        assert_eq!(reopened.resolution, "sent anew");
        assert!(reopened.resolved_at.is_none() && reopened.resolved_by.is_empty());
        assert_eq!(reopen(&base, &reopened).await.unwrap(), reopened, "twice");
        assert_eq!(get(&base, &given.case_id).await.unwrap(), reopened);

        let told = base.announced::<CaseRecorded>().await;
        let told: Vec<_> = told
            .iter()
            .map(|(at, it)| (*at, it.severity.as_str(), it.state.as_str()))
            .collect();
        let expected = [
            (1, "minor", "open"),
            (2, "major", "open"),
            (3, "major", "resolved"),
            (4, "major", "open"),
        ];
        assert_eq!(told, expected, "{}", base.label);
    }
}

/// Four cases: of two persons, of an organisation, and of none but a lead; the last one is resolved.
async fn four(base: &Base, persons: [&str; 2], organisation: &str) -> [pb::Case; 4] {
    let given = [
        late(persons[0]),
        pb::Case {
            step: "billing".to_owned(),
            severity: "critical".to_owned(),
            subject_id: ContractId::generate().to_string(),
            responsible_id: staff().to_string(),
            ..late(persons[1])
        },
        pb::Case {
            organisation_id: organisation.to_owned(),
            subject_id: DealId::generate().to_string(),
            ..late("")
        },
        pb::Case {
            subject_id: LeadId::generate().to_string(),
            ..late("")
        },
    ];
    for case in &given {
        open(base, case).await.unwrap();
        base.hands.advance(Duration::from_mins(1));
    }
    let last = get(base, &given[3].case_id).await.unwrap();
    resolve(base, &last, "explained").await.unwrap();
    given
}

fn of(person: &str) -> pb::ListCasesRequest {
    pb::ListCasesRequest {
        person_id: person.to_owned(),
        ..pb::ListCasesRequest::default()
    }
}

#[tokio::test]
async fn cases_are_found_by_all_that_they_are_of() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let also = base.record(person("A. Ozola")).await.person_id;
        let duna = base.record_organisation("Duna").await.organisation_id;
        let given = four(&base, [&anna, &also], &duna).await;
        let [a, b, c, d] = given.each_ref().map(|case| case.case_id.as_str());
        let all = pb::ListCasesRequest::default;
        assert_eq!(list(&base, of(&anna)).await, [a], "{}", base.label);
        let mut wanted = vec![(all(), vec![d, c, b, a])];
        let mut want = |change: &dyn Fn(&mut pb::ListCasesRequest), expected| {
            let mut request = all();
            change(&mut request);
            wanted.push((request, expected));
        };
        want(&|it| it.organisation_id.clone_from(&duna), vec![c]);
        want(
            &|it| it.subject_id.clone_from(&given[1].subject_id),
            vec![b],
        );
        want(&|it| it.step = "delivery".to_owned(), vec![d, c, a]);
        want(&|it| it.state = "resolved".to_owned(), vec![d]);
        want(&|it| it.responsible_id = staff().to_string(), vec![b]);
        let nobody = StaffId::generate().to_string();
        want(&|it| it.responsible_id.clone_from(&nobody), vec![]);
        for (wanted, expected) in wanted {
            assert_eq!(list(&base, wanted).await, expected, "{}", base.label);
        }
    }
}

#[tokio::test]
async fn a_merged_person_has_the_cases_of_all_its_records_until_they_are_split() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let also = base.record(person("A. Ozola")).await.person_id;
        let given = four(&base, [&anna, &also], "").await;
        let [a, b, ..] = given.each_ref().map(|case| case.case_id.as_str());
        let merged = request(&anna, &also);
        merge(&base, &merged).await.unwrap();
        for record in [&anna, &also] {
            assert_eq!(list(&base, of(record)).await, [b, a], "{}", base.label);
        }
        let counted = pb::CountCasesRequest {
            person_id: also.clone(),
            ..pb::CountCasesRequest::default()
        };
        assert_eq!(total(&counts(&base, counted).await), 2, "{}", base.label);
        split(&base, &merged.merge_id).await.unwrap();
        assert_eq!(list(&base, of(&anna)).await, [a], "{}", base.label);
    }
}

#[tokio::test]
async fn cases_are_counted_by_the_step_that_failed() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let early = open(&base, &late(&anna)).await.unwrap();
        base.hands.advance(Duration::from_hours(1));
        let severe = pb::Case {
            severity: "critical".to_owned(),
            ..late(&anna)
        };
        let severe = open(&base, &severe).await.unwrap();
        let at_first_talk = pb::Case {
            step: "first_talk".to_owned(),
            severity: "major".to_owned(),
            ..late(&anna)
        };
        open(&base, &at_first_talk).await.unwrap();
        resolve(&base, &early, "sent anew").await.unwrap();
        let all = counts(&base, pb::CountCasesRequest::default()).await;
        let steps: Vec<_> = all.iter().map(|it| it.step.as_str()).collect();
        let directory = [
            "campaign",
            "enquiry",
            "first_talk",
            "offer",
            "contract",
            "delivery",
            "billing",
            "support",
            "renewal",
        ];
        assert_eq!(steps, directory, "{}", base.label);
        let delivery = pb::count_cases_response::Step {
            step: "delivery".to_owned(),
            open: 1,
            resolved: 1,
            minor: 1,
            major: 0,
            critical: 1,
        };
        assert_eq!(all[5], delivery, "{}", base.label);
        assert_eq!((all[2].open, all[2].major, all[0].open), (1, 1, 0));
        let before = pb::CountCasesRequest {
            to: severe.opened_at,
            ..pb::CountCasesRequest::default()
        };
        assert_eq!(total(&counts(&base, before).await), 1, "{}", base.label);
        let since = pb::CountCasesRequest {
            from: severe.opened_at,
            ..pb::CountCasesRequest::default()
        };
        assert_eq!(total(&counts(&base, since).await), 2, "{}", base.label);
        let elsewhere = pb::CountCasesRequest {
            organisation_id: OrganisationId::generate().to_string(),
            ..pb::CountCasesRequest::default()
        };
        assert_eq!(total(&counts(&base, elsewhere).await), 0, "{}", base.label);
    }
}

#[tokio::test]
async fn wrong_cases_are_refused() {
    for base in bases().await {
        let empty = open(&base, &pb::Case::default()).await;
        let fields = ["case_id", "step", "severity", "text", "person_id"];
        assert_eq!(wrong(empty), fields.map(|field| format!("case.{field}")));
        let odd = pb::Case {
            step: "somewhere".to_owned(),
            severity: "dire".to_owned(),
            subject_id: PersonId::generate().to_string(),
            ..late("")
        };
        let fields = ["case.step", "case.severity", "case.subject_id"];
        assert_eq!(wrong(open(&base, &odd).await), fields, "{}", base.label);
        let nobody = open(&base, &late(&PersonId::generate().to_string())).await;
        refused(nobody, Code::NotFound, "PERSON_NOT_FOUND");
        let nowhere = pb::Case {
            organisation_id: OrganisationId::generate().to_string(),
            ..late("")
        };
        let nowhere = open(&base, &nowhere).await;
        refused(nowhere, Code::NotFound, "ORGANISATION_NOT_FOUND");
        let unknown = late("");
        refused(
            get(&base, &unknown.case_id).await,
            Code::NotFound,
            "CASE_NOT_FOUND",
        );
        let unknown_resolved = resolve(&base, &unknown, "x").await;
        refused(unknown_resolved, Code::NotFound, "CASE_NOT_FOUND");
        assert_eq!(wrong(resolve(&base, &unknown, " ").await), ["resolution"]);
        let never = prost_types::Timestamp {
            seconds: i64::MAX,
            nanos: 0,
        };
        let period = pb::CountCasesRequest {
            from: Some(never),
            ..pb::CountCasesRequest::default()
        };
        assert_eq!(wrong(base.cases().count_cases(period).await), ["from"]);
    }
}

#[tokio::test]
async fn the_same_case_at_once_is_one_and_changes_at_once_all_count() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let given = late(&anna);
        let (one, other) = tokio::join!(open(&base, &given), open(&base, &given));
        assert_eq!(one.unwrap(), other.unwrap(), "{}", base.label);
        let change_to = |text: &str| pb::ChangeCaseRequest {
            revision: 0,
            text: text.to_owned(),
            ..change_of(&given)
        };
        let (one, other) = tokio::join!(
            change(&base, change_to("one")),
            change(&base, change_to("other"))
        );
        let mut revisions = [one.unwrap().revision, other.unwrap().revision];
        revisions.sort_unstable();
        assert_eq!(revisions, [2, 3], "{}", base.label);
        let told = base.announced::<CaseRecorded>().await;
        assert_eq!(told.len(), 3, "{}", base.label);
    }
}
