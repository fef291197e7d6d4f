//! Languages that messages are written in.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Locale {
    En,
    Ru,
    Hu,
    Lv,
}

impl Locale {
    pub(crate) const ALL: [Self; 4] = [Self::En, Self::Ru, Self::Hu, Self::Lv];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Hu => "hu",
            Self::Lv => "lv",
        }
    }

    /// The locale of a language tag such as `hu` or `hu-HU`. English for all that has no texts of
    /// its own: a guess at a related language could offend.
    pub(crate) fn of(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|locale| locale.as_str().eq_ignore_ascii_case(language))
            .unwrap_or(Self::En)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_find_their_locale_and_others_english() {
        for (tag, locale) in [
            ("ru", Locale::Ru),
            ("hu-HU", Locale::Hu),
            ("LV_lv", Locale::Lv),
            ("en", Locale::En),
            ("uk", Locale::En),
            ("", Locale::En),
        ] {
            assert_eq!(Locale::of(tag), locale, "{tag:?}");
        }
    }
}
