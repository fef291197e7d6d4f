//! The scoring model: what each level weighs, in bits, read from a versioned file.
//!
//! The score of a comparison is the logarithm of the odds, to base 2, that record and person are
//! one: the weight of the cell (bond, name), plus the weights of the context, plus the rarity of
//! the name. Context weighs differently beside a shared contact (`bonded`) and without one
//! (`alone`).

mod table;

use std::sync::OnceLock;

use thiserror::Error;

use crate::{
    compare::Comparison,
    keys,
    level::{
        Bond, Country, Gap, Level, Mailbox, Mobile, NameLevel, Namesakes, Organisation, Part,
        Spelling, Town,
    },
};

use table::{Section, Table};

/// The rules that are in force.
const EMBEDDED: &str = include_str!("model/v1.toml");
/// Comparisons that a score is the sum of.
pub const CONTRIBUTIONS: usize = 14;

/// Why a text is no model.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidModel {
    /// The text is not TOML.
    #[error("the model is not TOML: {0}")]
    Syntax(String),
    /// A section or a weight is missing.
    #[error("the model has no {0}")]
    Missing(String),
    /// A weight that nothing asks for.
    #[error("the model has an unknown {0}")]
    Unknown(String),
    /// A weight that is not a number.
    #[error("{0} of the model is not a finite number")]
    NotANumber(String),
    /// Thresholds that contradict each other.
    #[error("the thresholds of the model are not probabilities in order: review, same")]
    Thresholds,
}

/// From which probability on a decision is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// The record is the person's.
    pub same: f64,
    /// A person should look at the two.
    pub review: f64,
    /// As `review`, for names that contradict each other.
    pub doubt: f64,
}

/// Weights and thresholds, fixed in advance.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Name of the rules, stored with each decision.
    pub version: String,
    /// From where on a decision is made.
    pub thresholds: Thresholds,
    fingerprint: u64,
    bond: Vec<Table<NameLevel>>,
    alone: Context,
    bonded: Context,
    addressed: Context,
}

/// What one comparison adds to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// What was compared.
    pub feature: &'static str,
    /// How it came out.
    pub level: &'static str,
    /// What it adds, in bits.
    pub bits: f64,
}

#[derive(Clone, Debug, PartialEq)]
struct Context {
    organisation: Table<Organisation>,
    town: Table<Town>,
    country: Table<Country>,
    mobile: Table<Mobile>,
    mailbox: Table<Mailbox>,
    spelling: Table<Spelling>,
    gap: Table<Gap>,
    namesakes: Table<Namesakes>,
    number: Table<Part>,
    street: Table<Part>,
    building: Table<Part>,
    postcode: Table<Part>,
    rarity: f64,
}

