//! A mail server, over a small pool of connections.
//!
//! lettre's transport does not tell whether a failure came before or after the text was sent, so
//! its connection is driven command by command.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailParameter},
        response::Response,
    },
};
use service::StartError;
use tokio::time::{Instant, timeout};

use super::{
    address::{self, Address, Security},
    compose::Composed,
};
use crate::{domain::hand_over::Outcome, settings::Settings};

/// A server answers `DATA` at once or not at all (RFC 5321, 4.5.3.2.4: two minutes).
const DATA_TIMEOUT: Duration = Duration::from_mins(2);
/// An idle connection is closed before servers commonly do so (five minutes).
const IDLE: Duration = Duration::from_mins(1);
/// Longest answer of a server that is kept.
const LONGEST_REPLY: usize = 500;

/// Takes messages to the mail server.
///
/// The two steps are apart so that the hand-over can be committed between them: after a failure of
/// the first one, nothing was sent; after one of the second, nobody may know.
pub(crate) struct Smtp(Arc<Server>);

struct Server {
    address: Address,
    sessions: usize,
    prepare_timeout: Duration,
    reply_timeout: Duration,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Smtp {
    pub(crate) fn try_new(settings: &Settings) -> Result<Self, StartError> {
        let address = address::parse(&settings.smtp_url).ok_or_else(|| {
            service::settings::Error::new(
                "`notifications.smtp_url` must look like `smtp://user:password@host:25`, \
                 `starttls://…` or `smtps://…`",
            )
        })?;
        Ok(Self(Arc::new(Server {
            address,
            prepare_timeout: settings.prepare_timeout,
            reply_timeout: settings.reply_timeout,
            sessions: settings.parallel,
            idle: Mutex::default(),
        })))
    }

    /// How many messages can be on their way at once.
    pub(crate) fn sessions(&self) -> usize {
        self.0.sessions
    }

    /// Everything before the text: connects and agrees on sender and recipient.
    pub(crate) async fn prepare(&self, message: Composed) -> Result<Session, Outcome> {
        let server = &self.0;
        match timeout(server.prepare_timeout, server.open(&message.envelope)).await {
            Ok(connection) => Ok(Session {
                connection: connection?,
                bytes: message.bytes,
                server: server.clone(),
            }),
            Err(_) => Err(Outcome::PutOff(
                "mail server did not answer in time".to_owned(),
            )),
        }
    }
}

impl Server {
    /// A connection on which sender and recipient are agreed.
    async fn open(&self, envelope: &Envelope) -> Result<AsyncSmtpConnection, Outcome> {
        // The server may have closed an idle connection; that shows at the first command.
        while let Some(mut connection) = self.take() {
            match begin(&mut connection, envelope).await {
                Ok(()) => return Ok(connection),
                Err(Begin::Gone(_)) => connection.abort().await,
                Err(Begin::Refused(outcome)) => {
                    connection.abort().await;
                    return Err(outcome);
                }
            }
        }
        // A failure to connect or to sign in says nothing about the message, even if it is final.
        let connected = self.connect().await;
        let mut connection = connected.map_err(|error| Outcome::PutOff(reason(&error)))?;
        match begin(&mut connection, envelope).await {
            Ok(()) => Ok(connection),
            Err(Begin::Gone(outcome) | Begin::Refused(outcome)) => {
                connection.abort().await;
                Err(outcome)
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let Address {
            security,
            host,
            port,
            credentials,
        } = &self.address;
        let name = ClientId::default();
        let tls = match security {
            Security::Plain => None,
            Security::Tls | Security::StartTls => Some(TlsParameters::new(host.clone())?),
        };
        let at_once = tls.clone().filter(|_| *security == Security::Tls);
        let limit = Some(self.prepare_timeout);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (host.as_str(), *port),
            limit,
            &name,
            at_once,
            None,
        )
        .await?;
        if let (Security::StartTls, Some(tls)) = (security, tls) {
            connection.starttls(tls, &name).await?;
        }
        if let Some((user, password)) = credentials.clone() {
            connection
                .auth(DEFAULT_MECHANISMS, &Credentials::new(user, password))
                .await?;
        }
        Ok(connection)
    }

    fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !connection.has_broken() && idle.len() < self.sessions {
            idle.push((connection, Instant::now()));
        }
    }
}

/// Why sender and recipient are not agreed.
enum Begin {
    /// The connection did not hold.
    Gone(Outcome),
    /// The server said no.
    Refused(Outcome),
}

async fn begin(connection: &mut AsyncSmtpConnection, envelope: &Envelope) -> Result<(), Begin> {
    let ascii = |address: &lettre::Address| AsRef::<str>::as_ref(address).is_ascii();
    let international = !envelope.to().iter().chain(envelope.from()).all(ascii)
        && connection
            .server_info()
            .supports_feature(Extension::SmtpUtfEight);
    let options = if international {
        vec![MailParameter::SmtpUtfEight]
    } else {
        Vec::new()
    };
    if let Err(error) = connection
        .command(Mail::new(envelope.from().cloned(), options))
        .await
    {
        // What is wrong with the sender or the account is to be repaired here, and then it works.
        let outcome = Outcome::PutOff(reason(&error));
        let answered = error.status().is_some();
        return Err(if answered {
            Begin::Refused(outcome)
        } else {
            Begin::Gone(outcome)
        });
    }
    for recipient in envelope.to() {
        let answer = connection
            .command(Rcpt::new(recipient.clone(), Vec::new()))
            .await;
        answer.map_err(|error| Begin::Refused(refused(&error)))?;
    }
    Ok(())
}

/// A message of which only the text is missing.
pub(crate) struct Session {
    connection: AsyncSmtpConnection,
    bytes: Vec<u8>,
    server: Arc<Server>,
}

impl Session {
    /// Sends the text and waits for the answer.
    pub(crate) async fn deliver(mut self) -> Outcome {
        match timeout(DATA_TIMEOUT, self.connection.command(Data)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                self.connection.abort().await;
                return refused(&error);
            }
            Err(_) => return Outcome::PutOff("no answer to DATA in time".to_owned()),
        }
        let sent = self.connection.message(&self.bytes);
        let outcome = match timeout(self.server.reply_timeout, sent).await {
            Ok(Ok(response)) => Outcome::Accepted(said(&response)),
            Ok(Err(error)) if error.status().is_some() => refused(&error),
            Ok(Err(error)) => return Outcome::Broken(reason(&error)),
            Err(_) => return Outcome::Broken("no answer to the text in time".to_owned()),
        };
        self.server.keep(self.connection);
        outcome
    }

    /// Gives up before the text.
    pub(crate) async fn abandon(mut self) {
        self.connection.abort().await;
    }
}

/// What an answer, or none, before the end of the text means.
fn refused(error: &Error) -> Outcome {
    if error.is_permanent() {
        Outcome::Rejected(reason(error))
    } else {
        Outcome::PutOff(reason(error))
    }
}

fn said(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    shortened(&format!("{} {}", response.code(), lines.join(" ")))
}

fn reason(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    shortened(&text)
}

fn shortened(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_REPLY)
        .collect()
}
