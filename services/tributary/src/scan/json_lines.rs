//! One JSON object per line: a `LeadInput` in the JSON of the API, or with the names of its fields as
//! the contract has them. `lead_id` may stand for `external_id`.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufRead, BufReader, Read},
};

use anyhow::{Context, bail};
use prost::Name;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};
use proto::intake::v1::LeadInput;
use serde_json::{Map, Value};

use super::source::RECORD_MAX;

/// Names of fields that are reported at most.
const IGNORED_MAX: usize = 100;

pub(super) struct JsonLines {
    reader: BufReader<File>,
    position: u64,
    lead: MessageDescriptor,
    ignored: BTreeSet<String>,
}

impl JsonLines {
    pub(super) fn new(reader: BufReader<File>) -> anyhow::Result<Self> {
        let pool = DescriptorPool::decode(proto::DESCRIPTOR_SET)?;
        let name = LeadInput::full_name();
        let lead = pool.get_message_by_name(&name).context(name)?;
        Ok(Self {
            reader,
            position: 0,
            lead,
            ignored: BTreeSet::new(),
        })
    }

    pub(super) fn next(&mut self) -> anyhow::Result<Option<Result<LeadInput, String>>> {
        loop {
            let mut line = Vec::new();
            let most = u64::try_from(RECORD_MAX)?;
            let read = self
                .reader
                .by_ref()
                .take(most)
                .read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(None);
            }
            if read == RECORD_MAX {
                bail!("a line is longer than {RECORD_MAX} bytes");
            }
            self.position += u64::try_from(read)?;
            if !line.trim_ascii().is_empty() {
                return Ok(Some(self.lead(&line).map_err(|error| format!("{error:#}"))));
            }
        }
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn ignored(&self) -> Vec<String> {
        self.ignored.iter().cloned().collect()
    }

    fn lead(&mut self, line: &[u8]) -> anyhow::Result<LeadInput> {
        let given: Map<String, Value> = serde_json::from_slice(line).context("no JSON object")?;
        let mut known = Map::new();
        for (name, value) in given {
            if self.is_field(&name) {
                known.insert(name, value);
            } else if name == "lead_id" {
                known.entry("external_id").or_insert(value);
            } else if self.ignored.len() < IGNORED_MAX {
                self.ignored.insert(name);
            }
        }
        let lead = DynamicMessage::deserialize(self.lead.clone(), Value::Object(known))?;
        Ok(lead.transcode_to()?)
    }

    fn is_field(&self, name: &str) -> bool {
        let by_name = self.lead.get_field_by_name(name);
        by_name.or(self.lead.get_field_by_json_name(name)).is_some()
    }
}
