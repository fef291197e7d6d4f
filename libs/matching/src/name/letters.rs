//! One Latin fold for words in five languages and their usual transliterations.
//!
//! The fold is coarse on purpose: `Щербакова`, `Shcherbakova`, `Sherbakova` and `Ščerbakova` come
//! out the same, and so do `Сергей`, `Sergey`, `Sergejs` and `Сергій` but for one letter. It is for
//! comparing; nobody should be shown it.

use any_ascii::any_ascii_char;

/// Folds one word.
pub(crate) fn fold(word: &str) -> String {
    let mut text = latin(&one_script(word));
    for (from, to) in DIGRAPHS {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    ending(&squeeze(&vowels(&text)))
}

/// Applied in this order; each works on what the ones before it left.
const DIGRAPHS: &[(&str, &str)] = &[
    ("kh", "h"),
    ("zh", "z"),
    ("sh", "s"),
    ("tch", "c"),
    ("ch", "c"),
    ("cs", "c"),
    ("ck", "k"),
    ("tsz", "c"),
    ("ts", "c"),
    ("tz", "c"),
    ("cz", "c"),
    ("ph", "f"),
    ("sc", "s"),
    ("sz", "s"),
    ("w", "v"),
    ("x", "ks"),
    ("q", "k"),
];

/// Letters that look the same in both scripts.
const TWINS: &[(char, char)] = &[
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('i', 'і'),
    ('k', 'к'),
    ('m', 'м'),
    ('o', 'о'),
    ('p', 'р'),
    ('t', 'т'),
    ('x', 'х'),
    ('y', 'у'),
    ('h', 'н'),
    ('b', 'в'),
];

/// A word of two scripts is one of look-alike letters: the script with letters of its own wins.
fn one_script(word: &str) -> String {
    let lower = word.to_lowercase();
    let is_cyrillic = |c: char| ('\u{400}'..='\u{4ff}').contains(&c);
    let cyrillic = lower.chars().filter(|c| is_cyrillic(*c));
    let latin = lower.chars().filter(char::is_ascii_lowercase);
    if cyrillic.clone().next().is_none() || latin.clone().next().is_none() {
        return lower;
    }
    let own_cyrillic = cyrillic
        .clone()
        .any(|c| TWINS.iter().all(|(_, twin)| *twin != c));
    let own_latin = latin
        .clone()
        .any(|c| TWINS.iter().all(|(twin, _)| *twin != c));
    let swap = |c: char| match (own_latin, own_cyrillic) {
        (true, false) => TWINS
            .iter()
            .find(|(_, twin)| *twin == c)
            .map_or(c, |(latin, _)| *latin),
        (false, _) => TWINS
            .iter()
            .find(|(twin, _)| *twin == c)
            .map_or(c, |(_, other)| *other),
        (true, true) => c,
    };
    lower.chars().map(swap).collect()
}

/// ASCII letters only. Cyrillic by its own table: `any_ascii` follows one standard, people do not.
fn latin(lower: &str) -> String {
    let mut out = String::with_capacity(lower.len());
    for c in lower.chars() {
        match c {
            'a'..='z' => out.push(c),
            'ё' | 'э' => out.push('e'),
            'є' => out.push_str("ie"),
            'ї' | 'и' | 'ы' | 'й' | 'і' => out.push('i'),
            'х' => out.push('h'),
            'ц' | 'ч' => out.push('c'),
            'ш' => out.push('s'),
            'щ' => out.push_str("sc"),
            'ж' => out.push('z'),
            'ю' => out.push_str("iu"),
            'я' => out.push_str("ia"),
            'ь' | 'ъ' => {}
            _ => {
                let ascii = any_ascii_char(c).chars().filter(char::is_ascii_alphabetic);
                out.extend(ascii.map(|letter| letter.to_ascii_lowercase()));
            }
        }
    }
    out
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// `y` and `j` become `i`; `ie` and, behind a consonant, `io` written for `ё` become `e`, `iu` `u`.
fn vowels(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let soft = matches!(c, 'y' | 'j');
        if !(soft || c == 'i') {
            out.push(c);
            continue;
        }
        let after_consonant = out.chars().last().is_some_and(|last| !is_vowel(last));
        match letters.peek() {
            Some('e') => {}
            Some('o') if soft && after_consonant => {
                letters.next();
                out.push('e');
            }
            Some('u') if after_consonant => {}
            _ => out.push('i'),
        }
    }
    out
}

/// First letters that transliterations exchange.
pub(crate) fn sound(c: char) -> char {
    match c {
        'e' | 'y' | 'j' => 'i',
        'g' => 'h',
        'k' | 'q' => 'c',
        'w' => 'v',
        other => other,
    }
}

/// No letter twice in a row.
fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

/// Endings that differ between spellings of one name: Latvian `-s`, `-is`; `-iy`, `-y`, `-skaya`.
fn ending(text: &str) -> String {
    const STEM_MIN: usize = 3;
    let mut stem = text;
    let mut cut = |suffix: &str| {
        if let Some(rest) = stem.strip_suffix(suffix)
            && rest.len() >= STEM_MIN
        {
            stem = rest;
        }
    };
    if text.ends_with("skaia") {
        cut("ia");
    } else if text
        .strip_suffix('s')
        .is_some_and(|rest| !rest.ends_with(['a', 'e', 'o', 'u']))
    {
        cut("s");
    }
    cut("i");
    stem.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_to_one_word() {
        for spellings in [
            &[
                "Щербаков",
                "Shcherbakov",
                "Scherbakov",
                "Ščerbakovs",
                "Scerbakovs",
                "Щербаков",
            ][..],
            &["Юрий", "Yuriy", "Yuri", "Iurii", "Jurijs", "Юрій", "Yury"],
            &[
                "Соловьёв",
                "Соловьев",
                "Solovyov",
                "Solovyev",
                "Soloviev",
                "Solovjovs",
            ],
            &[
                "Наталья",
                "Natalya",
                "Natalia",
                "Nataliya",
                "Natālija",
                "Наталія",
            ],
            &["Кузнецов", "Kuznetsov", "Kuznecovs", "Kuznecov"],
            &[
                "Чернышевский",
                "Chernyshevsky",
                "Chernyshevskiy",
                "Чepнышeвcкий",
                "Černiševskis",
            ],
            &[
                "Красовская",
                "Krasovskaya",
                "Krasovskaja",
                "Krasovska",
                "Красовська",
            ],
            &["Bērziņš", "Berzins", "BĒRZIŅŠ"],
            &["Жуков", "Zhukov", "Žukovs", "Жykoв"],
            &["Szűcs", "Szucs", "SZŰCS"],
            &["Хромов", "Khromov", "Hromovs"],
            &["Людмила", "Lyudmila", "Ludmila", "Ljudmila"],
            &["Kovács", "Kovacs", "Ковач"],
        ] {
            let folded: Vec<String> = spellings.iter().map(|word| fold(word)).collect();
            assert!(
                folded.iter().all(|word| Some(word) == folded.first()),
                "{spellings:?} {folded:?}"
            );
        }
    }

    #[test]
    fn different_names_stay_apart() {
        for (one, other) in [
            ("Ivanov", "Ivanova"),
            ("Maria", "Marina"),
            ("Gary", "Harry"),
            ("Anna", "Inna"),
        ] {
            assert_ne!(fold(one), fold(other));
        }
    }
}
