use hmac::{Hmac, KeyInit, Mac};
use intake::store;
use proto::intake::v1::{self as pb, Verdict};
use rpc::Code;
use sha2::Sha256;
use tonic::Status;

use crate::world::{World, door, refusal, worlds};

struct Line<'a> {
    world: &'a World,
    door: pb::Door,
    secret: String,
}

impl Line<'_> {
    async fn announce(&self, body: &str) -> Result<pb::AnnounceCallResponse, Status> {
        let timestamp = self.world.app.clock.now().timestamp().to_string();
        self.announce_signed(body, &timestamp, &self.secret).await
    }

    async fn announce_signed(
        &self,
        body: &str,
        timestamp: &str,
        secret: &str,
    ) -> Result<pb::AnnounceCallResponse, Status> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{timestamp}.{body}").as_bytes());
        let request = pb::AnnounceCallRequest {
            door_key: self.door.key.clone(),
            body: body.as_bytes().to_vec(),
            timestamp: timestamp.to_owned(),
            signature: format!("v1={}", hex::encode(mac.finalize().into_bytes())),
        };
        Ok(self.world.edge().announce_call(request).await?.into_inner())
    }
}

async fn line(world: &World) -> Line<'_> {
    let (door, secret) = world.door(door(pb::DoorKind::Line)).await;
    assert_eq!(secret.len(), 64);
    Line {
        world,
        door,
        secret,
    }
}

#[tokio::test]
async fn announcements_of_one_call_are_one_call_in_any_order() {
    for world in worlds().await {
        let line = line(&world).await;
        let step = |event: &str, second: u32| {
            format!(
                r#"{{"call_id":"c-1","event":"{event}","from":"26555142","to":"67000000","at":"2026-11-22T10:00:0{second}Z","duration_s":7}}"#
            )
        };
        let mut receipts = Vec::new();
        for body in [
            step("ended", 9),
            step("ringing", 1),
            step("answered", 2),
            step("ringing", 4),
        ] {
            receipts.push(line.announce(&body).await.unwrap().receipt.unwrap());
        }
        assert_eq!(receipts[0].verdict(), Verdict::Created, "{}", world.label);
        assert!(
            receipts
                .iter()
                .all(|it| it.submission_id == receipts[0].submission_id)
        );
        assert_eq!(world.leads().await.len(), 1);
        let door = line.door.door_id.parse().unwrap();
        let times = store::calls::times(world.app.reader(), door, "c-1")
            .await
            .unwrap()
            .unwrap();
        let at = |second: u32| Some(format!("2026-11-22T10:00:0{second}Z").parse().unwrap());
        assert_eq!(
            (times.ringing, times.answered, times.ended),
            (at(1), at(2), at(9))
        );
        assert_eq!(times.duration_s, Some(7));
    }
}

#[tokio::test]
async fn a_known_caller_is_shown_and_an_unknown_one_is_a_lead() {
    for world in worlds().await {
        let line = line(&world).await;
        let call = |id: &str, from: &str| {
            format!(r#"{{"call_id":"{id}","event":"ringing","from":"{from}"}}"#)
        };
        let first = line.announce(&call("c-1", "26555142")).await.unwrap();
        assert!(first.lead.is_none());
        let second = line
            .announce(&call("c-2", "+371 26 555 142"))
            .await
            .unwrap();
        let card = second.lead.unwrap();
        assert_eq!(card.lead_id, first.receipt.unwrap().lead_id);
        assert_eq!(card.enquiries, 2, "{}", world.label);
        let withheld = line
            .announce(&call("c-3", "anonymous"))
            .await
            .unwrap()
            .receipt
            .unwrap();
        assert_eq!(withheld.verdict(), Verdict::Interest);
        let broken = line.announce("{}").await.unwrap().receipt.unwrap();
        assert_eq!(
            (broken.verdict(), broken.reason.as_str()),
            (Verdict::Rejected, "MALFORMED_BODY")
        );
    }
}

#[tokio::test]
async fn only_the_telephony_system_may_announce() {
    for world in worlds().await {
        let line = line(&world).await;
        let body = r#"{"call_id":"c-1","event":"ringing","from":"26555142"}"#;
        let now = world.app.clock.now().timestamp();
        let forged = line.announce_signed(body, &now.to_string(), "guess").await;
        let (code, explained) = refusal(forged);
        assert_eq!(
            (code, explained.reason.as_str()),
            (Code::Unauthenticated, "SIGNATURE_INVALID")
        );
        let old = line
            .announce_signed(body, &(now - 301).to_string(), &line.secret)
            .await;
        assert_eq!(refusal(old).1.reason, "SIGNATURE_EXPIRED");
        assert!(world.submissions().await.is_empty(), "{}", world.label);
    }
}
