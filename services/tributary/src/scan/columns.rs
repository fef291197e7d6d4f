//! What the columns of a sheet are, by their names in English, Russian, Ukrainian, Hungarian and Latvian.

/// What is in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    ExternalId,
    /// The given name beside a family name, the whole name otherwise.
    Name,
    FullName,
    GivenName,
    /// After the given name.
    Patronymic,
    FamilyName,
    Organisation,
    Email,
    Phone,
    City,
    Country,
    Locale,
    Message,
    Topic,
    SaleObject,
}

/// Names in small letters, without spaces, signs and a number at the end.
const NAMES: &[(Column, &str)] = &[
    (
        Column::ExternalId,
        "id externalid leadid recordid ид azonosító identifikators",
    ),
    (Column::Name, "name имя імя vārds"),
    (
        Column::FullName,
        "fullname contact contactname contactperson person customer customername client clientname \
         фио полноеимя имяифамилия имяфамилия фамилияимя контакт контактноелицо клиент \
         піб повнеімя імятапрізвище прізвищеімя контактнаособа клієнт \
         név nev teljesnév kapcsolattartó ügyfél ügyfélnév \
         vārdsuzvārds vārdsunuzvārds pilnsvārds kontaktpersona klients",
    ),
    (
        Column::GivenName,
        "givenname firstname forename keresztnév utónév",
    ),
    (
        Column::Patronymic,
        "patronymic middlename отчество побатькові",
    ),
    (
        Column::FamilyName,
        "familyname lastname surname фамилия прізвище vezetéknév családnév uzvārds",
    ),
    (
        Column::Organisation,
        "organisation organization company companyname firm employer \
         компания организация фирма предприятие названиекомпании \
         компанія організація фірма підприємство назвакомпанії \
         cég cégnév szervezet vállalat uzņēmums uzņēmumanosaukums organizācija firma kompānija",
    ),
    (
        Column::Email,
        "email emails emailaddress mail почта электроннаяпочта элпочта емейл имейл адресэлпочты \
         пошта електроннапошта елпошта emailcím levelezésicím ímél epasts epasta epastaadrese",
    ),
    (
        Column::Phone,
        "phone phones phonenumber telephone tel mobile mobilephone cell cellphone \
         телефон телефоны тел номертелефона мобильный мобильныйтелефон \
         телефони номертелефону мобільний мобільнийтелефон \
         telefon telefonszám mobil mobiltelefon tālrunis tālruņanumurs telefons mobilais mobilaistālrunis",
    ),
    (
        Column::City,
        "city town город місто város település pilsēta",
    ),
    (
        Column::Country,
        "country countrycode страна країна ország valsts",
    ),
    (
        Column::Locale,
        "locale language lang язык мова nyelv valoda",
    ),
    (
        Column::Message,
        "message comment comments note notes text сообщение комментарий текст примечание заметка \
         повідомлення коментар примітка üzenet megjegyzés szöveg ziņa ziņojums komentārs piezīmes",
    ),
    (Column::Topic, "topic subject тема téma tēma"),
    (
        Column::SaleObject,
        "saleobject product товар продукт termék prece produkts",
    ),
];

/// What a column is by the name above it.
pub(super) fn named(header: &str) -> Option<Column> {
    let name: String = header
        .chars()
        // An apostrophe that counts as a letter: `імʼя`.
        .filter(|letter| letter.is_alphanumeric() && *letter != '\u{2bc}')
        .flat_map(char::to_lowercase)
        .collect();
    let name = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let named = NAMES
        .iter()
        .find(|(_, names)| names.split_whitespace().any(|known| known == name));
    named.map(|(column, _)| *column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_names_in_five_languages() {
        for (headers, column) in [
            (
                ["Full name", "ФИО", "ПІБ", "Név", "Vārds, uzvārds"],
                Column::FullName,
            ),
            (
                [
                    "E-mail 2",
                    "Эл. почта",
                    "Ел. пошта",
                    "E-mail cím",
                    "E-pasts",
                ],
                Column::Email,
            ),
            (
                ["Phone", "Телефон", "Мобільний", "Telefonszám", "Tālrunis"],
                Column::Phone,
            ),
            (
                ["Company", "Компания", "Організація", "Cég", "Uzņēmums"],
                Column::Organisation,
            ),
            (["city", "Город", "Місто", "Város", "Pilsēta"], Column::City),
            (
                ["Country", "Страна", "Країна", "Ország", "Valsts"],
                Column::Country,
            ),
            (
                ["Message", "Сообщение", "Коментар", "Üzenet", "Ziņa"],
                Column::Message,
            ),
            (["name", "Имя", "Ім'я", "Імʼя", "Vārds"], Column::Name),
        ] {
            for header in headers {
                assert_eq!(named(header), Some(column), "{header}");
            }
        }
        for header in ["", "2", "Скидка", "true_person_id"] {
            assert_eq!(named(header), None, "{header}");
        }
    }

    #[test]
    fn no_name_is_two_columns() {
        let mut seen = std::collections::BTreeSet::new();
        for name in NAMES.iter().flat_map(|(_, names)| names.split_whitespace()) {
            assert!(seen.insert(name), "{name}");
            assert!(
                named(name).is_some(),
                "{name} is not found as it is written"
            );
        }
    }
}
