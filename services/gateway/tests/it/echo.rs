//! Services behind the gateway that answer without knowing anything.
//!
//! Every method returns an empty message; a few of intake and notifications tell what they were
//! asked. Who asked stands in the header `x-seen`.

mod surveys;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
};
use futures::{FutureExt, TryStreamExt, future::BoxFuture};
use http_body_util::BodyExt;
use prost::{Message, Name};
use proto::types::v1::Download;
use proto::{analytics::v1 as analytics, intake::v1 as intake, notifications::v1 as notifications};
use rpc::{Code, Failure, Identity, Violation, decode::Invalid};
use service::{Context, Definition, StartError, Started};
use tonic::Status;

/// Said by a service to what it does not take.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is refused")]
struct Refused(Code, &'static str);

impl Failure for Refused {
    fn code(&self) -> Code {
        self.0
    }

    fn reason(&self) -> &'static str {
        self.1
    }

    fn violations(&self) -> Vec<Violation> {
        Vec::new()
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        (self.0 == Code::ResourceExhausted).then_some(std::time::Duration::from_millis(2_500))
    }
}

/// The services behind the gateway.
pub(crate) fn services() -> Vec<Definition> {
    let names = [
        "analytics",
        "campaigns",
        "contracts",
        "customers",
        "deals",
        "intake",
        "notifications",
    ];
    names.into_iter().map(definition).collect()
}

/// One of them.
pub(crate) fn definition(name: &'static str) -> Definition {
    Definition {
        name,
        settings: "",
        migrations: &[],
        start,
    }
}

fn start(_: Context) -> BoxFuture<'static, Result<Started, StartError>> {
    let router = Router::new().fallback(answer).with_state(());
    async move {
        Ok(Started {
            router,
            ..Started::default()
        })
    }
    .boxed()
}

async fn answer(State(()): State<()>, request: Request) -> Response {
    let seen = seen(&request);
    let path = request.uri().path().to_owned();
    let mut response = match path.rsplit('/').next().unwrap() {
        "StreamLeads" => stream_leads(request),
        "ExportRecords" => records(),
        method => {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let message = body.get(5..).unwrap_or_default();
            match unary(method, message) {
                Ok(bytes) => framed(&bytes),
                Err(status) => status.into_http(),
            }
        }
    };
    response
        .headers_mut()
        .insert("x-seen", seen.parse().unwrap());
    response
}

/// Who asks, and which of the headers of the outside came through.
fn seen(request: &Request) -> String {
    let who = match request.extensions().get::<Identity>().unwrap() {
        Identity::Anyone => "anyone".to_owned(),
        Identity::Partner { id, sandbox, .. } => format!("partner {id} {sandbox}"),
        Identity::Staff { id, roles } => format!("staff {id} {roles:?}"),
        Identity::Service { name } => format!("service {name}"),
    };
    let outside = ["authorization", "cookie", "x-forwarded-for", "x-own"];
    let outside = outside
        .into_iter()
        .filter(|name| request.headers().contains_key(*name));
    outside.fold(who, |text, name| format!("{text} {name}"))
}

fn unary(method: &str, bytes: &[u8]) -> Result<Vec<u8>, Status> {
    match method {
        "SubmitLead" => submit_lead(&decode(bytes)).map(|answer| encode(&answer)),
        "UpdateDoor" => {
            let request = decode::<intake::UpdateDoorRequest>(bytes);
            let mut door = request.door.unwrap_or_default();
            door.door_id = request.door_id;
            Ok(encode(&intake::UpdateDoorResponse { door: Some(door) }))
        }
        "ExportReport" => export_report(&decode(bytes)).map(|answer| encode(&answer)),
        "ListLeads" => Ok(encode(&list_leads(&decode(bytes)))),
        "SubmitForm" => submit_form(&decode(bytes)).map(|answer| encode(&answer)),
        "SubmitEmail" => {
            let request = decode::<intake::SubmitEmailRequest>(bytes);
            let receipt = receipt(
                &request.door_key,
                format!("{} bytes", request.message.len()),
            );
            Ok(encode(&intake::SubmitEmailResponse {
                receipt: Some(receipt?),
            }))
        }
        "AnnounceCall" => announce_call(&decode(bytes)).map(|answer| encode(&answer)),
        "ListDoors" => Ok(encode(&doors())),
        "GetQuestionnaire" => Ok(encode(&questionnaire(&decode(bytes))?)),
        "GetSurveyByToken" => Ok(encode(&surveys::opened(&decode(bytes))?)),
        "AnswerByToken" => Ok(encode(&surveys::answered(&decode(bytes))?)),
        "AnswerQuestionnaire" => {
            let request = decode::<notifications::AnswerQuestionnaireRequest>(bytes);
            let thanks = format!(
                "{}|{}|{}",
                request.reason, request.comment, request.contact_wanted
            );
            Ok(encode(&notifications::AnswerQuestionnaireResponse {
                thanks,
            }))
        }
        "ListMessages" => {
            let messages = vec![message("mesg_1")];
            let list = notifications::ListMessagesResponse {
                messages,
                total: 1,
                ..Default::default()
            };
            Ok(encode(&list))
        }
        "GetMessage" => {
            let request = decode::<notifications::GetMessageRequest>(bytes);
            let message = Some(message(&request.message_id));
            Ok(encode(&notifications::GetMessageResponse { message }))
        }
        _ => Ok(Vec::new()),
    }
}

