//! Filters of the forecast.

use clock::Timestamp;
use proto::deals::v1 as asked;
use rpc::decode::{Fields, Invalid};

use super::fields::{currency, time};
use crate::domain::forecast::{Figure, Month, day_of};
use crate::store::forecast::{Behind, Filter, SpanFilter};

pub fn forecast(request: &asked::GetForecastRequest, now: Timestamp) -> Result<Filter, Invalid> {
    let mut fields = Fields::new();
    let topic = fields.parse_optional("topic_id", &request.topic_id);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    let from = time(&mut fields, "from", request.from.as_ref());
    let to = time(&mut fields, "to", request.to.as_ref());
    fields.finish(|| {
        Some(Filter {
            topic: topic?,
            responsible: responsible?,
            from: from?,
            to: to?,
            today: day_of(now),
        })
    })
}

pub fn behind(
    request: &asked::ListForecastDealsRequest,
    now: Timestamp,
) -> Result<Behind, Invalid> {
    let mut fields = Fields::new();
    let topic = fields.parse_optional("topic_id", &request.topic_id);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    let from = time(&mut fields, "from", request.from.as_ref());
    let to = time(&mut fields, "to", request.to.as_ref());
    let span = span(&mut fields, request);
    let currency = currency(&mut fields, "currency", &request.currency);
    let figure = match request.figure() {
        asked::ForecastFigure::Unspecified | asked::ForecastFigure::Open => Figure::Open,
        asked::ForecastFigure::Committed => Figure::Committed,
        asked::ForecastFigure::Won => Figure::Won,
    };
    fields.finish(|| {
        Some(Behind {
            filter: Filter {
                topic: topic?,
                responsible: responsible?,
                from: from?,
                to: to?,
                today: day_of(now),
            },
            without_responsible: request.without_responsible,
            span: span?,
            figure,
            currency: currency?,
        })
    })
}

fn span(fields: &mut Fields, request: &asked::ListForecastDealsRequest) -> Option<SpanFilter> {
    let month: Option<Month> = fields.parse_optional("month", &request.month)?;
    match (request.span(), month) {
        (asked::ForecastSpan::Unspecified | asked::ForecastSpan::Month, Some(month)) => {
            Some(SpanFilter::Month(month))
        }
        (asked::ForecastSpan::Unspecified, None) => Some(SpanFilter::All),
        (asked::ForecastSpan::Month, None) => Some(SpanFilter::AnyMonth),
        (asked::ForecastSpan::Overdue, None) => Some(SpanFilter::Overdue),
        (asked::ForecastSpan::Undated, None) => Some(SpanFilter::Undated),
        (asked::ForecastSpan::Overdue | asked::ForecastSpan::Undated, Some(_)) => {
            fields.wrong("month", "MALFORMED", "goes with the span of a month alone");
            None
        }
    }
}
