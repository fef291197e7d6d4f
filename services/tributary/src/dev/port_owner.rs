//! Which process holds a port, so that a person need not search for it.

use std::{fs, io::ErrorKind, net::SocketAddr, path::Path};

use anyhow::anyhow;
use service::StartError;

/// State of a listening socket in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// Says who is in the way if a port is taken; other failures stay as they are.
pub(crate) fn explain(error: StartError, way_out: &str) -> anyhow::Error {
    let StartError::Listen {
        address, source, ..
    } = &error
    else {
        return error.into();
    };
    let port = address.parse::<SocketAddr>().map(|address| address.port());
    if let (Ok(port), ErrorKind::AddrInUse) = (port, source.kind()) {
        let owner = owner(port).map_or_else(
            || "another process".to_owned(),
            |(pid, name)| format!("pid {pid} ({name})"),
        );
        return anyhow!("port {port} is used by {owner}. {way_out}");
    }
    error.into()
}

/// Process that listens on a port of this machine, if it can be seen.
fn owner(port: u16) -> Option<(u32, String)> {
    let socket = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .find_map(|table| {
            let table = fs::read_to_string(table).ok()?;
            table
                .lines()
                .find_map(|line| inode_of(line, port))
                .map(str::to_owned)
        })?;
    let wanted = format!("socket:[{socket}]");
    let processes = fs::read_dir("/proc").ok()?;
    processes.flatten().find_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        let name = holds(&process.path(), &wanted)?;
        Some((pid, name))
    })
}

/// Inode of the socket of a line of `/proc/net/tcp`, if it listens on `port`.
fn inode_of(line: &str, port: u16) -> Option<&str> {
    let mut fields = line.split_whitespace();
    let local = fields.nth(1)?;
    let state = fields.nth(1)?;
    let inode = fields.nth(5)?;
    let (_, number) = local.rsplit_once(':')?;
    (state == LISTENING && u16::from_str_radix(number, 16) == Ok(port)).then_some(inode)
}

/// Name of the process if one of its descriptors is the socket.
fn holds(process: &Path, socket: &str) -> Option<String> {
    let descriptors = fs::read_dir(process.join("fd")).ok()?;
    let found = descriptors
        .flatten()
        .any(|it| fs::read_link(it.path()).is_ok_and(|target| target.as_os_str() == socket));
    let name = fs::read_to_string(process.join("comm")).ok()?;
    found.then(|| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn the_owner_of_a_port_is_found() {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(address) else {
                continue;
            };
            let (pid, name) = owner(listener.local_addr().unwrap().port()).unwrap();
            assert_eq!(pid, std::process::id());
            assert!(!name.is_empty());
        }
    }

    #[test]
    fn lines_of_the_kernel_are_read() {
        let line = "   0: 0100007F:1CE8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 \
                    0        0 4242 1 0000000000000000 100 0 0 10 0";
        assert_eq!(inode_of(line, 7400), Some("4242"));
        assert_eq!(inode_of(line, 7401), None);
        assert_eq!(inode_of(&line.replace(" 0A ", " 01 "), 7400), None);
        let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt";
        assert_eq!(inode_of(head, 7400), None);
    }

    #[test]
    fn a_taken_port_is_explained() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let error = StartError::Listen {
            setting: "listen.public",
            address: address.to_string(),
            source: ErrorKind::AddrInUse.into(),
        };
        let text = explain(error, "Try: tributary dev --port 7500").to_string();
        let start = format!(
            "port {} is used by pid {} (",
            address.port(),
            std::process::id()
        );
        assert!(text.starts_with(&start), "{text}");
        assert!(
            text.ends_with("). Try: tributary dev --port 7500"),
            "{text}"
        );
    }
}
