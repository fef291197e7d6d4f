//! What goes in comes out, equal on both.

use chrono::{TimeDelta, TimeZone, Utc};
use clock::Clock;
use database::Migration;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, Statement};
use serde_json::json;
use testkit::databases;

use crate::value;

const THING: Migration = Migration {
    version: 1,
    name: "create_thing",
    sql: "create table thing (
        id uuid primary key,
        name text not null,
        big bigint not null,
        small integer not null,
        yes boolean not null default false,
        at timestamptz not null,
        raw bytea not null,
        body jsonb not null,
        ratio double precision not null,
        maybe_id uuid,
        maybe_at timestamptz,
        maybe_body jsonb,
        revision bigint not null
    );",
};

mod thing {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "thing")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub big: i64,
        pub small: i32,
        pub yes: bool,
        pub at: DateTimeUtc,
        pub raw: Vec<u8>,
        pub body: Json,
        pub ratio: f64,
        pub maybe_id: Option<Uuid>,
        pub maybe_at: Option<DateTimeUtc>,
        pub maybe_body: Option<Json>,
        pub revision: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

fn full() -> thing::Model {
    thing::Model {
        id: Uuid::from_u128(0x0198_c2f0_5c7a_7d3f_8b1e_6a2c_4d5e_6f70),
        name: "Анна «O'Brien» \u{1F600}\n\"x\"".to_owned(),
        big: i64::MAX,
        small: i32::MIN,
        yes: true,
        at: Utc.timestamp_micros(1_785_585_600_123_456).unwrap(),
        raw: vec![0, 255, 128, 39, 0],
        body: json!({"ключ": [1, 2.5, null, true, "x"], "deep": {"n": 9_007_199_254_740_993_i64}}),
        ratio: 0.1 + 0.2,
        maybe_id: Some(Uuid::max()),
        maybe_at: Some(Utc.timestamp_micros(-1).unwrap()),
        maybe_body: Some(json!("text")),
        revision: 1,
    }
}

fn empty() -> thing::Model {
    thing::Model {
        id: Uuid::nil(),
        name: String::new(),
        big: i64::MIN,
        small: 0,
        yes: false,
        at: Utc.with_ymd_and_hms(2026, 8, 1, 12, 0, 0).unwrap(),
        raw: Vec::new(),
        body: json!(null),
        ratio: -0.0,
        maybe_id: None,
        maybe_at: None,
        maybe_body: None,
        revision: 1,
    }
}

fn now() -> thing::Model {
    thing::Model {
        id: Uuid::from_u128(3),
        at: Clock::system().now(),
        ..empty()
    }
}

#[tokio::test]
async fn entities_read_back_equal() {
    for (label, db, _guard) in databases("things", &[THING]).await {
        for model in [full(), empty(), now()] {
            let tx = db.begin().await.unwrap();
            let inserted = model.clone().into_active_model().insert(&tx).await.unwrap();
            assert_eq!(inserted, model, "{label}");
            tx.commit().await.unwrap();
            let read = thing::Entity::find_by_id(model.id)
                .one(db.reader())
                .await
                .unwrap();
            assert_eq!(read, Some(model), "{label}");
        }
    }
}

#[tokio::test]
async fn plain_statements_read_back_equal() {
    for (label, db, _guard) in databases("things", &[THING]).await {
        let model = full();
        let insert = "insert into thing (id, name, big, small, yes, at, raw, body, ratio, revision)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id, at, raw, body, yes, maybe_at";
        let values: [Value; 10] = [
            model.id.into(),
            model.name.clone().into(),
            model.big.into(),
            model.small.into(),
            model.yes.into(),
            model.at.into(),
            model.raw.clone().into(),
            model.body.clone().into(),
            model.ratio.into(),
            model.revision.into(),
        ];
        let tx = db.begin().await.unwrap();
        let statement = Statement::from_sql_and_values(db.backend().into(), insert, values);
        let row = tx.query_one_raw(statement).await.unwrap().unwrap();
        assert_eq!(row.try_get::<Uuid>("", "id").unwrap(), model.id, "{label}");
        assert_eq!(
            row.try_get::<DateTimeUtc>("", "at").unwrap(),
            model.at,
            "{label}"
        );
        assert_eq!(
            row.try_get::<Vec<u8>>("", "raw").unwrap(),
            model.raw,
            "{label}"
        );
        assert_eq!(
            row.try_get::<Json>("", "body").unwrap(),
            model.body,
            "{label}"
        );
        assert!(row.try_get::<bool>("", "yes").unwrap(), "{label}");
        assert_eq!(
            row.try_get::<Option<DateTimeUtc>>("", "maybe_at").unwrap(),
            None,
            "{label}"
        );
        tx.commit().await.unwrap();
        let found = Statement::from_sql_and_values(
            db.backend().into(),
            "select name from thing where id = $1 and at = $2 and at >= $2 and yes",
            [model.id.into(), model.at.into()],
        );
        let row = db.reader().query_one_raw(found).await.unwrap().unwrap();
        assert_eq!(
            row.try_get::<String>("", "name").unwrap(),
            model.name,
            "{label}"
        );
    }
}

#[tokio::test]
async fn instants_and_ids_sort_alike() {
    let start = Utc.with_ymd_and_hms(2026, 8, 1, 12, 0, 0).unwrap();
    for (label, db, _guard) in databases("things", &[THING]).await {
        // As text these differ in length: whole seconds, milliseconds, microseconds.
        let micros = [
            1_000_001, 0, 500_000, 1, 999_999, 1_000_000, 500_001, 60_000_000,
        ];
        let tx = db.begin().await.unwrap();
        for (number, micros) in micros.into_iter().enumerate() {
            let model = thing::Model {
                id: Uuid::from_u128((number as u128) << 64),
                at: start + TimeDelta::microseconds(micros),
                ..empty()
            };
            model.into_active_model().insert(&tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        let by_time = thing::Entity::find()
            .order_by_asc(thing::Column::At)
            .all(db.reader())
            .await
            .unwrap();
        assert!(by_time.is_sorted_by_key(|one| one.at), "{label}");
        let by_id = thing::Entity::find()
            .order_by_asc(thing::Column::Id)
            .all(db.reader())
            .await
            .unwrap();
        assert!(by_id.is_sorted_by_key(|one| one.id), "{label}");
        let later = thing::Entity::find()
            .filter(thing::Column::At.gt(start + TimeDelta::microseconds(500_000)));
        assert_eq!(later.count(db.reader()).await.unwrap(), 5, "{label}");
    }
}

#[tokio::test]
async fn a_conditional_update_without_a_row_is_a_conflict() {
    for (label, db, _guard) in databases("things", &[THING]).await {
        let tx = db.begin().await.unwrap();
        empty().into_active_model().insert(&tx).await.unwrap();
        let mut changed = empty().into_active_model();
        changed.name = Set("changed".to_owned());
        let update = |revision| {
            thing::Entity::update(changed.clone())
                .validate()
                .unwrap()
                .filter(thing::Column::Revision.eq(revision))
                .exec(&tx)
        };
        assert_eq!(update(1).await.unwrap().name, "changed", "{label}");
        let error = database::Error::from(update(7).await.unwrap_err());
        assert!(
            matches!(error, database::Error::Conflict(_)),
            "{label}: {error:?}"
        );
        assert_eq!(
            value::<String>(&tx, "select name from thing").await,
            "changed",
            "{label}"
        );
    }
}
