//! The program on PostgreSQL and NATS, one process for the gateway and one for all others.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;
use testkit::eventually;

use crate::program::{ended, tributary};

const BEHIND: [&str; 7] = [
    "campaigns",
    "customers",
    "intake",
    "deals",
    "contracts",
    "notifications",
    "analytics",
];

/// What all processes of the installation share.
struct Cluster {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

impl Cluster {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = tributary(self.folder.path(), arguments);
        let settings = self.settings.iter();
        command.envs(settings.map(|(name, value)| (name, value)));
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        ended(&self.command(arguments).output().unwrap())
    }

    fn serve(&self, services: &[&str], ports: &[(&str, u16)]) -> Server {
        let mut command = self.command(&[&["serve"], services].concat());
        for port in ["PUBLIC", "INTERNAL", "OPS"] {
            let number = ports.iter().find(|(name, _)| *name == port);
            let address =
                number.map_or_else(String::new, |(_, number)| format!("127.0.0.1:{number}"));
            command.env(format!("TRIBUTARY__LISTEN__{port}"), address);
        }
        Server(command.spawn().unwrap())
    }
}

/// A process of the installation; killed if the test ends without it having ended.
struct Server(Child);

impl Server {
    fn terminate(&mut self) -> i32 {
        kill(
            Pid::from_raw(self.0.id().try_into().unwrap()),
            Signal::SIGTERM,
        )
        .unwrap();
        self.0.wait().unwrap().code().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone if the test went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn assert_contains(text: &str, part: &str) {
    assert!(text.contains(part), "`{part}` is not in\n{text}");
}

#[tokio::test]
async fn a_cluster_is_migrated_checked_and_served() {
    let database = testkit::postgres().database().await;
    let nats = testkit::nats();
    let internal = free_port();
    let mut settings = vec![
        ("DATABASE_URL".to_owned(), database.url().to_owned()),
        ("NATS_URL".to_owned(), nats.url()),
        ("TRIBUTARY__ACCESS__SIGNING_KEY".to_owned(), "k".repeat(32)),
        ("TRIBUTARY__LISTEN__LINGER".to_owned(), "0s".to_owned()),
    ];
    settings.extend(BEHIND.map(|service| {
        let name = format!("TRIBUTARY__UPSTREAM__{}", service.to_uppercase());
        (name, format!("http://127.0.0.1:{internal}"))
    }));
    let cluster = Cluster {
        folder: TempDir::new().unwrap(),
        settings,
    };

    let (code, _, error) = cluster.run(&["serve", "gateway"]);
    assert_eq!(code, 1);
    assert_contains(&error, "migrations: run `tributary migrate gateway`");
    let (code, out, _) = cluster.run(&["check"]);
    assert_eq!(code, 1);
    assert_contains(
        &out,
        "migrations pending.  Do: run `tributary migrate intake`",
    );
    assert_contains(
        &out,
        "Do: see that deals serves listen.internal there, or set upstream.deals",
    );

    // Two at once, as two pods of one deployment would.
    let (one, other) = tokio::join!(
        tokio::task::spawn_blocking({
            let mut command = cluster.command(&["migrate"]);
            move || ended(&command.output().unwrap())
        }),
        tokio::task::spawn_blocking({
            let mut command = cluster.command(&["migrate"]);
            move || ended(&command.output().unwrap())
        }),
    );
    assert_eq!((one.unwrap().0, other.unwrap().0), (0, 0));

    let mut behind = cluster.serve(&BEHIND, &[("INTERNAL", internal)]);
    let public = free_port();
    let mut gateway = cluster.serve(&["gateway"], &[("PUBLIC", public)]);
    let out = eventually(Duration::from_mins(1), async || {
        let (code, out, _) = cluster.run(&["check"]);
        // A stream is there once its publisher has come up.
        (code == 0 && !out.contains("first start")).then_some(out)
    })
    .await;
    assert_contains(&out, "answers, version accepted");
    assert_contains(
        &out,
        &format!("upstream   √ deals at http://127.0.0.1:{internal}: serving"),
    );

    let (code, out, error) = cluster.run(&["partner", "create", "Acme"]);
    assert_eq!(code, 0, "{error}");
    assert_contains(&out, "trib_live_");
    assert_eq!((gateway.terminate(), behind.terminate()), (0, 0));
    assert!(
        !Path::new(cluster.folder.path())
            .join("tributary-data")
            .exists()
    );
}
