//! A small stream of real leads through all doors: nothing lost, nothing doubled, well matched.

use std::{collections::HashMap, path::Path};

use e2e::{Doors, Platform, leads};
use proto::intake::v1::StreamLeadsRequest;
use serde::Deserialize;
use serde_json::Value;

use crate::MODES;

#[derive(Deserialize)]
struct Label {
    lead_id: String,
    true_person_id: String,
}

#[tokio::test]
async fn a_stream_of_leads_is_counted_to_the_last_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/leads.jsonl");
    let leads = leads::read(&file).unwrap();
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let mut clusters = HashMap::new();
        for lead in &leads {
            let receipt = send(&doors, lead).await;
            let text = |field: &str| receipt[field].as_str().unwrap_or_default().to_owned();
            let (id, known) = (text("submissionId"), text("leadId"));
            let cluster = if known.is_empty() { id } else { known };
            clusters.insert(lead.lead_id.clone(), cluster);
        }
        let stored = admin.list("/v1/submissions", "submissions").await.unwrap();
        assert_eq!(stored.len(), leads.len(), "{mode:?}");
        let f1 = pair_f1(&file, &clusters);
        assert!(f1 >= 0.70, "{mode:?}: pair F1 {f1:.3}");
    }
}

async fn send(doors: &Doors, lead: &leads::Lead) -> Value {
    let (status, answer) = match lead.channel.as_str() {
        "form" => {
            let door = format!("form-{}", lead.locale);
            doors
                .form(&door, &lead.lead_id, &lead.form())
                .await
                .unwrap()
        }
        "email" => doors
            .email(&format!("box-{}", lead.locale), lead.email())
            .await
            .unwrap(),
        "call" => doors
            .call(&format!("line-{}", lead.locale), &lead.call("ended"))
            .await
            .unwrap(),
        _ => {
            let record = StreamLeadsRequest {
                lead: Some(lead.partner()),
            };
            let mut answers = doors.stream(futures::stream::iter([record])).await.unwrap();
            let receipt = answers.message().await.unwrap().unwrap().receipt.unwrap();
            return serde_json::json!({
                "submissionId": receipt.submission_id, "leadId": receipt.lead_id,
            });
        }
    };
    assert!(status.is_success(), "{}: {status} {answer}", lead.lead_id);
    answer
}

/// F1 over pairs of leads that share a person.
fn pair_f1(file: &Path, clusters: &HashMap<String, String>) -> f64 {
    let text = std::fs::read_to_string(file).unwrap();
    let labels: Vec<Label> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (mut both, mut found, mut real) = (0_u32, 0_u32, 0_u32);
    for (index, one) in labels.iter().enumerate() {
        for other in &labels[index + 1..] {
            let same = one.true_person_id == other.true_person_id;
            let joined = clusters[&one.lead_id] == clusters[&other.lead_id];
            real += u32::from(same);
            found += u32::from(joined);
            both += u32::from(same && joined);
        }
    }
    2.0 * f64::from(both) / f64::from(found + real)
}
