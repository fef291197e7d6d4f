//! The words of the document in each language.

use crate::domain::offer::Language;

pub(super) struct Words {
    pub offer: &'static str,
    pub draft: &'static str,
    pub date: &'static str,
    pub valid_until: &'static str,
    pub text: &'static str,
    pub quantity: &'static str,
    pub price: &'static str,
    pub discount: &'static str,
    pub tax: &'static str,
    pub sum: &'static str,
    pub net: &'static str,
    pub total: &'static str,
    /// With `{page}` and `{of}` in it.
    page: &'static str,
}

impl Words {
    pub(super) fn page(&self, page: usize, of: usize) -> String {
        let text = self.page.replace("{page}", &page.to_string());
        text.replace("{of}", &of.to_string())
    }
}

pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Russian => &RUSSIAN,
        Language::Hungarian => &HUNGARIAN,
        Language::Latvian => &LATVIAN,
    }
}

const ENGLISH: Words = Words {
    offer: "Offer",
    draft: "Draft",
    date: "Date",
    valid_until: "Valid until",
    text: "Description",
    quantity: "Quantity",
    price: "Unit price",
    discount: "Discount",
    tax: "Tax",
    sum: "Amount",
    net: "Total before tax",
    total: "Total",
    page: "Page {page} of {of}",
};

const RUSSIAN: Words = Words {
    offer: "Коммерческое предложение",
    draft: "Черновик",
    date: "Дата",
    valid_until: "Действительно до",
    text: "Наименование",
    quantity: "Количество",
    price: "Цена",
    discount: "Скидка",
    tax: "НДС",
    sum: "Сумма",
    net: "Итого без НДС",
    total: "Всего",
    page: "Страница {page} из {of}",
};

const HUNGARIAN: Words = Words {
    offer: "Ajánlat",
    draft: "Tervezet",
    date: "Kelt",
    valid_until: "Érvényes",
    text: "Megnevezés",
    quantity: "Mennyiség",
    price: "Egységár",
    discount: "Engedmény",
    tax: "Áfa",
    sum: "Összeg",
    net: "Nettó összesen",
    total: "Fizetendő",
    page: "{page}. oldal, összesen {of}",
};

const LATVIAN: Words = Words {
    offer: "Piedāvājums",
    draft: "Melnraksts",
    date: "Datums",
    valid_until: "Derīgs līdz",
    text: "Nosaukums",
    quantity: "Daudzums",
    price: "Cena",
    discount: "Atlaide",
    tax: "PVN",
    sum: "Summa",
    net: "Summa bez PVN",
    total: "Kopā",
    page: "{page}. lappuse no {of}",
};
