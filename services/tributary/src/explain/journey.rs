//! A deal, a contract or a person of the client base: all that came, what was made of it, who was told, and what
//! followed.

use anyhow::Context;
use ids::{
    AnswerId, DealActivityId, InteractionId, QuestionnaireId, ReferralId, ResponseId, SubmissionId,
};
use proto::{
    analytics::v1::{
        ContractRecord, CreditRecord, DealRecord, GetJourneyRequest, GetJourneyResponse,
        GrowthRecord, Named, RefusalRecord, TouchRecord,
    },
    intake::v1::{GetSubmissionRequest, Verdict},
    notifications::v1::{ListMessagesRequest, MessageState},
    types::v1::Money,
};
use rpc::Code;
use serde_json::{Value, json};

use super::{Told, offers, part};
use crate::{
    print::{self, row, table, time},
    remote::Remote,
};

/// Submissions whose verdicts are asked for.
const VERDICTS: usize = 50;
/// Messages that are listed for each lead, deal and contract.
const MESSAGES: i32 = 50;
const MODELS: [&str; 6] = [
    "first",
    "last",
    "linear",
    "position",
    "time_decay",
    "data_driven",
];

/// What is known of the journey that an id belongs to.
pub(super) async fn explain(remote: &Remote, id: &str) -> anyhow::Result<Told> {
    let journey = ask(remote, id)
        .await?
        .with_context(|| format!("nothing is known of {id}"))?;
    let (lines, json) = told(remote, &journey).await?;
    let mut all = vec![row("asked", id), row("figures", &as_of(&journey))];
    all.extend(lines);
    Ok(Told { lines: all, json })
}

/// The journey of a lead, to be shown below its card; empty while its events are on their way.
pub(super) async fn of_lead(remote: &Remote, id: &str) -> anyhow::Result<(Vec<String>, Value)> {
    let Some(journey) = ask(remote, id).await? else {
        return Ok((Vec::new(), Value::Null));
    };
    told(remote, &journey).await
}

async fn ask(remote: &Remote, id: &str) -> anyhow::Result<Option<GetJourneyResponse>> {
    let request = GetJourneyRequest {
        subject_id: id.to_owned(),
    };
    match remote.reports().get_journey(request).await {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if status.code() == Code::NotFound => Ok(None),
        Err(status) => Err(remote.said(&status)),
    }
}

fn as_of(journey: &GetJourneyResponse) -> String {
    let as_of = journey.as_of.as_ref();
    let at = as_of.and_then(|it| it.at.as_ref());
    let restating = as_of.map_or(0, |it| it.restating);
    match restating {
        0 => format!("as of {}", time(at)),
        more => format!(
            "as of {}, {more} journeys are still to be restated",
            time(at)
        ),
    }
}

async fn told(
    remote: &Remote,
    journey: &GetJourneyResponse,
) -> anyhow::Result<(Vec<String>, Value)> {
    let mut came = Vec::new();
    for (place, touch) in journey.touches.iter().enumerate() {
        let verdict = match touch.kind.as_str() {
            "submission" if place < VERDICTS => verdict(remote, &recorded(touch)).await?,
            _ => String::new(),
        };
        came.push(self::touch(touch, verdict));
    }
    let mut lines = part("What came", table(&came, &[0]));
    let (sent, messages) = messages(remote, journey).await?;
    lines.extend(part("Who was told", table(&sent, &[])));
    let deals: Vec<_> = journey.deals.iter().map(deal).collect();
    lines.extend(part("Deals", table(&deals, &[])));
    let deals = journey.deals.iter().map(|it| it.deal_id.as_str());
    let (offered, offers) = offers::on(remote, deals).await?;
    lines.extend(offered);
    let contracts: Vec<_> = journey.contracts.iter().map(contract).collect();
    lines.extend(part("Contracts", table(&contracts, &[])));
    let growths: Vec<_> = journey.growths.iter().map(growth).collect();
    lines.extend(part("Extensions and expansions", table(&growths, &[2])));
    let payments = journey.payments.iter().map(|it| {
        let state = match &it.received_at {
            Some(at) => format!("received {}", time(Some(at))),
            None => format!("due {}", time(it.due_at.as_ref())),
        };
        vec![it.contract_id.clone(), money(it.amount.as_ref()), state]
    });
    lines.extend(part("Payments", table(&payments.collect::<Vec<_>>(), &[1])));
    let refusals: Vec<_> = journey.refusals.iter().map(refusal).collect();
    lines.extend(part("Refusals and losses", table(&refusals, &[])));
    lines.extend(part(
        "Credit for contracts",
        table(&credits(journey), &[2, 3, 4, 5, 6, 7]),
    ));
    let json = json!({
        "journey": print::json(journey)?,
        "messages": messages,
        "offers": offers,
    });
    Ok((lines, json))
}

