//! Other rules on trial over what is stored.

use futures::TryStreamExt;
use proto::intake::v1::{self as pb, RuleTrialChangeKind as Kind};
use rpc::{Code, Role};

use crate::{
    office::{Office, asking, execute, rules, strict, usual},
    world::{World, refusal, worlds},
};

fn trial(rules: String) -> pb::TryRulesRequest {
    pb::TryRulesRequest {
        rules,
        samples_max: 0,
    }
}

/// The report, after responses that come further each.
async fn report(office: &Office, request: pb::TryRulesRequest) -> pb::RuleTrial {
    let told = office.identities().try_rules(request).await.unwrap();
    let mut told: Vec<pb::TryRulesResponse> = told.into_inner().try_collect().await.unwrap();
    let last = told.pop().unwrap();
    assert_eq!(last.examined, last.total);
    for before in told {
        assert!(before.report.is_none() && before.examined <= last.examined);
    }
    last.report.unwrap()
}

fn changes(report: &pb::RuleTrial) -> Vec<(Kind, i64)> {
    let changes = report.changes.iter();
    changes
        .map(|it| (it.kind(), it.count))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// All that a trial must leave as it is.
async fn stored(world: &World) -> Vec<String> {
    let sql = "select id, identity_id, verdict from submission order by id";
    let rows = world.query(sql).await;
    rows.iter().map(|row| format!("{row:?}")).collect()
}

#[tokio::test]
async fn a_trial_tells_what_would_be_decided_otherwise_and_changes_nothing() {
    for world in worlds().await {
        let office = Office::open(&world, &usual());
        let receipts = office.take_five().await;
        let before = stored(&world).await;
        let same = report(&office, trial(usual())).await;
        assert_eq!((same.examined, same.unchanged, same.unreadable), (5, 5, 0));
        assert_eq!(changes(&same), [], "{}", world.label);

        let raised = report(&office, trial(strict())).await;
        assert_eq!((raised.examined, raised.unchanged), (5, 3));
        assert_eq!(changes(&raised), [(Kind::WouldPart, 2)], "{}", world.label);
        assert_ne!(raised.rules, same.rules);
        let parted = raised
            .changes
            .iter()
            .find(|it| it.kind() == Kind::WouldPart)
            .unwrap();
        let sample = &parted.samples[0];
        assert_eq!(sample.submission_id, receipts[2].submission_id);
        assert_eq!(sample.lead_id, receipts[0].lead_id);
        let verdicts = [&sample.then, &sample.now].map(|it| it.as_ref().unwrap().verdict.clone());
        assert_eq!(verdicts, ["same", "new"], "{}", world.label);

        let asked = report(&office, trial(asking())).await;
        let expected = [(Kind::WouldPart, 2), (Kind::WouldAsk, 2)];
        assert_eq!(changes(&asked), expected, "{}", world.label);
        assert_eq!(stored(&world).await, before, "{}", world.label);
    }
}

#[tokio::test]
async fn a_trial_tells_who_would_join_and_keeps_as_many_samples_as_asked_for() {
    for world in worlds().await {
        let office = Office::open(&world, &strict());
        office.take_five().await;
        let request = pb::TryRulesRequest {
            samples_max: 1,
            ..trial(usual())
        };
        let joined = report(&office, request).await;
        assert_eq!(changes(&joined), [(Kind::WouldJoin, 2)], "{}", world.label);
        let samples: usize = joined.changes.iter().map(|it| it.samples.len()).sum();
        assert_eq!(samples, 1, "{}", world.label);
    }
}

#[tokio::test]
async fn rules_that_are_none_are_refused_with_what_is_wrong() {
    for world in worlds().await {
        let office = Office::open(&world, &usual());
        for (request, field, wrong) in [
            (trial(String::new()), "rules", "required"),
            (trial("=".to_owned()), "rules", "not TOML"),
            (
                trial(usual().replacen("[bond.own]", "[bond.odd]", 1)),
                "rules",
                "bond.own",
            ),
            (
                trial(usual().replacen("same = 0.75", "same = 0.1", 1)),
                "rules",
                "thresholds",
            ),
            (trial("#".repeat(100_000)), "rules", "between"),
            (
                pb::TryRulesRequest {
                    samples_max: 101,
                    ..trial(usual())
                },
                "samples_max",
                "between",
            ),
        ] {
            let refused = office.identities().try_rules(request).await;
            let (code, told) = refusal(refused.map(drop));
            assert_eq!(code, Code::InvalidArgument);
            let violation = &told.violations[0];
            assert_eq!(violation.field, field);
            let description = &violation.description;
            assert!(description.contains(wrong), "{wrong}: {description}");
        }
    }
}

#[tokio::test]
async fn only_who_may_change_rules_may_try_them() {
    for world in worlds().await {
        let office = Office::open(&world, &usual());
        let refused = office
            .acting(vec![Role::Agent])
            .try_rules(trial(rules("0.8", "0.5")))
            .await;
        assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
    }
}

#[tokio::test]
async fn what_cannot_be_decided_anew_is_counted_and_not_tried() {
    for world in worlds().await {
        let office = Office::open(&world, &usual());
        office.take_five().await;
        let sql = "update submission set decision = '{\"case\": {}}' \
                   where id in (select id from submission order by id limit 1)";
        execute(&world, sql).await;
        let told = report_with_unreadable(&office).await;
        assert_eq!((told.examined, told.unreadable), (4, 1), "{}", world.label);
    }
}

async fn report_with_unreadable(office: &Office) -> pb::RuleTrial {
    let told = office.identities().try_rules(trial(usual())).await.unwrap();
    let told: Vec<pb::TryRulesResponse> = told.into_inner().try_collect().await.unwrap();
    told.into_iter().find_map(|it| it.report).unwrap()
}
