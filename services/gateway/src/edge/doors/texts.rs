//! The words of the hosted form.

use serde::Serialize;

use crate::domain::locale::Locale;

/// The words in one language.
#[derive(Debug, Serialize)]
pub(super) struct Texts {
    pub(super) heading: &'static str,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) phone: &'static str,
    pub(super) company: &'static str,
    pub(super) message: &'static str,
    pub(super) hint: &'static str,
    pub(super) leave_empty: &'static str,
    pub(super) send: &'static str,
    pub(super) thanks: &'static str,
    pub(super) thanks_text: &'static str,
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

const ENGLISH: Texts = Texts {
    heading: "Send us your enquiry",
    name: "Name",
    email: "E-mail",
    phone: "Telephone",
    company: "Company",
    message: "How can we help?",
    hint: "Please give an e-mail address or a telephone number, so that we can answer.",
    leave_empty: "Leave this field empty",
    send: "Send",
    thanks: "Thank you",
    thanks_text: "We have received your message and will get in touch.",
};

const RUSSIAN: Texts = Texts {
    heading: "Отправьте нам запрос",
    name: "Имя",
    email: "Эл. почта",
    phone: "Телефон",
    company: "Компания",
    message: "Чем мы можем помочь?",
    hint: "Укажите, пожалуйста, адрес почты или телефон, чтобы мы могли ответить.",
    leave_empty: "Оставьте это поле пустым",
    send: "Отправить",
    thanks: "Спасибо",
    thanks_text: "Мы получили ваше сообщение и свяжемся с вами.",
};

const HUNGARIAN: Texts = Texts {
    heading: "Küldje el kérdését",
    name: "Név",
    email: "E-mail",
    phone: "Telefon",
    company: "Cég",
    message: "Miben segíthetünk?",
    hint: "Kérjük, adjon meg e-mail-címet vagy telefonszámot, hogy válaszolhassunk.",
    leave_empty: "Hagyja üresen ezt a mezőt",
    send: "Küldés",
    thanks: "Köszönjük",
    thanks_text: "Megkaptuk üzenetét, és jelentkezni fogunk.",
};

const LATVIAN: Texts = Texts {
    heading: "Nosūtiet mums pieprasījumu",
    name: "Vārds",
    email: "E-pasts",
    phone: "Tālrunis",
    company: "Uzņēmums",
    message: "Kā varam palīdzēt?",
    hint: "Lūdzu, norādiet e-pasta adresi vai tālruņa numuru, lai varam atbildēt.",
    leave_empty: "Atstājiet šo lauku tukšu",
    send: "Nosūtīt",
    thanks: "Paldies",
    thanks_text: "Esam saņēmuši jūsu ziņu un sazināsimies ar jums.",
};
