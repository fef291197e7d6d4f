//! One trace from the request to the mail.

use e2e::{Doors, Platform};
use serde_json::json;

use crate::{MODES, first};

#[tokio::test]
async fn the_trace_of_a_request_reaches_the_message_it_causes() {
    for mode in MODES {
        let platform = Platform::start(mode).await.unwrap();
        let admin = platform.admin().await.unwrap();
        Doors::open(&admin).await.unwrap();
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let response = admin
            .http
            .post(format!("{}/doors/form/form-en", platform.base))
            .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
            .json(&json!({"full_name": "Mark Twain", "email": "mark.twain@acme-demo.org"}))
            .send()
            .await
            .unwrap();
        let receipt: serde_json::Value = response.json().await.unwrap();
        assert_eq!(receipt["traceId"], trace, "{mode:?}: {receipt}");
        let lead = receipt["leadId"].as_str().unwrap();
        let list = format!("/v1/messages?purpose=new_lead&subjectId={lead}");
        let notice = first(&admin, &list, "messages").await;
        let path = format!("/v1/messages/{}", notice["messageId"].as_str().unwrap());
        let full = admin.get(&path).await.unwrap();
        let headers = full["message"]["headers"].as_str().unwrap();
        assert!(headers.contains(trace), "{mode:?}: {headers}");
    }
}
