//! How far two names speak for one person.

use strsim::osa_distance;

use super::{Role, Token, given};

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
    let (names, patronymics) = split(one);
    let (other_names, other_patronymics) = split(other);
    if names.is_empty() || other_names.is_empty() {
        return Agreement::Silent;
    }
    let pairing = Pairing::of(&names, &other_names);
    let verdict = pairing.verdict(&names, &other_names);
    // A father and a son of one name.
    let fathers_differ = !patronymics.is_empty()
        && !other_patronymics.is_empty()
        && !patronymics
            .iter()
            .any(|p| other_patronymics.iter().any(|q| resembles(p, q)));
    if fathers_differ {
        Agreement::Unlike
    } else {
        verdict
    }
}

fn split(tokens: &[Token]) -> (Vec<&Token>, Vec<&Token>) {
    tokens
        .iter()
        .partition(|token| token.role != Role::Patronymic)
}

/// Which words of two names stand for each other.
#[derive(Default)]
struct Pairing<'a> {
    pairs: Vec<(&'a Token, &'a Token)>,
    left: Vec<&'a Token>,
    right: Vec<&'a Token>,
}

impl<'a> Pairing<'a> {
    /// Pairs words by the strongest likeness first, so that an initial never takes the place of
    /// the word that is spelled out.
    fn of(one: &[&'a Token], other: &[&'a Token]) -> Self {
        let mut pairing = Pairing {
            pairs: Vec::new(),
            left: one.to_vec(),
            right: other.to_vec(),
        };
        for test in [equal, same_given, resembles, initial] {
            pairing.pair_by(test);
        }
        pairing
    }

    fn pair_by(&mut self, test: fn(&Token, &Token) -> bool) {
        let right = &mut self.right;
        let pairs = &mut self.pairs;
        self.left.retain(|one| {
            let Some(index) = right.iter().position(|other| test(one, other)) else {
                return true;
            };
            pairs.push((one, right.remove(index)));
            false
        });
    }

    fn verdict(&self, one: &[&Token], other: &[&Token]) -> Agreement {
        let contradicted = !self.left.is_empty() && !self.right.is_empty();
        match (self.pairs.len(), contradicted) {
            (0, _) if only_given_and_only_family(one, other) => Agreement::Silent,
            (0, _) => Agreement::Unlike,
            (1, false) => Agreement::Partial,
            (_, false) => Agreement::Full,
            (_, true) if self.given_agrees() => Agreement::FamilyDiffers,
            (_, true) => Agreement::Unlike,
        }
    }

    /// The given name is among the pairs, and what is left over is not another given name.
    fn given_agrees(&self) -> bool {
        let given = |token: &&Token| token.role == Role::Given;
        let paired = self
            .pairs
            .iter()
            .any(|(one, other)| one.role == Role::Given && other.role == Role::Given);
        paired
            && !(self.left.iter().any(given) && self.right.iter().any(given))
            && self
                .left
                .iter()
                .chain(&self.right)
                .all(|token| token.role != Role::Initial)
    }
}

fn only_given_and_only_family(one: &[&Token], other: &[&Token]) -> bool {
    let all = |tokens: &[&Token], role: Role| tokens.iter().all(|token| token.role == role);
    let alone = one.len() == 1 && other.len() == 1;
    alone
        && ((all(one, Role::Given) && all(other, Role::Other))
            || (all(one, Role::Other) && all(other, Role::Given)))
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
    short.role == Role::Initial
        && short.text.chars().next().map(sound) == long.text.chars().next().map(sound)
}

/// First letters that transliterations exchange.
fn sound(c: char) -> char {
    match c {
        'e' | 'y' | 'j' => 'i',
        'g' => 'h',
        'k' | 'q' => 'c',
        'w' => 'v',
        other => other,
    }
}

/// The same word but for a typing error or a case ending.
fn resembles(one: &Token, other: &Token) -> bool {
    let both_words = one.role != Role::Initial && other.role != Role::Initial;
    let two_known_names = one.role == Role::Given && other.role == Role::Given;
    if !both_words || two_known_names {
        return false;
    }
    let (a, b) = (one.text.as_str(), other.text.as_str());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let room = match short.len() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    let declined = short.len() >= 4
        && long
            .strip_prefix(short)
            .is_some_and(|ending| CASE_ENDINGS.contains(&ending));
    declined || (room > 0 && long.len() - short.len() <= room && osa_distance(a, b) <= room)
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
