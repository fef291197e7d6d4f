//! Raw e-mails (RFC 5322): sender, signature and text, and what no person wrote.

use mail_parser::{Addr, Address, HeaderValue, Message, MessageParser, MimeHeaders};

use super::{ContentHash, Digest, Draft, Place, Read, text};
use crate::domain::{contact::PersonName, evidence::Reading, reason::Reason};

/// A larger message is refused before it is read.
pub const MESSAGE_MAX: usize = 25 * 1024 * 1024;
/// A message of more parts is made to hurt.
const PARTS_MAX: usize = 200;
/// Messages that a reply names and that are looked for.
const REFERENCES_MAX: usize = 10;
/// Bytes of a text that are read: a card shows less.
const BODY_MAX: usize = 4 * text::TEXT_MAX;

/// What a message says, with what belongs to the submission.
#[derive(Debug, Clone)]
pub struct MailRead {
    pub read: Read,
    /// By which replies find it; empty when it has none.
    pub message_id: String,
}

/// Reads a message.
pub fn read(raw: &[u8], place: Place<'_>) -> MailRead {
    let whole = || Digest::new().part(raw).finish();
    let refuse = |detail: &str| {
        let hash = whole();
        let read = Read::refused(Reason::MalformedBody, detail, hash);
        MailRead {
            read: Read {
                key: Some(hex::encode(hash)),
                ..read
            },
            message_id: String::new(),
        }
    };
    let Some(message) = MessageParser::default().parse(raw) else {
        return refuse("not an e-mail");
    };
    if message.parts.len() > PARTS_MAX {
        return refuse("more parts than any letter has");
    }
    let message_id = message.message_id().unwrap_or_default();
    let message_id = text::line(message_id, text::KEY_MAX).text;
    let body = body(&message);
    let hash = content(&message, &body);
    // Careless programs give all their messages one id; a letter must not get lost by it.
    let key = if message_id.is_empty() {
        hex::encode(whole())
    } else {
        format!(
            "{message_id} {}",
            hex::encode(hash.first_chunk::<8>().unwrap_or(&[0; 8]))
        )
    };
    if let Some(reason) = nobody(&message) {
        let read = Read {
            key: Some(key),
            ..Read::refused(reason, reason.text(), hash)
        };
        return MailRead { read, message_id };
    }
    MailRead {
        read: letter(&message, &body, key, hash, place),
        message_id,
    }
}

/// A message that may be a person's.
fn letter(
    message: &Message<'_>,
    body: &str,
    key: String,
    hash: ContentHash,
    place: Place<'_>,
) -> Read {
    let mut draft = Draft::at(place);
    let sender = sender(message);
    let address = sender.and_then(Addr::address).unwrap_or_default();
    draft.evidence.automatic = is_automatic(message) || is_no_reply(address);
    let own = own_text(body);
    let signed = draft.signature(own);
    if is_no_reply(address) {
        // A program passes on what a person wrote: the contacts are in the text.
        signed
            .emails
            .iter()
            .for_each(|email| draft.found_email(email.clone()));
    } else {
        draft.email("from", address);
    }
    signed
        .phones
        .into_iter()
        .for_each(|phone| draft.found_phone(phone));
    let subject = message.subject().unwrap_or_default();
    draft.evidence.message = draft.block(&format!("{subject}\n\n{own}"));
    draft.evidence.answers = answers(message);
    let header_name = sender.and_then(Addr::name).unwrap_or_default();
    let written = matching::name::fold(header_name);
    // The signature has the fuller name where a mailbox shows a handle.
    let name = match signed.name {
        Some(name) if written.is_empty() => name,
        _ => header_name.to_owned(),
    };
    draft.finish(&PersonName::whole(name), Some(key), hash)
}

