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
    let found = page.all().await?;
    let cut = page.cut;
    let listing = Listing {
        journey: Some(journey),
        ..Listing::default()
    };
    // A place among all clients takes a look at all of them; who has no contract is none.
    let client = if found.contracts.is_empty() {
        None
    } else {
        clients::one(&mut reader, &listing).await?
    };
    let own = &reader;
    Ok(GetJourneyResponse {
        as_of: Some(own.as_of()),
        journey_id: journey.simple().to_string(),
        touches: found.touches.into_iter().map(|it| own.touch(it)).collect(),
        leads: found.leads.into_iter().map(|it| own.lead(it)).collect(),
        deals: found.deals.into_iter().map(|it| own.deal(it)).collect(),
        contracts: found
            .contracts
            .into_iter()
            .map(|it| own.contract(it))
            .collect(),
        credits: found.credits.into_iter().map(|it| own.credit(it)).collect(),
        refusals: found
            .refusals
            .into_iter()
            .map(|it| own.refusal(it))
            .collect(),
        payments: found
            .payments
            .into_iter()
            .map(|it| own.payment(it))
            .collect(),
        cases: found.cases.into_iter().map(|it| own.case(it)).collect(),
        client,
        cut,
        growths: found.growths.into_iter().map(|it| own.growth(it)).collect(),
    })
}

/// Records of a journey, the earliest first.
struct Found {
    touches: Vec<records::Touch>,
    leads: Vec<records::Lead>,
    deals: Vec<records::Deal>,
    contracts: Vec<records::Contract>,
    credits: Vec<records::Credit>,
    refusals: Vec<records::Refusal>,
    payments: Vec<records::Payment>,
    cases: Vec<records::Case>,
    growths: Vec<records::Growth>,
}

/// Reads records of one journey, and notes when there are too many.
struct Pages<'a> {
    reader: &'a mut Reader,
    journey: Uuid,
    cut: bool,
}

impl Pages<'_> {
    async fn all(&mut self) -> Result<Found, Error> {
        use records::{Case, Contract, Credit, Deal, Growth, Lead, Payment, Refusal, Touch};
        let of_credits = "signed_at, r.contract, r.model, r.touch";
        let of_payments = "due_at, r.received_at";
        Ok(Found {
            touches: self.of(Touch::TABLE, "place", Touch::of_values).await?,
            leads: self.of(Lead::TABLE, "received_at", Lead::of_values).await?,
            deals: self.of(Deal::TABLE, "opened_at", Deal::of_values).await?,
            contracts: self
                .of(Contract::TABLE, "signed_at", Contract::of_values)
                .await?,
            credits: self
                .of(Credit::TABLE, of_credits, Credit::of_values)
                .await?,
            refusals: self
                .of(Refusal::TABLE, "refused_at", Refusal::of_values)
                .await?,
            payments: self
                .of(Payment::TABLE, of_payments, Payment::of_values)
                .await?,
            growths: self
                .of(Growth::TABLE, "grown_at", Growth::of_values)
                .await?,
            cases: self.of(Case::TABLE, "opened_at", Case::of_values).await?,
        })
    }

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
