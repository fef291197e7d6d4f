//! A message as bytes. The same message always gives the same bytes, so that one that is sent
//! again is the same letter.

use ids::MessageId;
use lettre::{
    Address,
    address::Envelope,
    message::{
        Mailbox, Message, MultiPart, MultiPartKind, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};

use crate::domain::{message, name::one_line};

/// Envelope and bytes.
#[derive(Debug, Clone)]
pub(crate) struct Composed {
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
}

/// The Message-ID of a message that this sender sends.
pub(crate) fn message_id(id: MessageId, from: &Mailbox) -> String {
    format!("<{id}@{}>", from.email.domain())
}

/// Builds a message with the HTML of its text; `Err` says why it can never be sent.
pub(crate) fn compose(
    message: &message::Message,
    html: &str,
    from: &Mailbox,
) -> Result<Composed, String> {
    let address: Address = message
        .recipient
        .parse()
        .map_err(|error| format!("recipient is not an address: {error}"))?;
    let name = Some(one_line(&message.recipient_name)).filter(|name| !name.is_empty());
    let boundary = format!("=_{}", message.id.uuid().simple());
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(boundary)
        .singlepart(SinglePart::plain(message.text.clone()))
        .singlepart(SinglePart::html(html.to_owned()));
    let mut builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(one_line(&message.subject))
        .date(message.planned_at.into())
        .message_id(Some(message.header_id.clone()))
        // Vacation answers and the like are not wanted.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    if let Some(trace) = message
        .traceparent
        .as_deref()
        .and_then(|it| it.split('-').nth(1))
    {
        // Leads from a mail that somebody asks about to all that caused it.
        let name = HeaderName::new_from_ascii_str("X-Tributary-Trace");
        builder = builder.raw_header(HeaderValue::new(name, trace.to_owned()));
    }
    let built = builder
        .multipart(parts)
        .map_err(|error| error.to_string())?;
    Ok(Composed {
        envelope: built.envelope().clone(),
        bytes: built.formatted(),
    })
}

/// The header lines of a built message.
pub(crate) fn header_lines(composed: &Composed) -> String {
    let text = String::from_utf8_lossy(&composed.bytes);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    head.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use clock::Clock;

    use super::*;
    use crate::domain::{
        locale::Locale,
        message::{Purpose, State},
    };

    const HTML: &str = "<p>Kedves Őrsi Ödön!</p>";

    fn message(recipient: &str, name: &str, subject: &str) -> message::Message {
        let now = Clock::system().now();
        let id = MessageId::generate();
        message::Message {
            id,
            revision: 1,
            purpose: Purpose::Farewell,
            about: "lead_1".to_owned(),
            recipient: recipient.to_owned(),
            recipient_name: name.to_owned(),
            locale: Locale::Hu,
            subject: subject.to_owned(),
            text: "Kedves Őrsi Ödön!\n.\nVége".to_owned(),
            layout: 1,
            state: State::Queued,
            detail: String::new(),
            attempts: 0,
            header_id: message_id(id, &from()),
            traceparent: None,
            planned_at: now,
            not_before: now,
            give_up_at: now,
            handed_over_at: None,
            settled_at: None,
        }
    }

    fn from() -> Mailbox {
        "Acme <sales@acme.example>".parse().unwrap()
    }

    #[test]
    fn a_line_break_in_a_name_or_subject_makes_no_header() {
        let name = "Eve\r\nBcc: all@example.com";
        let message = message("eve@example.com", name, "Hi\r\nX-Evil: 1\n\nbody");
        let composed = compose(&message, HTML, &from()).unwrap();
        for line in header_lines(&composed).lines() {
            let lower = line.to_lowercase();
            assert!(
                !lower.starts_with("bcc") && !lower.starts_with("x-evil"),
                "{line}"
            );
        }
        let to: Vec<_> = composed
            .envelope
            .to()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(to, ["eve@example.com"]);
    }

    #[test]
    fn a_recipient_with_a_line_break_is_no_address() {
        for recipient in [
            "eve@example.com\r\nRCPT TO:<x@y>",
            "",
            "eve",
            "a b@example.com",
        ] {
            assert!(
                compose(&message(recipient, "", "x"), HTML, &from()).is_err(),
                "{recipient:?}"
            );
        }
    }

    #[test]
    fn a_message_is_seven_bit_and_the_same_each_time() {
        let message = message("odon@example.com", "Őrsi Ödön", "Köszönjük");
        let first = compose(&message, HTML, &from()).unwrap();
        assert!(first.bytes.is_ascii());
        assert_eq!(first.bytes, compose(&message, HTML, &from()).unwrap().bytes);
        let text = String::from_utf8(first.bytes).unwrap();
        assert!(
            text.contains("multipart/alternative") && text.contains("text/plain"),
            "{text}"
        );
        assert!(
            text.contains(&format!("Message-ID: <{}@acme.example>", message.id)),
            "{text}"
        );
    }
}