/// What the sender wrote, without the letter that is answered.
fn own_text(body: &str) -> &str {
    const QUOTES: &[&str] = &[
        "-----original message-----",
        "----- original message -----",
        "-------- forwarded message",
        "-----исходное сообщение-----",
        "________________________________",
    ];
    let mut end = 0;
    for line in body.split_inclusive('\n') {
        let lower = line.trim().to_lowercase();
        let quoting =
            QUOTES.iter().any(|quote| lower.starts_with(quote)) || introduces_quote(&lower);
        // A message that begins with a quotation has nothing else to read.
        if quoting && !body.get(..end).unwrap_or_default().trim().is_empty() {
            return body.get(..end).unwrap_or(body);
        }
        end += line.len();
    }
    body
}

/// `On Monday … wrote:` and its like.
fn introduces_quote(line: &str) -> bool {
    const VERBS: &[&str] = &[
        "wrote:",
        "писал:",
        "писал(а):",
        "написал:",
        "пише:",
        "írta:",
        "rakstīja:",
    ];
    line.len() < 300 && VERBS.iter().any(|verb| line.ends_with(verb))
}

fn body(message: &Message<'_>) -> String {
    let text = message.body_text(0).unwrap_or_default();
    let end = text.floor_char_boundary(BODY_MAX);
    text.get(..end).unwrap_or_default().to_owned()
}

/// What the letter says; the way it took does not matter.
fn content(message: &Message<'_>, body: &str) -> ContentHash {
    let address = sender(message).and_then(Addr::address).unwrap_or_default();
    let attachments = message
        .attachments()
        .map(mail_parser::MessagePart::contents);
    Digest::new()
        .part(address.to_lowercase())
        .part(message.subject().unwrap_or_default())
        .part(body)
        .parts(attachments)
        .finish()
}

/// Whom to answer: a form's program writes in its own name and puts the person here.
fn sender<'a>(message: &'a Message<'_>) -> Option<&'a Addr<'a>> {
    let first = |address: Option<&'a Address<'a>>| address.and_then(Address::first);
    let reply_to = first(message.reply_to());
    let from = first(message.from());
    match (reply_to, from) {
        // The same mailbox; the name stands with the sender.
        (Some(reply), Some(from))
            if reply.name().is_none() && reply.address() == from.address() =>
        {
            Some(from)
        }
        (Some(reply), _) if reply.address().is_some() => Some(reply),
        (_, from) => from,
    }
}

/// Why nobody wrote the message to us.
fn nobody(message: &Message<'_>) -> Option<Reason> {
    let from = message
        .from()
        .and_then(Address::first)
        .and_then(Addr::address)
        .unwrap_or_default();
    let local = from
        .split('@')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let precedence = header(message, "Precedence");
    if matches!(local.as_str(), "mailer-daemon" | "postmaster") || is_report(message) {
        return Some(Reason::Bounce);
    }
    let auto_reply = header(message, "Auto-Submitted").starts_with("auto-replied")
        || !header(message, "X-Autoreply").is_empty()
        || !header(message, "X-Autorespond").is_empty()
        || precedence == "auto_reply"
        || is_away_subject(message.subject().unwrap_or_default());
    if auto_reply {
        return Some(Reason::AutoReply);
    }
    let listed = ["List-Id", "List-Unsubscribe", "List-Post"];
    let is_list = listed.iter().any(|name| !header(message, name).is_empty());
    (is_list || matches!(precedence.as_str(), "list" | "bulk")).then_some(Reason::MailingList)
}

/// A report that another message was not delivered.
fn is_report(message: &Message<'_>) -> bool {
    message.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind
                .subtype()
                .is_some_and(|it| it.eq_ignore_ascii_case("report"))
            && kind
                .attribute("report-type")
                .is_none_or(|it| it.eq_ignore_ascii_case("delivery-status"))
    })
}

fn is_automatic(message: &Message<'_>) -> bool {
    header(message, "Auto-Submitted").starts_with("auto-generated")
}

fn is_no_reply(address: &str) -> bool {
    let local = address
        .split('@')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let letters: String = local.chars().filter(char::is_ascii_alphabetic).collect();
    matches!(letters.as_str(), "noreply" | "donotreply" | "dontreply")
}

