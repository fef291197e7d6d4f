//! People are told in time.

use e2e::{Doors, Platform};
use serde_json::json;

use crate::{MODES, first, funnel::submit, once};

#[tokio::test]
async fn the_owner_of_a_new_lead_is_told_once() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let lead = submit(&doors, "n-1", "Anna Ozola", "anna.ozola@acme-demo.lv").await;
        let list = format!("/v1/messages?purpose=new_lead&subjectId={lead}");
        let notice = first(&admin, &list, "messages").await;
        let owner = admin.get(&format!("/v1/leads/{lead}")).await.unwrap()["lead"].clone();
        assert_ne!(
            owner["responsibleId"], "",
            "{mode:?}: no lead without an owner"
        );
        assert_ne!(owner["assignedBecause"], "", "{mode:?}: and a reason");
        let path = format!("/v1/messages/{}", notice["messageId"].as_str().unwrap());
        let full = admin.get(&path).await.unwrap()["message"].clone();
        assert!(
            full["text"]
                .as_str()
                .is_some_and(|text| text.contains(&lead) || text.contains("Anna Ozola")),
            "{full}"
        );
        once(&admin, &path, |answer| {
            answer["message"]["state"] == "MESSAGE_STATE_CAUGHT"
        })
        .await;
        platform.wait_caught_up(crate::SOON).await.unwrap();
        assert_eq!(admin.get(&list).await.unwrap()["total"], "1", "{mode:?}");
    }
}

#[tokio::test]
async fn a_planned_contact_reminds_at_its_time() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        let doors = Doors::open(&admin).await.unwrap();
        let lead = submit(&doors, "r-1", "Anna Ozola", "anna.ozola@acme-demo.lv").await;
        let soon = clock::Clock::system().now() + chrono::TimeDelta::seconds(2);
        let body = json!({"nextContactAt": soon.to_rfc3339()});
        admin
            .post(&format!("/v1/leads/{lead}:planNextContact"), &body)
            .await
            .unwrap();
        let list = format!("/v1/messages?purpose=reminder&subjectId={lead}");
        first(&admin, &list, "messages").await;
        let reminders = admin.get("/v1/reminders?staffId=all").await.unwrap();
        let reminder = reminders["reminders"][0]["reminderId"]
            .as_str()
            .unwrap()
            .to_owned();
        admin
            .post(&format!("/v1/reminders/{reminder}:complete"), &json!({}))
            .await
            .unwrap();
        let open = admin.get("/v1/reminders?staffId=all").await.unwrap();
        assert!(
            open["reminders"].as_array().is_none_or(Vec::is_empty),
            "{mode:?}: a done reminder is no longer open: {open}"
        );
    }
}
