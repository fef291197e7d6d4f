use proto::intake::v1::Verdict;

use crate::world::worlds;

fn mail(id: &str, headers: &str, text: &str) -> String {
    format!(
        "Message-ID: <{id}>\r\nFrom: Nora Field <nora@field.eu>\r\nSubject: Mills\r\n{headers}\r\n{text}\r\n"
    )
}

#[tokio::test]
async fn a_letter_is_a_lead_and_its_replies_join_it() {
    for world in worlds().await {
        let key = world.mailbox().await;
        let first = world.mail(&key, mail("1@field.eu", "", "How much?")).await;
        assert_eq!(
            first.verdict(),
            Verdict::Created,
            "{}: {first:?}",
            world.label
        );
        let again = world
            .mail(&key, mail("1@field.eu", "Received: by x\r\n", "How much?"))
            .await;
        assert!(again.replayed);
        // A colleague answers from a mailbox of his own.
        let reply = "Message-ID: <2@field.eu>\r\nFrom: Max Hill <max@field.eu>\r\nSubject: Re: Mills\r\n\
            In-Reply-To: <1@field.eu>\r\n\r\nAnd delivery?\r\n";
        let reply = world.mail(&key, reply).await;
        assert_eq!(
            (reply.verdict(), reply.reason.as_str()),
            (Verdict::Attached, "REPLY")
        );
        assert_eq!(reply.lead_id, first.lead_id, "{}", world.label);
        let lead = world.lead(&first.lead_id).await;
        assert_eq!(lead.enquiries, 2);
        assert!(lead.message.contains("How much?"));
        // One odd program gives all letters one id: none gets lost.
        let other = world
            .mail(&key, mail("1@field.eu", "", "Another question"))
            .await;
        assert_eq!(other.verdict(), Verdict::Attached, "{}", world.label);
    }
}

#[tokio::test]
async fn what_no_person_wrote_is_stored_with_its_reason() {
    for world in worlds().await {
        let key = world.mailbox().await;
        for (headers, verdict, reason) in [
            (
                "Auto-Submitted: auto-replied\r\n",
                Verdict::Rejected,
                "AUTO_REPLY",
            ),
            (
                "List-Id: <news.field.eu>\r\n",
                Verdict::Rejected,
                "MAILING_LIST",
            ),
            (
                "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
                Verdict::Rejected,
                "BOUNCE",
            ),
            (
                "Auto-Submitted: auto-generated\r\n",
                Verdict::Held,
                "AUTO_GENERATED",
            ),
        ] {
            let receipt = world
                .mail(&key, mail(&format!("{reason}@x"), headers, "x"))
                .await;
            assert_eq!(
                (receipt.verdict(), receipt.reason.as_str()),
                (verdict, reason),
                "{}",
                world.label
            );
        }
        assert!(world.leads().await.is_empty());
        assert_eq!(world.submissions().await.len(), 4);
    }
}
