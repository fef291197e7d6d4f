//! Documents that must exist and name what is there.

use std::fs;

use tidy::{members, root, sources};

#[test]
fn every_crate_of_the_product_has_a_readme_or_a_crate_comment() {
    for member in members().unwrap().values() {
        let folder = root().join(&member.folder);
        let readme = folder.join("README.md").exists();
        let library = fs::read_to_string(folder.join("src/lib.rs")).unwrap_or_default();
        assert!(
            readme || library.starts_with("//!"),
            "{} says nowhere what it is for",
            member.folder
        );
    }
}

#[test]
fn every_service_looks_like_every_other() {
    for member in members().unwrap().values() {
        if !member.is_service() {
            continue;
        }
        let folder = root().join(&member.folder);
        for wanted in [
            "README.md",
            "settings.toml",
            "migrations",
            "src/lib.rs",
            "src/domain.rs",
            "src/app.rs",
            "src/store.rs",
            "src/events.rs",
            "src/rpc.rs",
            "src/error.rs",
            "src/settings.rs",
            "tests/it/main.rs",
        ] {
            assert!(
                folder.join(wanted).exists(),
                "{} has no {wanted}",
                member.folder
            );
        }
    }
}

#[test]
fn every_readme_of_a_service_names_its_events() {
    for member in members().unwrap().values() {
        if !member.is_service() {
            continue;
        }
        let readme = fs::read_to_string(root().join(&member.folder).join("README.md")).unwrap();
        let events = fs::read_to_string(
            root()
                .join("proto/tributary")
                .join(&member.name)
                .join("v1/events.proto"),
        )
        .unwrap();
        for line in events.lines().filter(|line| line.starts_with("message ")) {
            let event = line.split_whitespace().nth(1).unwrap();
            assert!(
                readme.contains(event),
                "{}/README.md does not name {event}",
                member.folder
            );
        }
    }
}

#[test]
fn every_settings_key_is_explained() {
    for member in members().unwrap().values() {
        let Ok(text) = fs::read_to_string(root().join(&member.folder).join("settings.toml")) else {
            continue;
        };
        let mut explained = false;
        for line in text.lines() {
            let line = line.trim();
            if line.starts_with('#') {
                explained = true;
            } else if line.contains('=') && !line.starts_with('[') {
                assert!(
                    explained || line.contains('#'),
                    "{}/settings.toml: `{line}` does not say why",
                    member.folder
                );
                explained = false;
            }
        }
    }
}

#[test]
fn the_map_names_every_crate() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for member in members().unwrap().values() {
        assert!(
            map.contains(&member.folder),
            "ARCHITECTURE.md does not name {}",
            member.folder
        );
    }
    assert!(!sources(&["libs"]).unwrap().is_empty());
}
