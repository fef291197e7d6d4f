//! Why a submission is whose it is.

use anyhow::Context;
use ids::SubmissionId;
use proto::intake::v1::{
    ExplainSubmissionRequest, ExplainSubmissionResponse, GetSubmissionRequest, Receipt, Submission,
};

use super::{Told, evidence, part, person};
use crate::{
    print::{json, row, time},
    remote::Remote,
};

pub(super) async fn explain(remote: &Remote, id: SubmissionId) -> anyhow::Result<Told> {
    let submission_id = id.to_string();
    let request = ExplainSubmissionRequest {
        submission_id: submission_id.clone(),
    };
    let answer = remote.identities().explain_submission(request).await;
    let answer = answer.map_err(|status| remote.said(&status))?.into_inner();
    let request = GetSubmissionRequest { submission_id };
    let stored = remote.intake().get_submission(request).await;
    let stored = stored.map_err(|status| remote.said(&status))?.into_inner();
    let submission = stored.submission.context("the answer has no submission")?;
    Ok(Told {
        lines: lines(remote, &submission, &answer).await?,
        json: json(&answer)?,
    })
}

async fn lines(
    remote: &Remote,
    submission: &Submission,
    answer: &ExplainSubmissionResponse,
) -> anyhow::Result<Vec<String>> {
    let receipt = answer.receipt.as_ref();
    let receipt = receipt.context("the answer has no receipt")?;
    let mut lines = arrival(submission, receipt);
    if answer.identity_id.is_empty() {
        lines.push(row("person", "nobody's"));
    } else {
        let view = person::view(remote, &answer.identity_id).await?;
        lines.push(row("person", &person::whose(&view)));
    }
    match (&answer.explanation, &answer.anew) {
        (Some(why), anew) => {
            lines.extend(evidence::lines(remote, why).await);
            let heading = "By the rules in force";
            if answer.reproduced {
                let same = "the same to the last digit".to_owned();
                lines.extend(part(heading, [same]));
            } else if let Some(anew) = anew {
                lines.extend(part(heading, evidence::lines(remote, anew).await));
            }
        }
        (None, _) => lines.push(row("decided", "without the matching")),
    }
    lines.extend(part("Left to people", answer.review_ids.clone()));
    lines.extend(part("Shown to be one person", person::links(&answer.links)));
    Ok(lines)
}

/// What came, when, by which way, and what became of it.
fn arrival(submission: &Submission, receipt: &Receipt) -> Vec<String> {
    let source = submission.source.as_ref();
    let name = source.map_or("", |source| source.name.as_str());
    let by = match name {
        "" => submission.channel.clone(),
        name => format!("{} ({name})", submission.channel),
    };
    let at = time(receipt.received_at.as_ref());
    let times = match submission.arrivals {
        0 | 1 => String::new(),
        more => format!(", sent {more} times"),
    };
    let verdict = receipt.verdict().as_str_name();
    let verdict = verdict.trim_start_matches("VERDICT_").to_lowercase();
    let reason = match receipt.reason.as_str() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    let mut lines = vec![
        row("submission", &receipt.submission_id),
        row("came by", &format!("{by}, {at}{times}")),
        row("verdict", &format!("{verdict}{reason}")),
    ];
    for (name, text) in [
        ("", receipt.detail.clone()),
        ("flags", receipt.flags.join(", ")),
        ("lead", receipt.lead_id.clone()),
    ] {
        if !text.is_empty() {
            lines.push(row(name, &text));
        }
    }
    lines
}
