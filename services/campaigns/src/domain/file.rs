//! A file attached to a campaign.

use chrono::{DateTime, Utc};
use ids::{CampaignId, FileId, StaffId};

/// What a media type is taken for when none is told.
pub const UNKNOWN_TYPE: &str = "application/octet-stream";
const LONGEST_NAME: usize = 200;
const LONGEST_TYPE: usize = 100;

/// A file that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    pub campaign: CampaignId,
    pub name: String,
    pub content_type: String,
    pub size: i64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub note: String,
    pub uploaded_by: Option<StaffId>,
    pub uploaded_at: DateTime<Utc>,
    pub removed: bool,
}

/// The last part of a path, without control characters and what file systems do not take. `None`
/// when nothing is left.
pub fn clean_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|c| !c.is_control() && !is_format(*c));
    let kept = kept.map(|c| if "<>:\"|?*".contains(c) { '_' } else { c });
    let kept: String = kept.collect();
    let trimmed = kept.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let hidden = kept.trim_start().starts_with('.') && !trimmed.contains('.');
    let name = if hidden {
        format!("_{trimmed}")
    } else {
        trimmed.to_owned()
    };
    (!trimmed.is_empty()).then(|| shorten(&name))
}

/// Marks that turn the direction of text or are not seen: `exe.pdf` must not look like another.
fn is_format(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Cut in the middle of a long name, so that the ending stays.
fn shorten(name: &str) -> String {
    let length = name.chars().count();
    if length <= LONGEST_NAME {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = if ending.chars().count() > 10 {
        ""
    } else {
        ending
    };
    let room = LONGEST_NAME - ending.chars().count() - 1;
    let stem: String = name.chars().take(room).collect();
    if ending.is_empty() {
        stem
    } else {
        format!("{stem}.{ending}")
    }
}

/// Whether it looks like `type/subtype`, with parameters or without.
pub fn is_media_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let token = |part: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || "!#$&^_.+-".contains(c);
        !part.is_empty() && part.chars().all(known)
    };
    text.len() <= LONGEST_TYPE
        && text.chars().all(|c| c == ' ' || c.is_ascii_graphic())
        && essence
            .split_once('/')
            .is_some_and(|(kind, rest)| token(kind) && token(rest))
}

/// Whether it is a SHA-256 as it is written here.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bare_names() {
        for (given, kept) in [
            ("Буклет 2026.pdf", Some("Буклет 2026.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Users\\Éva\\árlista.xlsx", Some("árlista.xlsx")),
            ("a<b>:c?.txt", Some("a_b__c_.txt")),
            ("x\u{0}\n\u{202e}fdp.exe", Some("xfdp.exe")),
            (" .. ", None),
            ("", None),
            ("folder/", None),
            (".htaccess", Some("_htaccess")),
            ("report.", Some("report")),
        ] {
            assert_eq!(clean_name(given).as_deref(), kept, "{given:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = clean_name(&format!("{}.pdf", "я".repeat(500))).unwrap();
        assert_eq!(name.chars().count(), LONGEST_NAME);
        assert!(name.ends_with("я.pdf"));
        let bare = clean_name(&"x".repeat(500)).unwrap();
        assert_eq!(bare.len(), LONGEST_NAME - 1);
    }

    #[test]
    fn media_types_look_like_media_types() {
        for good in [
            "application/pdf",
            "image/svg+xml",
            "text/plain; charset=utf-8",
        ] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in ["", "pdf", "a/", "/b", "a/b\r\nx: y", "a b/c", "текст/plain"] {
            assert!(!is_media_type(bad), "{bad:?}");
        }
    }
}