fn touch(touch: &TouchRecord, verdict: String) -> Vec<String> {
    vec![
        touch.place.to_string(),
        time(touch.touched_at.as_ref()),
        touch.kind.clone(),
        by(&touch.channel, &touch.source),
        name(touch.campaign.as_ref()),
        name(touch.partner.as_ref()),
        verdict,
        recorded(touch),
    ]
}

/// The id of what was recorded, as it is printed everywhere: the reports have it without what tells its kind.
fn recorded(touch: &TouchRecord) -> String {
    let prefix = match (touch.kind.as_str(), touch.channel.as_str()) {
        ("submission", _) => SubmissionId::PREFIX,
        ("response", _) => ResponseId::PREFIX,
        ("contact", _) => InteractionId::PREFIX,
        ("activity", _) => DealActivityId::PREFIX,
        ("referral", _) => ReferralId::PREFIX,
        ("answer", "questionnaire") => QuestionnaireId::PREFIX,
        ("answer", _) => AnswerId::PREFIX,
        _ => return touch.touch_id.clone(),
    };
    format!("{prefix}_{}", touch.touch_id)
}

async fn verdict(remote: &Remote, id: &str) -> anyhow::Result<String> {
    let request = GetSubmissionRequest {
        submission_id: id.to_owned(),
    };
    let answer = match remote.intake().get_submission(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) if status.code() == Code::NotFound => return Ok(String::new()),
        Err(status) => return Err(remote.said(&status)),
    };
    let receipt = answer.submission.and_then(|it| it.receipt);
    let receipt = receipt.unwrap_or_default();
    let verdict = verdict_word(receipt.verdict());
    Ok(match receipt.reason.as_str() {
        "" => verdict,
        reason => format!("{verdict} ({reason})"),
    })
}

fn verdict_word(verdict: Verdict) -> String {
    let name = verdict.as_str_name();
    name.trim_start_matches("VERDICT_").to_lowercase()
}

/// Messages about all leads, deals and contracts of the journey.
async fn messages(
    remote: &Remote,
    journey: &GetJourneyResponse,
) -> anyhow::Result<(Vec<Vec<String>>, Vec<Value>)> {
    let leads = journey.leads.iter().map(|it| &it.lead_id);
    let deals = journey.deals.iter().map(|it| &it.deal_id);
    let contracts = journey.contracts.iter().map(|it| &it.contract_id);
    let (mut rows, mut all) = (Vec::new(), Vec::new());
    for subject_id in leads.chain(deals).chain(contracts) {
        let request = ListMessagesRequest {
            subject_id: subject_id.clone(),
            page_size: MESSAGES,
            ..ListMessagesRequest::default()
        };
        let answer = remote.notifications().list_messages(request).await;
        let answer = answer.map_err(|status| remote.said(&status))?.into_inner();
        for message in &answer.messages {
            let state = MessageState::as_str_name(&message.state());
            rows.push(vec![
                time(message.planned_at.as_ref()),
                message.purpose.clone(),
                message.recipient.clone(),
                state.trim_start_matches("MESSAGE_STATE_").to_lowercase(),
                subject_id.clone(),
            ]);
            all.push(print::json(message)?);
        }
    }
    rows.sort();
    Ok((rows, all))
}

fn deal(deal: &DealRecord) -> Vec<String> {
    let closed = deal.closed_at.as_ref();
    let closed = closed.map_or(String::new(), |at| format!("closed {}", time(Some(at))));
    vec![
        deal.deal_id.clone(),
        deal.state.clone(),
        name(deal.stage.as_ref()),
        money(deal.amount.as_ref()),
        format!("opened {}", time(deal.opened_at.as_ref())),
        closed,
        name(deal.agent.as_ref()),
    ]
}

