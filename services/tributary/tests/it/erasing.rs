//! `tributary erase`: what it says of a person, of nobody, and of one whom the law wants kept.

use proto::customers::v1::{
    GetPersonRequest, Person, RecordPersonRequest, customers_service_client::CustomersServiceClient,
};
use proto::types::v1::PersonName;
use serde_json::Value;
use tonic::Request;

use crate::asking::{Platform, assert_contains};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_erased_from_the_command_line() {
    let platform = Platform::start();
    let bearer = platform.bearer().await;
    let mut customers = CustomersServiceClient::new(platform.channel());
    let mut request = Request::new(RecordPersonRequest {
        person: Some(Person {
            name: Some(PersonName {
                full: "Anna Ozola".to_owned(),
                ..PersonName::default()
            }),
            ..Person::default()
        }),
    });
    request
        .metadata_mut()
        .insert("authorization", bearer.clone());
    let person = customers.record_person(request).await.unwrap();
    let id = person.into_inner().person.unwrap().person_id;

    let said = platform.say(&["erase", &id, "--reason", "asked by letter"]);
    assert_contains(
        &said,
        &["Erased as eras_", "1 records of the person, 0 leads"],
    );
    let again = platform.say(&["erase", &id, "--reason", "asked by letter", "--json"]);
    let again: Value = serde_json::from_str(&again).unwrap();
    let erasure = again["erasure"]["erasureId"].as_str().unwrap();
    assert_contains(&said, &[erasure]);
    let mut request = Request::new(GetPersonRequest { person_id: id });
    request.metadata_mut().insert("authorization", bearer);
    let card = customers.get_person(request).await.unwrap().into_inner();
    assert_eq!(card.person.unwrap().name.unwrap().full, "");

    let (code, error) = platform.fail(&["erase", "anna", "--reason", "asked"]);
    assert_eq!(code, 2, "{error}");
    let nobody = format!("pers_{}", "0".repeat(32));
    let (code, error) = platform.fail(&["erase", &nobody, "--reason", "asked"]);
    assert_eq!(code, 1);
    assert_contains(&error, &["is not known"]);
}
