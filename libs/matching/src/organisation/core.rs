//! The telling part of a firm's name, and whether a domain spells it.

use std::sync::OnceLock;

use strsim::osa_distance;

use super::words;
use crate::name::letters;

/// Between the telling part and the trade of a stored core.
const TRADE: char = ' ';
/// Fewest letters of a telling part; shorter ones are kept with their trade word.
const STEM_MIN: usize = 4;

/// Legal forms written out, in any of the languages.
const LONG_FORMS: &str = "\
    общество с ограниченной ответственностью закрытое открытое публичное акционерное товариство з \
    обмеженою відповідальністю приватне акціонерне підприємство публічне korlátolt felelősségű \
    társaság zártkörűen nyilvánosan működő részvénytársaság betéti sabiedrība ar ierobežotu \
    atbildību akciju individuālais komersants limited liability company";

/// Words of one trade in the languages of the product, the sign of the trade first.
const TRADES: &[&str] = &[
    "service сервис сервіс services serviss szerviz servis szolgáltató",
    "logistics логистика логістика logistika logisztika loģistika logistic",
    "engineering инжиниринг інжиніринг inzhiniring inženierija mérnöki",
    "consulting консалтинг konsalting tanácsadó konsultācijas consult konsult",
    "construction строй буд stroy stroi bud būve építő building budivelna",
    "trade трейд trading treid kereskedelmi tirdzniecība торг treyd",
    "group группа группа групп група grupa csoport grupp",
    "invest инвест інвест investment investments befektetés",
    "tech technologies тех technology technika",
    "solutions",
    "partners партнерс partneri partnerek",
    "systems system системы системи",
    "pharm фарм pharma pharmacy",
    "trans транс transport",
    "holding холдинг holdings",
];

/// What is added to a domain whose plain name was taken.
const DOMAIN_TAILS: &[&str] = &["pro", "shop", "group", "online", "company"];

/// The telling part of a name with the sign of its trade: `ООО «Прогресс-Логистика»` gives
/// `progres logistics`. `None` when nothing of it is left.
pub fn core(raw: &str) -> Option<String> {
    let words: Vec<String> = words(&split_camel(raw))
        .into_iter()
        .filter(|word| !super::LEGAL_FORMS.contains(&word.as_str()))
        .filter(|word| !super::SOLE_TRADER.contains(&word.as_str()))
        .map(|word| super::fold_word(&word))
        .filter(|word| !long_forms().contains(word))
        .collect();
    let joined = words.concat();
    (!joined.is_empty()).then(|| of_joined(&joined))
}

/// The telling part of a domain's label, as [`core()`] writes it.
pub fn core_of_label(label: &str) -> String {
    let letters: String = label.chars().filter(|c| c.is_alphabetic()).collect();
    let mut bare = letters.as_str();
    for tail in DOMAIN_TAILS {
        bare = bare
            .strip_suffix(tail)
            .filter(|rest| rest.len() >= STEM_MIN)
            .unwrap_or(bare);
    }
    of_joined(&letters::fold(bare))
}

/// Whether two cores may be one organisation's: the same words but for a typing error, and no two
/// trades.
pub fn alike(one: &str, other: &str) -> bool {
    let (stem, trade) = parts(one);
    let (other_stem, other_trade) = parts(other);
    let one_trade = trade.is_empty() || other_trade.is_empty() || trade == other_trade;
    one_trade && near(stem, other_stem)
}

/// Whether the label of a domain spells the organisation's name.
pub fn owns_domain(core: &str, label: &str) -> bool {
    let spelled = core_of_label(label);
    let (stem, _) = parts(core);
    let (spelled_stem, _) = parts(&spelled);
    alike(core, &spelled)
        || (stem.len() >= STEM_MIN + 2 && spelled_stem.starts_with(stem))
        || (spelled_stem.len() >= STEM_MIN + 2 && stem.starts_with(spelled_stem))
}

