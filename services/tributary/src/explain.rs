//! `tributary explain`: whose a submission is and why, who somebody is, why two leads are one person.

mod card;
mod evidence;
mod journey;
mod offers;
mod pair;
mod person;
mod submission;

use std::str::FromStr;

use anyhow::anyhow;
use ids::{ContractId, DealId, IdentityId, LeadId, PersonId, ReviewId, SubmissionId};
use serde_json::Value;

pub(crate) use self::person::short;
use crate::{Failure, cli, output::Output, remote::Remote};

/// An answer, for people and as the API gives it.
struct Told {
    lines: Vec<String>,
    json: Value,
}

/// What is asked about.
enum Asked {
    Submission(SubmissionId),
    Lead(LeadId),
    Identity(IdentityId),
    Review(ReviewId),
    /// A deal, a contract or a person of the client base.
    Journey(String),
    Leads(LeadId, LeadId),
}

pub(crate) async fn run(command: &cli::Explain, output: &mut Output) -> Result<(), Failure> {
    let asked = asked(&command.ids).map_err(Failure::WrongUse)?;
    let remote = Remote::connect(&command.server).await?;
    let told = match asked {
        Asked::Submission(id) => submission::explain(&remote, id).await?,
        Asked::Lead(id) => card::explain(&remote, id).await?,
        Asked::Identity(id) => person::explain(&remote, id).await?,
        Asked::Review(id) => pair::review(&remote, id).await?,
        Asked::Journey(id) => journey::explain(&remote, &id).await?,
        Asked::Leads(one, other) => pair::leads(&remote, one, other).await?,
    };
    if command.json {
        output.line(&serde_json::to_string_pretty(&told.json)?);
    } else {
        for line in told.lines {
            output.line(&line);
        }
    }
    Ok(())
}

fn asked(ids: &[String]) -> anyhow::Result<Asked> {
    match ids {
        [one, other] => Ok(Asked::Leads(read(one)?, read(other)?)),
        [one] => match one.split('_').next().unwrap_or_default() {
            SubmissionId::PREFIX => Ok(Asked::Submission(read(one)?)),
            LeadId::PREFIX => Ok(Asked::Lead(read(one)?)),
            IdentityId::PREFIX => Ok(Asked::Identity(read(one)?)),
            ReviewId::PREFIX => Ok(Asked::Review(read(one)?)),
            DealId::PREFIX => Ok(Asked::Journey(read::<DealId>(one)?.to_string())),
            ContractId::PREFIX => Ok(Asked::Journey(read::<ContractId>(one)?.to_string())),
            PersonId::PREFIX => Ok(Asked::Journey(read::<PersonId>(one)?.to_string())),
            _ => Err(anyhow!(
                "{one}: expected sub_…, lead_…, deal_…, cntr_…, pers_…, idty_… or rvew_…, or two leads"
            )),
        },
        _ => Err(anyhow!("expected one id, or two leads")),
    }
}

fn read<T: FromStr>(id: &str) -> anyhow::Result<T>
where
    T::Err: std::fmt::Display,
{
    id.parse().map_err(|error| anyhow!("{id}: {error}"))
}

/// A heading above the lines of its part; nothing of a part without lines.
fn part(heading: &str, lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut lines = lines.into_iter().peekable();
    if lines.peek().is_none() {
        return Vec::new();
    }
    let mut part = vec![String::new(), heading.to_owned()];
    part.extend(lines.map(|line| format!("  {line}").trim_end().to_owned()));
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ids: &[&str], refused: Option<&str>) {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let error = asked(&ids).err().map(|error| error.to_string());
        match refused {
            None => assert_eq!(error, None),
            Some(part) => assert!(
                error.as_ref().is_some_and(|it| it.contains(part)),
                "{error:?}"
            ),
        }
    }

    #[test]
    fn what_is_asked_is_told_by_the_id() {
        let lead = LeadId::generate().to_string();
        for id in [
            lead.clone(),
            SubmissionId::generate().to_string(),
            IdentityId::generate().to_string(),
            ReviewId::generate().to_string(),
            DealId::generate().to_string(),
            ContractId::generate().to_string(),
            PersonId::generate().to_string(),
        ] {
            check(&[&id], None);
        }
        check(&[&lead, &lead], None);
        check(
            &["camp_1"],
            Some("expected sub_…, lead_…, deal_…, cntr_…, pers_…, idty_… or rvew_…"),
        );
        check(&["deal_1"], Some("deal_1: expected an id like deal_"));
        check(&["lead_1"], Some("lead_1: expected an id like lead_"));
        check(&[&lead, "sub_1"], Some("sub_1: expected an id like lead_"));
    }
}
