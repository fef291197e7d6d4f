//! The template files of the words, and how a sheet is read: lines `key: text`, an empty line,
//! paragraphs.

use std::collections::BTreeMap;

use crate::domain::{locale::Locale, message::Purpose};

/// The sources of one letter in one language.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    head: BTreeMap<String, String>,
    pub(super) paragraphs: Vec<String>,
}

impl Sheet {
    pub(super) fn parse(source: &str) -> Self {
        let (head, body) = source.split_once("\n\n").unwrap_or((source, ""));
        let pair = |line: &str| {
            let (key, text) = line.split_once(": ")?;
            Some((key.to_owned(), text.trim().to_owned()))
        };
        let paragraphs = body
            .split("\n\n")
            .map(str::trim)
            .filter(|it| !it.is_empty());
        Self {
            head: head.lines().filter_map(pair).collect(),
            paragraphs: paragraphs.map(str::to_owned).collect(),
        }
    }

    pub(super) fn head(&self, key: &str) -> Option<&str> {
        self.head.get(key).map(String::as_str)
    }
}

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../templates/", $name, ".txt"))
    };
}

pub(super) fn sheet(purpose: Purpose, locale: Locale) -> &'static str {
    match (purpose, locale) {
        (Purpose::Farewell, Locale::En) => template!("en/farewell"),
        (Purpose::Farewell, Locale::Ru) => template!("ru/farewell"),
        (Purpose::Farewell, Locale::Hu) => template!("hu/farewell"),
        (Purpose::Farewell, Locale::Lv) => template!("lv/farewell"),
        (Purpose::NewLead, Locale::En) => template!("en/new_lead"),
        (Purpose::NewLead, Locale::Ru) => template!("ru/new_lead"),
        (Purpose::NewLead, Locale::Hu) => template!("hu/new_lead"),
        (Purpose::NewLead, Locale::Lv) => template!("lv/new_lead"),
        (Purpose::Enquiry, Locale::En) => template!("en/enquiry"),
        (Purpose::Enquiry, Locale::Ru) => template!("ru/enquiry"),
        (Purpose::Enquiry, Locale::Hu) => template!("hu/enquiry"),
        (Purpose::Enquiry, Locale::Lv) => template!("lv/enquiry"),
        (Purpose::Assigned, Locale::En) => template!("en/assigned"),
        (Purpose::Assigned, Locale::Ru) => template!("ru/assigned"),
        (Purpose::Assigned, Locale::Hu) => template!("hu/assigned"),
        (Purpose::Assigned, Locale::Lv) => template!("lv/assigned"),
        (Purpose::Task, Locale::En) => template!("en/task"),
        (Purpose::Task, Locale::Ru) => template!("ru/task"),
        (Purpose::Task, Locale::Hu) => template!("hu/task"),
        (Purpose::Task, Locale::Lv) => template!("lv/task"),
        (Purpose::Reminder, Locale::En) => template!("en/reminder"),
        (Purpose::Reminder, Locale::Ru) => template!("ru/reminder"),
        (Purpose::Reminder, Locale::Hu) => template!("hu/reminder"),
        (Purpose::Reminder, Locale::Lv) => template!("lv/reminder"),
        (Purpose::Renewal, Locale::En) => template!("en/renewal"),
        (Purpose::Renewal, Locale::Ru) => template!("ru/renewal"),
        (Purpose::Renewal, Locale::Hu) => template!("hu/renewal"),
        (Purpose::Renewal, Locale::Lv) => template!("lv/renewal"),
    }
}

pub(super) fn questionnaire(locale: Locale) -> &'static str {
    match locale {
        Locale::En => template!("en/questionnaire"),
        Locale::Ru => template!("ru/questionnaire"),
        Locale::Hu => template!("hu/questionnaire"),
        Locale::Lv => template!("lv/questionnaire"),
    }
}
