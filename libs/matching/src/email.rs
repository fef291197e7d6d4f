//! E-mail addresses: one canonical form per mailbox, and what kind of mailbox it is.

mod providers;

use thiserror::Error;

/// Longest address that SMTP can carry (RFC 5321 4.5.3.1).
const LENGTH_MAX: usize = 254;
/// Longest local part (RFC 5321 4.5.3.1.1).
const LOCAL_MAX: usize = 64;

/// A mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts about one mailbox, each shown as a quality flag"
)]
pub struct Email {
    /// The one spelling by which the mailbox is compared: `a.petrov+web@GoogleMail.com` is
    /// `apetrov@gmail.com`. For comparing, not for sending.
    pub canonical: String,
    /// The part before the `@` of `canonical`.
    pub local: String,
    /// The part after the `@` of `canonical`.
    pub domain: String,
    /// The address as typed, cleaned but not folded: where a message is sent.
    pub address: String,
    /// The mailbox of a role (`info@`, `sales@`), read by several people.
    pub role: bool,
    /// The mailbox of a public provider: its domain says nothing of an employer.
    pub free_provider: bool,
    /// A value typed to get past a form (`test@test.com`): it proves nothing.
    pub junk: bool,
    /// The domain was one typing error away from a large provider and was read as that one.
    pub corrected: bool,
}

/// Why a text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidEmail {
    /// Nothing was given.
    #[error("the e-mail address is empty")]
    Empty,
    /// There is no `@`.
    #[error("the e-mail address has no @")]
    NoAt,
    /// There is more than one `@`.
    #[error("the e-mail address has more than one @")]
    ManyAts,
    /// The part before the `@` is missing or has characters that no mailbox has.
    #[error("the part before the @ is not a mailbox name")]
    BadLocal,
    /// The part after the `@` is not a domain name.
    #[error("the part after the @ is not a domain name")]
    BadDomain,
    /// Longer than mail systems can carry.
    #[error("the e-mail address is longer than {LENGTH_MAX} characters")]
    TooLong,
}

impl InvalidEmail {
    /// Stable name of the reason; clients may match on it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Empty => "EMAIL_EMPTY",
            Self::NoAt => "EMAIL_NO_AT",
            Self::ManyAts => "EMAIL_MANY_ATS",
            Self::BadLocal => "EMAIL_BAD_LOCAL",
            Self::BadDomain => "EMAIL_BAD_DOMAIN",
            Self::TooLong => "EMAIL_TOO_LONG",
        }
    }
}

/// Reads an address as people type and paste it.
pub fn canonical(raw: &str) -> Result<Email, InvalidEmail> {
    let address = clean(raw);
    let (typed_local, typed_domain) = split(&address)?;
    check_local(typed_local)?;
    check_domain(typed_domain)?;
    let (domain, corrected) = match providers::misspelled(typed_domain) {
        Some(meant) => (meant, true),
        None => (typed_domain, false),
    };
    let family = providers::family(domain);
    let local = fold_local(typed_local, family)?;
    let canonical = format!("{local}@{family}");
    Ok(Email {
        role: providers::is_role(&local),
        free_provider: providers::is_free(family),
        junk: is_junk(&local, family),
        address: format!("{typed_local}@{domain}"),
        canonical,
        local,
        domain: family.to_owned(),
        corrected,
    })
}

/// Lower case, and without what surrounds an address in a header, a link or a sentence.
fn clean(raw: &str) -> String {
    let visible: String = raw
        .chars()
        .filter(|c| {
            !matches!(
                c,
                '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{2060}'
            )
        })
        .collect();
    // `Name <mailbox>`: only what stands between the brackets is the address.
    let inner = match (visible.rfind('<'), visible.rfind('>')) {
        (Some(open), Some(close)) if open < close => visible.get(open + 1..close).unwrap_or(""),
        _ => visible.as_str(),
    };
    let lower = inner.to_lowercase();
    let edge = |c: char| c.is_whitespace() || "<>\"'`«»„“”()[],;:.".contains(c);
    let bare = lower.trim_matches(edge);
    let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
    let bare = bare.split('?').next().unwrap_or(bare);
    bare.trim_matches(edge).to_owned()
}

fn split(address: &str) -> Result<(&str, &str), InvalidEmail> {
    if address.is_empty() {
        return Err(InvalidEmail::Empty);
    }
    if address.len() > LENGTH_MAX {
        return Err(InvalidEmail::TooLong);
    }
    let (local, domain) = address.split_once('@').ok_or(InvalidEmail::NoAt)?;
    if domain.contains('@') {
        return Err(InvalidEmail::ManyAts);
    }
    Ok((local, domain))
}

