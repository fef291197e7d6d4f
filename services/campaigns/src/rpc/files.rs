//! Files over gRPC.

mod decode;
mod read;

use futures::{StreamExt, future, stream, stream::BoxStream};
use proto::{
    campaigns::v1::{self as pb, download_file_response, files_service_server::FilesService},
    convert::timestamp,
};
use tonic::{Request, Response, Status, Streaming};

use super::{Answer, Rpc, answer, convert::printed, staff, status};
use crate::{
    app::{App, remove_file::remove_file, store_file::store_file},
    domain::file::File,
    error::Error,
    refusal::Refusal,
};

/// Content of one message.
const CHUNK: usize = 1 << 20;

#[tonic::async_trait]
impl FilesService for Rpc {
    type UploadFileStream = BoxStream<'static, Result<pb::UploadFileResponse, Status>>;
    type DownloadFileStream = BoxStream<'static, Result<pb::DownloadFileResponse, Status>>;

    async fn upload_file(
        &self,
        request: Request<Streaming<pb::UploadFileRequest>>,
    ) -> Answer<Self::UploadFileStream> {
        let (app, by) = (self.0.clone(), staff(rpc::identity(&request)));
        let parts = request.into_inner();
        // The answer begins before the content has come: a call may wait for it but a while.
        let taken = async move { upload(&app, parts, by).await.map_err(status) };
        Ok(Response::new(stream::once(taken).boxed()))
    }

    async fn download_file(
        &self,
        request: Request<pb::DownloadFileRequest>,
    ) -> Answer<Self::DownloadFileStream> {
        let request = request.into_inner();
        let (file, content) = read::content(&self.0, &request.campaign_id, &request.file_id)
            .await
            .map_err(status)?;
        let message = |part| pb::DownloadFileResponse { part: Some(part) };
        let first = download_file_response::Part::File(encode(&file));
        let chunks = content.map(move |chunk| {
            let chunk = chunk.map_err(status)?;
            Ok(message(download_file_response::Part::Chunk(chunk.into())))
        });
        let parts = stream::once(future::ready(Ok(message(first)))).chain(chunks);
        Ok(Response::new(parts.boxed()))
    }

    async fn store_file(
        &self,
        request: Request<pb::StoreFileRequest>,
    ) -> Answer<pb::StoreFileResponse> {
        let by = staff(rpc::identity(&request));
        answer(store(&self.0, request.into_inner(), by).await)
    }

    async fn read_file(
        &self,
        request: Request<pb::ReadFileRequest>,
    ) -> Answer<pb::ReadFileResponse> {
        answer(read::file(&self.0, request.get_ref()).await)
    }

    async fn list_files(
        &self,
        request: Request<pb::ListFilesRequest>,
    ) -> Answer<pb::ListFilesResponse> {
        answer(read::files(&self.0, request.get_ref()).await)
    }

    async fn remove_file(
        &self,
        request: Request<pb::RemoveFileRequest>,
    ) -> Answer<pb::RemoveFileResponse> {
        answer(remove(&self.0, request.get_ref()).await)
    }
}

async fn upload(
    app: &App,
    mut parts: Streaming<pb::UploadFileRequest>,
    by: Option<ids::StaffId>,
) -> Result<pb::UploadFileResponse, Error> {
    let first = parts.message().await.map_err(|_| Refusal::UploadCut)?;
    let cmd = decode::upload(first.unwrap_or_default(), by)?;
    // A cut is told by an error, its end by nothing more: what ended is complete.
    let content = parts.map(|part| match part {
        Ok(part) => decode::chunk(part, CHUNK),
        Err(_) => Err(Refusal::UploadCut.into()),
    });
    let file = Some(encode(&store_file(app, cmd, content).await?));
    Ok(pb::UploadFileResponse { file })
}

async fn store(
    app: &App,
    request: pb::StoreFileRequest,
    by: Option<ids::StaffId>,
) -> Result<pb::StoreFileResponse, Error> {
    let (cmd, content) = decode::store(request, by)?;
    let content = stream::once(future::ready(Ok(content)));
    let file = Some(encode(&store_file(app, cmd, content).await?));
    Ok(pb::StoreFileResponse { file })
}

async fn remove(
    app: &App,
    request: &pb::RemoveFileRequest,
) -> Result<pb::RemoveFileResponse, Error> {
    let cmd = decode::remove(request)?;
    let file = Some(encode(&remove_file(app, cmd).await?));
    Ok(pb::RemoveFileResponse { file })
}

fn encode(file: &File) -> pb::File {
    pb::File {
        file_id: file.id.to_string(),
        campaign_id: file.campaign.to_string(),
        name: file.name.clone(),
        content_type: file.content_type.clone(),
        size: file.size,
        sha256: file.sha256.clone(),
        note: file.note.clone(),
        uploaded_by: printed(file.uploaded_by),
        uploaded_at: Some(timestamp(file.uploaded_at)),
        removed: file.removed,
    }
}
