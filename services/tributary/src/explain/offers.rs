//! What was offered on the deals of a journey, with its lines and what came of it.

use proto::{
    deals::v1::{LineKind, ListOffersRequest, Offer, OfferLine, OfferState},
    types::v1::Money,
};
use rpc::Code;
use serde_json::Value;

use super::{journey::money, part};
use crate::{
    print::{self, cut, percent, table, time},
    remote::Remote,
};

/// Offers that are listed for each deal.
const OFFERS: i32 = 50;
/// Letters of what a line offers.
const TEXT: usize = 48;

/// The offers on deals, newest first; deals that the service does not know have none.
pub(super) async fn on(
    remote: &Remote,
    deals: impl Iterator<Item = &str>,
) -> anyhow::Result<(Vec<String>, Vec<Value>)> {
    let mut offers = Vec::new();
    for deal_id in deals {
        let request = ListOffersRequest {
            deal_id: deal_id.to_owned(),
            page_size: OFFERS,
            page_token: String::new(),
        };
        match remote.offers().list_offers(request).await {
            Ok(answer) => offers.extend(answer.into_inner().offers),
            Err(status) if status.code() == Code::NotFound => {}
            Err(status) => return Err(remote.said(&status)),
        }
    }
    let json: anyhow::Result<Vec<Value>> = offers.iter().map(print::json).collect();
    Ok((lines(&offers), json?))
}

/// A line for each offer, with its own lines below.
fn lines(offers: &[Offer]) -> Vec<String> {
    let heads: Vec<Vec<String>> = offers.iter().map(head).collect();
    let heads = table(&heads, &[4, 5, 6]);
    let all = heads.into_iter().zip(offers).flat_map(|(head, offer)| {
        let content = offer.content.as_ref();
        let currency = content.map_or("", |it| it.currency.as_str());
        let lines = content.into_iter().flat_map(|it| &it.lines);
        let rows: Vec<Vec<String>> = lines.map(|it| line(it, currency)).collect();
        let below = table(&rows, &[1, 4, 6]);
        let below = below.into_iter().map(|line| format!("  {line}"));
        std::iter::once(head).chain(below)
    });
    part("Offers", all)
}

fn head(offer: &Offer) -> Vec<String> {
    let sum = |name: &str, sum: Option<&Money>| format!("{name} {}", money(sum));
    let sent = offer.sent_at.as_ref();
    let answered = offer.answered_at.as_ref();
    let state = state(offer.state());
    vec![
        offer.offer_id.clone(),
        offer.number.clone(),
        format!("version {}", offer.version),
        state.clone(),
        sum("net", offer.net.as_ref()),
        sum("tax", offer.tax.as_ref()),
        sum("total", offer.total.as_ref()),
        sent.map_or(String::new(), |at| format!("sent {}", time(Some(at)))),
        answered.map_or(String::new(), |at| format!("{state} {}", time(Some(at)))),
        offer.deal_id.clone(),
    ]
}

fn line(line: &OfferLine, currency: &str) -> Vec<String> {
    let kind = line.kind().as_str_name();
    let less = match line.discount_bp {
        0 => String::new(),
        points => format!("less {}", percent(points.saturating_mul(100))),
    };
    let price = line.unit_price_minor.unwrap_or_default();
    vec![
        match line.kind() {
            LineKind::Unspecified => String::new(),
            _ => kind.trim_start_matches("LINE_KIND_").to_lowercase(),
        },
        thousandths(line.quantity_milli),
        line.unit.clone(),
        cut(&line.text, TEXT),
        currency::decimal(price, currency),
        less,
        currency::decimal(line.net_minor, currency),
        currency.to_owned(),
    ]
}

fn state(state: OfferState) -> String {
    let name = state.as_str_name();
    name.trim_start_matches("OFFER_STATE_").to_lowercase()
}

/// A quantity as people write it: `2`, `2.5`.
fn thousandths(milli: i64) -> String {
    let text = format!("{}.{:03}", milli / 1_000, milli % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_has_no_more_digits_than_it_needs() {
        for (milli, text) in [(1, "0.001"), (2_000, "2"), (2_500, "2.5"), (100_000, "100")] {
            assert_eq!(thousandths(milli), text);
        }
    }
}
