//! gRPC and gRPC-Web through the edge.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use prost::Message;
use proto::deals::v1::deals_service_client::DealsServiceClient;
use proto::intake::v1::{
    LeadInput, ListLeadsRequest, StreamLeadsRequest, SubmitLeadRequest, SubmitLeadResponse,
    intake_service_client::IntakeServiceClient,
};
use tokio::sync::mpsc;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tonic::{Code, Request, client::Grpc};
use tonic_prost::ProstCodec;

use crate::harness::{Gateway, How, reason};

const SUBMIT: &str = "/tributary.intake.v1.IntakeService/SubmitLead";

fn lead(external_id: &str) -> LeadInput {
    LeadInput {
        external_id: external_id.to_owned(),
        full_name: "Nora Bērziņa".to_owned(),
        ..LeadInput::default()
    }
}

#[tokio::test]
async fn a_call_reaches_its_service_with_who_called_and_nothing_else_of_the_outside() {
    let gateway = Gateway::start().await;
    let partner = gateway.partner("Partner").await;
    let (_, key) = gateway.key(&partner, true).await;
    let mut client = IntakeServiceClient::new(gateway.channel(Some(&key)).await);
    let mut request = Request::new(SubmitLeadRequest {
        lead: Some(lead("x1")),
        validate_only: false,
    });
    let forged = rpc::Identity::Service {
        name: "forged".to_owned(),
    };
    let forged = gateway.running.keys().mint(&forged, Duration::from_mins(1));
    let metadata = request.metadata_mut();
    metadata.insert("x-tributary-token", forged.parse().unwrap());
    metadata.insert("cookie", "a=b".parse().unwrap());
    metadata.insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
    metadata.insert("x-own", "kept".parse().unwrap());
    let answer = client.submit_lead(request).await.unwrap();
    let seen = answer.metadata().get("x-seen").unwrap().to_str().unwrap();
    assert_eq!(seen, format!("partner {partner} true x-own"));
    assert!(answer.metadata().get("x-content-type-options").is_none());
    let receipt = answer.into_inner().receipt.unwrap();
    assert_eq!(receipt.detail, "Nora Bērziņa|{}|None");
}

#[tokio::test]
async fn a_token_of_the_inside_opens_nothing_from_outside() {
    let gateway = Gateway::start().await;
    let token = gateway.service_token();
    let mut client = IntakeServiceClient::new(gateway.channel(None).await);
    let mut request = Request::new(proto::intake::v1::ListDoorsRequest::default());
    request
        .metadata_mut()
        .insert("x-tributary-token", token.parse().unwrap());
    let refused = client.list_doors(request).await.unwrap_err();
    assert_eq!(reason(&refused), "CREDENTIALS_MISSING");

    let inside = gateway.running.channels().to("gateway");
    let inside = inside.acting_as(
        gateway.running.keys(),
        rpc::Identity::Service {
            name: "cli".to_owned(),
        },
    );
    let request = proto::gateway::v1::CreatePartnerRequest {
        name: "By the program itself".to_owned(),
        ..Default::default()
    };
    proto::gateway::v1::gateway_service_client::GatewayServiceClient::new(inside)
        .create_partner(request)
        .await
        .unwrap();
}

#[tokio::test]
async fn streams_flow_both_ways_record_by_record() {
    let gateway = Gateway::start().await;
    let partner = gateway.partner("Partner").await;
    let (_, key) = gateway.key(&partner, false).await;
    let mut client = IntakeServiceClient::new(gateway.channel(Some(&key)).await);
    let (sender, receiver) = mpsc::channel(1);
    let mut answers = client
        .stream_leads(ReceiverStream::new(receiver))
        .await
        .unwrap()
        .into_inner();
    for index in 0..20 {
        // The next record is sent only after the answer to the one before.
        let record = StreamLeadsRequest {
            lead: Some(lead(&format!("x{index}"))),
        };
        sender.send(record).await.unwrap();
        let answer = answers.next().await.unwrap().unwrap();
        assert_eq!(answer.index, index);
        assert_eq!(answer.receipt.unwrap().detail, "Nora Bērziņa");
    }
    drop(sender);
    assert!(answers.next().await.is_none());
}

#[tokio::test]
async fn failures_of_a_service_arrive_as_it_told_them() {
    let gateway = Gateway::start().await;
    let partner = gateway.partner("Partner").await;
    let (_, key) = gateway.key(&partner, false).await;
    let mut client = IntakeServiceClient::new(gateway.channel(Some(&key)).await);
    let submit = |external_id| SubmitLeadRequest {
        lead: Some(lead(external_id)),
        validate_only: false,
    };
    let invalid = client.submit_lead(submit("")).await.unwrap_err();
    assert_eq!(invalid.code(), Code::InvalidArgument);
    assert_eq!(
        rpc::explain(&invalid).violations[0].field,
        "lead.external_id"
    );
    let shed = client.submit_lead(submit("shed")).await.unwrap_err();
    assert_eq!(
        rpc::explain(&shed).retry_after,
        Some(Duration::from_millis(2_500))
    );
}

