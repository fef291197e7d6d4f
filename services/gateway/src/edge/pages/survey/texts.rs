//! The words around a survey; its own are those of whoever wrote it.

use serde::Serialize;

use crate::domain::locale::Locale;

/// The words in one language.
#[derive(Debug, Serialize)]
pub(super) struct Texts {
    pub(super) language: &'static str,
    pub(super) answered: &'static str,
    pub(super) not_saved: &'static str,
    pub(super) required: &'static str,
    pub(super) missing: &'static str,
    pub(super) misfit: &'static str,
    /// Instead of an answer that may be left out.
    pub(super) nothing: &'static str,
    /// The ends of how likely one recommends us.
    pub(super) unlikely: &'static str,
    pub(super) likely: &'static str,
    pub(super) send: &'static str,
    pub(super) thanks: &'static str,
    pub(super) thanks_text: &'static str,
    pub(super) closed: &'static str,
    pub(super) closed_text: &'static str,
    pub(super) unknown: &'static str,
    pub(super) unknown_text: &'static str,
}

/// The words in that language.
pub(super) fn of(locale: Locale) -> &'static Texts {
    match locale {
        Locale::English => &ENGLISH,
        Locale::Russian => &RUSSIAN,
        Locale::Hungarian => &HUNGARIAN,
        Locale::Latvian => &LATVIAN,
    }
}

/// What a language calls itself.
pub(super) fn name(locale: Locale) -> &'static str {
    match locale {
        Locale::English => "English",
        Locale::Russian => "Русский",
        Locale::Hungarian => "Magyar",
        Locale::Latvian => "Latviešu",
    }
}

const ENGLISH: Texts = Texts {
    language: "Language",
    answered: "You have answered already. You can correct your answers here.",
    not_saved: "Your answers are not saved yet. Please have a look at:",
    required: "Questions with an asterisk (*) need an answer.",
    missing: "Please answer this question.",
    misfit: "This answer does not fit the question.",
    nothing: "No answer",
    unlikely: "not at all likely",
    likely: "extremely likely",
    send: "Send the answers",
    thanks: "Thank you",
    thanks_text: "Your answers are saved.",
    closed: "This survey is closed",
    closed_text: "It takes no more answers. Thank you for your interest.",
    unknown: "There is no such survey",
    unknown_text: "Nothing is asked under this address. Please check that the link is complete.",
};

const RUSSIAN: Texts = Texts {
    language: "Язык",
    answered: "Вы уже ответили. Здесь можно исправить ответы.",
    not_saved: "Ответы ещё не сохранены. Проверьте, пожалуйста:",
    required: "На вопросы со звёздочкой (*) нужно ответить.",
    missing: "Пожалуйста, ответьте на этот вопрос.",
    misfit: "Такой ответ не подходит к вопросу.",
    nothing: "Без ответа",
    unlikely: "совсем маловероятно",
    likely: "очень вероятно",
    send: "Отправить ответы",
    thanks: "Спасибо",
    thanks_text: "Ваши ответы сохранены.",
    closed: "Опрос закрыт",
    closed_text: "Ответы больше не принимаются. Спасибо за интерес.",
    unknown: "Такого опроса нет",
    unknown_text: "По этому адресу ничего не спрашивают. Проверьте, пожалуйста, что ссылка полная.",
};

const HUNGARIAN: Texts = Texts {
    language: "Nyelv",
    answered: "Ön már válaszolt. Itt javíthatja a válaszait.",
    not_saved: "A válaszokat még nem mentettük. Kérjük, nézze meg:",
    required: "A csillaggal (*) jelölt kérdésekre válaszolni kell.",
    missing: "Kérjük, válaszoljon erre a kérdésre.",
    misfit: "Ez a válasz nem illik a kérdéshez.",
    nothing: "Nincs válasz",
    unlikely: "egyáltalán nem valószínű",
    likely: "nagyon valószínű",
    send: "Válaszok küldése",
    thanks: "Köszönjük",
    thanks_text: "Válaszait elmentettük.",
    closed: "Ez a felmérés lezárult",
    closed_text: "Már nem fogadunk válaszokat. Köszönjük az érdeklődését.",
    unknown: "Nincs ilyen felmérés",
    unknown_text: "Ezen a címen nincsenek kérdések. Kérjük, ellenőrizze, hogy a hivatkozás teljes-e.",
};

const LATVIAN: Texts = Texts {
    language: "Valoda",
    answered: "Jūs jau atbildējāt. Šeit varat labot atbildes.",
    not_saved: "Atbildes vēl nav saglabātas. Lūdzu, pārbaudiet:",
    required: "Uz jautājumiem ar zvaigznīti (*) ir jāatbild.",
    missing: "Lūdzu, atbildiet uz šo jautājumu.",
    misfit: "Šī atbilde neatbilst jautājumam.",
    nothing: "Bez atbildes",
    unlikely: "nemaz nav ticams",
    likely: "ļoti ticams",
    send: "Nosūtīt atbildes",
    thanks: "Paldies",
    thanks_text: "Jūsu atbildes ir saglabātas.",
    closed: "Šī aptauja ir slēgta",
    closed_text: "Atbildes vairs netiek pieņemtas. Paldies par interesi.",
    unknown: "Tādas aptaujas nav",
    unknown_text: "Šajā adresē nekas netiek jautāts. Lūdzu, pārbaudiet, vai saite ir pilnīga.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_language_lacks_a_word() {
        for locale in Locale::ALL {
            let texts = serde_json::to_value(of(locale)).unwrap();
            for (word, text) in texts.as_object().unwrap() {
                assert!(!text.as_str().unwrap().is_empty(), "{locale:?} {word}");
            }
        }
    }
}
