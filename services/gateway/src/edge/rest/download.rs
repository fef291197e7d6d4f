//! Files: an answer that holds nothing but a download is served as the file itself, part by part if it comes so.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream::{self, StreamExt};
use prost::Name;
use prost_reflect::{DynamicMessage, FieldDescriptor, MessageDescriptor};
use proto::types::v1::Download;
use tonic::{Status, Streaming};

use crate::edge::{refusal::Refusal, reply::Problem};

/// The field of an answer that is a file, if the answer has no other.
pub(super) fn field(output: &MessageDescriptor) -> Option<FieldDescriptor> {
    let mut fields = output.fields();
    let field = fields.next()?;
    let kind = field.kind();
    let download = kind.as_message()?.full_name() == Download::full_name();
    (download && !field.is_list() && fields.next().is_none()).then_some(field)
}

/// Serves the answers of a method as one file. What goes wrong before the first part is told as everywhere; after it, the
/// file breaks off.
pub(super) async fn serve(
    mut parts: Streaming<Bytes>,
    output: MessageDescriptor,
    field: FieldDescriptor,
) -> Result<Response, Problem> {
    let first = parts.message().await?;
    let first = first.and_then(|part| read(&output, &field, &part));
    let first = first.ok_or(Refusal::Broken)?;
    let kind = HeaderValue::try_from(&first.content_type);
    let name = HeaderValue::try_from(format!(
        "attachment; filename=\"{}\"",
        plain(&first.file_name)
    ));
    let (Ok(kind), Ok(name)) = (kind, name) else {
        return Err(Refusal::Broken.into());
    };
    let rest = parts.map(move |part| {
        let part = read(&output, &field, &part?);
        let part = part.ok_or_else(|| Status::internal("a part cannot be read"))?;
        Ok::<_, Status>(Bytes::from(part.data))
    });
    let first = stream::once(async { Ok(Bytes::from(first.data)) });
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(first.chain(rest))).into_response())
}

fn read(output: &MessageDescriptor, field: &FieldDescriptor, part: &[u8]) -> Option<Download> {
    let answer = DynamicMessage::decode(output.clone(), part).ok()?;
    answer.get_field(field).as_message()?.transcode_to().ok()
}

/// A name of a file that stands in a header as it is.
fn plain(name: &str) -> String {
    let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    name.chars().filter(allowed).collect()
}
