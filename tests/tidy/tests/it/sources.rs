//! How source files look.

use tidy::{root, sources};

/// Above this a file has two jobs.
const MAX_LINES: usize = 400;

#[test]
fn no_file_is_longer_than_a_reader_holds() {
    for source in sources(&["libs", "services", "proto"]).unwrap() {
        if source.path.contains("/tests/") {
            continue;
        }
        let lines = source
            .text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .count();
        assert!(
            lines <= MAX_LINES,
            "{} has {lines} lines, at most {MAX_LINES}",
            source.path
        );
    }
}

#[test]
fn nothing_is_unfinished_or_skipped() {
    let banned = [
        ["todo", "!("].concat(),
        ["unimplemented", "!("].concat(),
        ["#[ign", "ore"].concat(),
        ["#[should", "_panic"].concat(),
        ["assert!(tr", "ue"].concat(),
        ["thread::sl", "eep("].concat(),
    ];
    for source in sources(&["libs", "services", "proto", "tests"]).unwrap() {
        for word in &banned {
            assert!(
                !source.text.contains(word.as_str()),
                "{word} in {}",
                source.path
            );
        }
    }
}

#[test]
fn modules_are_files_named_after_themselves() {
    for source in sources(&["libs", "services", "proto", "tests"]).unwrap() {
        assert!(!source.path.ends_with("/mod.rs"), "{}", source.path);
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for member in tidy::members()
        .unwrap()
        .values()
        .filter(|member| member.name != "proto")
    {
        let manifest =
            std::fs::read_to_string(root().join(&member.folder).join("Cargo.toml")).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} has its own lints",
            member.folder
        );
    }
}

#[test]
fn tests_wait_for_conditions_and_not_for_time() {
    for source in sources(&["libs", "services"]).unwrap() {
        if !source.path.contains("/tests/") {
            continue;
        }
        let mut before = "";
        for line in source.text.lines() {
            // Holding something back on purpose is a fault, and says so.
            assert!(
                !line.contains("time::sleep(") || before.trim_start().starts_with("// The fault:"),
                "{} sleeps: `{}`; use testkit::eventually",
                source.path,
                line.trim()
            );
            before = line;
        }
    }
}
