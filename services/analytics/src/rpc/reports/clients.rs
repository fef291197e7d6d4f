//! Clients and their value.

use ids::PersonId;
use proto::analytics::v1::{
    Client, GetClientRequest, GetClientResponse, ListClientsRequest, ListClientsResponse,
};
use rpc::decode::{Fields, Invalid};

use super::Reports;
use super::ask::filter;
use super::reader::Reader;
use crate::domain::figures::records;
use crate::error::Error;
use crate::store::reports::clients::{Cursor, Listing, Ranked};

/// Clients of a page. With `whole` as many as that, for a file.
pub(crate) async fn list(
    reports: &Reports,
    request: &ListClientsRequest,
    whole: Option<u32>,
) -> Result<ListClientsResponse, Error> {
    let size = match whole {
        Some(size) => size,
        None => rpc::page::size(request.page_size)?,
    };
    let after = rpc::page::decode::<Cursor>(&request.page_token)?;
    let (period, only) = filter(request.filter.as_ref(), &["channel", "agent"])?;
    let cells = cells(request)?;
    let mut reader = Reader::open(reports).await?;
    let listing = Listing {
        period,
        only: reader.numbers(&only).await?,
        cells,
        ..Listing::default()
    };
    let found = reader.snapshot.clients(&listing, after, size + 1).await?;
    let clients = clients(&mut reader, found).await?;
    let (clients, next_page_token) =
        rpc::page::cut(clients, size, |(client, _)| Cursor(client.value, client.id));
    // A file has no place for it.
    let total = match whole {
        Some(_) => 0,
        None => reader.snapshot.count_clients(&listing).await?,
    };
    let rows = clients
        .iter()
        .map(|(client, cells)| shown(&reader, client, *cells));
    Ok(ListClientsResponse {
        as_of: Some(reader.as_of()),
        rows: rows.collect(),
        total,
        next_page_token,
    })
}

fn cells(request: &ListClientsRequest) -> Result<[i32; 3], Invalid> {
    let mut fields = Fields::new();
    let recency = fields.within("recency", request.recency, &(0..=5));
    let frequency = fields.within("frequency", request.frequency, &(0..=5));
    let monetary = fields.within("monetary", request.monetary, &(0..=5));
    fields.finish(|| Some([recency?, frequency?, monetary?]))
}

pub(crate) async fn get(
    reports: &Reports,
    request: &GetClientRequest,
) -> Result<GetClientResponse, Error> {
    let mut fields = Fields::new();
    let id: Option<PersonId> = fields.parse("client_id", &request.client_id);
    let id = fields.finish(|| id)?;
    let mut reader = Reader::open(reports).await?;
    let mut listing = Listing {
        id: Some(id.uuid()),
        ..Listing::default()
    };
    let mut client = one(&mut reader, &listing).await?;
    if client.is_none() {
        // Another record of a client bears another id.
        listing.id = None;
        listing.journey = reader.snapshot.journey_of(id.uuid()).await?;
        if listing.journey.is_some() {
            client = one(&mut reader, &listing).await?;
        }
    }
    let not_found = || Error::ClientNotFound(id.to_string());
    Ok(GetClientResponse {
        as_of: Some(reader.as_of()),
        client: Some(client.ok_or_else(not_found)?),
    })
}

/// The client that a listing finds, if it is one.
pub(crate) async fn one(reader: &mut Reader, listing: &Listing) -> Result<Option<Client>, Error> {
    let found = reader.snapshot.clients(listing, None, 1).await?;
    let found = clients(reader, found).await?;
    let client = found.first();
    Ok(client.map(|(client, cells)| shown(reader, client, *cells)))
}

async fn clients(
    reader: &mut Reader,
    found: Vec<Ranked>,
) -> Result<Vec<(records::Client, [i32; 3])>, Error> {
    let cells: Vec<[i32; 3]> = found.iter().map(|client| client.cells).collect();
    let rows = found.into_iter().map(|client| client.row).collect();
    let clients = reader.records(rows, records::Client::of_values).await?;
    Ok(clients.into_iter().zip(cells).collect())
}

fn shown(reader: &Reader, it: &records::Client, cells: [i32; 3]) -> Client {
    let [recency, frequency, monetary] = cells;
    Client {
        client_id: PersonId::from_uuid(it.id).to_string(),
        recency,
        frequency,
        monetary,
        first_signed_at: it.first_signed_at.map(proto::convert::timestamp),
        last_signed_at: it.last_signed_at.map(proto::convert::timestamp),
        contracts: it.contracts,
        active: it.active,
        value: reader.money(it.value),
        received: reader.money(it.received),
        touches: it.touches,
        recommends: i32::try_from(it.recommends)
            .ok()
            .filter(|answer| *answer >= 0),
        referrals: it.referrals,
        rewarded: it.rewarded,
        cases: it.cases,
        open_cases: it.open_cases,
        agent: reader.named("agent", &it.agent),
        channel: it.channel.clone(),
    }
}
