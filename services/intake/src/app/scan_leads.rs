//! Tells what would become of the records of a file, before it is imported; stores nothing.

use ids::StaffId;
use proto::intake::v1::LeadInput;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    App,
    capture::scan::{Scan, Scanned, Summary},
    prepare::{self, Sender},
};
use crate::{error::Error, reading::record};

/// The scan of a file, record by record as if a member of staff entered them.
pub struct ScanLeads {
    scan: Scan,
    sender: Sender,
    records: usize,
    _one_of_few: OwnedSemaphorePermit,
}

impl ScanLeads {
    /// Begins a scan, unless too many are under way.
    pub fn begin(app: &App, by: StaffId) -> Result<Self, Error> {
        let scans = std::sync::Arc::clone(&app.scans);
        Ok(Self {
            scan: Scan::default(),
            sender: Sender::Staff {
                id: by,
                responsible: by,
            },
            records: 0,
            _one_of_few: scans.try_acquire_owned().map_err(|_| Error::TooManyScans)?,
        })
    }

    /// What would become of the next records.
    pub async fn next(&mut self, app: &App, leads: &[LeadInput]) -> Result<Vec<Scanned>, Error> {
        let most = app.settings.scan_max;
        self.records += leads.len();
        if self.records > most {
            return Err(Error::ScanTooLong { most });
        }
        let prepare = |lead: &LeadInput| {
            record::check(lead, record::Sender::Staff)?;
            Ok(prepare::record(app, &self.sender, lead, &Ok(())))
        };
        let records = leads.iter().map(prepare).collect();
        self.scan.judge(app, records).await
    }

    /// What was found.
    pub fn summary(&self) -> Summary {
        self.scan.summary()
    }
}
