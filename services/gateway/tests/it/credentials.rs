//! Accounts, partners and keys, on both databases.

use std::time::Duration;

use prost::Name;
use proto::gateway::v1::{
    CreateApiKeyRequest, CreatePartnerRequest, CreateStaffRequest, GetMeRequest,
    ListPartnersRequest, ListStaffRequest, PartnerRecorded, RevokeApiKeyRequest, SignInRequest,
    StaffRecorded, UpdateStaffRequest,
};
use testkit::Storage;
use tonic::Code;

use crate::harness::{Gateway, How, PASSWORD, reason};

/// A gateway alone on each database, with what keeps that from being removed.
async fn gateways(settings: &[(&str, &str)]) -> Vec<(Gateway, Storage)> {
    let mut gateways = Vec::new();
    for storage in testkit::storages().await {
        let url = Some(storage.url());
        let how = How {
            behind: Vec::new(),
            settings,
            url,
            ..How::default()
        };
        gateways.push((Gateway::started(how).await, storage));
    }
    gateways
}

fn account(email: &str) -> CreateStaffRequest {
    CreateStaffRequest {
        name: "Anna".to_owned(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        locale: "lv".to_owned(),
        roles: vec!["agent".to_owned()],
        ..CreateStaffRequest::default()
    }
}

async fn events(gateway: &Gateway, kind: String) -> usize {
    let database = gateway.running.database("gateway").unwrap();
    let events = messaging::outbox::retained(database).await.unwrap();
    events.iter().filter(|event| event.kind == kind).count()
}

#[tokio::test]
async fn an_account_is_opened_once_and_announced_once() {
    for (gateway, storage) in gateways(&[]).await {
        let mut client = gateway.setup().await;
        let id = ids::StaffId::generate().to_string();
        let request = CreateStaffRequest {
            staff_id: id.clone(),
            ..account("Anna@Example.org")
        };
        let first = client
            .create_staff(request.clone())
            .await
            .unwrap()
            .into_inner();
        let again = client.create_staff(request).await.unwrap().into_inner();
        assert_eq!(first, again, "{}", storage.label());
        assert_eq!(first.staff.unwrap().staff_id, id);
        assert_eq!(events(&gateway, StaffRecorded::full_name()).await, 1);

        let twin = client
            .create_staff(account("anna@example.ORG"))
            .await
            .unwrap_err();
        assert_eq!(
            (twin.code(), reason(&twin).as_str()),
            (Code::AlreadyExists, "EMAIL_TAKEN")
        );
        let other = CreateStaffRequest {
            staff_id: id,
            ..account("other@example.org")
        };
        let other = client.create_staff(other).await.unwrap_err();
        assert_eq!(
            (other.code(), reason(&other).as_str()),
            (Code::AlreadyExists, "ID_TAKEN")
        );
    }
}

#[tokio::test]
async fn wrong_fields_of_an_account_are_told_all_at_once() {
    let gateway = Gateway::started(How {
        behind: Vec::new(),
        ..How::default()
    })
    .await;
    let request = CreateStaffRequest {
        staff_id: "lead_1".to_owned(),
        name: "A\0".to_owned(),
        email: "anna".to_owned(),
        password: "short".to_owned(),
        locale: "de".to_owned(),
        roles: vec!["boss".to_owned()],
    };
    let refused = gateway
        .setup()
        .await
        .create_staff(request)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let fields: Vec<String> = rpc::explain(&refused)
        .violations
        .into_iter()
        .map(|it| it.field)
        .collect();
    assert_eq!(
        fields,
        ["staff_id", "name", "email", "password", "locale", "roles"]
    );
}

#[tokio::test]
async fn staff_sign_in_and_are_who_they_are() {
    for (gateway, _storage) in gateways(&[]).await {
        let token = gateway.staff("anna@example.org", &["agent", "head"]).await;
        let me = gateway
            .client(Some(&token))
            .await
            .get_me(GetMeRequest {})
            .await
            .unwrap();
        let staff = me.into_inner().staff.unwrap();
        assert_eq!(
            (staff.email.as_str(), staff.roles.len()),
            ("anna@example.org", 2)
        );
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same() {
    for (gateway, _storage) in gateways(&[]).await {
        gateway.staff("anna@example.org", &["agent"]).await;
        let mut client = gateway.client(None).await;
        let hostile = SignInRequest {
            email: "anna\0@example.org".to_owned(),
            password: PASSWORD.to_owned(),
        };
        let refused = client.sign_in(hostile).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        for (email, password) in [
            ("anna@example.org", "wrong horse"),
            ("nobody@example.org", PASSWORD),
        ] {
            let request = SignInRequest {
                email: email.to_owned(),
                password: password.to_owned(),
            };
            let refused = client.sign_in(request).await.unwrap_err();
            assert_eq!(refused.code(), Code::Unauthenticated, "{email}");
            assert_eq!(reason(&refused), "CREDENTIALS_INVALID", "{email}");
            assert_eq!(refused.message(), "address or password is wrong", "{email}");
        }
    }
}

#[tokio::test]
async fn attempts_to_sign_in_are_limited_by_account() {
    let settings = [
        ("gateway.sign_in_burst", "3"),
        ("gateway.sign_in_interval", "1h"),
    ];
    let how = How {
        behind: Vec::new(),
        settings: &settings,
        ..How::default()
    };
    let gateway = Gateway::started(how).await;
    let mut client = gateway.client(None).await;
    for attempt in 1..=5 {
        let request = SignInRequest {
            email: "Victim@example.org".to_owned(),
            password: "guess guess".to_owned(),
        };
        let refused = client.sign_in(request).await.unwrap_err();
        let expected = if attempt <= 3 {
            "CREDENTIALS_INVALID"
        } else {
            "TOO_MANY_ATTEMPTS"
        };
        assert_eq!(reason(&refused), expected, "attempt {attempt}");
    }
    gateway.staff("anna@example.org", &["agent"]).await;
}

#[tokio::test]
async fn attempts_to_sign_in_are_limited_by_address() {
    let settings = [
        ("gateway.sign_in_address_rate", "0.001"),
        ("gateway.sign_in_address_burst", "2"),
    ];
    let how = How {
        behind: Vec::new(),
        settings: &settings,
        ..How::default()
    };
    let gateway = Gateway::started(how).await;
    let mut client = gateway.client(None).await;
    for attempt in 1..=4 {
        let request = SignInRequest {
            email: format!("a{attempt}@example.org"),
            password: "guess guess".to_owned(),
        };
        let refused = client.sign_in(request).await.unwrap_err();
        let expected = if attempt <= 2 {
            "CREDENTIALS_INVALID"
        } else {
            "RATE_LIMITED"
        };
        assert_eq!(reason(&refused), expected, "attempt {attempt}");
        assert_eq!(rpc::explain(&refused).retry_after.is_some(), attempt > 2);
    }
}

#[tokio::test]
async fn a_closed_account_is_out_at_once_and_the_last_admin_stays() {
    for (gateway, _storage) in gateways(&[]).await {
        let admin = gateway.staff("admin@example.org", &["admin"]).await;
        let agent = gateway.staff("agent@example.org", &["agent"]).await;
        let mut agents = gateway.client(Some(&agent)).await;
        let id = agents
            .get_me(GetMeRequest {})
            .await
            .unwrap()
            .into_inner()
            .staff
            .unwrap();
        let mut admins = gateway.client(Some(&admin)).await;
        let close = UpdateStaffRequest {
            staff_id: id.staff_id,
            active: Some(false),
            ..UpdateStaffRequest::default()
        };
        admins.update_staff(close.clone()).await.unwrap();
        admins.update_staff(close).await.unwrap();
        assert_eq!(
            events(&gateway, StaffRecorded::full_name()).await,
            3,
            "once for the change"
        );
        let out = agents.get_me(GetMeRequest {}).await.unwrap_err();
        assert_eq!(reason(&out), "CREDENTIALS_INVALID");

        let me = admins
            .get_me(GetMeRequest {})
            .await
            .unwrap()
            .into_inner()
            .staff
            .unwrap();
        let close = UpdateStaffRequest {
            staff_id: me.staff_id.clone(),
            active: Some(false),
            ..UpdateStaffRequest::default()
        };
        let refused = admins.update_staff(close).await.unwrap_err();
        assert_eq!(reason(&refused), "LAST_ADMIN");

        let change = UpdateStaffRequest {
            staff_id: me.staff_id,
            password: Some("a new password".to_owned()),
            ..UpdateStaffRequest::default()
        };
        admins.update_staff(change).await.unwrap();
        let old = SignInRequest {
            email: "admin@example.org".to_owned(),
            password: PASSWORD.to_owned(),
        };
        assert!(gateway.client(None).await.sign_in(old).await.is_err());
        let new = SignInRequest {
            email: "admin@example.org".to_owned(),
            password: "a new password".to_owned(),
        };
        gateway.client(None).await.sign_in(new).await.unwrap();
    }
}

#[tokio::test]
async fn a_new_password_ends_open_sessions() {
    let gateway = Gateway::started(How {
        behind: Vec::new(),
        ..How::default()
    })
    .await;
    gateway.staff("anna@example.org", &["agent"]).await;
    let list = gateway
        .setup()
        .await
        .list_staff(ListStaffRequest::default())
        .await
        .unwrap();
    let staff_id = list.into_inner().staff.remove(0).staff_id;
    let session = crate::harness::session(&staff_id, 1_700_000_000);
    let mut client = gateway.client(Some(&session)).await;
    client.get_me(GetMeRequest {}).await.unwrap();
    let admin = gateway.staff("admin@example.org", &["admin"]).await;
    let change = UpdateStaffRequest {
        staff_id,
        password: Some("a new password".to_owned()),
        ..UpdateStaffRequest::default()
    };
    gateway
        .client(Some(&admin))
        .await
        .update_staff(change)
        .await
        .unwrap();
    let out = client.get_me(GetMeRequest {}).await.unwrap_err();
    assert_eq!(reason(&out), "CREDENTIALS_EXPIRED");
}

#[tokio::test]
async fn a_role_taken_away_is_gone_from_open_sessions() {
    let gateway = Gateway::started(How {
        behind: Vec::new(),
        ..How::default()
    })
    .await;
    let admin = gateway.staff("admin@example.org", &["admin"]).await;
    let second = gateway.staff("second@example.org", &["admin"]).await;
    let mut seconds = gateway.client(Some(&second)).await;
    let me = seconds
        .get_me(GetMeRequest {})
        .await
        .unwrap()
        .into_inner()
        .staff
        .unwrap();
    let change = UpdateStaffRequest {
        staff_id: me.staff_id,
        roles: vec!["auditor".to_owned()],
        ..UpdateStaffRequest::default()
    };
    gateway
        .client(Some(&admin))
        .await
        .update_staff(change)
        .await
        .unwrap();
    let refused = seconds
        .create_staff(account("c@example.org"))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn partners_have_names_of_their_own() {
    for (gateway, _storage) in gateways(&[]).await {
        let mut client = gateway.setup().await;
        let request = CreatePartnerRequest {
            partner_id: ids::PartnerId::generate().to_string(),
            name: "Ādažu Čipsi".to_owned(),
        };
        let first = client
            .create_partner(request.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            client.create_partner(request).await.unwrap().into_inner(),
            first
        );
        let twin = CreatePartnerRequest {
            name: "ādažu čipsi ".to_owned(),
            ..Default::default()
        };
        let twin = client.create_partner(twin).await.unwrap_err();
        assert_eq!(reason(&twin), "PARTNER_NAME_TAKEN");
        assert_eq!(events(&gateway, PartnerRecorded::full_name()).await, 1);
    }
}

#[tokio::test]
async fn a_partner_has_two_keys_of_a_kind_and_no_more_even_at_once() {
    for (gateway, storage) in gateways(&[]).await {
        let partner = gateway.partner("Partner").await;
        let client = gateway.setup().await;
        let make = |test| {
            let mut client = client.clone();
            let request = CreateApiKeyRequest {
                partner_id: partner.clone(),
                test,
                expires_at: None,
            };
            async move { client.create_api_key(request).await }
        };
        let results = futures::future::join_all((0..6).map(|_| make(false))).await;
        let successes = results.iter().filter(|it| it.is_ok()).count();
        assert_eq!(successes, 2, "{}", storage.label());
        for refused in results.iter().filter_map(|it| it.as_ref().err()) {
            assert!(["TOO_MANY_KEYS", "CONFLICT"].contains(&reason(refused).as_str()));
        }
        assert!(
            make(true)
                .await
                .unwrap()
                .into_inner()
                .secret
                .starts_with("trib_test_")
        );
    }
}

#[tokio::test]
async fn a_key_works_until_it_is_revoked_and_its_use_is_noted() {
    for (gateway, _storage) in gateways(&[]).await {
        let partner = gateway.partner("Partner").await;
        let (id, secret) = gateway.key(&partner, false).await;
        assert!(
            secret.starts_with("trib_live_") && secret.len() >= 42,
            "{secret}"
        );
        let mut partners = gateway.client(Some(&secret)).await;
        let me = partners.get_me(GetMeRequest {}).await.unwrap().into_inner();
        assert_eq!(me.partner.unwrap().partner_id, partner);

        let mut setup = gateway.setup().await;
        let list = setup
            .list_partners(ListPartnersRequest::default())
            .await
            .unwrap()
            .into_inner();
        let key = &list.partners[0].keys[0];
        let used = key.last_used_at.unwrap();
        assert_eq!((used.seconds % 60, used.nanos), (0, 0), "to the minute");
        assert!(
            secret.starts_with(&key.hint) && key.hint.len() < 20,
            "{}",
            key.hint
        );

        let revoke = RevokeApiKeyRequest {
            partner_id: partner.clone(),
            api_key_id: id.clone(),
        };
        let first = setup
            .revoke_api_key(revoke.clone())
            .await
            .unwrap()
            .into_inner();
        let again = setup.revoke_api_key(revoke).await.unwrap().into_inner();
        assert_eq!(first, again);
        let refused = partners.get_me(GetMeRequest {}).await.unwrap_err();
        assert_eq!(reason(&refused), "CREDENTIALS_INVALID");

        let other = gateway.partner("Other").await;
        let foreign = RevokeApiKeyRequest {
            partner_id: other,
            api_key_id: id,
        };
        let refused = setup.revoke_api_key(foreign).await.unwrap_err();
        assert_eq!(reason(&refused), "API_KEY_NOT_FOUND");
        gateway.key(&partner, false).await;
    }
}

#[tokio::test]
async fn a_key_that_expires_says_so_and_makes_room() {
    for (gateway, _storage) in gateways(&[]).await {
        let partner = gateway.partner("Partner").await;
        let mut setup = gateway.setup().await;
        gateway.key(&partner, false).await;
        let soon = clock::Clock::system().now() + Duration::from_millis(1_500);
        let request = CreateApiKeyRequest {
            partner_id: partner.clone(),
            test: false,
            expires_at: Some(proto::convert::timestamp(soon)),
        };
        let secret = setup
            .create_api_key(request)
            .await
            .unwrap()
            .into_inner()
            .secret;
        let mut partners = gateway.client(Some(&secret)).await;
        partners.get_me(GetMeRequest {}).await.unwrap();
        let refused = until_refused(&mut partners).await;
        assert_eq!(refused, "CREDENTIALS_EXPIRED");
        gateway.key(&partner, false).await;
    }
}

/// Waits for the key's end, which is a second and a half away.
async fn until_refused(
    client: &mut proto::gateway::v1::gateway_service_client::GatewayServiceClient<
        crate::harness::Client,
    >,
) -> String {
    let asked = async {
        loop {
            if let Err(refused) = client.get_me(GetMeRequest {}).await {
                return reason(&refused);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked)
        .await
        .unwrap()
}

#[tokio::test]
async fn lists_come_in_pages_by_name() {
    for (gateway, storage) in gateways(&[]).await {
        let mut client = gateway.setup().await;
        for name in ["Chris", "anna", "Bob"] {
            let request = CreateStaffRequest {
                name: name.to_owned(),
                ..account(&format!("{name}@example.org"))
            };
            client.create_staff(request).await.unwrap();
        }
        let (mut names, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = ListStaffRequest {
                page_size: 2,
                page_token,
            };
            let page = client.list_staff(request).await.unwrap().into_inner();
            names.extend(page.staff.into_iter().map(|staff| staff.name));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(names, ["anna", "Bob", "Chris"], "{}", storage.label());
        let hostile = rpc::page::encode(&("\0", uuid::Uuid::nil()));
        for page_token in ["nonsense".to_owned(), hostile] {
            let request = ListStaffRequest {
                page_size: 0,
                page_token,
            };
            let refused = client.list_staff(request).await.unwrap_err();
            assert_eq!(refused.code(), Code::InvalidArgument);
        }
    }
}

#[tokio::test]
async fn signing_in_rightly_is_not_limited_by_account() {
    let settings = [
        ("gateway.sign_in_burst", "2"),
        ("gateway.sign_in_interval", "1h"),
    ];
    let how = How {
        behind: Vec::new(),
        settings: &settings,
        ..How::default()
    };
    let gateway = Gateway::started(how).await;
    gateway.staff("anna@example.org", &["agent"]).await;
    for _ in 0..5 {
        gateway.sign_in("anna@example.org").await;
    }
}
