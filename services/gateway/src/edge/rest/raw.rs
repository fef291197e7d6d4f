//! Calls whose messages are bytes already.

use axum::http::uri::PathAndQuery;
use bytes::{Buf, BufMut, Bytes};
use rpc::Channel;
use tonic::{
    Request, Status, Streaming,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

/// Calls a method with an encoded message and returns the encoded answer.
pub(super) async fn unary(
    client: &mut Grpc<Channel>,
    method: &'static str,
    message: Bytes,
) -> Result<Bytes, Status> {
    client
        .ready()
        .await
        .map_err(|_| Status::unavailable("the service cannot be reached"))?;
    let path = PathAndQuery::from_static(method);
    let response = client.unary(Request::new(message), path, Raw).await?;
    Ok(response.into_inner())
}

/// Calls a method that may answer more than once.
pub(super) async fn streaming(
    client: &mut Grpc<Channel>,
    method: &'static str,
    message: Bytes,
) -> Result<Streaming<Bytes>, Status> {
    client
        .ready()
        .await
        .map_err(|_| Status::unavailable("the service cannot be reached"))?;
    let path = PathAndQuery::from_static(method);
    let response = client
        .server_streaming(Request::new(message), path, Raw)
        .await?;
    Ok(response.into_inner())
}

/// Passes bytes through.
#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.reserve(item.len());
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
