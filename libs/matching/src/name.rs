//! Names of persons: folded for comparing across scripts, and compared as people would.

pub(crate) mod agreement;
pub(crate) mod given;
mod layout;
pub(crate) mod letters;
mod words;

use std::fmt;

pub use agreement::Agreement;

/// Most words of a name that are kept; the rest is text that strayed into the field.
const TOKENS_MAX: usize = 8;

/// Shortest part of a mailbox's name that is read as a word of a person's.
const MAILBOX_WORD_MIN: usize = 3;

/// A folded name: words in one Latin spelling, in no particular order.
///
/// Channels mix up given and family name, so their order carries nothing. [`fmt::Display`] writes
/// the folded words and [`Name::parse`] reads them back, so a name fits one column. The fold is for
/// comparing and is never shown to people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Name {
    tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) role: Role,
}

/// What a word is in a name, as far as the word itself tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Given,
    Patronymic,
    Initial,
    /// A family name, or a given name that is not in the table.
    Other,
}

/// Folds a name as received: any order, script and case, with titles or without.
///
/// What is no person's name (a firm, an address, a filler) gives an empty name.
pub fn fold(raw: &str) -> Name {
    let name = read(raw);
    if name.tells_given() {
        return name;
    }
    // Keys of the other layout are believed when they spell a given name that is known.
    let retyped = layout::retyped(raw).into_iter().map(|text| read(&text));
    retyped.into_iter().find(Name::tells_given).unwrap_or(name)
}

fn read(raw: &str) -> Name {
    let name = Name::from_words(words::of(raw).iter().map(|word| fold_word(word)));
    if name.tells_given() {
        name
    } else {
        name.corrected()
    }
}

/// One letter stays one, whatever its transliteration: `Ю.` is an initial.
fn fold_word(word: &str) -> String {
    let folded = letters::fold(word);
    if word.chars().nth(1).is_some() {
        return folded;
    }
    folded.chars().take(1).collect()
}

/// As [`fold`], for a name that arrived together with `mailboxes` (the local parts of its
/// addresses): a lone word that merely repeats the mailbox is a handle, not a name.
pub fn fold_beside(raw: &str, mailboxes: &[&str]) -> Name {
    let name = fold(raw);
    let letters_only = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphabetic())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let typed = letters_only(raw);
    let repeats = mailboxes.iter().any(|local| letters_only(local) == typed);
    match name.tokens.as_slice() {
        [only] if repeats && only.role != Role::Given => Name::default(),
        _ => name,
    }
}

/// The name that several fields show (full name, given and family name, signature): the fullest
/// one, of equals the first.
pub fn of_fields(fields: &[&str], mailboxes: &[&str]) -> Name {
    fields
        .iter()
        .map(|raw| fold_beside(raw, mailboxes))
        .rev()
        .max_by_key(Name::fullness)
        .unwrap_or_default()
}

/// Whether two names may be one person's: `false` is evidence of two people.
pub fn alike(one: &Name, other: &Name) -> bool {
    one.agreement(other) != Agreement::Unlike
}

impl Name {
    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(folded: &str) -> Self {
        Self::from_words(folded.split_whitespace().map(str::to_owned))
    }

    /// Nothing is known of the name.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Two full words at least: enough to tell a person among colleagues.
    pub fn is_full(&self) -> bool {
        let word = |token: &&Token| matches!(token.role, Role::Given | Role::Other);
        self.tokens.iter().filter(word).count() >= 2
    }

