//! All that is known of one journey.

use ids::{ContractId, DealId, LeadId, PersonId};
use proto::analytics::v1::{GetJourneyRequest, GetJourneyResponse};
use rpc::decode::{Fields, Invalid};
use uuid::Uuid;

use super::reader::Reader;
use super::{Reports, clients};
use crate::domain::figures::{RecordTable, Value, records};
use crate::error::Error;
use crate::store::reports::clients::Listing;

/// Records of a kind.
const MOST: u32 = 1_000;

pub(crate) async fn get(
    reports: &Reports,
    request: &GetJourneyRequest,
) -> Result<GetJourneyResponse, Error> {
    let subject = subject(&request.subject_id)?;
    let mut reader = Reader::open(reports).await?;
    let journey = reader.snapshot.journey_of(subject).await?;
    let not_found = || Error::JourneyNotFound(request.subject_id.clone());
    let journey = journey.ok_or_else(not_found)?;
    let mut page = Pages {
        reader: &mut reader,
        journey,
        cut: false,
    };
    let touches = page
        .of(records::Touch::TABLE, "place", records::Touch::of_values)
        .await?;
    let leads = page
        .of(
            records::Lead::TABLE,
            "received_at",
            records::Lead::of_values,
        )
        .await?;
    let deals = page
        .of(records::Deal::TABLE, "opened_at", records::Deal::of_values)
        .await?;
    let contracts = page
        .of(
            records::Contract::TABLE,
            "signed_at",
            records::Contract::of_values,
        )
        .await?;
    let credits = page
        .of(
            records::Credit::TABLE,
            "signed_at, r.contract, r.model, r.touch",
            records::Credit::of_values,
        )
        .await?;
    let refusals = page
        .of(
            records::Refusal::TABLE,
            "refused_at",
            records::Refusal::of_values,
        )
        .await?;
    let payments = page
        .of(
            records::Payment::TABLE,
            "due_at, r.received_at",
            records::Payment::of_values,
        )
        .await?;
    let cases = page
        .of(records::Case::TABLE, "opened_at", records::Case::of_values)
        .await?;
    let cut = page.cut;
    let listing = Listing {
        journey: Some(journey),
        ..Listing::default()
    };
    let client = clients::one(&mut reader, &listing).await?;
    Ok(GetJourneyResponse {
        as_of: Some(reader.as_of()),
        journey_id: journey.simple().to_string(),
        touches: touches.into_iter().map(|it| reader.touch(it)).collect(),
        leads: leads.into_iter().map(|it| reader.lead(it)).collect(),
        deals: deals.into_iter().map(|it| reader.deal(it)).collect(),
        contracts: contracts
            .into_iter()
            .map(|it| reader.contract(it))
            .collect(),
        credits: credits.into_iter().map(|it| reader.credit(it)).collect(),
        refusals: refusals.into_iter().map(|it| reader.refusal(it)).collect(),
        payments: payments.into_iter().map(|it| reader.payment(it)).collect(),
        cases: cases.into_iter().map(|it| reader.case(it)).collect(),
        client,
        cut,
    })
}

/// Reads records of one journey, and notes when there are too many.
struct Pages<'a> {
    reader: &'a mut Reader,
    journey: Uuid,
    cut: bool,
}

impl Pages<'_> {
    async fn of<T>(
        &mut self,
        table: &'static RecordTable,
        order: &str,
        make: impl Fn(Uuid, Vec<Value>) -> T,
    ) -> Result<Vec<T>, Error> {
        let order = format!("r.{order}");
        let snapshot = &self.reader.snapshot;
        let mut rows = snapshot
            .records_of(table, self.journey, &order, MOST + 1)
            .await?;
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        self.cut |= rows.len() > most;
        rows.truncate(most);
        self.reader.records(rows, make).await
    }
}

/// The id of something that belongs to a journey.
fn subject(text: &str) -> Result<Uuid, Invalid> {
    let mut fields = Fields::new();
    let id = match text.split_once('_').map(|(prefix, _)| prefix) {
        Some(PersonId::PREFIX) => fields.parse("subject_id", text).map(PersonId::uuid),
        Some(DealId::PREFIX) => fields.parse("subject_id", text).map(DealId::uuid),
        Some(ContractId::PREFIX) => fields.parse("subject_id", text).map(ContractId::uuid),
        _ => fields.parse("subject_id", text).map(LeadId::uuid),
    };
    fields.finish(|| id)
}
