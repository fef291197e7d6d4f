//! The levels by which a record is compared with a person: each has a stable name and a weight.

/// An enumeration whose variants have stable names.
pub trait Level: Copy + Eq + 'static {
    /// What is compared, as named in the model and in explanations.
    const FEATURE: &'static str;
    /// All variants, in the order of their numbers.
    const ALL: &'static [Self];

    /// Stable name of the variant.
    fn as_str(self) -> &'static str;

    /// Number of the variant.
    fn index(self) -> usize;
}

macro_rules! levels {
    ($(#[$doc:meta])* $name:ident, $feature:literal, $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl Level for $name {
            const FEATURE: &'static str = $feature;
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

levels! {
    /// How a name agrees with another, from the strongest evidence to the weakest.
    NameLevel, "name",
    /// Given and family name in one spelling.
    Same = "same",
    /// Given and family name, one of them as a short form or a translation.
    Alike = "alike",
    /// Given and family name, one of them with a typing error or a case ending.
    Near = "near",
    /// The family name and an initial.
    Initial = "initial",
    /// All that both show is the given name.
    Given = "given",
    /// All that both show is the family name.
    Family = "family",
    /// A side shows no name, or nothing that both show.
    Silent = "silent",
    /// The same given name with another family name: a marriage, or two people.
    FamilyChanged = "family_changed",
    /// The same family name with another given name: relatives.
    Relative = "relative",
    /// The same name with another father.
    FatherDiffers = "father_differs",
    /// Two people.
    Unlike = "unlike",
}

levels! {
    /// The strongest contact that a record shares with a person.
    Bond, "bond",
    /// A personal mailbox and a personal number.
    Both = "both",
    /// One personal mailbox or number.
    Own = "own",
    /// A fixed line on which no two unlike names were seen.
    Line = "line",
    /// A contact that unlike names use.
    Shared = "shared",
    /// A role's mailbox.
    Role = "role",
    /// None, or only such as prove nothing.
    Alone = "alone",
    /// None, because neither side shows a contact: both show an address instead.
    Addressed = "addressed",
}

levels! {
    /// Organisations.
    Organisation, "organisation",
    /// Mailboxes of one company's domain.
    Domain = "domain",
    /// One name.
    Name = "name",
    /// A domain that spells the name of the other's.
    Spelled = "spelled",
    /// Two.
    Differs = "differs",
    /// A side shows none.
    Silent = "silent",
}

levels! {
    /// Towns.
    Town, "town",
    /// One.
    Same = "same",
    /// Two.
    Differs = "differs",
    /// A side shows none.
    Silent = "silent",
}

levels! {
    /// A part of an address.
    Part, "part",
    /// One.
    Same = "same",
    /// One, with a typing error.
    Near = "near",
    /// A side shows none.
    Silent = "silent",
    /// Two.
    Differs = "differs",
}

levels! {
    /// Countries.
    Country, "country",
    /// One.
    Same = "same",
    /// Two.
    Differs = "differs",
    /// A side shows none.
    Silent = "silent",
}

levels! {
    /// Mobiles that are not shared.
    Mobile, "mobile",
    /// Two that differ by a typing error.
    Mistyped = "mistyped",
    /// A side shows none, or one is shared.
    Silent = "silent",
    /// Each side has its own.
    Rival = "rival",
}

levels! {
    /// Mailboxes that are not shared but look alike.
    Mailbox, "mailbox",
    /// One name at two domains that differ by a typing error.
    MistypedDomain = "mistyped_domain",
    /// Two names that differ by a typing error, at one domain.
    MistypedName = "mistyped_name",
    /// One name at two providers.
    OtherProvider = "other_provider",
    /// Nearly one name at two providers.
    NearElsewhere = "near_elsewhere",
    /// Two names that differ by their number.
    OtherNumber = "other_number",
    /// A side shows none, or one is shared.
    Silent = "silent",
    /// Each side has its own.
    Rival = "rival",
}

levels! {
    /// What a mailbox spells of a name that the other side does not show in full.
    Spelling, "spelling",
    /// Both names are full, or there is no mailbox.
    Idle = "idle",
    /// Given and family name.
    Full = "full",
    /// The family name.
    Family = "family",
    /// The given name.
    Given = "given",
    /// Nothing of it.
    Nothing = "nothing",
}

levels! {
    /// Time between the record and the person's nearest one.
    Gap, "gap",
    /// One day.
    Day = "day",
    /// Two days in a row.
    Night = "night",
    /// At most 7 days.
    Week = "week",
    /// At most 30 days.
    Month = "month",
    /// At most 90 days.
    Quarter = "quarter",
    /// At most 180 days.
    HalfYear = "half_year",
    /// At most 360 days.
    Year = "year",
    /// More.
    Longer = "longer",
    /// The day of a side tells nothing.
    Silent = "silent",
}

levels! {
    /// Other known persons whose full name agrees as well.
    Namesakes, "namesakes",
    /// None.
    Nobody = "none",
    /// One.
    One = "one",
    /// Several.
    Several = "several",
}

impl NameLevel {
    /// Proof of two people.
    pub fn is_conflict(self) -> bool {
        matches!(self, Self::Relative | Self::FatherDiffers | Self::Unlike)
    }

    /// Given and family name agree.
    pub fn is_full(self) -> bool {
        matches!(self, Self::Same | Self::Alike | Self::Near)
    }
}

impl Gap {
    /// The level of a number of days.
    pub fn of_days(days: i32) -> Self {
        match days.abs() {
            0 => Self::Day,
            1 => Self::Night,
            2..=7 => Self::Week,
            8..=30 => Self::Month,
            31..=90 => Self::Quarter,
            91..=180 => Self::HalfYear,
            181..=360 => Self::Year,
            _ => Self::Longer,
        }
    }
}
