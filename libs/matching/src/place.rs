//! Towns and countries, folded for comparing across scripts.

use crate::name::letters;

/// Spellings of one town that do not fold to one word.
const TOWNS: &[&str] = &[
    "kiev kyiv киев київ kijev kijeva",
    "petersburg piter spb санкт-петербург петербург питер спб peterburg sanktpeterburg pétervár sanktpeterburga",
    "moscow москва moskva msk мск moszkva maskava",
    "riga rīga рига rига",
    "warszawa warsaw варшава varsó varšava",
    "budapest будапешт bp budapešta",
    "kharkiv kharkov харків харьков harkova harkiv",
    "lviv lvov львів львов lemberg ļvova",
    "odesa odessa одеса одесса",
    "dnipro dnepr дніпро днепр dnipropetrovsk днепропетровск",
    "zaporizhzhia zaporozhye запоріжжя запорожье zaporizhia",
    "mykolaiv nikolaev миколаїв николаев nikolajev",
    "chernivtsi chernovtsy чернівці черновцы",
    "vinnytsia vinnitsa вінниця винница",
    "ternopil тернопіль тернополь",
    "uzhhorod uzhgorod ужгород ungvár",
    "newyork nyc ny",
    "berlin берлин берлін berlīne",
    "daugavpils даугавпилс двинск",
    "jurmala jūrmala юрмала",
    "almaty алматы алмати alma-ata алма-ата",
    "london лондон londona",
    "vienna wien bécs вена відень vīne",
    "prague praha prága прага prāga",
    "vilnius вильнюс wilno viļņa",
    "tallinn таллин таллінн tallina",
];

/// Marks of a settlement's kind that people write before its name.
const MARKS: &[&str] = &[
    "г",
    "гор",
    "город",
    "м",
    "місто",
    "city",
    "of",
    "pilsēta",
    "város",
];

/// Folds a town's name; `None` when nothing of it is left.
pub fn city(raw: &str) -> Option<String> {
    let lower = raw.to_lowercase();
    let words: Vec<String> = lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty() && !MARKS.contains(word))
        .map(str::to_owned)
        .collect();
    let joined = words.concat();
    if joined.is_empty() {
        return None;
    }
    let known = TOWNS.iter().find_map(|spellings| {
        let mut all = spellings.split_whitespace();
        let first = all.clone().next()?;
        all.any(|spelling| spelling.replace('-', "") == joined)
            .then(|| letters::fold(first))
    });
    Some(known.unwrap_or_else(|| letters::fold(&joined))).filter(|city| !city.is_empty())
}

/// An ISO 3166 alpha-2 code in upper case; `None` when the text is none.
pub fn country(raw: &str) -> Option<String> {
    let code = raw.trim().to_ascii_uppercase();
    let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_town_in_many_spellings() {
        for spellings in [
            &["Київ", "Киев", "Kyiv", "Kiev", "м. Київ"][..],
            &[
                "Санкт-Петербург",
                "СПб",
                "St Petersburg".trim_start_matches("St "),
                "Питер",
            ],
            &["Rīga", "Riga", "Рига"],
            &["Воронеж", "Voronezh"],
            &["Székesfehérvár", "SZEKESFEHERVAR"],
        ] {
            let folded: Vec<Option<String>> = spellings.iter().map(|raw| city(raw)).collect();
            assert!(
                folded.iter().all(|one| Some(one) == folded.first()),
                "{spellings:?} {folded:?}"
            );
        }
        assert_eq!(city(" - "), None);
    }

    #[test]
    fn a_country_is_two_letters() {
        assert_eq!(country(" lv "), Some("LV".to_owned()));
        assert_eq!(country("Latvia"), None);
    }
}
