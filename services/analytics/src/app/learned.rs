//! The rates and weights of the log, as far as they were needed yet.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::App;
use crate::domain::parameters::Parameters;
use crate::error::Error;
use crate::store::log;

/// Parameters up to a position of the log.
#[derive(Debug)]
pub struct Learned(Mutex<(i64, Arc<Parameters>)>);

impl Learned {
    /// None yet.
    pub fn new(base_currency: &str) -> Self {
        Self(Mutex::new((0, Arc::new(Parameters::new(base_currency)))))
    }

    /// The parameters with all that is in the log up to `position` at least. Newer ones do no harm: when their
    /// facts come up, whoever relies on them is derived again.
    pub async fn upto(&self, app: &App, position: i64) -> Result<Arc<Parameters>, Error> {
        let mut learned = self.0.lock().await;
        if learned.0 < position {
            let reader = app.database().reader();
            let base = &app.settings.base_currency;
            let facts = log::parameters(reader, base, learned.0, position).await?;
            if !facts.is_empty() {
                let parameters = Arc::make_mut(&mut learned.1);
                for it in &facts {
                    parameters.learn(&it.fact);
                }
            }
            learned.0 = position;
        }
        Ok(learned.1.clone())
    }
}