    /// The folded words.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| token.text.as_str())
    }

    pub(crate) fn words(&self) -> &[Token] {
        &self.tokens
    }

    /// How far two names speak for one person.
    pub fn agreement(&self, other: &Self) -> Agreement {
        agreement::compare(&self.tokens, &other.tokens)
    }

    /// What is known of a person's name after it was seen once more.
    ///
    /// The fuller spelling is kept. After a change of family name, and when somebody knows better
    /// than the rules, both names stay known.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        if matches!(
            self.agreement(other),
            Agreement::FamilyDiffers | Agreement::Unlike
        ) {
            let all = self.tokens().chain(other.tokens());
            return Self::from_words(all.map(str::to_owned));
        }
        if other.fullness() > self.fullness() {
            other.clone()
        } else {
            self.clone()
        }
    }

    fn tells_given(&self) -> bool {
        self.tokens.iter().any(|token| token.role == Role::Given)
    }

    /// With the one word that is a misspelled given name put right.
    fn corrected(self) -> Self {
        let meant = |token: &Token| given::misspelled(&token.text);
        let mut found = self
            .tokens
            .iter()
            .enumerate()
            .filter_map(|(index, token)| Some((index, meant(token)?)));
        let (Some((at, name)), None) = (found.next(), found.next()) else {
            return self;
        };
        let words = self.tokens.iter().enumerate().map(|(index, token)| {
            if index == at {
                name.to_owned()
            } else {
                token.text.clone()
            }
        });
        Self::from_words(words)
    }

    /// Given and family name that a mailbox spells (`olga.koval`), if it can be this name or this
    /// name is silent. Otherwise the name as it is.
    pub(crate) fn completed(self, local: &str) -> Self {
        let parts: Vec<&str> = local
            .split(|c: char| !c.is_alphabetic())
            .filter(|part| !part.is_empty())
            .collect();
        let [one, other] = parts.as_slice() else {
            return self;
        };
        if one.len().min(other.len()) < MAILBOX_WORD_MIN || self.is_full() {
            return self;
        }
        let spelled = Self::from_words([fold_word(one), fold_word(other)].into_iter());
        let given = spelled
            .tokens
            .iter()
            .filter(|token| token.role == Role::Given);
        let agrees = self.is_empty() || self.agreement(&spelled) == Agreement::Partial;
        if given.count() == 1 && spelled.is_full() && agrees {
            spelled
        } else {
            self
        }
    }

    fn fullness(&self) -> usize {
        let weight = |token: &Token| match token.role {
            Role::Given | Role::Other => 4,
            Role::Patronymic => 2,
            Role::Initial => 1,
        };
        self.tokens.iter().map(weight).sum()
    }

    fn from_words(words: impl Iterator<Item = String>) -> Self {
        let mut tokens: Vec<Token> = Vec::new();
        for text in words.filter(|word| !word.is_empty()) {
            if tokens.len() < TOKENS_MAX && !tokens.iter().any(|token| token.text == text) {
                tokens.push(Token {
                    role: role(&text),
                    text,
                });
            }
        }
        Self { tokens }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.tokens.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&token.text)?;
        }
        Ok(())
    }
}

fn role(folded: &str) -> Role {
    const PATRONYMICS: [&str; 6] = ["ovic", "evic", "ovna", "evna", "ivna", "icna"];
    const SHORT_PATRONYMICS: [&str; 4] = ["ilic", "kuzmic", "lukic", "fomic"];
    if folded.chars().nth(1).is_none() {
        Role::Initial
    } else if !given::meanings(folded).is_empty() {
        Role::Given
    } else if SHORT_PATRONYMICS.contains(&folded)
        || (folded.len() > 6 && PATRONYMICS.iter().any(|ending| folded.ends_with(ending)))
    {
        Role::Patronymic
    } else {
        Role::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_name_survives_its_text_form() {
        for raw in [
            "Щербаков Юрий Игоревич",
            "N. Field",
            "Kovács-Nagy Erzsébet",
            "",
        ] {
            let name = fold(raw);
            assert_eq!(Name::parse(&name.to_string()), name, "{raw}");
        }
        assert_eq!(fold("Щербаков Юрий").to_string(), "serbakov iur");
    }

    #[test]
    fn what_is_no_name_is_empty() {
        for raw in [
            "",
            "-",
            "nora@field.eu",
            "ООО «Мельница»",
            "Field Mills Ltd.",
            "no name",
            "+371 26555142",
        ] {
            assert!(fold(raw).is_empty(), "{raw} gave {}", fold(raw));
        }
        assert!(fold_beside("nfield", &["nfield"]).is_empty());
        assert!(fold_beside("nfield", &["n.field7"]).is_empty());
        assert_eq!(
            fold_beside("Nora Field", &["nora.field"]),
            fold("Nora Field")
        );
        assert_eq!(fold_beside("nora", &["nora"]), fold("Nora"));
    }

    #[test]
    fn the_fuller_spelling_is_kept() {
        let check = |one: &str, other: &str, expected: &str| {
            assert_eq!(
                fold(one).joined(&fold(other)),
                fold(expected),
                "{one} + {other}"
            );
        };
        check("", "Nora", "Nora");
        check("Nora", "Nora Field", "Nora Field");
        check("Nora Field", "N. Field", "Nora Field");
        check("Nora Field", "Nora Hill", "Nora Field Hill");
        check("Nora Field", "Agnes Hill", "Nora Field Agnes Hill");
    }

    #[test]
    fn of_several_fields_the_fullest_counts() {
        assert_eq!(
            of_fields(&["Nora", "Nora Field", "N. Field"], &[]),
            fold("Nora Field")
        );
        assert_eq!(
            of_fields(&["Field Mills Ltd.", " ", "Nora"], &[]),
            fold("Nora")
        );
        assert_eq!(of_fields(&["nfield"], &["nfield"]), Name::default());
        assert_eq!(of_fields(&[], &[]), Name::default());
    }
}
