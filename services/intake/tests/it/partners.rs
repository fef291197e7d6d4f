use futures::stream;
use ids::PartnerId;
use proto::intake::v1::{self as pb, Verdict};
use rpc::Code;

use crate::world::{record, refusal, submit, worlds};

#[tokio::test]
async fn a_record_is_known_by_its_name_for_ever() {
    for world in worlds().await {
        let mut partner = world.partner(PartnerId::generate(), false);
        let nora = || submit(record("r-1", "Nora Field", "nora@field.eu"));
        let first = partner
            .submit_lead(nora())
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert_eq!(
            (first.verdict(), first.external_id.as_str()),
            (Verdict::Created, "r-1")
        );
        world
            .hands
            .advance(std::time::Duration::from_hours(24 * 400));
        let again = partner
            .submit_lead(nora())
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert!(again.replayed, "{}", world.label);
        assert_eq!(again.submission_id, first.submission_id);
        let changed = submit(record("r-1", "Nora Field", "nora@hill.eu"));
        let (code, explained) = refusal(partner.submit_lead(changed).await);
        assert_eq!(
            (code, explained.reason.as_str()),
            (Code::AlreadyExists, "IDEMPOTENCY_KEY_REUSED")
        );
        // Names of records are each partner's own.
        let mut other = world.partner(PartnerId::generate(), false);
        let theirs = other
            .submit_lead(nora())
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert_eq!(
            (theirs.verdict(), theirs.lead_id),
            (Verdict::Attached, first.lead_id)
        );
    }
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_and_not_stored() {
    for world in worlds().await {
        let mut partner = world.partner(PartnerId::generate(), false);
        for bad in [
            record("", "Nora Field", ""),
            record(&"r".repeat(201), "Nora Field", ""),
            record("r-1", &"n".repeat(1_000_000), ""),
            record("r-1", "Nora\0Field", ""),
            pb::LeadInput {
                emails: vec!["a@b.eu".to_owned(); 11],
                ..record("r-1", "Nora", "")
            },
        ] {
            let (code, explained) = refusal(partner.submit_lead(submit(bad)).await);
            assert_eq!(code, Code::InvalidArgument);
            assert_eq!(explained.violations.len(), 1, "{explained:?}");
        }
        assert!(world.submissions().await.is_empty(), "{}", world.label);
    }
}

#[tokio::test]
async fn a_stream_answers_each_record_in_order_and_goes_on_after_a_bad_one() {
    for world in worlds().await {
        let mut partner = world.partner(PartnerId::generate(), false);
        let mut records: Vec<pb::LeadInput> = (0..600)
            .map(|index| {
                record(
                    &format!("r-{index}"),
                    "Nora Field",
                    &format!("n{index}@f{index}.eu"),
                )
            })
            .collect();
        records[7].external_id.clear();
        records[8].full_name = "n".repeat(300);
        records[9].full_name = "Nora\0".to_owned();
        records.push(record("r-5", "Another", "another@field.eu"));
        let requests = records
            .into_iter()
            .map(|lead| pb::StreamLeadsRequest { lead: Some(lead) });
        let response = partner.stream_leads(stream::iter(requests)).await.unwrap();
        let mut responses = response.into_inner();
        let mut receipts = Vec::new();
        while let Some(response) = responses.message().await.unwrap() {
            assert_eq!(response.index, i64::try_from(receipts.len()).unwrap());
            receipts.push(response.receipt.unwrap());
        }
        assert_eq!(receipts.len(), 601, "{}", world.label);
        let rejected: Vec<(usize, &str)> = receipts
            .iter()
            .enumerate()
            .filter(|(_, it)| it.verdict() == Verdict::Rejected)
            .map(|(index, it)| (index, it.reason.as_str()))
            .collect();
        assert_eq!(
            rejected,
            [
                (7, "EXTERNAL_ID_MISSING"),
                (8, "FIELD_LIMIT"),
                (9, "FIELD_INVALID"),
                (600, "IDEMPOTENCY_KEY_REUSED")
            ]
        );
        assert_eq!(receipts[600].submission_id, receipts[5].submission_id);
        assert!(
            receipts[10..600]
                .iter()
                .all(|it| it.verdict() == Verdict::Created)
        );
    }
}

#[tokio::test]
async fn a_test_key_leaves_no_trace_in_the_business() {
    for world in worlds().await {
        let id = PartnerId::generate();
        let mut tester = world.partner(id, true);
        let nora = || submit(record("r-1", "Nora Field", "nora@field.eu"));
        let test = tester
            .submit_lead(nora())
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert!(test.sandbox && test.lead_id.is_empty());
        assert_eq!(test.verdict(), Verdict::Created);
        assert!(world.leads().await.is_empty());
        let events = messaging::outbox::retained(world.app.outbox.database())
            .await
            .unwrap();
        assert!(events.is_empty(), "{}: {events:?}", world.label);
        // The name of the record is still free for the real one.
        let real = world
            .partner(id, false)
            .submit_lead(nora())
            .await
            .unwrap()
            .into_inner();
        let real = real.receipt.unwrap();
        assert!(!real.replayed && !real.sandbox && !real.lead_id.is_empty());
        let rerun = pb::RerunSubmissionRequest {
            submission_id: test.submission_id,
        };
        assert_eq!(
            refusal(world.staff().rerun_submission(rerun).await).0,
            Code::FailedPrecondition
        );
    }
}

#[tokio::test]
async fn a_dry_run_predicts_and_stores_nothing() {
    for world in worlds().await {
        let mut partner = world.partner(PartnerId::generate(), false);
        let dry = |external_id: &str| pb::SubmitLeadRequest {
            validate_only: true,
            ..submit(record(external_id, "Nora Field", "nora@field.eu"))
        };
        let predicted = partner
            .submit_lead(dry("r-1"))
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert_eq!(
            (predicted.verdict(), predicted.lead_id.as_str()),
            (Verdict::Created, "")
        );
        assert!(world.submissions().await.is_empty(), "{}", world.label);
        let real = submit(record("r-1", "Nora Field", "nora@field.eu"));
        let real = partner
            .submit_lead(real)
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        let repeated = partner
            .submit_lead(dry("r-1"))
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert!(repeated.replayed);
        assert_eq!(repeated.submission_id, real.submission_id);
        assert_eq!(world.submissions().await[0].arrivals, 1);
    }
}

#[tokio::test]
async fn a_partner_sees_only_its_own_submissions() {
    for world in worlds().await {
        let (mine, other) = (PartnerId::generate(), PartnerId::generate());
        let request = submit(record("r-1", "Nora Field", "nora@field.eu"));
        let stored = world
            .partner(mine, false)
            .submit_lead(request)
            .await
            .unwrap();
        let submission_id = stored.into_inner().receipt.unwrap().submission_id;
        let get = || pb::GetSubmissionRequest {
            submission_id: submission_id.clone(),
        };
        let found = world
            .partner(mine, false)
            .get_submission(get())
            .await
            .unwrap();
        assert_eq!(found.into_inner().submission.unwrap().channel, "partner");
        let foreign = refusal(world.partner(other, false).get_submission(get()).await);
        assert_eq!(foreign.0, Code::NotFound, "{}", world.label);
    }
}
