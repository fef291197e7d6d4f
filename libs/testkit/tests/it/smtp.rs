use std::time::{Duration, Instant};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::response::Response;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use testkit::{Answer, SmtpSink};

async fn send(sink: &SmtpSink, subject: &str, body: &str) -> Result<Response, Error> {
    let message = Message::builder()
        .from("crm@example.com".parse().unwrap())
        .to("Анна <anna@example.com>".parse().unwrap())
        .bcc("boss@example.com".parse().unwrap())
        .subject(subject)
        .body(body.to_owned())
        .unwrap();
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(sink.addr().ip().to_string())
        .port(sink.addr().port())
        .credentials(Credentials::new("user".to_owned(), "secret".to_owned()))
        .build()
        .send(message)
        .await
}

#[tokio::test]
async fn mail_is_kept_as_it_came() {
    let sink = SmtpSink::start().await;
    send(&sink, "hello", "first\r\n.dotted\r\n..twice\r\n")
        .await
        .unwrap();
    let [mail] = sink.mails().try_into().unwrap();
    assert_eq!(mail.from, "crm@example.com");
    assert_eq!(mail.to, ["anna@example.com", "boss@example.com"]);
    let text = mail.text();
    assert!(text.contains("Subject: hello\r\n"), "{text}");
    assert!(
        text.trim_end()
            .ends_with("\r\n\r\nfirst\r\n.dotted\r\n..twice"),
        "{text}"
    );
}

#[tokio::test]
async fn messages_are_answered_by_the_script() {
    let sink = SmtpSink::start().await;
    let pause = Duration::from_millis(200);
    sink.script([
        Answer::Drop,
        Answer::Later,
        Answer::Never,
        Answer::Delay(pause),
        Answer::Accept,
    ]);

    let dropped = send(&sink, "dropped", "x").await.unwrap_err();
    assert!(
        !dropped.is_transient() && !dropped.is_permanent(),
        "{dropped:?}"
    );
    assert!(send(&sink, "later", "x").await.unwrap_err().is_transient());
    assert!(send(&sink, "never", "x").await.unwrap_err().is_permanent());
    let start = Instant::now();
    send(&sink, "delayed", "x").await.unwrap();
    assert!(start.elapsed() >= pause);
    send(&sink, "accepted", "x").await.unwrap();
    send(&sink, "after the script", "x").await.unwrap();

    let taken: Vec<_> = sink.mails().iter().map(|mail| mail.answer).collect();
    assert_eq!(
        taken,
        [
            Answer::Drop,
            Answer::Delay(pause),
            Answer::Accept,
            Answer::Accept
        ]
    );
    assert_eq!(sink.attempts().len(), 6);
}
