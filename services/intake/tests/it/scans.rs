//! Scans: what would become of records, told without storing any.

use std::collections::HashMap;

use futures::stream::{self, StreamExt as _};
use proto::intake::v1::{
    self as pb, ScanLeadsRequest, ScanSummary, ScannedLead, Verdict, scan_leads_response::Answer,
};
use rpc::Code;
use tonic::Status;
use uuid::Uuid;

use crate::world::{World, record, refusal, worlds};

/// All leads of each of some persons, in order of arrival.
fn leads() -> Vec<pb::LeadInput> {
    let text = include_str!("../../../../tests/data/persons.jsonl");
    text.lines().map(lead).collect()
}

fn lead(line: &str) -> pb::LeadInput {
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    let given = |name: &str| line.get(name).cloned().unwrap_or_default();
    let text = |name: &str| given(name).as_str().unwrap_or_default().to_owned();
    let list = |name: &str| {
        let list = given(name).as_array().cloned().unwrap_or_default();
        let texts = list
            .into_iter()
            .filter_map(|it| Some(it.as_str()?.to_owned()));
        texts.collect()
    };
    pb::LeadInput {
        external_id: text("lead_id"),
        full_name: text("full_name"),
        given_name: text("given_name"),
        family_name: text("family_name"),
        organisation: text("organisation"),
        emails: list("emails"),
        phones: list("phones"),
        city: text("city"),
        country: text("country"),
        message: text("message"),
        locale: text("locale"),
        ..pb::LeadInput::default()
    }
}

async fn try_scan(
    world: &World,
    leads: Vec<pb::LeadInput>,
) -> Result<(Vec<ScannedLead>, ScanSummary), Status> {
    let requests = leads
        .into_iter()
        .map(|lead| ScanLeadsRequest { lead: Some(lead) });
    let mut client = world.identities();
    let answers = client.scan_leads(stream::iter(requests)).await?;
    let mut answers = answers.into_inner();
    let mut scanned = Vec::new();
    while let Some(answer) = answers.message().await? {
        match answer.answer.unwrap() {
            Answer::Lead(lead) => {
                assert_eq!(lead.index, i64::try_from(scanned.len()).unwrap());
                scanned.push(lead);
            }
            Answer::Summary(summary) => return Ok((scanned, summary)),
        }
    }
    panic!(
        "{}: no summary after {} records",
        world.label,
        scanned.len()
    );
}

async fn scan(world: &World, leads: &[pb::LeadInput]) -> (Vec<ScannedLead>, ScanSummary) {
    try_scan(world, leads.to_vec()).await.unwrap()
}

async fn enter(world: &World, lead: &pb::LeadInput) -> Result<pb::Receipt, Status> {
    let request = pb::CreateLeadRequest {
        lead: Some(lead.clone()),
        responsible_id: String::new(),
    };
    let answer = world.staff().create_lead(request).await?;
    Ok(answer.into_inner().receipt.unwrap())
}

/// By what somebody is called, for each submission that is somebody's.
async fn heads(world: &World) -> HashMap<String, Uuid> {
    let sql = "select s.id as id, coalesce(m.head_id, s.identity_id) as head from submission as s \
               left join identity_member as m on m.identity_id = s.identity_id \
               where s.identity_id is not null";
    let rows = world.query(sql).await;
    rows.iter()
        .map(|row| {
            let id: Uuid = row.try_get("", "id").unwrap();
            let head: Uuid = row.try_get("", "head").unwrap();
            (ids::SubmissionId::from_uuid(id).to_string(), head)
        })
        .collect()
}

const TABLES: &[&str] = &[
    "submission",
    "lead",
    "lead_history",
    "identity_record",
    "identity_key",
    "identity_member",
    "identity_link",
    "identity_review",
    "interest",
    "outbox",
];

