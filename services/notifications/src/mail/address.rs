//! Where the mail server is, from `smtp_url`.

use percent_encoding::percent_decode_str;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
    /// Not at all: a server on the same machine or network.
    Plain,
    /// From the first byte.
    Tls,
    /// After `STARTTLS`, without which nothing is sent.
    StartTls,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub security: Security,
    pub host: String,
    pub port: u16,
    pub credentials: Option<(String, String)>,
}

/// Reads `smtp://user:password@host:25`; `None` if it is not such a URL.
pub(crate) fn parse(url: &str) -> Option<Address> {
    let (scheme, rest) = url.split_once("://")?;
    let (security, port) = match scheme {
        "smtp" => (Security::Plain, 25),
        "smtps" => (Security::Tls, 465),
        "starttls" => (Security::StartTls, 587),
        _ => return None,
    };
    let rest = rest.trim_end_matches('/');
    let (credentials, authority) = match rest.rsplit_once('@') {
        Some((user, authority)) => (Some(user.split_once(':')?), authority),
        None => (None, rest),
    };
    // An IPv6 address stands in brackets, so a colon after the last one begins the port.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, digits)) if !digits.ends_with(']') => (host, digits.parse().ok()?),
        _ => (authority, port),
    };
    let host = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let credentials = credentials.map(|(user, password)| (decoded(user), decoded(password)));
    (!host.is_empty() && !host.contains(['/', '?'])).then_some(Address {
        security,
        host,
        port,
        credentials,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, security: Security, host: &str, port: u16, user: Option<(&str, &str)>) {
        let address = parse(url).unwrap();
        let credentials = user.map(|(user, password)| (user.to_owned(), password.to_owned()));
        assert_eq!((address.security, address.port), (security, port), "{url}");
        assert_eq!(
            (address.host.as_str(), address.credentials),
            (host, credentials),
            "{url}"
        );
    }

    #[test]
    fn urls_name_server_user_and_protection() {
        check("smtp://localhost", Security::Plain, "localhost", 25, None);
        check(
            "smtp://127.0.0.1:2525/",
            Security::Plain,
            "127.0.0.1",
            2525,
            None,
        );
        check("smtps://[::1]", Security::Tls, "::1", 465, None);
        let user = Some(("a@b", "p:w"));
        check(
            "starttls://a%40b:p%3Aw@mx.example:588",
            Security::StartTls,
            "mx.example",
            588,
            user,
        );
    }

    #[test]
    fn other_urls_are_refused() {
        for url in [
            "",
            "mx.example",
            "http://mx.example",
            "smtp://",
            "smtp://u@h",
            "smtp://h:x",
        ] {
            assert!(parse(url).is_none(), "{url}");
        }
    }
}
