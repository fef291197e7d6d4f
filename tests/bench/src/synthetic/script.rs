//! Letters: other scripts, lost marks and typing errors.

use super::dice::Dice;

/// Latin letters of a Cyrillic text, and of a Latin one those without their marks.
pub(super) fn latin(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let lower = letter.to_lowercase().next().unwrap_or(letter);
        match plain(lower) {
            Some(plain) if letter == lower => out.push_str(plain),
            Some(plain) => out.push_str(&capital(plain)),
            None => out.push(letter),
        }
    }
    out
}

/// Small Latin letters and digits alone.
pub(super) fn label(text: &str) -> String {
    let folded = latin(text).to_lowercase();
    folded.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// The text with its first letter large.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A letter left out, doubled or exchanged with the next one.
pub(super) fn mistyped(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    // The first letter is seldom wrong.
    let last = u64::try_from(letters.len() - 2).unwrap_or(0);
    let place = 1 + usize::try_from(dice.below(last)).unwrap_or(0);
    match dice.below(3) {
        0 => drop(letters.remove(place)),
        1 => letters.swap(place, place + 1),
        _ => {
            let doubled = letters.get(place).copied();
            letters.splice(place..place, doubled);
        }
    }
    letters.into_iter().collect()
}

fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' | 'ā' | 'á' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' | 'ģ' => "g",
        'д' => "d",
        'е' | 'э' | 'ē' | 'é' => "e",
        'ё' => "yo",
        'є' => "ye",
        'ж' => "zh",
        'з' | 'ž' => "z",
        'и' | 'і' | 'ī' | 'í' => "i",
        'ї' => "yi",
        'й' | 'ы' => "y",
        'к' | 'ķ' => "k",
        'л' | 'ļ' => "l",
        'м' => "m",
        'н' | 'ņ' => "n",
        'о' | 'ó' | 'ö' | 'ő' => "o",
        'п' => "p",
        'р' => "r",
        'с' | 'š' => "s",
        'т' => "t",
        'у' | 'ū' | 'ú' | 'ü' | 'ű' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        'č' => "c",
        _ => return None,
    })
}
