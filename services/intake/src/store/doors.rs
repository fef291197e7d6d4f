//! Doors as rows.

use database::Error;
use ids::{ActivityId, CampaignId, DoorId, StaffId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rows::{Kind, Row, Table, hex, query, time};
use crate::domain::door::{Door, DoorKind};

const DOOR: Table = Table {
    name: "door",
    columns: &[
        ("id", Kind::Id),
        ("kind", Kind::Text),
        ("key", Kind::Text),
        ("secret", Kind::Text),
        ("name", Kind::Text),
        ("campaign_id", Kind::Id),
        ("activity_id", Kind::Id),
        ("topic", Kind::Text),
        ("locale", Kind::Text),
        ("country", Kind::Text),
        ("responsible_id", Kind::Id),
        ("allowed_origins", Kind::Json),
        ("redirect_url", Kind::Text),
        ("active", Kind::Flag),
        ("created_at", Kind::Time),
    ],
};

/// Opens a door.
pub async fn insert<C: ConnectionTrait>(db: &C, door: &Door) -> Result<(), Error> {
    DOOR.insert(db, vec![row(door)]).await?;
    Ok(())
}

/// Saves a door.
pub async fn update<C: ConnectionTrait>(db: &C, door: &Door) -> Result<(), Error> {
    DOOR.update(db, vec![row(door)], 1, "door.id = v.id")
        .await?;
    Ok(())
}

/// A door by its id.
pub async fn find<C: ConnectionTrait>(db: &C, id: DoorId) -> Result<Option<Door>, Error> {
    let sql = format!("select {} from door where id = $1", DOOR.names());
    query(db, sql, [id.uuid().into()])
        .await?
        .first()
        .map(door)
        .transpose()
}

/// A door by the key in its path.
pub async fn by_key<C: ConnectionTrait>(db: &C, key: &str) -> Result<Option<Door>, Error> {
    let sql = format!("select {} from door where key = $1", DOOR.names());
    query(db, sql, [key.into()])
        .await?
        .first()
        .map(door)
        .transpose()
}

/// Up to `limit` doors after `after`, by name.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    after: Option<(String, DoorId)>,
    limit: u64,
) -> Result<Vec<Door>, Error> {
    let names = DOOR.names();
    let rows = match after {
        None => {
            let sql = format!("select {names} from door order by name, id limit $1");
            query(db, sql, [limit.into()]).await?
        }
        Some((name, id)) => {
            let sql = format!(
                "select {names} from door where (name, id) > ($1, $2) order by name, id limit $3"
            );
            query(db, sql, [name.into(), id.uuid().into(), limit.into()]).await?
        }
    };
    rows.iter().map(door).collect()
}

fn row(door: &Door) -> Json {
    json!([
        hex(door.id.uuid()),
        door.kind.as_str(),
        door.key,
        door.secret,
        door.name,
        door.campaign.map(|id| hex(id.uuid())),
        door.activity.map(|id| hex(id.uuid())),
        door.topic,
        door.locale,
        door.country,
        door.responsible.map(|id| hex(id.uuid())),
        door.allowed_origins,
        door.redirect_url,
        door.active,
        time(door.created_at),
    ])
}

fn door(row: &Row) -> Result<Door, Error> {
    let id = |column| row.get::<Option<Uuid>>(column);
    Ok(Door {
        id: DoorId::from_uuid(row.get("id")?),
        kind: row.read("kind", DoorKind::parse)?,
        key: row.get("key")?,
        secret: row.get("secret")?,
        name: row.get("name")?,
        campaign: id("campaign_id")?.map(CampaignId::from_uuid),
        activity: id("activity_id")?.map(ActivityId::from_uuid),
        topic: row.get("topic")?,
        locale: row.get("locale")?,
        country: row.get("country")?,
        responsible: id("responsible_id")?.map(StaffId::from_uuid),
        allowed_origins: row.json("allowed_origins")?,
        redirect_url: row.get("redirect_url")?,
        active: row.get("active")?,
        created_at: row.get("created_at")?,
    })
}