fn contract(contract: &ContractRecord) -> Vec<String> {
    let signed = contract.signed_at.as_ref();
    let ended = contract.ended_at.as_ref();
    vec![
        contract.contract_id.clone(),
        contract.number.clone(),
        contract.kind.clone(),
        contract.state.clone(),
        money(contract.amount.as_ref()),
        signed.map_or(String::new(), |at| format!("signed {}", time(Some(at)))),
        ended.map_or(String::new(), |at| {
            format!(
                "{} {} ({})",
                contract.end_kind,
                time(Some(at)),
                contract.reason
            )
        }),
    ]
}

fn growth(growth: &GrowthRecord) -> Vec<String> {
    vec![
        growth.contract_id.clone(),
        growth.kind.clone(),
        money(growth.amount.as_ref()),
        time(growth.grown_at.as_ref()),
    ]
}

fn refusal(refusal: &RefusalRecord) -> Vec<String> {
    vec![
        time(refusal.refused_at.as_ref()),
        refusal.phase.clone(),
        refusal.reason.clone(),
        if refusal.recovered {
            "recovered since".to_owned()
        } else {
            String::new()
        },
    ]
}

/// A line per contract and touch, with the percentage of every model.
fn credits(journey: &GetJourneyResponse) -> Vec<Vec<String>> {
    let credits: &[CreditRecord] = &journey.credits;
    let printed = |touch: &str| {
        let touched = journey.touches.iter().find(|it| it.touch_id == touch);
        touched.map_or_else(|| touch.to_owned(), recorded)
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for credit in credits {
        let key = (credit.contract_id.as_str(), credit.touch_id.as_str());
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    if !seen.is_empty() {
        let mut head = vec!["contract".to_owned(), "touch".to_owned()];
        head.extend(MODELS.map(str::to_owned));
        rows.push(head);
    }
    for (contract, touch) in seen {
        let mut cells = vec![contract.to_owned(), printed(touch)];
        cells.extend(MODELS.map(|model| {
            let found = credits
                .iter()
                .find(|it| it.model == model && it.contract_id == contract && it.touch_id == touch);
            let parts = found.map_or(0, |it| i32::try_from(it.parts).unwrap_or(i32::MAX));
            print::percent(parts)
        }));
        rows.push(cells);
    }
    rows
}

fn by(channel: &str, source: &str) -> String {
    match source {
        "" => channel.to_owned(),
        source => format!("{channel} ({source})"),
    }
}

fn name(named: Option<&Named>) -> String {
    let named = named.map(|it| match it.name.as_str() {
        "" => it.id.clone(),
        name => name.to_owned(),
    });
    named.unwrap_or_default()
}

/// Nothing for an amount that is not known.
pub(super) fn money(money: Option<&Money>) -> String {
    let money = money.filter(|it| !it.currency.is_empty());
    money.map_or(String::new(), |it| {
        format!(
            "{} {}",
            currency::decimal(it.minor, &it.currency),
            it.currency
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(kind: &str, channel: &str) -> TouchRecord {
        TouchRecord {
            touch_id: "0".repeat(32),
            kind: kind.to_owned(),
            channel: channel.to_owned(),
            ..TouchRecord::default()
        }
    }

    #[test]
    fn every_touch_is_printed_by_the_id_of_what_was_recorded() {
        for (kind, channel, prefix) in [
            ("submission", "form", "sub_"),
            ("response", "", "resp_"),
            ("contact", "", "itrc_"),
            ("activity", "", "dact_"),
            ("referral", "referral", "refl_"),
            ("answer", "questionnaire", "qstn_"),
            ("answer", "", "answ_"),
        ] {
            let printed = format!("{prefix}{}", "0".repeat(32));
            assert_eq!(recorded(&touch(kind, channel)), printed);
        }
    }

    #[test]
    fn credit_goes_to_touches_by_the_same_ids() {
        let credit = CreditRecord {
            model: "first".to_owned(),
            touch_id: "0".repeat(32),
            parts: 1_000_000,
            ..CreditRecord::default()
        };
        let journey = GetJourneyResponse {
            touches: vec![touch("referral", "referral")],
            credits: vec![credit],
            ..GetJourneyResponse::default()
        };
        let rows = credits(&journey);
        assert_eq!(rows[1][1], recorded(&journey.touches[0]));
        assert_eq!(rows[1][2], "100.00 %");
    }
}
