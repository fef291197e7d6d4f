//! How far two names speak for one person.

use strsim::osa_distance;

use super::{Role, Token, given, letters};

/// What declension adds to a folded name: `Igorja`, `Eglītim`.
const CASE_ENDINGS: &[&str] = &[
    "a", "u", "e", "i", "o", "m", "ia", "iu", "im", "am", "em", "om", "oi", "ei", "imi", "iem",
    "ogo", "omu",
];

/// How far two names speak for one person, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Agreement {
    /// Given and family name agree, one of them perhaps as an initial or a short name.
    Full,
    /// All that both show agrees, but it is one word: a given or a family name alone.
    Partial,
    /// The same given name with another family name: a marriage, or two people.
    FamilyDiffers,
    /// There is nothing to compare: a name is missing, or one side shows only the given and the
    /// other only the family name.
    Silent,
    /// Evidence of two people.
    Unlike,
}

impl Agreement {
    /// Stable name, as shown in explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
            Self::FamilyDiffers => "family_differs",
            Self::Silent => "silent",
            Self::Unlike => "unlike",
        }
    }
}

pub(super) fn compare(one: &[Token], other: &[Token]) -> Agreement {
    let pairing = Pairing::of(one, other);
    if pairing.names == 0 || pairing.other_names == 0 {
        return Agreement::Silent;
    }
    // A father and a son of one name.
    if pairing.fathers == Some(false) {
        Agreement::Unlike
    } else {
        pairing.verdict()
    }
}

/// Whether two words stand for each other.
type Test = fn(&Token, &Token) -> bool;

/// How two words of names that stand for each other are alike, closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// One folded spelling.
    Equal,
    /// A short or foreign form of one given name.
    Meaning,
    /// One word but for a typing error or a case ending.
    Near,
    /// One is an initial of the other.
    Initial,
}

/// Which words of two names stand for each other, patronymics aside.
pub(crate) struct Pairing<'a> {
    /// The words that stand for each other.
    pub(crate) pairs: Vec<(&'a Token, &'a Token, Likeness)>,
    /// Words of the first name without a counterpart.
    pub(crate) left: Vec<&'a Token>,
    /// Words of the second name without a counterpart.
    pub(crate) right: Vec<&'a Token>,
    /// Whether the patronymics agree; `None` when a side shows none.
    pub(crate) fathers: Option<bool>,
    names: usize,
    other_names: usize,
}

impl<'a> Pairing<'a> {
    /// Pairs words by the strongest likeness first, so that an initial never takes the place of
    /// the word that is spelled out.
    pub(crate) fn of(one: &'a [Token], other: &'a [Token]) -> Self {
        let (names, patronymics) = split(one);
        let (other_names, other_patronymics) = split(other);
        let both_fathers = !patronymics.is_empty() && !other_patronymics.is_empty();
        let mut pairing = Pairing {
            names: names.len(),
            other_names: other_names.len(),
            pairs: Vec::with_capacity(names.len()),
            left: names,
            right: other_names,
            fathers: both_fathers.then(|| {
                patronymics
                    .iter()
                    .any(|p| other_patronymics.iter().any(|q| resembles(p, q)))
            }),
        };
        let tests: [(Test, Likeness); 4] = [
            (equal, Likeness::Equal),
            (same_given, Likeness::Meaning),
            (resembles, Likeness::Near),
            (initial, Likeness::Initial),
        ];
        for (test, likeness) in tests {
            pairing.pair_by(test, likeness);
        }
        pairing
    }

    fn pair_by(&mut self, test: Test, likeness: Likeness) {
        let right = &mut self.right;
        let pairs = &mut self.pairs;
        self.left.retain(|one| {
            let Some(index) = right.iter().position(|other| test(one, other)) else {
                return true;
            };
            pairs.push((one, right.remove(index), likeness));
            false
        });
    }

    /// Both sides show a word that the other does not have.
    pub(crate) fn is_contradicted(&self) -> bool {
        !self.left.is_empty() && !self.right.is_empty()
    }

    fn verdict(&self) -> Agreement {
        match (self.pairs.len(), self.is_contradicted()) {
            (0, _) if self.only_given_and_only_family() => Agreement::Silent,
            (0, _) => Agreement::Unlike,
            (1, false) => Agreement::Partial,
            (_, false) => Agreement::Full,
            (_, true) if self.only_family_differs() => Agreement::FamilyDiffers,
            (_, true) => Agreement::Unlike,
        }
    }

    /// The given name is among the pairs, and what is left over is not another given name.
    pub(crate) fn only_family_differs(&self) -> bool {
        let given = |token: &&Token| token.role == Role::Given;
        let paired = self
            .pairs
            .iter()
            .any(|(one, other, _)| one.role == Role::Given && other.role == Role::Given);
        paired
            && !(self.left.iter().any(given) && self.right.iter().any(given))
            && self
                .left
                .iter()
                .chain(&self.right)
                .all(|token| token.role != Role::Initial)
    }

    /// One side shows the given name alone, the other the family name alone.
    pub(crate) fn only_given_and_only_family(&self) -> bool {
        let (left, right) = (self.left.as_slice(), self.right.as_slice());
        match (self.names, self.other_names, left, right) {
            (1, 1, [one], [other]) => matches!(
                (one.role, other.role),
                (Role::Given, Role::Other) | (Role::Other, Role::Given)
            ),
            _ => false,
        }
    }
}