#[tokio::test]
async fn what_does_not_exist_or_is_away_is_told_apart() {
    let gateway = Gateway::start().await;
    let token = gateway.staff("head@example.org", &["head"]).await;
    let channel = gateway.channel(Some(&token)).await;
    for path in [
        "/tributary.intake.v1.IntakeService/Nothing",
        "/tributary.nothing.v1.NothingService/Nothing",
        "/nothing/Nothing",
    ] {
        let mut client = Grpc::new(channel.clone());
        client.ready().await.unwrap();
        let codec = ProstCodec::<(), ()>::default();
        let path = http::uri::PathAndQuery::from_static(path);
        let refused = client
            .unary(Request::new(()), path, codec)
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Code::Unimplemented);
        assert_eq!(reason(&refused), "METHOD_UNKNOWN");
    }
    let mut deals = DealsServiceClient::new(channel);
    let away = deals
        .list_deals(proto::deals::v1::ListDealsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(
        (away.code(), reason(&away).as_str()),
        (Code::Unavailable, "UPSTREAM_UNAVAILABLE")
    );
}

#[tokio::test]
async fn a_service_elsewhere_that_does_not_listen_is_unavailable_without_its_address() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{nobody}");
    let away = crate::echo::definition("intake");
    let settings = [("upstream.intake", url.as_str())];
    let how = How {
        behind: Vec::new(),
        settings: &settings,
        ..How::default()
    };
    let gateway = Gateway::started_knowing(how, vec![away]).await;
    let token = gateway.staff("head@example.org", &["head"]).await;
    let mut client = IntakeServiceClient::new(gateway.channel(Some(&token)).await);
    let refused = client
        .list_leads(ListLeadsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "UPSTREAM_UNAVAILABLE");
    assert!(
        !refused.message().contains("127.0.0.1"),
        "{}",
        refused.message()
    );
    let response = gateway
        .http
        .get(gateway.url("/v1/leads"))
        .bearer_auth(&token);
    let response = response.send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "1");
    let text = response.text().await.unwrap();
    assert!(
        text.contains("UPSTREAM_UNAVAILABLE") && !text.contains("127.0.0.1"),
        "{text}"
    );
}

/// A message in the frame of gRPC-Web, and the parts of an answer: messages and trailers.
fn framed(message: &impl Message) -> Vec<u8> {
    let bytes = message.encode_to_vec();
    let length = u32::try_from(bytes.len()).unwrap();
    [&[0], &length.to_be_bytes()[..], &bytes].concat()
}

fn parts(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let length = u32::from_be_bytes(bytes[1..5].try_into().unwrap());
        let end = 5 + usize::try_from(length).unwrap();
        parts.push((bytes[0], &bytes[5..end]));
        bytes = &bytes[end..];
    }
    parts
}

#[tokio::test]
async fn browsers_call_over_grpc_web() {
    let gateway = Gateway::start().await;
    let partner = gateway.partner("Partner").await;
    let (_, key) = gateway.key(&partner, false).await;
    let message = SubmitLeadRequest {
        lead: Some(lead("x1")),
        validate_only: false,
    };
    for text in [false, true] {
        let (kind, body) = if text {
            (
                "application/grpc-web-text",
                STANDARD.encode(framed(&message)).into_bytes(),
            )
        } else {
            ("application/grpc-web+proto", framed(&message))
        };
        let request = gateway.http.post(gateway.url(SUBMIT)).bearer_auth(&key);
        let request = request.header("content-type", kind).header("accept", kind);
        let response = request.body(body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(
            response.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with(kind)
        );
        let mut bytes = response.bytes().await.unwrap().to_vec();
        if text {
            // Each chunk is padded by itself.
            let chunks = bytes
                .split_inclusive(|byte| *byte == b'=')
                .flat_map(<[u8]>::to_vec);
            bytes = decode_chunks(&chunks.collect::<Vec<u8>>());
        }
        let parts = parts(&bytes);
        assert_eq!(parts.len(), 2, "a message and trailers");
        let answer = SubmitLeadResponse::decode(parts[0].1).unwrap();
        assert_eq!(answer.receipt.unwrap().submission_id, "sub_1");
        let (flag, trailers) = parts[1];
        assert_eq!(flag, 0x80);
        assert!(
            String::from_utf8_lossy(trailers).contains("grpc-status:0"),
            "{trailers:?}"
        );
    }
    let refused = gateway.http.post(gateway.url(SUBMIT));
    let refused = refused.header("content-type", "application/grpc-web+proto");
    let refused = refused.body(framed(&message)).send().await.unwrap();
    assert_eq!(refused.headers()["grpc-status"], "16");
}

/// Base64 of which each chunk may be padded.
fn decode_chunks(text: &[u8]) -> Vec<u8> {
    text.chunks(4)
        .flat_map(|chunk| STANDARD.decode(chunk).unwrap())
        .collect()
}

#[tokio::test]
async fn health_is_open_and_reflection_only_in_development() {
    use tonic::codec::Codec as _;
    for dev in [false, true] {
        let gateway = Gateway::started(How {
            dev,
            ..How::default()
        })
        .await;
        let channel = gateway.channel(None).await;
        for (path, served) in [
            ("/grpc.health.v1.Health/Check", true),
            (
                "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                dev,
            ),
            (
                "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                dev,
            ),
        ] {
            let mut client = Grpc::new(channel.clone());
            client.ready().await.unwrap();
            let mut codec = ProstCodec::<(), ()>::default();
            let _ = codec.encoder();
            let path = http::uri::PathAndQuery::from_static(path);
            let messages = tokio_stream::iter([()]);
            let answer = client
                .streaming(Request::new(messages), path.clone(), codec)
                .await;
            let code = match answer {
                Ok(answer) => match answer.into_inner().message().await {
                    Ok(_) => Code::Ok,
                    Err(status) => status.code(),
                },
                Err(status) => status.code(),
            };
            assert_eq!(
                code != Code::Unimplemented,
                served,
                "{path} dev: {dev}: {code:?}"
            );
        }
    }
}
