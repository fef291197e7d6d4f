//! Stands before a server and cuts connections at the worst moment: the request is done, the reply is lost.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// The most that is read at once.
const PIECE: usize = 64 * 1024;

/// What shall happen to a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Nothing.
    Pass,
    /// It is closed before anything passes.
    Refuse,
    /// The first piece from the client that contains these bytes goes through. When the server answers, the connection is cut
    /// and the answer lost. Without bytes, any piece will do.
    CutReplyTo(Vec<u8>),
}

/// A TCP proxy on a random port.
pub struct CutProxy {
    addr: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    upstream: SocketAddr,
    faults: Mutex<Faults>,
    paused: watch::Sender<bool>,
    severed: watch::Sender<()>,
    cuts: AtomicUsize,
}

#[derive(Default)]
struct Faults {
    script: VecDeque<Plan>,
    armed: Option<Vec<u8>>,
    chance: Option<(f64, StdRng)>,
}

impl CutProxy {
    /// Starts it before `upstream`.
    pub async fn start(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let addr = listener.local_addr().expect("a bound address");
        let shared = Arc::new(Shared {
            upstream,
            faults: Mutex::default(),
            paused: watch::Sender::new(false),
            severed: watch::Sender::new(()),
            cuts: AtomicUsize::new(0),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { addr, shared, task }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Says what shall happen to the connections to come, one by one. After the last, all pass.
    pub fn script(&self, plans: impl IntoIterator<Item = Plan>) {
        self.shared.faults.lock().unwrap().script.extend(plans);
    }

    /// Loses the reply to the next piece that contains `bytes`, on whichever connection it comes: see [`Plan::CutReplyTo`].
    pub fn cut_reply_to(&self, bytes: impl Into<Vec<u8>>) {
        self.shared.faults.lock().unwrap().armed = Some(bytes.into());
    }

    /// From now on loses the reply to a piece with this probability. The same seed makes the same choices.
    pub fn cut_at_random(&self, probability: f64, seed: u64) {
        let chance = (probability > 0.0).then(|| (probability, StdRng::seed_from_u64(seed)));
        self.shared.faults.lock().unwrap().chance = chance;
    }

    /// Lets nothing pass, in either direction, until [`CutProxy::resume`].
    pub fn pause(&self) {
        self.shared.paused.send_replace(true);
    }

    /// Lets pass what was held back, and what follows.
    pub fn resume(&self) {
        self.shared.paused.send_replace(false);
    }

    /// Cuts all connections there are.
    pub fn sever(&self) {
        self.shared.severed.send_replace(());
    }

    /// How many replies were lost.
    pub fn cuts(&self) -> usize {
        self.shared.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for CutProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Connections end with the listener.
    let mut connections = JoinSet::new();
    loop {
        let (client, _) = listener
            .accept()
            .await
            .expect("connections can be accepted");
        let plan = shared
            .faults
            .lock()
            .unwrap()
            .script
            .pop_front()
            .unwrap_or(Plan::Pass);
        if plan != Plan::Refuse {
            connections.spawn(pass(client, plan, Arc::clone(&shared)));
        }
        while connections.try_join_next().is_some() {}
    }
}

/// Ends with an error when either side hangs up, and then so does the other.
async fn pass(client: TcpStream, plan: Plan, shared: Arc<Shared>) -> io::Result<()> {
    let mut severed = shared.severed.subscribe();
    tokio::select! {
        end = forward(client, plan, &shared) => end,
        _ = severed.changed() => Ok(()),
    }
}

async fn forward(mut client: TcpStream, plan: Plan, shared: &Shared) -> io::Result<()> {
    let mut upstream = TcpStream::connect(shared.upstream).await?;
    client.set_nodelay(true)?;
    upstream.set_nodelay(true)?;
    let mut own = match plan {
        Plan::CutReplyTo(bytes) => Some(bytes),
        Plan::Pass | Plan::Refuse => None,
    };
    let mut doomed = false;
    let (mut asked, mut answered) = (vec![0; PIECE], vec![0; PIECE]);
    loop {
        tokio::select! {
            piece = read(&mut client, &mut asked) => {
                let piece = piece?;
                shared.unpaused().await;
                doomed = doomed || shared.dooms(piece, &mut own);
                upstream.write_all(piece).await?;
            }
            piece = read(&mut upstream, &mut answered) => {
                let piece = piece?;
                shared.unpaused().await;
                if doomed {
                    shared.cuts.fetch_add(1, Ordering::SeqCst);
                    return Ok(());
                }
                client.write_all(piece).await?;
            }
        }
    }
}

async fn read<'a>(from: &mut TcpStream, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
    match from.read(buffer).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        length => buffer
            .get(..length)
            .ok_or_else(|| io::ErrorKind::InvalidData.into()),
    }
}

impl Shared {
    async fn unpaused(&self) {
        let mut paused = self.paused.subscribe();
        // Cannot fail: we hold the sender.
        let _ = paused.wait_for(|paused| !paused).await;
    }

    /// Whether the reply to this piece shall be lost.
    fn dooms(&self, piece: &[u8], own: &mut Option<Vec<u8>>) -> bool {
        let faults = &mut *self.faults.lock().unwrap();
        let by_plan = own.take_if(|bytes| contains(piece, bytes)).is_some();
        let by_arm = faults
            .armed
            .take_if(|bytes| contains(piece, bytes))
            .is_some();
        let by_chance = faults
            .chance
            .as_mut()
            .is_some_and(|(probability, dice)| dice.random_bool(*probability));
        by_plan || by_arm || by_chance
    }
}

fn contains(piece: &[u8], bytes: &[u8]) -> bool {
    bytes.is_empty() || piece.windows(bytes.len()).any(|window| window == bytes)
}