fn split(tokens: &[Token]) -> (Vec<&Token>, Vec<&Token>) {
    tokens
        .iter()
        .partition(|token| token.role != Role::Patronymic)
}

fn equal(one: &Token, other: &Token) -> bool {
    one.text == other.text
}

fn same_given(one: &Token, other: &Token) -> bool {
    let meanings = given::meanings(&other.text);
    given::meanings(&one.text)
        .iter()
        .any(|meaning| meanings.contains(meaning))
}

fn initial(one: &Token, other: &Token) -> bool {
    let (short, long) = if one.role == Role::Initial {
        (one, other)
    } else {
        (other, one)
    };
    let Some(letter) = short.text.chars().next().map(letters::sound) else {
        return false;
    };
    short.role == Role::Initial
        && (long.text.chars().next().map(letters::sound) == Some(letter)
            || given::begins_with(&long.text, letter))
}

/// The same word but for a typing error or a case ending.
fn resembles(one: &Token, other: &Token) -> bool {
    let both_words = one.role != Role::Initial && other.role != Role::Initial;
    let two_known_names = one.role == Role::Given && other.role == Role::Given;
    both_words && !two_known_names && (declined(one, other) || mistyped(one, other))
}

/// One stem under two case endings.
fn declined(one: &Token, other: &Token) -> bool {
    const STEM_MIN: usize = 3;
    let (a, b) = (stem(&one.text), stem(&other.text));
    a.len().min(b.len()) >= STEM_MIN && (a == b || a == other.text || one.text == b)
}

fn stem(text: &str) -> &str {
    let ending = CASE_ENDINGS
        .iter()
        .filter(|ending| text.ends_with(*ending))
        .max_by_key(|ending| ending.len());
    ending
        .and_then(|ending| text.strip_suffix(ending))
        .unwrap_or(text)
}

/// The same word but for one typing error, in long words two.
fn mistyped(one: &Token, other: &Token) -> bool {
    let (a, b) = (one.text.as_str(), other.text.as_str());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let room = match short.len() {
        0..=2 => 0,
        // A letter too few, too many or in the wrong place, but not another one: `Pal`, `Pat`.
        3 => usize::from(long.len() == 4 || same_letters(a, b)),
        4..=7 => 1,
        _ => 2,
    };
    room > 0 && long.len() - short.len() <= room && osa_distance(a, b) <= room
}

fn same_letters(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use super::{super::fold, *};

    fn check(expected: Agreement, pairs: &[(&str, &str)]) {
        for (one, other) in pairs {
            let (a, b) = (fold(one), fold(other));
            assert_eq!(a.agreement(&b), expected, "{one} ({a}) and {other} ({b})");
            assert_eq!(b.agreement(&a), expected, "{other} ({b}) and {one} ({a})");
        }
    }

    #[test]
    fn one_person_in_many_spellings() {
        check(
            Agreement::Full,
            &[
                ("Юрий Щербаков", "SCERBAKOVS, Jurijs"),
                ("Щербакова Наталія", "Natalya Shcherbakova"),
                ("Саша Мельников", "Aleksandr Melnikov"),
                ("Bill Harrow", "Mr William J. Harrow"),
                ("Kovács Pista", "Istvan Kovacs"),
                ("N. Field", "Nora Field"),
                ("Nora Feild", "Nora Field"),
                ("Bērziņu Daigu", "Daiga Berzina"),
                ("Юрий Игоревич Щербаков", "Щербаков Юрий"),
                ("Щербаков Ю. И.", "Щербаков Юрий Игоревич"),
                ("Cтeпaн Koвaль", "Stepan Koval"),
                ("Nora Field-Hill", "Nora Hill"),
            ],
        );
    }

    #[test]
    fn one_word_agrees_in_part() {
        check(
            Agreement::Partial,
            &[
                ("Саша", "Александр Мельников"),
                ("Field", "Nora Field"),
                ("N.", "Nora"),
                ("Игоря", "Игорь Коваль"),
            ],
        );
    }

    #[test]
    fn a_changed_family_name_is_not_another_person_for_sure() {
        check(
            Agreement::FamilyDiffers,
            &[
                ("Nora Field", "Nora Harrow"),
                ("Оксана Бондар", "Oksana Tkachenko"),
                ("Török Erzsébet", "Perényi Erzsi"),
            ],
        );
    }

    #[test]
    fn two_people() {
        check(
            Agreement::Unlike,
            &[
                ("Nora Field", "Peter Field"),
                ("Nora", "Peter"),
                ("Nora Field", "Peter Harrow"),
                ("N. Field", "Peter Field"),
                ("Александр Мельников", "Александра Мельникова"),
                ("Иван Петрович Коваль", "Иван Олегович Коваль"),
                ("Peter James", "Paul James"),
            ],
        );
    }

    #[test]
    fn nothing_to_compare() {
        check(
            Agreement::Silent,
            &[("", "Nora Field"), ("", ""), ("Nora", "Harrow")],
        );
    }
}
