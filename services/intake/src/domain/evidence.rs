//! What a submission says of a person, once it was read.

use std::fmt;

use super::{
    contact::{Email, PersonName, Phone},
    reason::Reason,
};

/// What a submission says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    pub name: PersonName,
    pub emails: Vec<Email>,
    pub phones: Vec<Phone>,
    /// Contact points that were given and are none, each with what is wrong with it.
    pub unusable: Vec<Unusable>,
    pub organisation: String,
    pub private_person: bool,
    pub locale: String,
    pub city: String,
    pub country: String,
    pub topic: String,
    pub sale_object: String,
    pub message: String,
    pub flags: Vec<Flag>,
    /// A program sent it.
    pub automatic: bool,
    /// Message-IDs that an e-mail answers, nearest first.
    pub answers: Vec<String>,
}

/// A contact point that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// `emails[0]`.
    pub field: String,
    /// Stable name: `EMAIL_NO_AT`.
    pub reason: &'static str,
}

/// What a reader made of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// It speaks of somebody or something.
    Evidence(Box<Evidence>),
    /// It is not worth looking at further.
    Refused { reason: Reason, detail: String },
}

impl Evidence {
    /// Whether there is a contact point that may prove who somebody is.
    pub fn has_contact(&self) -> bool {
        self.emails.iter().any(|email| !email.junk) || self.phones.iter().any(|phone| !phone.junk)
    }

    /// Notes a flag once.
    pub fn flag(&mut self, flag: Flag) {
        if !self.flags.contains(&flag) {
            self.flags.push(flag);
        }
    }

    /// What is wrong with which contact point, for the receipt.
    pub fn complaints(&self) -> String {
        let each = self
            .unusable
            .iter()
            .map(|it| format!("{}: {}", it.field, it.reason));
        each.collect::<Vec<_>>().join("; ")
    }
}

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident $code:literal,)+) => {
        /// What is to be known about the quality of a submission.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Flag {
            $($(#[$doc])* $name,)+
        }

        impl Flag {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Stable code.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

flags! {
    /// An address was given that is none.
    EmailInvalid "EMAIL_INVALID",
    /// The domain was one typing error away from a large provider.
    EmailCorrected "EMAIL_CORRECTED",
    /// Typed to get past a form.
    EmailJunk "EMAIL_JUNK",
    /// Read by several people.
    EmailRole "EMAIL_ROLE",
    /// A number was given that is none.
    PhoneInvalid "PHONE_INVALID",
    /// Not in the numbering plan of its country.
    PhoneUnknown "PHONE_UNKNOWN",
    /// Typed to get past a form.
    PhoneJunk "PHONE_JUNK",
    /// No name was given.
    NameMissing "NAME_MISSING",
    /// No usable contact was given.
    ContactMissing "CONTACT_MISSING",
    /// Somebody else has the same contact.
    ContactShared "CONTACT_SHARED",
    /// A text was longer than a card holds; the raw submission has all of it.
    TextCut "TEXT_CUT",
    /// Characters that no text has were left out.
    TextCleaned "TEXT_CLEANED",
    /// The campaign named is no id of a campaign.
    CampaignInvalid "CAMPAIGN_INVALID",
}

impl Flag {
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|flag| flag.code() == code)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
