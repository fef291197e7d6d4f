//! Commands about the figures of channels.

use proto::campaigns::v1 as pb;

use super::{decode, encode};
use crate::{
    app::{
        App,
        import_channel_figures::import_channel_figures,
        record_channel_figures::{RecordChannelFigures, record_channel_figures},
        remove_channel_figures::remove_channel_figures,
        update_channel_figures::update_channel_figures,
    },
    error::Error,
    rpc::money,
};

pub(super) async fn record(
    app: &App,
    request: &pb::RecordChannelFiguresRequest,
) -> Result<pb::RecordChannelFiguresResponse, Error> {
    let cmd = RecordChannelFigures {
        figures: vec![decode::record_figures(app, request)?],
        dry_run: false,
    };
    let recorded = record_channel_figures(app, cmd).await?.into_iter().next();
    let figures = recorded.map(|it| encode::figures(&it.figures));
    Ok(pb::RecordChannelFiguresResponse { figures })
}

pub(super) async fn record_batch(
    app: &App,
    request: &pb::RecordChannelFiguresBatchRequest,
) -> Result<pb::RecordChannelFiguresBatchResponse, Error> {
    let cmd = RecordChannelFigures {
        figures: decode::record_batch(app, request)?,
        dry_run: false,
    };
    let recorded = record_channel_figures(app, cmd).await?;
    let created = recorded.iter().filter(|it| it.created).count();
    Ok(pb::RecordChannelFiguresBatchResponse {
        figures: recorded
            .iter()
            .map(|it| encode::figures(&it.figures))
            .collect(),
        created: i32::try_from(created).unwrap_or(i32::MAX),
    })
}

pub(super) async fn update(
    app: &App,
    request: &pb::UpdateChannelFiguresRequest,
) -> Result<pb::UpdateChannelFiguresResponse, Error> {
    let cmd = decode::update_figures(request)?;
    let figures = update_channel_figures(app, cmd).await?;
    let figures = Some(encode::figures(&figures));
    Ok(pb::UpdateChannelFiguresResponse { figures })
}

pub(super) async fn remove(
    app: &App,
    request: &pb::RemoveChannelFiguresRequest,
) -> Result<pb::RemoveChannelFiguresResponse, Error> {
    let cmd = decode::remove_figures(request)?;
    let figures = remove_channel_figures(app, cmd).await?;
    let figures = Some(encode::figures(&figures));
    Ok(pb::RemoveChannelFiguresResponse { figures })
}

pub(super) async fn import(
    app: &App,
    request: &pb::ImportChannelFiguresRequest,
) -> Result<pb::ImportChannelFiguresResponse, Error> {
    let cmd = decode::import_figures(app, request)?;
    let imported = money::imported(import_channel_figures(app, cmd).await?);
    Ok(pb::ImportChannelFiguresResponse {
        rows: imported.rows,
        created: imported.created,
        known: imported.known,
        rejected: imported.rejected,
    })
}
