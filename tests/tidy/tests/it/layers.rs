//! Who may use whom.

use std::collections::{BTreeMap, BTreeSet};

use tidy::{Member, members, sources};

const SERVICES: &[&str] = &[
    "analytics",
    "campaigns",
    "contracts",
    "customers",
    "deals",
    "gateway",
    "intake",
    "notifications",
];

/// What each lib may use of our own crates.
const LIBS: &[(&str, &[&str])] = &[
    ("ids", &[]),
    ("clock", &[]),
    ("currency", &[]),
    ("matching", &[]),
    ("telemetry", &[]),
    ("database", &["telemetry"]),
    ("persons", &["database", "ids"]),
    ("rpc", &["telemetry"]),
    ("messaging", &["clock", "database", "ids", "telemetry"]),
    (
        "service",
        &["clock", "database", "messaging", "rpc", "telemetry"],
    ),
    (
        "testkit",
        &[
            "clock",
            "database",
            "messaging",
            "rpc",
            "service",
            "telemetry",
        ],
    ),
    ("proto", &[]),
];

fn own_uses(all: &BTreeMap<String, Member>, name: &str) -> BTreeSet<String> {
    all[name]
        .uses
        .iter()
        .filter(|used| all.contains_key(*used))
        .cloned()
        .collect()
}

#[test]
fn every_lib_uses_only_what_its_layer_may_use() {
    let all = members().unwrap();
    let listed: BTreeSet<&str> = LIBS.iter().map(|(name, _)| *name).collect();
    for member in all
        .values()
        .filter(|member| member.folder.starts_with("libs/"))
    {
        assert!(
            listed.contains(member.name.as_str()),
            "libs/{} has no row here: say what it may use",
            member.name
        );
    }
    for (name, may_use) in LIBS {
        for used in own_uses(&all, name) {
            assert!(
                may_use.contains(&used.as_str()),
                "{name} may not use {used}"
            );
        }
    }
}

#[test]
fn no_service_uses_another_service() {
    let all = members().unwrap();
    for service in SERVICES {
        for used in own_uses(&all, service) {
            assert!(
                !SERVICES.contains(&used.as_str()) && used != "tributary",
                "{service} may not use {used}: facts travel as events"
            );
            assert_ne!(used, "testkit", "{service} uses testkit outside its tests");
        }
    }
}

#[test]
fn every_service_has_a_row_here() {
    let all = members().unwrap();
    let found: BTreeSet<&str> = all
        .values()
        .filter(|member| member.is_service())
        .map(|member| member.name.as_str())
        .collect();
    assert_eq!(found, SERVICES.iter().copied().collect());
}

#[test]
fn no_crate_is_a_dumping_ground() {
    const BANNED: &[&str] = &[
        "common", "core", "shared", "utils", "helpers", "types", "models", "errors", "prelude",
    ];
    for member in members().unwrap().values() {
        assert!(
            !BANNED.contains(&member.name.as_str()),
            "{} says nothing",
            member.name
        );
    }
}

/// The first segment of each path that a line of code names in a `use` or in full.
fn used_roots(line: &str) -> Vec<&str> {
    let line = line
        .trim_start()
        .trim_start_matches("pub(crate) ")
        .trim_start_matches("pub ");
    line.strip_prefix("use ")
        .map(|rest| vec![rest.split([':', ';', ' ', '{']).next().unwrap_or_default()])
        .unwrap_or_default()
}

#[test]
fn the_domain_is_pure() {
    const ALLOWED: &[&str] = &[
        "std",
        "ids",
        "clock",
        "currency",
        "chrono",
        "thiserror",
        "uuid",
        "matching",
        "super",
        "self",
        "crate",
    ];
    for source in sources(&["services"]).unwrap() {
        if !source.path.contains("/src/domain") {
            continue;
        }
        for line in source.code() {
            let place = format!("{}: `{}`", source.path, line.trim());
            assert!(
                !line.contains("async ") && !line.contains(".await"),
                "async in {place}"
            );
            for word in ["serde", "prost", "sea_orm", "tonic", "tokio", "proto::"] {
                assert!(!line.contains(word), "{word} in {place}");
            }
            assert!(
                !line.contains("crate::") || line.contains("crate::domain"),
                "the domain looks outside itself in {place}"
            );
            for root in used_roots(line) {
                let local = root.chars().next().is_some_and(char::is_uppercase);
                assert!(
                    ALLOWED.contains(&root) || local || is_own_module(&source.path, root),
                    "{root} in {place}"
                );
            }
        }
    }
}

/// `use lead::Lead` inside `domain.rs` names a module of the domain itself.
fn is_own_module(path: &str, name: &str) -> bool {
    let folder = path.trim_end_matches(".rs");
    let root = tidy::root();
    root.join(folder).join(format!("{name}.rs")).exists()
}

#[test]
fn frameworks_stay_at_their_edge() {
    let rules: &[(&str, &[&str])] = &[
        (
            "Status",
            &[
                "libs/rpc/",
                "/src/rpc",
                "services/gateway/",
                "services/tributary/",
            ],
        ),
        (
            "sea_orm",
            &[
                "/src/store",
                "libs/database/",
                "libs/messaging/",
                "libs/persons/",
                "libs/testkit/",
                "/tests/",
            ],
        ),
        (
            "async_nats",
            &["libs/messaging/", "libs/service/", "libs/testkit/"],
        ),
    ];
    for source in sources(&["libs", "services"]).unwrap() {
        for (word, homes) in rules {
            let home = homes.iter().any(|home| source.path.contains(home));
            if home || source.path.contains("/tests/") {
                continue;
            }
            for line in source.code() {
                let found = if *word == "Status" {
                    line.contains("tonic::Status")
                        || line.contains("tonic::{") && line.contains("Status")
                } else {
                    line.contains(&format!("{word}::"))
                };
                assert!(!found, "{word} in {}: `{}`", source.path, line.trim());
            }
        }
    }
}
