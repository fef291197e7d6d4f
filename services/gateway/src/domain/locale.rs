//! The languages we speak with people.

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Locale {
    #[default]
    English,
    Russian,
    Hungarian,
    Latvian,
}

impl Locale {
    pub(crate) const ALL: [Self; 4] =
        [Self::English, Self::Russian, Self::Hungarian, Self::Latvian];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
            Self::Hungarian => "hu",
            Self::Latvian => "lv",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.as_str() == text)
    }

    /// The first language of an `Accept-Language` header that we speak. Weights are not read:
    /// browsers list languages by liking.
    pub(crate) fn accepted(header: &str) -> Option<Self> {
        header.split(',').take(20).find_map(|entry| {
            let tag = entry.split(';').next().unwrap_or_default().trim();
            let language = tag.split('-').next().unwrap_or_default();
            Self::parse(&language.to_ascii_lowercase())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_read_as_it_is_written() {
        for locale in Locale::ALL {
            assert_eq!(Locale::parse(locale.as_str()), Some(locale));
        }
        assert_eq!(Locale::parse("de"), None);
    }

    #[test]
    fn the_first_known_language_of_a_browser_is_taken() {
        for (header, expected) in [
            ("lv-LV,lv;q=0.9,en;q=0.8", Some(Locale::Latvian)),
            ("de, RU;q=0.5", Some(Locale::Russian)),
            ("de;q=1", None),
            ("", None),
            (",,;;--", None),
        ] {
            assert_eq!(Locale::accepted(header), expected, "{header}");
        }
    }
}
