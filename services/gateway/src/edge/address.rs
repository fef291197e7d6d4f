//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, header},
};
use rpc::{Identity, Keys, TOKEN_HEADER};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The sender of a request.
#[derive(Debug, Clone)]
pub(super) struct Client {
    /// `None` for a call from within this process.
    peer: Option<IpAddr>,
    address: Option<IpAddr>,
}

impl Client {
    /// Reads the peer, or what the last `hops` proxies, which we trust, say about theirs.
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap, hops: usize) -> Self {
        let peer = extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let address = match hops {
            0 => peer,
            hops => forwarded(headers, hops).or(peer),
        };
        Self {
            peer,
            address: address.map(|it| it.to_canonical()),
        }
    }

    /// Whether the request came over the network.
    pub(super) fn is_outside(&self) -> bool {
        self.peer.is_some()
    }

    /// What rate limits count by. A network of IPv6 counts as one: any host has a whole one.
    pub(super) fn bucket(&self) -> IpAddr {
        match self.address {
            None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            Some(IpAddr::V6(address)) => {
                let network = u128::from(address) >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from(network))
            }
            Some(address) => address,
        }
    }

    /// Whether somebody at this machine calls, through no proxy and by its own name, which no
    /// page of another site can make a browser do.
    pub(super) fn is_local(&self, headers: &HeaderMap) -> bool {
        let here = self
            .peer
            .is_some_and(|peer| peer.to_canonical().is_loopback());
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let host = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
        let named = matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"));
        here && named && !headers.contains_key(FORWARDED_FOR) && !headers.contains_key("forwarded")
    }

    /// A service that calls from within this process. From outside the header counts for nothing.
    pub(super) fn inside(&self, headers: &HeaderMap, keys: &Keys) -> Option<Identity> {
        if self.peer.is_some() {
            return None;
        }
        let token = headers.get(TOKEN_HEADER)?.to_str().ok()?;
        let identity = keys.verify(token).ok()?;
        matches!(identity, Identity::Service { .. }).then_some(identity)
    }
}

fn forwarded(headers: &HeaderMap, hops: usize) -> Option<IpAddr> {
    let values = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let addresses: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    addresses.iter().rev().nth(hops - 1)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, forwarded: Option<&'static str>, hops: usize) -> Client {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let mut headers = HeaderMap::new();
        if let Some(value) = forwarded {
            headers.insert(FORWARDED_FOR, HeaderValue::from_static(value));
        }
        Client::of(&extensions, &headers, hops)
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        for (hops, forwarded, expected) in [
            (0, Some("203.0.113.9"), "10.0.0.1"),
            (1, Some("203.0.113.9"), "203.0.113.9"),
            (1, Some("198.51.100.1, 203.0.113.9"), "203.0.113.9"),
            (2, Some("198.51.100.1, 203.0.113.9"), "198.51.100.1"),
            (1, Some("nonsense"), "10.0.0.1"),
            (1, None, "10.0.0.1"),
        ] {
            let bucket = client("10.0.0.1", forwarded, hops).bucket();
            assert_eq!(bucket.to_string(), expected, "{hops} {forwarded:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        assert_eq!(
            client("2001:db8:1:2:3:4:5:6", None, 0).bucket().to_string(),
            "2001:db8:1:2::"
        );
        assert_eq!(
            client("::ffff:192.0.2.1", None, 0).bucket().to_string(),
            "192.0.2.1"
        );
    }

    #[test]
    fn only_this_machine_by_its_own_name_is_local() {
        for (peer, host, local) in [
            ("127.0.0.1", "localhost:7400", true),
            ("::1", "[::1]:7400", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "rebound.example:7400", false),
            ("192.0.2.1", "localhost", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            assert_eq!(
                client(peer, None, 0).is_local(&headers),
                local,
                "{peer} {host}"
            );
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost"));
        headers.insert(FORWARDED_FOR, HeaderValue::from_static("192.0.2.1"));
        assert!(!client("127.0.0.1", None, 0).is_local(&headers));
    }
}
