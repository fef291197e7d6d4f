use ids::{DoorId, StaffId};
use proto::intake::v1 as pb;
use rpc::Code;

use crate::world::{door, refusal, worlds};

#[tokio::test]
async fn a_door_is_opened_once_changed_and_closed() {
    for world in worlds().await {
        let id = DoorId::generate();
        let wanted = pb::Door {
            door_id: id.to_string(),
            key: "my-form".to_owned(),
            ..door(pb::DoorKind::Form)
        };
        let (created, secret) = world.door(wanted.clone()).await;
        assert_eq!((created.key.as_str(), secret.as_str()), ("my-form", ""));
        let (again, _) = world
            .door(pb::Door {
                name: "other".to_owned(),
                ..wanted.clone()
            })
            .await;
        assert_eq!(again, created, "{}", world.label);
        let taken = pb::CreateDoorRequest {
            door: Some(pb::Door {
                door_id: String::new(),
                ..wanted
            }),
        };
        let (code, explained) = refusal(world.staff().create_door(taken).await);
        assert_eq!(
            (code, explained.reason.as_str()),
            (Code::AlreadyExists, "DOOR_KEY_TAKEN")
        );
        let closed = pb::Door {
            active: false,
            name: "old site".to_owned(),
            key: "x".to_owned(),
            ..created
        };
        let closed = pb::UpdateDoorRequest {
            door: Some(closed),
            door_id: id.to_string(),
        };
        let closed = world
            .staff()
            .update_door(closed)
            .await
            .unwrap()
            .into_inner()
            .door
            .unwrap();
        assert_eq!((closed.key.as_str(), closed.active), ("my-form", false));
        let post = world
            .try_post("my-form", r#"{"name":"Nora Field"}"#, "")
            .await;
        assert_eq!(refusal(post).1.reason, "DOOR_CLOSED");
    }
}

#[tokio::test]
async fn what_comes_by_a_door_goes_to_its_owner_while_he_is_here() {
    for world in worlds().await {
        let owner = StaffId::generate();
        let agent = world.agent().await;
        let (form, _) = world
            .door(pb::Door {
                responsible_id: owner.to_string(),
                ..door(pb::DoorKind::Form)
            })
            .await;
        let first = world
            .post(
                &form.key,
                r#"{"name":"Nora Field","email":"nora@field.eu"}"#,
                "",
            )
            .await;
        let lead = world.lead(&first.lead_id).await;
        assert_eq!(lead.responsible_id, owner.to_string());
        assert!(
            lead.assigned_because.contains("form (site)"),
            "{}",
            lead.assigned_because
        );
        world
            .deliver(&world.recorded(owner, 1, false))
            .await
            .unwrap();
        let second = world
            .post(
                &form.key,
                r#"{"name":"Max Hill","email":"max@hill.eu"}"#,
                "",
            )
            .await;
        assert_eq!(
            world.lead(&second.lead_id).await.responsible_id,
            agent.to_string(),
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn doors_are_listed_by_name_page_after_page() {
    for world in worlds().await {
        for name in ["c", "a", "b", "b", "d"] {
            world
                .door(pb::Door {
                    name: name.to_owned(),
                    ..door(pb::DoorKind::Form)
                })
                .await;
        }
        let (mut names, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListDoorsRequest {
                page_size: 2,
                page_token,
            };
            let page = world
                .staff()
                .list_doors(request)
                .await
                .unwrap()
                .into_inner();
            names.extend(page.doors.into_iter().map(|door| door.name));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(names, ["a", "b", "b", "c", "d"], "{}", world.label);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_door_is_named() {
    for world in worlds().await {
        let bad = pb::Door {
            door_id: "x".to_owned(),
            key: "a b".to_owned(),
            redirect_url: "javascript:alert(1)".to_owned(),
            ..pb::Door::default()
        };
        let request = pb::CreateDoorRequest { door: Some(bad) };
        let (code, explained) = refusal(world.staff().create_door(request).await);
        let fields: Vec<&str> = explained
            .violations
            .iter()
            .map(|it| it.field.as_str())
            .collect();
        assert_eq!(code, Code::InvalidArgument);
        assert_eq!(
            fields,
            [
                "door.door_id",
                "door.kind",
                "door.key",
                "door.name",
                "door.redirect_url"
            ]
        );
    }
}