async fn rows(world: &World) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in TABLES {
        let rows = world
            .query(&format!("select count(*) as rows from {table}"))
            .await;
        counts.push(rows.first().unwrap().try_get("", "rows").unwrap());
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scan_predicts_what_then_happens_and_stores_nothing() {
    let mut all = leads();
    all.truncate(420);
    // The same content under another key, and another content under the same key.
    let repeated = pb::LeadInput {
        external_id: "again".to_owned(),
        ..all[70].clone()
    };
    all.insert(300, repeated);
    let reused = pb::LeadInput {
        message: "something else".to_owned(),
        ..all[80].clone()
    };
    all.push(reused);
    all.push(all[90].clone());
    for world in worlds().await {
        for lead in &all[..60] {
            enter(&world, lead).await.unwrap();
        }
        let before = rows(&world).await;
        // Some of them are there already.
        let (scanned, summary) = scan(&world, &all[50..]).await;
        assert_eq!(rows(&world).await, before, "{}", world.label);

        let entered = check_each(&world, &all[50..], &scanned).await;
        check_summary(&world, &scanned, &summary, &entered).await;
    }
}

/// Enters each record and compares with what was told of it; answers the submissions.
async fn check_each(
    world: &World,
    leads: &[pb::LeadInput],
    scanned: &[ScannedLead],
) -> Vec<Option<pb::Receipt>> {
    assert_eq!(scanned.len(), leads.len());
    let mut entered: Vec<Option<pb::Receipt>> = Vec::new();
    for (lead, told) in leads.iter().zip(scanned) {
        let place = format!("{}: {told:?}", world.label);
        let receipt = match enter(world, lead).await {
            Ok(receipt) => receipt,
            Err(status) => {
                assert_eq!(status.code(), Code::AlreadyExists, "{place}");
                let reasons: Vec<&str> =
                    told.problems.iter().map(|it| it.reason.as_str()).collect();
                assert_eq!(reasons, ["IDEMPOTENCY_KEY_REUSED"], "{place}");
                entered.push(None);
                continue;
            }
        };
        assert_eq!(told.verdict(), receipt.verdict(), "{place}");
        assert_eq!(told.reason, receipt.reason, "{place}");
        assert_eq!(told.replayed, receipt.replayed, "{place}");
        if !told.lead_id.is_empty() {
            assert_eq!(told.lead_id, receipt.lead_id, "{place}");
        }
        if !told.replayed {
            assert_eq!(told.flags, receipt.flags, "{place}");
            let heads = heads(world).await;
            let head = |receipt: &pb::Receipt| heads.get(&receipt.submission_id).copied();
            if let Some(own) = head(&receipt) {
                // What came before the scan is told by the card.
                let is_own = |it: &pb::Receipt| !it.replayed && head(it) == Some(own);
                let mut receipts = entered.iter();
                let first = receipts.position(|it| it.as_ref().is_some_and(is_own));
                let first = first.map(|index| i64::try_from(index).unwrap());
                assert_eq!(told.same_as, first, "{place}");
            }
        }
        entered.push(Some(receipt));
    }
    entered
}

async fn check_summary(
    world: &World,
    scanned: &[ScannedLead],
    summary: &ScanSummary,
    entered: &[Option<pb::Receipt>],
) {
    let place = format!("{}: {summary:?}", world.label);
    let count = |what: &dyn Fn(&ScannedLead) -> bool| {
        i64::try_from(scanned.iter().filter(|it| what(it)).count()).unwrap()
    };
    assert_eq!(summary.records, count(&|_| true), "{place}");
    assert_eq!((summary.bad, summary.replayed), (1, 11), "{place}");
    assert_eq!(summary.unsure, count(&|it| !it.candidates.is_empty()));
    for verdict in &summary.verdicts {
        let told = count(&|it| it.verdict() == verdict.verdict() && !it.replayed);
        assert_eq!(verdict.records, told, "{place}");
    }
    let told: i64 = summary.verdicts.iter().map(|it| it.records).sum();
    assert_eq!(told + summary.bad + summary.replayed, summary.records);
    let duplicate = count(&|it| it.verdict() == Verdict::Duplicate);
    assert!(duplicate > 0, "{place}");

    let reviews = world
        .query("select submission_id from identity_review where submission_id is not null")
        .await;
    let mut asked: HashMap<String, usize> = HashMap::new();
    for row in reviews {
        let id: Uuid = row.try_get("", "submission_id").unwrap();
        *asked
            .entry(ids::SubmissionId::from_uuid(id).to_string())
            .or_default() += 1;
    }
    let heads = heads(world).await;
    let mut persons = std::collections::HashSet::new();
    for (told, receipt) in scanned.iter().zip(entered) {
        let Some(receipt) = receipt.as_ref().filter(|it| !it.replayed) else {
            continue;
        };
        let asked = asked
            .get(&receipt.submission_id)
            .copied()
            .unwrap_or_default();
        assert_eq!(told.candidates.len(), asked, "{}: {told:?}", world.label);
        if matches!(receipt.verdict(), Verdict::Created | Verdict::Attached) {
            persons.insert(heads.get(&receipt.submission_id).copied().unwrap());
        }
    }
    assert_eq!(
        summary.persons,
        i64::try_from(persons.len()).unwrap(),
        "{place}"
    );
    assert!(
        summary.known_persons > 0 && summary.known_persons < summary.persons,
        "{place}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_in_a_file_are_found_across_scripts() {
    let person = |id: &str, name: &str, organisation: &str, phone: &str| pb::LeadInput {
        organisation: organisation.to_owned(),
        phones: vec![phone.to_owned()],
        ..record(id, name, "")
    };
    let mut file = vec![person(
        "r-0",
        "Юрий Щербаков",
        "ООО «Прогресс»",
        "+371 26555142",
    )];
    // More than is judged together.
    file.extend((1..400).map(|index| {
        record(
            &format!("r-{index}"),
            "Nora Field",
            &format!("n{index}@f{index}.eu"),
        )
    }));
    file.push(person(
        "r-400",
        "Yuri Shcherbakov",
        "Progress SIA",
        "26555142",
    ));
    for world in worlds().await {
        let (scanned, summary) = scan(&world, &file).await;
        let twin = scanned.last().unwrap();
        assert_eq!(
            twin.verdict(),
            Verdict::Attached,
            "{}: {twin:?}",
            world.label
        );
        assert_eq!(twin.same_as, Some(0), "{}: {twin:?}", world.label);
        assert_eq!((twin.lead_id.as_str(), twin.identity_id.as_str()), ("", ""));
        assert!(twin.probability_ppm > 900_000, "{}: {twin:?}", world.label);
        assert_eq!((summary.persons, summary.known_persons), (400, 0));
        // Whoever is stored is known by the card.
        let stored = enter(&world, &file[0]).await.unwrap();
        let (scanned, summary) = scan(&world, &file[400..]).await;
        assert_eq!(scanned[0].lead_id, stored.lead_id, "{}", world.label);
        assert_eq!((summary.persons, summary.known_persons), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bad_record_is_told_with_its_fields_and_the_scan_goes_on() {
    for world in worlds().await {
        let file = [
            record("r-0", "Nora Field", "nora@field.eu"),
            pb::LeadInput {
                organisation: "a\0b".to_owned(),
                ..record("r-1", &"n".repeat(300), "")
            },
            record("r-2", "Ivy Novak", "ivy@novak.eu"),
            record("r-0", "Another", "another@field.eu"),
        ];
        let (scanned, summary) = scan(&world, &file).await;
        let problems = |index: usize| -> Vec<String> {
            let problems = scanned[index].problems.iter();
            problems
                .map(|it| format!("{} {}", it.field, it.reason))
                .collect()
        };
        assert_eq!(
            problems(1),
            [
                "lead.full_name TOO_LONG",
                "lead.organisation CONTROL_CHARACTER"
            ],
            "{}",
            world.label
        );
        assert_eq!(problems(3), ["lead.external_id IDEMPOTENCY_KEY_REUSED"]);
        assert_eq!(scanned[3].same_as, Some(0));
        for index in [1, 3] {
            assert_eq!(scanned[index].verdict(), Verdict::Unspecified);
        }
        for index in [0, 2] {
            assert_eq!(scanned[index].verdict(), Verdict::Created);
        }
        assert_eq!((summary.records, summary.bad, summary.persons), (4, 2, 2));
        let (scanned, summary) = scan(&world, &[]).await;
        assert_eq!((scanned.len(), summary), (0, ScanSummary::default()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scan_has_its_limits() {
    for world in worlds().await {
        let most = world.app.settings.scan_max;
        let file = vec![record("", "Nora Field", "nora@field.eu"); most + 1];
        let (code, explained) = refusal(try_scan(&world, file).await);
        assert_eq!(
            (code, explained.reason.as_str()),
            (Code::InvalidArgument, "SCAN_TOO_LONG"),
            "{}",
            world.label
        );

        let mut under_way = Vec::new();
        for _ in 0..world.app.settings.scans {
            let silent = stream::pending::<ScanLeadsRequest>();
            under_way.push(world.identities().scan_leads(silent).await.unwrap());
        }
        let (code, explained) = refusal(try_scan(&world, Vec::new()).await);
        assert_eq!(
            (code, explained.reason.as_str()),
            (Code::ResourceExhausted, "TOO_MANY_SCANS"),
            "{}",
            world.label
        );
        drop(under_way);
        testkit::eventually(std::time::Duration::from_secs(10), async || {
            try_scan(&world, Vec::new()).await.ok()
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sender_may_wait_for_each_answer() {
    for world in worlds().await {
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let records = stream::unfold(receiver, |mut receiver| async {
            Some((receiver.recv().await?, receiver))
        });
        let answers = world.identities().scan_leads(records.boxed()).await;
        let mut answers = answers.unwrap().into_inner();
        for index in 0..3 {
            let lead = Some(record("", "Nora Field", &format!("nora{index}@field.eu")));
            sender.send(ScanLeadsRequest { lead }).await.unwrap();
            let answer = answers.message().await.unwrap().unwrap();
            let Some(Answer::Lead(lead)) = answer.answer else {
                panic!("{}: {answer:?}", world.label);
            };
            assert_eq!(lead.index, index);
        }
        drop(sender);
        let answer = answers.message().await.unwrap().unwrap();
        assert!(
            matches!(answer.answer, Some(Answer::Summary(_))),
            "{}",
            world.label
        );
    }
}
