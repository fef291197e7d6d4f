//! What a new installation needs before anybody can use it: an administrator and a test key.

use proto::gateway::v1::{
    CreateStaffRequest, ListStaffRequest, gateway_service_client::GatewayServiceClient,
};
use rand::Rng;
use rpc::Channel;

use crate::partner::{create as create_partner, said};

/// Address of the first administrator.
const ADMIN: &str = "admin@tributary.local";

/// Letters and digits that are not taken for one another.
const ALPHABET: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// Groups of four of a generated password: 79 bits.
const GROUPS: usize = 4;

/// Credentials, to be shown once: they are stored as hashes.
pub(crate) struct Credentials {
    pub(crate) email: &'static str,
    pub(crate) password: String,
    pub(crate) test_key: String,
}

/// Makes the first administrator and a test key, unless there are staff already.
pub(crate) async fn prepare(gateway: Channel) -> anyhow::Result<Option<Credentials>> {
    let mut client = GatewayServiceClient::new(gateway.clone());
    let one = ListStaffRequest {
        page_size: 1,
        ..ListStaffRequest::default()
    };
    let staff = client
        .list_staff(one)
        .await
        .map_err(said)?
        .into_inner()
        .staff;
    if !staff.is_empty() {
        return Ok(None);
    }
    // The partner first: should the rest fail, the next run finds no staff and tries again.
    let name = format!("Test partner {}", group());
    let (_, test_key) = create_partner(gateway, name, true).await?;
    let password = password();
    let admin = CreateStaffRequest {
        staff_id: String::new(),
        name: "Administrator".to_owned(),
        email: ADMIN.to_owned(),
        password: password.clone(),
        locale: "en".to_owned(),
        // Alone at first, so also the one who works the leads and leads the team.
        roles: ["admin", "head", "agent"].map(str::to_owned).to_vec(),
    };
    client.create_staff(admin).await.map_err(said)?;
    Ok(Some(Credentials {
        email: ADMIN,
        password,
        test_key,
    }))
}

pub(crate) fn password() -> String {
    let groups: Vec<String> = (0..GROUPS).map(|_| group()).collect();
    groups.join("-")
}

fn group() -> String {
    let mut random = rand::rng();
    let letter = |_| {
        ALPHABET
            .get(random.random_range(0..ALPHABET.len()))
            .copied()
            .map(char::from)
    };
    (0..4).filter_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_and_different() {
        let (one, other) = (password(), password());
        assert_eq!(one.len(), 19);
        assert_ne!(one, other);
        assert!(
            one.bytes()
                .all(|letter| letter == b'-' || ALPHABET.contains(&letter)),
            "{one}"
        );
    }
}