fn check_local(local: &str) -> Result<(), InvalidEmail> {
    let allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let dotted = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    if local.is_empty() || local.len() > LOCAL_MAX || dotted || !local.chars().all(allowed) {
        return Err(InvalidEmail::BadLocal);
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), InvalidEmail> {
    let label_ok = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let top = domain.rsplit('.').next().unwrap_or("");
    let top_ok = top.chars().count() >= 2
        && (top.starts_with("xn--") || top.chars().all(char::is_alphabetic));
    if domain.contains('.') && top_ok && domain.split('.').all(label_ok) {
        Ok(())
    } else {
        Err(InvalidEmail::BadDomain)
    }
}

/// What the provider itself ignores in a mailbox name.
fn fold_local(local: &str, family: &str) -> Result<String, InvalidEmail> {
    let untagged = local.split('+').next().unwrap_or(local);
    let folded = match family {
        "gmail.com" => untagged.replace('.', ""),
        // One mailbox at Yandex: `ivan.petrov` and `ivan-petrov`.
        "yandex.ru" => untagged.replace('.', "-"),
        _ => untagged.to_owned(),
    };
    // A tag may have hidden what is wrong: `nora.+web`.
    check_local(&folded)?;
    Ok(folded)
}

fn is_junk(local: &str, domain: &str) -> bool {
    let name = domain.split('.').next().unwrap_or(domain);
    providers::is_reserved(domain)
        || (local == name && providers::is_throwaway(name))
        || providers::is_filler(local)
        || (providers::is_free(domain)
            && (providers::is_role_name(local) || providers::is_throwaway(local)))
        || is_one_letter_run(local) && is_one_letter_run(name)
}

/// `aaa`, `x`, `111`.
fn is_one_letter_run(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|first| chars.all(|c| c == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_forms_of_one_mailbox_have_one_canonical_form() {
        for (raw, expected) in [
            (
                "Nora.Field@Example-Mills.co.uk",
                "nora.field@example-mills.co.uk",
            ),
            ("mailto:nora@field.eu?subject=hi", "nora@field.eu"),
            ("Nora Field <nora@field.eu>", "nora@field.eu"),
            ("  <nora@field.eu>, ", "nora@field.eu"),
            ("nora@field.eu.", "nora@field.eu"),
            ("n.o.r.a+web@GoogleMail.com", "nora@gmail.com"),
            ("nora.field@ya.ru", "nora-field@yandex.ru"),
            ("nora-field@yandex.com", "nora-field@yandex.ru"),
            ("nora.field+tag@outlook.com", "nora.field@outlook.com"),
            ("nora\u{200b}@gmial.com", "nora@gmail.com"),
            ("nora@outlook.con", "nora@outlook.com"),
            ("nora@ukr.nt", "nora@ukr.net"),
            ("анна@почта.рф", "анна@почта.рф"),
        ] {
            assert_eq!(canonical(raw).unwrap().canonical, expected, "{raw}");
        }
    }

    #[test]
    fn neighbours_that_exist_are_not_corrected() {
        for raw in [
            "a@mail.com",
            "a@ymail.com",
            "a@inbox.ru",
            "a@bk.ru",
            "a@ok-mills.lv",
            "a@gmx.net",
        ] {
            let email = canonical(raw).unwrap();
            assert!(!email.corrected, "{raw} became {}", email.canonical);
        }
        assert_ne!(
            canonical("nora@mail.ru").unwrap(),
            canonical("nora@bk.ru").unwrap()
        );
    }

    #[test]
    fn the_sending_address_keeps_dots_and_tags() {
        let email = canonical("N.Field+crm@Gmail.com").unwrap();
        assert_eq!(email.address, "n.field+crm@gmail.com");
    }

    #[test]
    fn roles_free_providers_and_junk_are_told() {
        let check = |raw: &str, role: bool, free: bool, junk: bool| {
            let email = canonical(raw).unwrap();
            assert_eq!(
                (email.role, email.free_provider, email.junk),
                (role, free, junk),
                "{raw}"
            );
        };
        check("info@field.eu", true, false, false);
        check("iroda@field.hu", true, false, false);
        check("birojs@field.lv", true, false, false);
        check("zakaz-2@field.ru", true, false, false);
        check("it.nora@field.eu", false, false, false);
        check("nora@field.eu", false, false, false);
        check("sales-nora@gmail.com", true, true, false);
        check("nora@inbox.lv", false, true, false);
        check("test@test.com", false, false, true);
        check("no@no.com", false, false, true);
        check("nincs@nincs.hu", false, false, true);
        check("nora@example.com", false, false, true);
        check("noemail@field.eu", false, false, true);
        check("info@gmail.com", true, true, true);
        check("aaa@a.lv", false, false, true);
    }

    #[test]
    fn what_is_no_address_has_a_stable_reason() {
        for (raw, reason) in [
            ("", "EMAIL_EMPTY"),
            (" <> ", "EMAIL_EMPTY"),
            ("nora.field.eu", "EMAIL_NO_AT"),
            ("nora@field@eu.lv", "EMAIL_MANY_ATS"),
            ("@field.eu", "EMAIL_BAD_LOCAL"),
            ("no ra@field.eu", "EMAIL_BAD_LOCAL"),
            ("nora..f@field.eu", "EMAIL_BAD_LOCAL"),
            ("+tag@field.eu", "EMAIL_BAD_LOCAL"),
            ("nora.+tag@field.eu", "EMAIL_BAD_LOCAL"),
            ("nora@field", "EMAIL_BAD_DOMAIN"),
            ("nora@field..eu", "EMAIL_BAD_DOMAIN"),
            ("nora@-field.eu", "EMAIL_BAD_DOMAIN"),
            ("nora@10.0.0.1", "EMAIL_BAD_DOMAIN"),
            ("nora@fi eld.eu", "EMAIL_BAD_DOMAIN"),
        ] {
            assert_eq!(canonical(raw).unwrap_err().reason(), reason, "{raw}");
        }
        let long = format!("nora@{}.eu", "f".repeat(300));
        assert_eq!(canonical(&long).unwrap_err().reason(), "EMAIL_TOO_LONG");
    }
}