fn submit_lead(request: &intake::SubmitLeadRequest) -> Result<intake::SubmitLeadResponse, Status> {
    let lead = request.lead.clone().unwrap_or_default();
    if lead.external_id.is_empty() {
        let invalid = Invalid::field("lead.external_id", "REQUIRED", "is required");
        return Err(rpc::status("intake", &invalid));
    }
    let said = format!("{}|{:?}|{:?}", lead.full_name, lead.utm, lead.occurred_at);
    Ok(intake::SubmitLeadResponse {
        receipt: Some(receipt(&lead.external_id, said)?),
    })
}

fn export_report(
    request: &analytics::ExportReportRequest,
) -> Result<analytics::ExportReportResponse, Status> {
    let Some(asked) = &request.request else {
        let invalid = Invalid::field("request", "REQUIRED", "is required");
        return Err(rpc::status("analytics", &invalid));
    };
    Ok(analytics::ExportReportResponse {
        file: Some(file(&format!("{asked:?}"))),
    })
}

fn file(text: &str) -> Download {
    Download {
        content_type: "text/csv; charset=utf-8".to_owned(),
        file_name: "fun\"nel.csv".to_owned(),
        data: text.as_bytes().to_vec(),
    }
}

/// A file in three parts.
fn records() -> Response {
    let parts = ["id\r\n", "1\r\n", "2\r\n"].map(|text| {
        let part = Some(file(text));
        let answer = encode(&analytics::ExportRecordsResponse { part });
        Ok::<_, axum::Error>(hyper::body::Frame::data(bytes::Bytes::from(frame(&answer))))
    });
    let frames = parts.into_iter().chain([Ok(trailers())]);
    let frames = futures::stream::iter(frames);
    response(Body::new(http_body_util::StreamBody::new(frames)))
}

fn list_leads(request: &intake::ListLeadsRequest) -> intake::ListLeadsResponse {
    let lead = intake::LeadCard {
        lead_id: "lead_1".to_owned(),
        state: request.state,
        organisation: request.search.clone(),
        revision: i64::MAX,
        ..intake::LeadCard::default()
    };
    intake::ListLeadsResponse {
        leads: vec![lead],
        total: request.page_size.into(),
        ..intake::ListLeadsResponse::default()
    }
}

fn submit_form(request: &intake::SubmitFormRequest) -> Result<intake::SubmitFormResponse, Status> {
    let said = format!(
        "{}|{}|{}|{}|{}",
        request.content_type,
        String::from_utf8_lossy(&request.body),
        request.idempotency_key,
        request.referrer,
        request.origin
    );
    let redirect_url = match request.door_key.as_str() {
        "redirects" => "https://shop.example/thanks",
        "lures" => "javascript:alert(1)",
        _ => "",
    };
    Ok(intake::SubmitFormResponse {
        receipt: Some(receipt(&request.door_key, said)?),
        redirect_url: redirect_url.to_owned(),
    })
}

fn announce_call(
    request: &intake::AnnounceCallRequest,
) -> Result<intake::AnnounceCallResponse, Status> {
    if request.signature == "v1=bad" {
        return Err(rpc::status(
            "intake",
            &Refused(Code::Unauthenticated, "SIGNATURE_INVALID"),
        ));
    }
    let said = format!(
        "{}|{}",
        request.timestamp,
        String::from_utf8_lossy(&request.body)
    );
    Ok(intake::AnnounceCallResponse {
        receipt: Some(receipt(&request.door_key, said)?),
        lead: Some(intake::LeadCard {
            lead_id: "lead_1".to_owned(),
            ..Default::default()
        }),
        open_deal_id: "deal_1".to_owned(),
    })
}

/// A receipt as the key asks for it.
fn receipt(key: &str, detail: String) -> Result<intake::Receipt, Status> {
    let refused = |code, reason| Err(rpc::status("intake", &Refused(code, reason)));
    let (verdict, replayed) = match key {
        "unknown" => return refused(Code::NotFound, "DOOR_NOT_FOUND"),
        "reused" => return refused(Code::AlreadyExists, "IDEMPOTENCY_KEY_REUSED"),
        "shed" => return refused(Code::ResourceExhausted, "OVERLOADED"),
        "held" => (intake::Verdict::Held, false),
        "again" => (intake::Verdict::Created, true),
        _ => (intake::Verdict::Created, false),
    };
    Ok(intake::Receipt {
        submission_id: "sub_1".to_owned(),
        verdict: verdict.into(),
        replayed,
        detail,
        ..intake::Receipt::default()
    })
}