fn is_away_subject(subject: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "out of office",
        "automatic reply",
        "auto-reply",
        "autoreply",
        "auto:",
        "автоответ",
        "автоматический ответ",
        "автовідповідь",
        "automatikus válasz",
        "házon kívül",
        "automātiskā atbilde",
    ];
    let lower = subject.trim().to_lowercase();
    BEGINNINGS
        .iter()
        .any(|beginning| lower.starts_with(beginning))
}

/// A header's value in lower case, empty when it is not there.
fn header(message: &Message<'_>, name: &str) -> String {
    message
        .headers_raw()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_ascii_lowercase())
        .unwrap_or_default()
}

/// The messages it answers, nearest first.
fn answers(message: &Message<'_>) -> Vec<String> {
    let mut ids = listed(message.in_reply_to());
    let mut thread = listed(message.references());
    thread.reverse();
    ids.append(&mut thread);
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| !id.is_empty() && seen.insert(id.clone()));
    ids.truncate(REFERENCES_MAX);
    ids
}

fn listed(value: &HeaderValue<'_>) -> Vec<String> {
    let one = |id: &str| text::line(id, text::KEY_MAX).text;
    match value {
        HeaderValue::Text(id) => vec![one(id)],
        HeaderValue::TextList(ids) => {
            let newest = ids.len().saturating_sub(REFERENCES_MAX);
            ids.iter().skip(newest).map(|id| one(id)).collect()
        }
        _ => Vec::new(),
    }
}

