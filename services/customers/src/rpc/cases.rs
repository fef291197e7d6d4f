//! Service cases over gRPC.

use std::{fmt::Display, sync::Arc};

use chrono::{DateTime, Utc};
use ids::{CaseId, PersonId, StaffId};
use prost_types::Timestamp;
use proto::{
    convert::{timestamp, to_timestamp},
    customers::v1::{
        self as pb, ChangeCaseRequest, ChangeCaseResponse, CountCasesRequest, CountCasesResponse,
        GetCaseRequest, GetCaseResponse, ListCasesRequest, ListCasesResponse, OpenCaseRequest,
        OpenCaseResponse, ReopenCaseRequest, ReopenCaseResponse, ResolveCaseRequest,
        ResolveCaseResponse, cases_service_server::CasesService,
    },
};
use rpc::{
    decode::{Fields, Invalid},
    page,
};
use tonic::{Request, Response, Status};

use super::{one, staff, status};
use crate::{
    app::{
        App,
        change_case::{ChangeCase, change_case},
        open_case::{OpenCase, open_case},
        reopen_case::{ReopenCase, reopen_case},
        resolve_case::{ResolveCase, resolve_case},
    },
    domain::case::{Case, Details, Step},
    error::Error,
    store::{
        cases::{self, Cursor, Wanted},
        merges,
    },
};

const TEXT: usize = 20_000;

pub struct Cases(pub Arc<App>);

#[tonic::async_trait]
impl CasesService for Cases {
    async fn open_case(
        &self,
        request: Request<OpenCaseRequest>,
    ) -> Result<Response<OpenCaseResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let cmd = open(&request.into_inner(), by).map_err(status)?;
        let opened = open_case(&self.0, cmd).await.map_err(status)?;
        let case = Some(case(&opened));
        Ok(Response::new(OpenCaseResponse { case }))
    }

    async fn change_case(
        &self,
        request: Request<ChangeCaseRequest>,
    ) -> Result<Response<ChangeCaseResponse>, Status> {
        let cmd = change(&request.into_inner()).map_err(status)?;
        let changed = change_case(&self.0, cmd).await.map_err(status)?;
        let case = Some(case(&changed));
        Ok(Response::new(ChangeCaseResponse { case }))
    }

    async fn resolve_case(
        &self,
        request: Request<ResolveCaseRequest>,
    ) -> Result<Response<ResolveCaseResponse>, Status> {
        let by = staff(rpc::identity(&request));
        let cmd = resolve(&request.into_inner(), by).map_err(status)?;
        let resolved = resolve_case(&self.0, cmd).await.map_err(status)?;
        let case = Some(case(&resolved));
        Ok(Response::new(ResolveCaseResponse { case }))
    }

    async fn reopen_case(
        &self,
        request: Request<ReopenCaseRequest>,
    ) -> Result<Response<ReopenCaseResponse>, Status> {
        let request = request.into_inner();
        let cmd = ReopenCase {
            id: one("case_id", &request.case_id).map_err(status)?,
            revision: request.revision,
        };
        let reopened = reopen_case(&self.0, cmd).await.map_err(status)?;
        let case = Some(case(&reopened));
        Ok(Response::new(ReopenCaseResponse { case }))
    }

    async fn get_case(
        &self,
        request: Request<GetCaseRequest>,
    ) -> Result<Response<GetCaseResponse>, Status> {
        let id: CaseId = one("case_id", &request.into_inner().case_id).map_err(status)?;
        let db = self.0.outbox.database().reader();
        let found = cases::find(db, id).await.map_err(status)?;
        let found = found.ok_or_else(|| status(Error::CaseNotFound(id)))?;
        let case = Some(case(&found));
        Ok(Response::new(GetCaseResponse { case }))
    }

    async fn list_cases(
        &self,
        request: Request<ListCasesRequest>,
    ) -> Result<Response<ListCasesResponse>, Status> {
        let listed = list(&self.0, request.into_inner()).await.map_err(status)?;
        Ok(Response::new(listed))
    }

    async fn count_cases(
        &self,
        request: Request<CountCasesRequest>,
    ) -> Result<Response<CountCasesResponse>, Status> {
        let counted = count(&self.0, request.into_inner()).await.map_err(status)?;
        Ok(Response::new(counted))
    }
}

fn open(request: &OpenCaseRequest, by: Option<StaffId>) -> Result<OpenCase, Invalid> {
    let mut fields = Fields::new();
    let case = fields.require("case", request.case.as_ref());
    let cmd = case.and_then(|case| {
        fields.nested("case", |fields| {
            let id = fields.parse("case_id", &case.case_id);
            let person = fields.parse_optional("person_id", &case.person_id);
            let organisation = fields.parse_optional("organisation_id", &case.organisation_id);
            let details = details(
                fields,
                [
                    &case.step,
                    &case.severity,
                    &case.subject_id,
                    &case.responsible_id,
                    &case.text,
                ],
            );
            let whose = [&case.person_id, &case.organisation_id, &case.subject_id];
            if whose.iter().all(|id| id.is_empty()) {
                let description = "is required where neither organisation nor subject is given";
                fields.wrong("person_id", "REQUIRED", description);
            }
            Some(OpenCase {
                id: id?,
                person: person?,
                organisation: organisation?,
                details: details?,
                by,
            })
        })
    });
    fields.finish(|| cmd)
}

