//! A mail server that takes everything, unless told otherwise.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const EXTENSIONS: &str = "250-testkit\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN";

/// What to do with one message, once all of it has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Take it and say so.
    Accept,
    /// Take it, and hang up instead of saying so: the sender cannot know.
    Drop,
    /// Take it, and say so only after this time.
    Delay(Duration),
    /// Refuse it for now: 451.
    Later,
    /// Refuse it for good: 550.
    Never,
}

impl Answer {
    /// Whether the message is the server's from then on.
    pub fn takes(self) -> bool {
        matches!(self, Self::Accept | Self::Drop | Self::Delay(_))
    }
}

/// A message as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Header and body, without the dots that SMTP doubles.
    pub data: Vec<u8>,
    /// What was done with it.
    pub answer: Answer,
}

impl Mail {
    /// Header and body for reading.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }
}

/// A mail server on a random port, without encryption. It takes any user and password.
pub struct SmtpSink {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Answer>,
    mails: Vec<Mail>,
}

impl SmtpSink {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let addr = listener.local_addr().expect("a bound address");
        let state = Arc::new(Mutex::new(State::default()));
        let task = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { addr, state, task }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Says what to do with the messages to come, one by one. After the last, all are accepted.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().script.extend(answers);
    }

    /// The messages it took, in the order they came.
    pub fn mails(&self) -> Vec<Mail> {
        let mut mails = self.attempts();
        mails.retain(|mail| mail.answer.takes());
        mails
    }

    /// All messages, also those it refused.
    pub fn attempts(&self) -> Vec<Mail> {
        self.state.lock().unwrap().mails.clone()
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    // Sessions end with the listener.
    let mut sessions = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener
            .accept()
            .await
            .expect("connections can be accepted");
        let session = Session {
            stream: BufReader::new(stream),
            from: String::new(),
            to: Vec::new(),
        };
        sessions.spawn(session.run(Arc::clone(&state)));
        while sessions.try_join_next().is_some() {}
    }
}

struct Session {
    stream: BufReader<TcpStream>,
    from: String,
    to: Vec<String>,
}

impl Session {
    /// Ends with an error when the client hangs up, and that is its right.
    async fn run(mut self, state: Arc<Mutex<State>>) -> io::Result<()> {
        self.say("220 testkit ESMTP").await?;
        while let Some(line) = self.line().await? {
            let line = String::from_utf8_lossy(&line).into_owned();
            let verb = line
                .split([' ', ':'])
                .next()
                .unwrap_or_default()
                .to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => self.say(EXTENSIONS).await?,
                "HELO" | "NOOP" => self.say("250 OK").await?,
                "AUTH" => self.say("235 welcome").await?,
                "MAIL" => {
                    self.from = address(&line);
                    self.say("250 OK").await?;
                }
                "RCPT" => {
                    self.to.push(address(&line));
                    self.say("250 OK").await?;
                }
                "RSET" => {
                    self.reset();
                    self.say("250 OK").await?;
                }
                "DATA" if self.to.is_empty() => self.say("503 no recipients").await?,
                "DATA" => {
                    if !self.take(&state).await? {
                        return Ok(());
                    }
                }
                "QUIT" => return self.say("221 bye").await,
                _ => self.say("502 not understood").await?,
            }
        }
        Ok(())
    }

    /// Takes one message; `false` to hang up.
    async fn take(&mut self, state: &Mutex<State>) -> io::Result<bool> {
        self.say("354 go on").await?;
        let data = self.data().await?;
        let answer = {
            let mut state = state.lock().unwrap();
            let answer = state.script.pop_front().unwrap_or(Answer::Accept);
            let (from, to) = (self.from.clone(), self.to.clone());
            state.mails.push(Mail {
                from,
                to,
                data,
                answer,
            });
            answer
        };
        self.reset();
        match answer {
            Answer::Accept => self.say("250 taken").await?,
            Answer::Drop => return Ok(false),
            Answer::Delay(time) => {
                tokio::time::sleep(time).await;
                self.say("250 taken").await?;
            }
            Answer::Later => self.say("451 try later").await?,
            Answer::Never => self.say("550 no such mailbox").await?,
        }
        Ok(true)
    }

    async fn data(&mut self) -> io::Result<Vec<u8>> {
        let mut data = Vec::new();
        loop {
            let line = self.line().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if line == b"." {
                return Ok(data);
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            data.extend_from_slice(b"\r\n");
        }
    }

    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        if self.stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        while line.pop_if(|last| matches!(last, b'\r' | b'\n')).is_some() {}
        Ok(Some(line))
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.stream
            .write_all(format!("{text}\r\n").as_bytes())
            .await
    }

    fn reset(&mut self) {
        self.from.clear();
        self.to.clear();
    }
}

/// From `MAIL FROM:<someone@example.com> SIZE=100`.
fn address(line: &str) -> String {
    let inside = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside
        .map(|(address, _)| address)
        .unwrap_or_default()
        .to_owned()
}