impl MailRead {
    /// Why the message is no letter, if it is none.
    pub fn refusal(&self) -> Option<Reason> {
        match &self.read.reading {
            Reading::Refused { reason, .. } => Some(*reason),
            Reading::Evidence(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::Evidence;

    fn mail(raw: &[u8]) -> MailRead {
        read(
            raw,
            Place {
                country: "LV",
                locale: "lv",
                topic: "",
                partner: false,
            },
        )
    }

    fn letter_of(raw: &[u8]) -> Evidence {
        mail(raw).read.evidence().unwrap().clone()
    }

    const PLAIN: &[u8] =
        b"From: Nora Field <nora@field.eu>\r\nTo: sales@us.eu\r\nSubject: Mills\r\n\
        Message-ID: <1@field.eu>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        How much is a mill?\r\n\r\nKind regards,\r\nNora Field\r\nPhone: +371 26 555 142\r\n\
        \r\nOn Monday, Sales wrote:\r\nBuy now! Tel. +371 67 000 000\r\n";

    #[test]
    fn sender_signature_and_text_are_read() {
        let evidence = letter_of(PLAIN);
        assert_eq!(evidence.name.full, "Nora Field");
        assert_eq!(evidence.emails[0].canonical, "nora@field.eu");
        let numbers: Vec<&str> = evidence.phones.iter().map(|it| it.e164.as_str()).collect();
        assert_eq!(numbers, ["+37126555142"]);
        assert!(
            evidence.message.starts_with("Mills\n\nHow much"),
            "{}",
            evidence.message
        );
        assert!(!evidence.message.contains("Buy now"));
        assert_eq!(mail(PLAIN).message_id, "1@field.eu");
    }

    #[test]
    fn one_message_by_two_ways_is_one() {
        let other: Vec<u8> = [&b"Received: by other\r\n"[..], PLAIN].concat();
        assert_eq!(mail(PLAIN).read.key, mail(&other).read.key);
        let changed = String::from_utf8(PLAIN.to_vec())
            .unwrap()
            .replace("a mill", "two mills");
        assert_ne!(mail(PLAIN).read.key, mail(changed.as_bytes()).read.key);
    }

    #[test]
    fn old_encodings_are_read() {
        let koi8 = b"From: =?koi8-r?B?79nXwdLPxQ==?= <olga@field.eu>\r\nSubject: =?koi8-r?B?8NLJ18XU?=\r\n\
            Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
            \xcc\xe5\xeb\xfc\xed\xe8\xf6\xe0\r\n";
        let evidence = letter_of(koi8);
        assert!(
            evidence.message.starts_with("Привет"),
            "{}",
            evidence.message
        );
        assert!(
            evidence.message.ends_with("Мельница"),
            "{}",
            evidence.message
        );
    }

    #[test]
    fn a_page_is_read_as_its_text() {
        let html = b"From: nora@field.eu\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>How <b>much</b>?</p><script>x</script>\r\n--b--\r\n";
        let evidence = letter_of(html);
        assert!(
            evidence.message.contains("How much?"),
            "{}",
            evidence.message
        );
        assert!(!evidence.message.contains('<'));
    }

    #[test]
    fn what_no_person_wrote_is_told_apart() {
        let with = |headers: &str| {
            mail(format!("{headers}\r\nSubject: x\r\n\r\nx\r\n").as_bytes()).refusal()
        };
        for (headers, reason) in [
            (
                "From: a@b.eu\r\nAuto-Submitted: auto-replied",
                Reason::AutoReply,
            ),
            ("From: a@b.eu\r\nPrecedence: auto_reply", Reason::AutoReply),
            ("From: MAILER-DAEMON@b.eu", Reason::Bounce),
            (
                "From: a@b.eu\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
                Reason::Bounce,
            ),
            ("From: a@b.eu\r\nList-Id: <x.b.eu>", Reason::MailingList),
            ("From: a@b.eu\r\nprecedence: bulk", Reason::MailingList),
        ] {
            assert_eq!(with(headers), Some(reason), "{headers}");
        }
        assert_eq!(with("From: a@b.eu\r\nAuto-Submitted: no"), None);
        let away = b"From: a@b.eu\r\nSubject: =?utf-8?B?0JDQstGC0L7QvtGC0LLQtdGC?=: x\r\n\r\nx\r\n";
        assert_eq!(mail(away).refusal(), Some(Reason::AutoReply));
    }

    #[test]
    fn a_program_may_speak_for_a_person() {
        let relayed = letter_of(
            b"From: Site <noreply@site.eu>\r\nSubject: Form\r\n\r\nName: Nora\r\nMail: nora@field.eu\r\n",
        );
        assert!(relayed.automatic);
        assert_eq!(relayed.emails[0].canonical, "nora@field.eu");
        let answered = letter_of(
            b"From: Site <form@site.eu>\r\nReply-To: Nora Field <nora@field.eu>\r\n\r\nx\r\n",
        );
        assert_eq!(answered.emails[0].canonical, "nora@field.eu");
        assert_eq!(answered.name.full, "Nora Field");
    }

    #[test]
    fn replies_name_what_they_answer() {
        let reply = letter_of(
            b"From: a@b.eu\r\nIn-Reply-To: <3@x>\r\nReferences: <1@x> <2@x> <3@x>\r\n\r\nx\r\n",
        );
        assert_eq!(reply.answers, ["3@x", "2@x", "1@x"]);
    }

    #[test]
    fn hostile_messages_end_soon() {
        let parts = format!(
            "From: a@b.eu\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}",
            "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(10_000)
        );
        assert_eq!(
            mail(parts.as_bytes()).refusal(),
            Some(Reason::MalformedBody)
        );
        let nested: Vec<String> = (0..5_000)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
            .collect();
        let nested = nested.concat();
        let long_name = format!("From: {} <a@b.eu>\r\n\r\nx", "N".repeat(1_000_000));
        for raw in [
            nested.as_bytes(),
            long_name.as_bytes(),
            b"",
            b"\0\0\0",
            b"From: \xff\xfe <\xff@\xff>\r\n\r\n\xff",
            b"From: <a@b.eu>\r\nSubject: =?utf-8?B?/////w==?=\r\n\r\n\0x",
            &[0x0d, 0x0a].repeat(100_000),
        ] {
            let read = mail(raw);
            if let Some(evidence) = read.read.evidence() {
                assert!(evidence.message.chars().count() <= text::TEXT_MAX);
                assert!(!evidence.message.contains('\0'));
                assert!(evidence.name.full.chars().count() <= text::NAME_MAX);
            }
        }
    }
}
