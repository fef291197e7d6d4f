//! Timelines over gRPC.

use std::{collections::BTreeMap, sync::Arc};

use ids::PersonId;
use proto::{
    convert::timestamp,
    customers::v1::{
        self as pb, ListTimelineRequest, ListTimelineResponse,
        timeline_service_server::TimelineService,
    },
    types::v1::Money,
};
use rpc::{decode::Fields, page};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    cases::{instant, printed},
    status,
};
use crate::{
    app::App,
    domain::timeline::{Entry, Kind},
    error::Error,
    store::{
        links, merges, persons,
        timeline::{self, Cursor, Wanted},
    },
};

pub struct Timelines(pub Arc<App>);

#[tonic::async_trait]
impl TimelineService for Timelines {
    async fn list_timeline(
        &self,
        request: Request<ListTimelineRequest>,
    ) -> Result<Response<ListTimelineResponse>, Status> {
        let listed = list(&self.0, &request.into_inner()).await.map_err(status)?;
        Ok(Response::new(listed))
    }
}

async fn list(app: &App, request: &ListTimelineRequest) -> Result<ListTimelineResponse, Error> {
    let size = page::size(request.page_size)?;
    let after: Option<Cursor> = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let person = fields.parse("person_id", &request.person_id);
    let from = instant(&mut fields, "from", request.from.as_ref());
    let to = instant(&mut fields, "to", request.to.as_ref());
    let kinds = kinds(&mut fields, &request.kinds);
    let (person, wanted): (PersonId, Wanted) = fields.finish(|| {
        let (kinds, from, to) = (kinds?, from?, to?);
        Some((person?, Wanted { kinds, from, to }))
    })?;
    let db = app.outbox.database().reader();
    let known = persons::find(db, person).await?;
    known.ok_or(Error::PersonNotFound(person))?;
    let identity = merges::identity(db, person).await?;
    let leads = links::leads_of_all(db, identity.members.iter().copied()).await?;
    let subjects = timeline::subjects(db, &leads, &identity.members).await?;
    let ids = subjects.keys().copied();
    let rows = timeline::page(db, ids, &wanted, after, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |entry| Cursor {
        at: entry.at,
        source: entry.source,
        kind: entry.kind.to_string(),
    });
    Ok(ListTimelineResponse {
        entries: rows.into_iter().map(|row| entry(row, &subjects)).collect(),
        next_page_token,
    })
}

fn kinds(fields: &mut Fields, texts: &[String]) -> Option<Vec<Kind>> {
    let read = texts.iter().take(Kind::ALL.len() + 1);
    read.map(|text| fields.parse("kinds", text)).collect()
}

fn entry(entry: Entry, subjects: &BTreeMap<Uuid, PersonId>) -> pb::TimelineEntry {
    pb::TimelineEntry {
        entry_id: format!("{}.{}", entry.kind, entry.source.simple()),
        at: Some(timestamp(entry.at)),
        kind: entry.kind.to_string(),
        code: entry.code(),
        detail: entry.detail,
        about_ids: entry.about,
        person_id: printed(subjects.get(&entry.subject)),
        channel: entry.channel,
        campaign_id: printed(entry.campaign),
        amount: entry
            .amount
            .map(|(minor, currency)| Money { minor, currency }),
        staff_id: printed(entry.staff),
    }
}