fn doors() -> intake::ListDoorsResponse {
    let door = |key: &str, origins: &[&str]| intake::Door {
        door_id: format!("door_{key}"),
        kind: intake::DoorKind::Form.into(),
        key: key.to_owned(),
        name: "Shop <b>&".to_owned(),
        allowed_origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        redirect_url: "https://shop.example/thanks".to_owned(),
        active: true,
        ..intake::Door::default()
    };
    let closed = intake::Door {
        active: false,
        ..door("closed", &[])
    };
    let shop = door("shop", &["https://shop.example"]);
    intake::ListDoorsResponse {
        doors: vec![shop, door("open", &[]), closed],
        ..Default::default()
    }
}

fn questionnaire(
    request: &notifications::GetQuestionnaireRequest,
) -> Result<notifications::GetQuestionnaireResponse, Status> {
    if request.token == "unknown" {
        let refused = Refused(Code::NotFound, "QUESTIONNAIRE_NOT_FOUND");
        return Err(rpc::status("notifications", &refused));
    }
    let option = |code: &str, text: &str| notifications::QuestionnaireOption {
        code: code.to_owned(),
        text: text.to_owned(),
    };
    Ok(notifications::GetQuestionnaireResponse {
        locale: "lv".to_owned(),
        title: "Jautājums".to_owned(),
        question: "<script>alert('q')</script>".to_owned(),
        options: vec![option("price", "Cena"), option("\"><img src=x>", "Cits")],
        comment_label: "Komentārs".to_owned(),
        contact_label: "Sazināties".to_owned(),
        submit_label: "Nosūtīt".to_owned(),
        thanks: "Paldies".to_owned(),
        answered: request.token == "answered",
    })
}

fn message(id: &str) -> notifications::Message {
    notifications::Message {
        message_id: id.to_owned(),
        purpose: "farewell".to_owned(),
        recipient: "anna@example.org".to_owned(),
        subject: "<script>alert('s')</script>".to_owned(),
        text: "Dear </pre><script>".to_owned(),
        html: "<h1>Dear Anna</h1><script>alert('m')</script>".to_owned(),
        headers: "Subject: <x>".to_owned(),
        state: notifications::MessageState::Caught.into(),
        ..notifications::Message::default()
    }
}

/// Answers each record as it comes, before the next one is there.
fn stream_leads(request: Request) -> Response {
    let mut buffer = bytes::BytesMut::new();
    let mut index = 0;
    let answers = request.into_body().into_data_stream().map_ok(move |chunk| {
        buffer.extend_from_slice(&chunk);
        let mut answers = Vec::new();
        while let Some(record) = take_frame(&mut buffer) {
            let lead = decode::<intake::StreamLeadsRequest>(&record)
                .lead
                .unwrap_or_default();
            let receipt = receipt(&lead.external_id, lead.full_name).ok();
            let answer = encode(&intake::StreamLeadsResponse { index, receipt });
            answers.extend(frame(&answer));
            index += 1;
        }
        hyper::body::Frame::data(bytes::Bytes::from(answers))
    });
    let end = futures::stream::once(async { Ok(trailers()) });
    let frames = futures::StreamExt::chain(answers, end);
    response(Body::new(http_body_util::StreamBody::new(frames)))
}

fn take_frame(buffer: &mut bytes::BytesMut) -> Option<bytes::Bytes> {
    let length = u32::from_be_bytes(buffer.get(1..5)?.try_into().unwrap());
    let whole = 5 + usize::try_from(length).unwrap();
    (buffer.len() >= whole).then(|| buffer.split_to(whole).freeze().slice(5..))
}

fn framed(message: &[u8]) -> Response {
    let data = hyper::body::Frame::data(bytes::Bytes::from(frame(message)));
    let frames = futures::stream::iter([Ok::<_, axum::Error>(data), Ok(trailers())]);
    response(Body::new(http_body_util::StreamBody::new(frames)))
}

fn frame(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap();
    [&[0], &length.to_be_bytes()[..], message].concat()
}

fn trailers() -> hyper::body::Frame<bytes::Bytes> {
    let trailers = [("grpc-status", "0")].map(|(name, value)| {
        (
            name.parse::<http::HeaderName>().unwrap(),
            value.parse::<http::HeaderValue>().unwrap(),
        )
    });
    hyper::body::Frame::trailers(trailers.into_iter().collect())
}

fn response(body: Body) -> Response {
    Response::builder()
        .header("content-type", "application/grpc")
        .body(body)
        .unwrap()
}

fn decode<M: Message + Name + Default>(bytes: &[u8]) -> M {
    M::decode(bytes).unwrap()
}

fn encode<M: Message>(message: &M) -> Vec<u8> {
    message.encode_to_vec()
}