fn change(request: &ChangeCaseRequest) -> Result<ChangeCase, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("case_id", &request.case_id);
    let details = details(
        &mut fields,
        [
            &request.step,
            &request.severity,
            &request.subject_id,
            &request.responsible_id,
            &request.text,
        ],
    );
    fields.finish(|| {
        Some(ChangeCase {
            id: id?,
            revision: request.revision,
            details: details?,
        })
    })
}

fn details(
    fields: &mut Fields,
    [step, severity, subject, responsible, text]: [&str; 5],
) -> Option<Details> {
    let step = fields.parse("step", step);
    let severity = fields.parse("severity", severity);
    let subject = fields.parse_optional("subject_id", subject);
    let responsible = fields.parse_optional("responsible_id", responsible);
    let text = fields.text("text", text, TEXT);
    Some(Details {
        step: step?,
        severity: severity?,
        subject: subject?,
        responsible: responsible?,
        text: text?,
    })
}

fn resolve(request: &ResolveCaseRequest, by: Option<StaffId>) -> Result<ResolveCase, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("case_id", &request.case_id);
    let resolution = fields.text("resolution", &request.resolution, TEXT);
    fields.finish(|| {
        Some(ResolveCase {
            id: id?,
            revision: request.revision,
            resolution: resolution?,
            by,
        })
    })
}

async fn list(app: &App, request: ListCasesRequest) -> Result<ListCasesResponse, Error> {
    let size = page::size(request.page_size)?;
    let after = page::decode(&request.page_token)?;
    let mut fields = Fields::new();
    let person = fields.parse_optional("person_id", &request.person_id);
    let organisation = fields.parse_optional("organisation_id", &request.organisation_id);
    let subject = fields.parse_optional("subject_id", &request.subject_id);
    let step = fields.parse_optional("step", &request.step);
    let state = fields.parse_optional("state", &request.state);
    let responsible = fields.parse_optional("responsible_id", &request.responsible_id);
    let (person, mut wanted) = fields.finish(|| {
        let wanted = Wanted {
            organisation: organisation?,
            subject: subject?,
            step: step?,
            state: state?,
            responsible: responsible?,
            ..Wanted::default()
        };
        Some((person?, wanted))
    })?;
    of_person(app, &mut wanted, person).await?;
    let db = app.outbox.database().reader();
    let rows = cases::page(db, &wanted, after, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |case| Cursor {
        opened_at: case.opened_at,
        id: case.id.uuid(),
    });
    Ok(ListCasesResponse {
        cases: rows.iter().map(case).collect(),
        next_page_token,
    })
}

async fn count(app: &App, request: CountCasesRequest) -> Result<CountCasesResponse, Error> {
    let mut fields = Fields::new();
    let person = fields.parse_optional("person_id", &request.person_id);
    let organisation = fields.parse_optional("organisation_id", &request.organisation_id);
    let from = instant(&mut fields, "from", request.from.as_ref());
    let to = instant(&mut fields, "to", request.to.as_ref());
    let (person, mut wanted) = fields.finish(|| {
        let wanted = Wanted {
            organisation: organisation?,
            from: from?,
            to: to?,
            ..Wanted::default()
        };
        Some((person?, wanted))
    })?;
    of_person(app, &mut wanted, person).await?;
    let counts = cases::count(app.outbox.database().reader(), &wanted).await?;
    let step = |step: &Step| {
        let count = counts.get(step).copied().unwrap_or_default();
        pb::count_cases_response::Step {
            step: step.as_str().to_owned(),
            open: count.open,
            resolved: count.resolved,
            minor: count.minor,
            major: count.major,
            critical: count.critical,
        }
    };
    Ok(CountCasesResponse {
        steps: Step::ALL.iter().map(step).collect(),
    })
}

/// Wants the cases of all records that are one with this one.
async fn of_person(app: &App, wanted: &mut Wanted, person: Option<PersonId>) -> Result<(), Error> {
    if let Some(person) = person {
        let db = app.outbox.database().reader();
        let identity = merges::identity(db, person).await?;
        wanted.persons = Some(identity.members);
    }
    Ok(())
}

/// An instant that may be absent.
#[expect(
    clippy::option_option,
    reason = "what is wrong is none, as with all fields; what is absent is none inside"
)]
pub(super) fn instant(
    fields: &mut Fields,
    field: &str,
    at: Option<&Timestamp>,
) -> Option<Option<DateTime<Utc>>> {
    let Some(at) = at else { return Some(None) };
    let read = to_timestamp(at).ok_or("is no instant");
    fields.read(field, read).map(Some)
}

fn case(case: &Case) -> pb::Case {
    let details = &case.details;
    let resolved_by = case.resolved.and_then(|resolved| resolved.by);
    pb::Case {
        case_id: case.id.to_string(),
        revision: case.revision,
        person_id: printed(case.person),
        organisation_id: printed(case.organisation),
        step: details.step.as_str().to_owned(),
        severity: details.severity.as_str().to_owned(),
        state: case.state().as_str().to_owned(),
        subject_id: printed(details.subject),
        responsible_id: printed(details.responsible),
        text: details.text.clone(),
        resolution: case.resolution.clone(),
        opened_at: Some(timestamp(case.opened_at)),
        opened_by: printed(case.opened_by),
        resolved_at: case.resolved.map(|resolved| timestamp(resolved.at)),
        resolved_by: printed(resolved_by),
    }
}

/// An id as it is shown, empty for none.
pub(super) fn printed(id: Option<impl Display>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