fn near(one: &str, other: &str) -> bool {
    let room = match one.len().min(other.len()) {
        0..=4 => 0,
        5..=11 => 1,
        _ => 2,
    };
    one == other || (one.len().abs_diff(other.len()) <= room && osa_distance(one, other) <= room)
}

fn parts(core: &str) -> (&str, &str) {
    core.split_once(TRADE).unwrap_or((core, ""))
}

fn of_joined(joined: &str) -> String {
    let mut stem = joined;
    let mut trade = "";
    while let Some((rest, sign)) = cut_trade(stem) {
        stem = rest;
        trade = sign;
    }
    if trade.is_empty() {
        stem.to_owned()
    } else {
        format!("{stem}{TRADE}{trade}")
    }
}

fn cut_trade(stem: &str) -> Option<(&str, &'static str)> {
    trades().iter().find_map(|(word, sign)| {
        let rest = stem.strip_suffix(word.as_str())?;
        (rest.len() >= STEM_MIN).then_some((rest, *sign))
    })
}

/// Folded trade words, longest first, each with the sign of its trade.
fn trades() -> &'static [(String, &'static str)] {
    static TRADE_WORDS: OnceLock<Vec<(String, &'static str)>> = OnceLock::new();
    TRADE_WORDS.get_or_init(|| {
        let mut all: Vec<(String, &'static str)> = TRADES
            .iter()
            .flat_map(|line| {
                let sign = line.split_whitespace().next().unwrap_or("");
                line.split_whitespace()
                    .map(move |word| (letters::fold(word), sign))
            })
            .collect();
        all.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        all.dedup();
        all
    })
}

fn long_forms() -> &'static [String] {
    static FORMS: OnceLock<Vec<String>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let folded = |word| super::fold_word(&any_ascii::any_ascii(word).to_lowercase());
        LONG_FORMS.split_whitespace().map(folded).collect()
    })
}

/// `ПрогрессЛогистика` is two words.
pub(super) fn split_camel(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 4);
    let mut before_lower = false;
    for c in raw.chars() {
        if before_lower && c.is_uppercase() {
            out.push(' ');
        }
        before_lower = c.is_lowercase();
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_firm_in_many_spellings() {
        for (one, other) in [
            ("ООО «Прогресс-Логистика»", "ProgressLogistics"),
            (
                "Общество с ограниченной ответственностью Прогресс",
                "Прогресс, ООО",
            ),
            ("SIA „Ausma Serviss”", "Ausma Service Ltd"),
            ("Malom Tanácsadó Kft.", "MALOM CONSULTING"),
            (
                "Товариство з обмеженою відповідальністю «Калина Трейд»",
                "Kalyna-Treid LLC",
            ),
            ("Meridian Engineering", "Meridain Engineering plc"),
        ] {
            let (a, b) = (core(one).unwrap(), core(other).unwrap());
            assert!(alike(&a, &b), "{one} ({a}) and {other} ({b})");
        }
    }

    #[test]
    fn another_trade_is_another_firm() {
        for (one, other) in [
            ("Cascade Services LLC", "Cascade Logistics LLC"),
            ("Cascade", "Arcade"),
        ] {
            let (a, b) = (core(one).unwrap(), core(other).unwrap());
            assert!(!alike(&a, &b), "{one} ({a}) and {other} ({b})");
        }
    }

    #[test]
    fn a_domain_spells_its_owner() {
        for (name, label, expected) in [
            ("ООО «Прогресс-Логистика»", "progresslogistics", true),
            ("SIA „Ausma Jūras Serviss”", "ausmajurasservice", true),
            ("ТОВ Калина Трейд", "kalynatradepro", true),
            ("Cascade Services", "cascadeservices-2", true),
            ("Cascade Services", "meridian", false),
        ] {
            let core = core(name).unwrap();
            assert_eq!(owns_domain(&core, label), expected, "{core} {label}");
        }
    }
}
