//! No server outlives its test, and no folder stays.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use testkit::{NatsServer, PostgresCluster, eventually};

use crate::DEADLINE;

/// Folders of servers in this folder for temporary files.
fn folders(temporary: &Path) -> Vec<String> {
    let entries = fs::read_dir(temporary).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn in_folder(temporary: &Path, script: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_testkit-run"))
        .args(["sh", "-c", script])
        .env("TMPDIR", temporary)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A folder that PostgreSQL's user may enter.
fn temporary() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    folder
}

#[tokio::test]
async fn the_command_gets_the_cluster_and_gives_its_exit_code() {
    let temporary = temporary();
    let output = in_folder(temporary.path(), "echo $TRIBUTARY_TEST_POSTGRES; exit 7")
        .wait_with_output()
        .unwrap();
    assert_eq!(output.status.code(), Some(7));
    let url = String::from_utf8(output.stdout).unwrap();
    assert!(url.starts_with("postgres://postgres@127.0.0.1:"), "{url}");
    assert_eq!(folders(temporary.path()), [""; 0]);
}

#[tokio::test]
async fn a_killed_process_leaves_nothing_behind() {
    use std::io::{BufRead, BufReader};

    let temporary = temporary();
    let mut child = in_folder(temporary.path(), "echo $TRIBUTARY_TEST_POSTGRES; exec cat");
    let mut url = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut url)
        .unwrap();
    let address = url
        .trim()
        .trim_start_matches("postgres://postgres@")
        .trim_end_matches("/postgres")
        .to_owned();
    TcpStream::connect(&address).unwrap();

    child.kill().unwrap();
    child.wait().unwrap();
    eventually(DEADLINE, || async { TcpStream::connect(&address).err() }).await;
    eventually(DEADLINE, || async {
        let left = folders(temporary.path());
        if left.is_empty() { Ok(()) } else { Err(left) }
    })
    .await;
}

#[tokio::test]
async fn dropped_servers_are_gone() {
    let nats = NatsServer::start();
    let address = nats.addr();
    nats.restart();
    drop(nats);
    assert!(TcpStream::connect(address).is_err());

    let cluster = PostgresCluster::start();
    let address = cluster
        .url()
        .trim_start_matches("postgres://postgres@")
        .trim_end_matches("/postgres")
        .to_owned();
    TcpStream::connect(&address).unwrap();
    drop(cluster);
    assert!(TcpStream::connect(&address).is_err());
}