impl Model {
    /// The rules that ship with this crate.
    pub fn embedded() -> Result<&'static Self, InvalidModel> {
        static MODEL: OnceLock<Result<Model, InvalidModel>> = OnceLock::new();
        MODEL
            .get_or_init(|| Self::parse(EMBEDDED))
            .as_ref()
            .map_err(InvalidModel::clone)
    }

    /// Reads a model; each weight must be there, and nothing else.
    pub fn parse(text: &str) -> Result<Self, InvalidModel> {
        let parsed: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| InvalidModel::Syntax(error.to_string()))?;
        let mut root = Section::root(parsed);
        let version = root.text("version")?;
        let mut thresholds = root.section("thresholds")?;
        let mut bonds = root.section("bond")?;
        let model = Self {
            version,
            fingerprint: keys::hash(text),
            thresholds: Thresholds {
                same: thresholds.number("same")?,
                review: thresholds.number("review")?,
                doubt: thresholds.number("doubt")?,
            },
            bond: Bond::ALL
                .iter()
                .map(|bond| bonds.table(bond.as_str()))
                .collect::<Result<_, _>>()?,
            alone: Context::read(root.section("alone")?)?,
            bonded: Context::read(root.section("bonded")?)?,
            addressed: Context::read(root.section("addressed")?)?,
        };
        for section in [thresholds, bonds, root] {
            section.finish()?;
        }
        let Thresholds {
            same,
            review,
            doubt,
        } = model.thresholds;
        let ordered = 0.0 < review && review <= same && same < 1.0 && 0.0 < doubt && doubt < 1.0;
        ordered.then_some(model).ok_or(InvalidModel::Thresholds)
    }

    /// Version and fingerprint: two models of one version with other weights differ.
    pub fn rules(&self) -> String {
        format!("{}-{:016x}", self.version, self.fingerprint)
    }

    /// What each comparison adds to the score.
    pub fn contributions(&self, comparison: &Comparison) -> [Contribution; CONTRIBUTIONS] {
        let context = match comparison.bond {
            Bond::Alone | Bond::Role => &self.alone,
            Bond::Addressed => &self.addressed,
            Bond::Both | Bond::Own | Bond::Line | Bond::Shared => &self.bonded,
        };
        let cell = self.bond.get(comparison.bond.index());
        let name = cell.map_or(0.0, |cell| cell.weight(comparison.name));
        [
            Contribution {
                feature: comparison.bond.as_str(),
                level: comparison.name.as_str(),
                bits: name,
            },
            context.organisation.contribution(comparison.organisation),
            context.town.contribution(comparison.town),
            context.country.contribution(comparison.country),
            context.mobile.contribution(comparison.mobile),
            context.mailbox.contribution(comparison.mailbox),
            context.spelling.contribution(comparison.spelling),
            context.gap.contribution(comparison.gap),
            context.namesakes.contribution(comparison.namesakes),
            context.number.named("number", comparison.address.number),
            context.street.named("street", comparison.address.street),
            context
                .building
                .named("building", comparison.address.building),
            context
                .postcode
                .named("postcode", comparison.address.postcode),
            Contribution {
                feature: "rarity",
                level: "bits",
                bits: context.rarity * comparison.rarity_bits,
            },
        ]
    }

    /// The logarithm of the odds, to base 2, that record and person are one.
    pub fn score_bits(&self, comparison: &Comparison) -> f64 {
        self.contributions(comparison)
            .iter()
            .map(|contribution| contribution.bits)
            .sum()
    }
}

impl Context {
    fn read(mut section: Section) -> Result<Self, InvalidModel> {
        let context = Self {
            organisation: section.table(Organisation::FEATURE)?,
            town: section.table(Town::FEATURE)?,
            country: section.table(Country::FEATURE)?,
            mobile: section.table(Mobile::FEATURE)?,
            mailbox: section.table(Mailbox::FEATURE)?,
            spelling: section.table(Spelling::FEATURE)?,
            gap: section.table(Gap::FEATURE)?,
            namesakes: section.table(Namesakes::FEATURE)?,
            number: section.table("number")?,
            street: section.table("street")?,
            building: section.table("building")?,
            postcode: section.table("postcode")?,
            rarity: section.number("rarity")?,
        };
        section.finish()?;
        Ok(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_model_is_complete() {
        let model = Model::embedded().unwrap();
        assert!(model.rules().starts_with(&format!("{}-", model.version)));
    }

    #[test]
    fn what_is_wrong_with_a_model_is_named() {
        let check = |from: &str, to: &str, expected: InvalidModel| {
            let text = EMBEDDED.replacen(from, to, 1);
            assert_eq!(Model::parse(&text), Err(expected), "{from} → {to}");
        };
        let missing = |name: &str| InvalidModel::Missing(name.to_owned());
        check("[thresholds]", "[other]", missing("thresholds"));
        check("[bond.own]", "[bond.odd]", missing("bond.own"));
        check("same =", "sane =", missing("thresholds.same"));
        check(
            "version =",
            "extra = 1\nversion =",
            InvalidModel::Unknown("extra".to_owned()),
        );
        check(
            "[bond.own]",
            "[bond.own]\nodd = 1.0",
            InvalidModel::Unknown("bond.own.odd".to_owned()),
        );
        check("same = 0.75", "same = 1.7", InvalidModel::Thresholds);
        check(
            "same = 0.75",
            "same = 'x'",
            InvalidModel::NotANumber("thresholds.same".to_owned()),
        );
        assert!(matches!(Model::parse("="), Err(InvalidModel::Syntax(_))));
    }

    #[test]
    fn other_weights_are_other_rules() {
        let other = Model::parse(&EMBEDDED.replacen("same = 0.75", "same = 0.85", 1)).unwrap();
        assert_ne!(other.rules(), Model::embedded().unwrap().rules());
    }
}
