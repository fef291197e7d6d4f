//! Whom leads belong to, on both databases: events twice and in any order.

use database::Database;
use ids::{LeadId, OrganisationId, PersonId};
use persons::clients::{self, Client, News, Person};
use testkit::Storage;

async fn databases() -> Vec<(&'static str, Database, Storage)> {
    testkit::databases("follower", &[clients::MIGRATION]).await
}

fn person(
    id: PersonId,
    revision: i64,
    organisation: Option<OrganisationId>,
    leads: &[LeadId],
) -> Person {
    Person {
        id,
        revision,
        organisation,
        leads: leads.iter().copied().collect(),
    }
}

async fn save(database: &Database, persons: &[Person]) -> News {
    let tx = database.begin().await.unwrap();
    let news = clients::save(&tx, persons).await.unwrap();
    tx.commit().await.unwrap();
    news
}

async fn client(database: &Database, lead: LeadId, named: Option<PersonId>) -> Option<Client> {
    let tx = database.begin().await.unwrap();
    clients::take_turns(&tx, named, [lead]).await.unwrap();
    let known = clients::known(&tx, [lead], named).await.unwrap();
    known.client(Some(lead), named)
}

#[tokio::test]
async fn the_newest_of_a_person_counts_however_often_it_is_told() {
    for (label, database, _storage) in databases().await {
        let (id, lead) = (PersonId::generate(), LeadId::generate());
        let organisation = Some(OrganisationId::generate());
        let old = person(id, 1, None, &[lead]);
        let new = person(id, 2, organisation, &[lead]);
        let news = save(&database, &[new.clone(), old.clone()]).await;
        assert!(
            news.persons.contains(&id) && news.leads.contains(&lead),
            "{label}"
        );
        for again in [&new, &old] {
            let news = save(&database, std::slice::from_ref(again)).await;
            assert!(news.persons.is_empty() && news.leads.is_empty(), "{label}");
        }
        let wanted = Client {
            person: id,
            organisation,
        };
        assert_eq!(client(&database, lead, None).await, Some(wanted), "{label}");
    }
}

#[tokio::test]
async fn a_lead_goes_over_from_one_person_to_another() {
    for (label, database, _storage) in databases().await {
        let lead = LeadId::generate();
        let [first, second] = [(); 2].map(|()| PersonId::generate());
        assert_eq!(client(&database, lead, Some(first)).await, None, "{label}");
        save(&database, &[person(first, 1, None, &[])]).await;
        let whose = async |expected: PersonId| {
            let found = client(&database, lead, Some(first)).await;
            assert_eq!(found.map(|it| it.person), Some(expected), "{label}");
        };
        // Nobody claims it: whoever is named for it has it.
        whose(first).await;
        save(&database, &[person(second, 1, None, &[lead])]).await;
        whose(second).await;
        // Both do while a merge is under way: the one that was there first.
        save(&database, &[person(first, 2, None, &[lead])]).await;
        whose(first).await;
        let news = save(&database, &[person(first, 3, None, &[])]).await;
        assert!(news.leads.contains(&lead), "{label}: what was given up");
        whose(second).await;
    }
}
