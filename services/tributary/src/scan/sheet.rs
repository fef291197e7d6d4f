//! CSV with a header: which columns there are is read from their names.

use std::{
    fs::File,
    io::{BufRead, BufReader},
};

use anyhow::{Context, bail};
use csv::{ByteRecord, Reader, ReaderBuilder};
use proto::intake::v1::LeadInput;

use super::{
    columns::{Column, named},
    source::RECORD_MAX,
};

/// How programs divide the cells.
const DIVIDERS: [u8; 3] = [b',', b';', b'\t'];

pub(super) struct Sheet {
    reader: Reader<BufReader<File>>,
    columns: Vec<Option<Column>>,
    ignored: Vec<String>,
}

impl Sheet {
    pub(super) fn open(mut reader: BufReader<File>) -> anyhow::Result<Self> {
        let divider = divider(reader.fill_buf()?);
        let mut reader = ReaderBuilder::new()
            .delimiter(divider)
            .flexible(true)
            .from_reader(reader);
        let header = reader.headers().context("the header is not UTF-8")?;
        let columns: Vec<Option<Column>> = header.iter().map(named).collect();
        let is_told = |column: &Column| !matches!(column, Column::ExternalId | Column::Locale);
        if !columns.iter().flatten().any(is_told) {
            let header: Vec<&str> = header.iter().collect();
            bail!(
                "no column is known by its name ({}); a header like `name, email, phone` is needed",
                header.join(", ")
            );
        }
        let ignored = header
            .iter()
            .zip(&columns)
            .filter(|(name, column)| column.is_none() && !name.is_empty())
            .map(|(name, _)| name.to_owned())
            .collect();
        Ok(Self {
            reader,
            columns,
            ignored,
        })
    }

    pub(super) fn next(&mut self) -> anyhow::Result<Option<Result<LeadInput, String>>> {
        let mut record = ByteRecord::new();
        loop {
            if !self.reader.read_byte_record(&mut record)? {
                return Ok(None);
            }
            if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                return Ok(Some(self.lead(&record)));
            }
        }
    }

    pub(super) fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    pub(super) fn ignored(&self) -> Vec<String> {
        self.ignored.clone()
    }

    fn lead(&self, record: &ByteRecord) -> Result<LeadInput, String> {
        if record.as_slice().len() > RECORD_MAX {
            return Err(format!("longer than {RECORD_MAX} bytes"));
        }
        if record.len() > self.columns.len() {
            return Err("has more cells than the header".to_owned());
        }
        let mut lead = LeadInput::default();
        let mut patronymic = String::new();
        for (cell, column) in record.iter().zip(&self.columns) {
            let cell = std::str::from_utf8(cell).map_err(|_| "is not UTF-8".to_owned())?;
            match column {
                Some(Column::Patronymic) => cell.trim().clone_into(&mut patronymic),
                Some(column) => self.fill(&mut lead, *column, cell.trim()),
                None => {}
            }
        }
        if !patronymic.is_empty() {
            let given = [lead.given_name.as_str(), &patronymic];
            given.join(" ").trim().clone_into(&mut lead.given_name);
        }
        Ok(lead)
    }

    fn fill(&self, lead: &mut LeadInput, column: Column, cell: &str) {
        let place = match column {
            Column::Email => {
                let addresses = cell.split([';', ',', ' ', '\n']);
                lead.emails.extend(several(addresses));
                return;
            }
            Column::Phone => {
                lead.phones.extend(several(cell.split([';', '\n'])));
                return;
            }
            Column::Patronymic => return,
            Column::Name if self.columns.contains(&Some(Column::FamilyName)) => {
                &mut lead.given_name
            }
            Column::Name | Column::FullName => &mut lead.full_name,
            Column::GivenName => &mut lead.given_name,
            Column::FamilyName => &mut lead.family_name,
            Column::ExternalId => &mut lead.external_id,
            Column::Organisation => &mut lead.organisation,
            Column::City => &mut lead.city,
            Column::Country => &mut lead.country,
            Column::Locale => &mut lead.locale,
            Column::Message => &mut lead.message,
            Column::Topic => &mut lead.topic,
            Column::SaleObject => &mut lead.sale_object,
        };
        // Of two columns for one thing, both count.
        if !place.is_empty() && !cell.is_empty() {
            place.push(' ');
        }
        place.push_str(cell);
    }
}

fn several<'a>(parts: impl Iterator<Item = &'a str>) -> impl Iterator<Item = String> {
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned)
}

/// What divides the cells of the first line most often.
fn divider(begins: &[u8]) -> u8 {
    let header = begins
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let times = |divider: &u8| header.split(|byte| byte == divider).count();
    // Of equals, the one that is named first.
    let most = DIVIDERS.into_iter().rev().max_by_key(times);
    most.unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(text: &str) -> (Vec<Result<LeadInput, String>>, Vec<String>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let mut sheet = Sheet::open(BufReader::new(file.reopen().unwrap())).unwrap();
        let mut leads = Vec::new();
        while let Some(lead) = sheet.next().unwrap() {
            leads.push(lead);
        }
        (leads, sheet.ignored())
    }

    #[test]
    fn a_sheet_becomes_leads() {
        let (leads, ignored) = read(
            "Фамилия;Имя;Отчество;Эл. почта;Телефон;Телефон 2;Скидка\n\
             Озолс;Янис;Петрович;a@b.lv, c@d.lv;+371 26555142;;5\n\n;;;;;;\n",
        );
        let [Ok(lead)] = leads.as_slice() else {
            panic!("{leads:?}");
        };
        assert_eq!(
            (lead.family_name.as_str(), lead.given_name.as_str()),
            ("Озолс", "Янис Петрович")
        );
        assert_eq!(lead.emails, ["a@b.lv", "c@d.lv"]);
        assert_eq!(lead.phones, ["+371 26555142"]);
        assert_eq!(ignored, ["Скидка"]);
    }

    #[test]
    fn a_name_alone_is_the_whole_name() {
        let (leads, _) = read("name,message\nNora Field,\"Hello,\nthere\"\na,b,c\n");
        let [Ok(lead), Err(problem)] = leads.as_slice() else {
            panic!("{leads:?}");
        };
        assert_eq!(lead.full_name, "Nora Field");
        assert_eq!(lead.message, "Hello,\nthere");
        assert_eq!(problem, "has more cells than the header");
    }

    #[test]
    fn cells_are_divided_as_in_the_header() {
        for (header, wanted) in [
            ("a,b", b','),
            ("a;b;c,d", b';'),
            ("a\tb", b'\t'),
            ("a", b','),
        ] {
            assert_eq!(divider(header.as_bytes()), wanted, "{header}");
        }
    }
}
