use std::time::{Duration, Instant};

use proto::intake::v1::{self as pb, Verdict};

use crate::world::worlds;

const XSS: &str = "<script>alert(1)</script>";

#[tokio::test]
async fn hostile_posts_end_in_a_verdict_or_a_clear_refusal() {
    for world in worlds().await {
        let key = world.form().await;
        let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
        let bodies = [
            "{\"name\":\"Nora\\u0000Field\",\"email\":\"nora@field.eu\"}".to_owned(),
            "{\"name\":\"\\ud800\"}".to_owned(),
            format!(r#"{{"name":"{}","email":"a@b.eu"}}"#, "N".repeat(60_000)),
            format!(r#"{{"name":"{XSS}","email":"x@field.eu","message":"{XSS}"}}"#),
            format!(r#"{{"a":{deep}}}"#),
            deep,
            "\u{feff}{}".to_owned(),
            "\0".repeat(1_000),
            format!("{{{}}}", (0..4_000).map(|n| format!("\"email{n}\":1")).collect::<Vec<_>>().join(",")),
            r#"{"name":"=cmd|' /C calc'!A0","email":"a'; drop table lead;--@b.eu","phone":"{{7*7}}"}"#.to_owned(),
        ];
        let started = Instant::now();
        for body in &bodies {
            let receipt = world.post(&key, body, "").await;
            assert_ne!(receipt.verdict(), Verdict::Unspecified, "{body:.60}");
        }
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{}",
            world.label
        );
        let counts = world.verdicts().await;
        assert_eq!(
            counts.values().sum::<usize>(),
            bodies.len(),
            "{}",
            world.label
        );
        for lead in world.leads().await {
            let name = lead.name.unwrap().full;
            assert!(
                name.chars().count() <= 200 && !name.contains('\0'),
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn hostile_messages_end_in_a_verdict() {
    for world in worlds().await {
        let key = world.mailbox().await;
        let nested: Vec<String> = (0..3_000)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
            .collect();
        let koi8 = b"From: =?koi8-r?B?79nXwdLPxQ==?= <olga@field.eu>\r\nSubject: x\r\n\
            Content-Type: text/plain; charset=koi8-r\r\n\r\n\xf0\xd2\xc9\xd7\xc5\xd4\r\n";
        let cp1251 = b"From: olga@stone.eu\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\n\xcf\xf0\xe8\xe2\xe5\xf2\r\n";
        let messages: Vec<Vec<u8>> = vec![
            Vec::new(),
            vec![0; 10_000],
            nested.concat().into_bytes(),
            format!("From: {} <a@b.eu>\r\n\r\nx", "N".repeat(1_000_000)).into_bytes(),
            format!("From: <{}@b.eu>\r\n\r\nx", "a".repeat(1_000_000)).into_bytes(),
            format!("From: a@b.eu\r\nReferences: {}\r\n\r\nx", "<x@y> ".repeat(100_000)).into_bytes(),
            b"From: a@b.eu\r\nContent-Type: text/plain; charset=nonsense\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%".to_vec(),
            koi8.to_vec(),
            cp1251.to_vec(),
        ];
        let started = Instant::now();
        let mut created = Vec::new();
        for message in &messages {
            let receipt = world.mail(&key, message).await;
            assert_ne!(receipt.verdict(), Verdict::Unspecified);
            created.push(receipt.lead_id);
        }
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "{}: {:?}",
            world.label,
            started.elapsed()
        );
        let stored = world.submissions().await;
        assert_eq!(stored.len(), messages.len(), "{}", world.label);
        for lead_id in &created[7..] {
            assert!(
                world.lead(lead_id).await.message.contains("Привет"),
                "{}",
                world.label
            );
        }
    }
}

#[tokio::test]
async fn a_large_letter_is_kept_whole() {
    for world in worlds().await {
        let key = world.mailbox().await;
        let attachment = "QUJD\r\n".repeat(1_000_000);
        let message = format!(
            "From: Nora Field <nora@field.eu>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\n\r\nSee the plan\r\n--b\r\nContent-Type: application/pdf\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{attachment}\r\n--b--\r\n"
        );
        let receipt = world.mail(&key, &message).await;
        assert_eq!(receipt.verdict(), Verdict::Created, "{}", world.label);
        let get = pb::GetSubmissionRequest {
            submission_id: receipt.submission_id,
        };
        let stored = world
            .staff()
            .get_submission(get)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(stored.submission.unwrap().raw, message.as_bytes());
    }
}
