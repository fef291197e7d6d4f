//! What can go wrong with costs, files and plans.

use ids::{CostId, FiguresId, FileId, OrganisationId, PlanId};
use rpc::Code;

use crate::domain::removed::Removed;

#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("cost {0} is not part of the campaign")]
    CostNotFound(CostId),
    #[error("organisation {0} does not supply the campaign")]
    SupplierNotFound(OrganisationId),
    #[error("plan {0} is not known")]
    PlanNotFound(PlanId),
    #[error("channel figures {0} are not known")]
    FiguresNotFound(FiguresId),
    #[error("file {0} is not part of the campaign")]
    FileNotFound(FileId),
    #[error(transparent)]
    Removed(#[from] Removed),
    #[error("files cannot be kept here: the setting campaigns.files names no place")]
    FilesNotConfigured,
    #[error("the file is larger than {0} bytes")]
    FileTooLarge(u64),
    #[error("the file is larger than {0} bytes: ask for it in chunks")]
    FileNeedsChunks(u64),
    #[error("the content is not what was announced: its {0} differs")]
    ContentDiffers(&'static str),
    #[error("the upload took too long")]
    UploadTooSlow,
    #[error("the upload was cut off")]
    UploadCut,
    #[error("what is kept is not what was uploaded")]
    FileDamaged,
    #[error("the place where files are kept does not answer")]
    FilesAway(#[source] object_store::Error),
}

impl Refusal {
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::CostNotFound(_)
            | Self::SupplierNotFound(_)
            | Self::PlanNotFound(_)
            | Self::FiguresNotFound(_)
            | Self::FileNotFound(_) => Code::NotFound,
            Self::Removed(_) | Self::FilesNotConfigured | Self::FileNeedsChunks(_) => {
                Code::FailedPrecondition
            }
            Self::FileTooLarge(_) | Self::ContentDiffers(_) => Code::InvalidArgument,
            Self::UploadTooSlow => Code::DeadlineExceeded,
            Self::UploadCut => Code::Cancelled,
            Self::FileDamaged => Code::DataLoss,
            Self::FilesAway(_) => Code::Unavailable,
        }
    }

    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::CostNotFound(_) => "COST_NOT_FOUND",
            Self::SupplierNotFound(_) => "SUPPLIER_NOT_FOUND",
            Self::PlanNotFound(_) => "PLAN_NOT_FOUND",
            Self::FiguresNotFound(_) => "FIGURES_NOT_FOUND",
            Self::FileNotFound(_) => "FILE_NOT_FOUND",
            Self::Removed(_) => "REMOVED",
            Self::FilesNotConfigured => "FILES_NOT_CONFIGURED",
            Self::FileTooLarge(_) => "FILE_TOO_LARGE",
            Self::FileNeedsChunks(_) => "FILE_NEEDS_CHUNKS",
            Self::ContentDiffers(_) => "FILE_CONTENT_DIFFERS",
            Self::UploadTooSlow => "UPLOAD_TOO_SLOW",
            Self::UploadCut => "UPLOAD_CUT",
            Self::FileDamaged => "FILE_DAMAGED",
            Self::FilesAway(_) => "FILES_AWAY",
        }
    }
}
