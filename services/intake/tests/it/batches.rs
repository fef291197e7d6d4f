use ids::{PartnerId, SubmissionId};
use intake::{
    app::{
        App,
        capture::{Prepared, capture},
        prepare::{self, Sender},
        submit::submit_lead,
    },
    domain::verdict::Verdict,
};

use crate::world::{World, record, worlds};

fn records(world: &World, sender: &Sender) -> Vec<Prepared> {
    let rows = [
        ("1", "Nora Field", "nora@field.eu"),
        ("2", "Max Hill", "nora@field.eu"),
        ("3", "", "nora@field.eu"),
        ("4", "N. Field", "nora@field.eu"),
        ("1", "Nora Field", "nora@field.eu"),
        ("5", "Nora Field", "nora@field.eu"),
        ("6", "", "office@hill.eu"),
        ("7", "", ""),
        ("8", "Olga Stone", "olga@stone.eu"),
        ("8", "Olga Stone", "olga@wood.eu"),
        ("9", "Olga Stone", "olga@wood.eu"),
    ];
    let prepare = |(id, name, email): (&str, &str, &str)| {
        prepare::record(&world.app, sender, &record(id, name, email), &Ok(()))
    };
    rows.into_iter().map(prepare).collect()
}

/// What came of each, with leads and submissions numbered in the order they appear.
fn story(answers: &[Result<intake::domain::verdict::Receipt, intake::Error>]) -> Vec<String> {
    let (mut leads, mut submissions) = (Vec::new(), Vec::<SubmissionId>::new());
    let tell = |answer: &Result<intake::domain::verdict::Receipt, intake::Error>| match answer {
        Ok(receipt) => {
            if !submissions.contains(&receipt.submission) {
                submissions.push(receipt.submission);
            }
            if let Some(lead) = receipt.lead.filter(|lead| !leads.contains(lead)) {
                leads.push(lead);
            }
            let lead = receipt
                .lead
                .and_then(|lead| leads.iter().position(|it| *it == lead));
            let submission = submissions.iter().position(|it| *it == receipt.submission);
            format!(
                "{:?} {submission:?} {lead:?} {:?} {}",
                receipt.verdict, receipt.flags, receipt.replayed
            )
        }
        Err(error) => error.to_string(),
    };
    answers.iter().map(tell).collect()
}

#[tokio::test]
async fn a_batch_comes_to_what_its_parts_come_to_one_by_one() {
    let mut stories = Vec::new();
    for together in [true, false] {
        for world in worlds().await {
            let partner = PartnerId::generate();
            let sender = Sender::Partner {
                id: partner,
                name: "P".to_owned(),
                sandbox: false,
            };
            let prepared = records(&world, &sender);
            let answers = if together {
                capture(&world.app, &prepared).await
            } else {
                let mut answers = Vec::new();
                for single in &prepared {
                    answers.extend(capture(&world.app, std::slice::from_ref(single)).await);
                }
                answers
            };
            assert_eq!(answers.len(), prepared.len());
            let verdicts: Vec<_> = answers.iter().flatten().map(|it| it.verdict).collect();
            assert!(verdicts.contains(&Verdict::Interest), "{verdicts:?}");
            let mut cards: Vec<String> = world
                .leads()
                .await
                .iter()
                .map(|it| {
                    format!(
                        "{:?} {:?} {} {}",
                        it.name, it.emails, it.enquiries, it.revision
                    )
                })
                .collect();
            cards.sort();
            stories.push((story(&answers), cards));
        }
    }
    for other in &stories[1..] {
        assert_eq!(*other, stories[0]);
    }
}

#[tokio::test]
async fn one_bad_record_does_not_harm_its_batch() {
    for world in worlds().await {
        let sender = Sender::Partner {
            id: PartnerId::generate(),
            name: "P".to_owned(),
            sandbox: false,
        };
        let mut prepared = records(&world, &sender);
        // Breaks a rule of the tables, as a fault of the program would.
        prepared[0].submission.scope = "a\0b".to_owned();
        prepared[0].submission.id = prepared[8].submission.id;
        let answers = capture(&world.app, &prepared).await;
        let failed = answers
            .iter()
            .filter(|it| matches!(it, Err(intake::Error::Database(_))))
            .count();
        assert_eq!(failed, 1, "{}: {answers:?}", world.label);
        assert!(
            answers.iter().filter(|it| it.is_ok()).count() >= 8,
            "{answers:?}"
        );
    }
}

#[tokio::test]
async fn without_its_background_work_the_service_still_answers() {
    for world in worlds().await {
        let (outbox, clock) = (world.app.outbox.clone(), world.app.clock.clone());
        let (settings, model) = (world.app.settings.clone(), world.app.model.clone());
        let alone = App::new(outbox, clock, settings, model);
        let sender = Sender::Partner {
            id: PartnerId::generate(),
            name: "P".to_owned(),
            sandbox: false,
        };
        let nora = record("r-1", "Nora Field", "nora@field.eu");
        let receipt = submit_lead(&alone, &sender, &nora, false).await.unwrap();
        assert_eq!(receipt.verdict, Verdict::Created, "{}", world.label);
    }
}
