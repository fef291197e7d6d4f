//! The services of the program, by name.

use anyhow::anyhow;
use service::Definition;

/// The service at the public port.
pub(crate) const PUBLIC: &str = "gateway";

/// All services, in the order in which they are started.
pub fn all() -> Vec<Definition> {
    vec![
        campaigns::definition(),
        customers::definition(),
        intake::definition(),
        deals::definition(),
        contracts::definition(),
        notifications::definition(),
        analytics::definition(),
        gateway::definition(),
    ]
}

/// The services of these names; all of them if there are none.
pub(crate) fn named(names: &[String]) -> anyhow::Result<Vec<Definition>> {
    if names.is_empty() {
        return Ok(all());
    }
    let known = all();
    let mut chosen: Vec<Definition> = Vec::new();
    for name in names {
        let service = known.iter().find(|service| service.name == name);
        let service = service.ok_or_else(|| unknown(name, &known))?;
        if chosen.iter().all(|other| other.name != service.name) {
            chosen.push(*service);
        }
    }
    Ok(chosen)
}

fn unknown(name: &str, known: &[Definition]) -> anyhow::Error {
    let names: Vec<&str> = known.iter().map(|service| service.name).collect();
    let close = names
        .iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(known, name), known))
        .filter(|(similarity, _)| *similarity >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match close {
        Some((_, known)) => anyhow!("unknown service {name}: did you mean {known}?"),
        None => anyhow!("unknown service {name}: there are {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: Result<&[&str], &str>) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let found = named(&names).map_err(|error| error.to_string());
        let found = found.map(|all| all.iter().map(|it| it.name).collect::<Vec<_>>());
        assert_eq!(found, expected.map(<[_]>::to_vec).map_err(str::to_owned));
    }

    #[test]
    fn services_are_found_by_name() {
        check(
            &["gateway", "intake", "gateway"],
            Ok(&["gateway", "intake"]),
        );
        check(
            &["intak"],
            Err("unknown service intak: did you mean intake?"),
        );
        let all: Vec<&str> = all().iter().map(|service| service.name).collect();
        let text = format!("unknown service postgres: there are {}", all.join(", "));
        check(&["postgres"], Err(&text));
    }
}
