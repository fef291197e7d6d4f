//! The interaction log of participants.

use database::Error;
use ids::{ActivityId, CampaignId, InteractionId, ParticipantId, StaffId};
use messaging::Tx;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::ExprTrait as _,
};

use super::{Cursor, entity::interaction};
use crate::domain::participant::Interaction;

pub async fn insert(
    tx: &Tx,
    campaign: CampaignId,
    participant: ParticipantId,
    interaction: &Interaction,
) -> Result<(), Error> {
    let row = interaction::ActiveModel {
        id: Set(interaction.id.uuid()),
        campaign_id: Set(campaign.uuid()),
        participant_id: Set(participant.uuid()),
        kind: Set(interaction.kind.clone()),
        inbound: Set(interaction.inbound),
        result: Set(interaction.result.clone()),
        at: Set(interaction.at),
        by_staff_id: Set(interaction.by.map(StaffId::uuid)),
        activity_id: Set(interaction.activity.map(ActivityId::uuid)),
    };
    interaction::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// The interaction of this id, and with whom it was.
pub async fn find_anywhere(
    db: &impl ConnectionTrait,
    id: InteractionId,
) -> Result<Option<(ParticipantId, Interaction)>, Error> {
    let row = interaction::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(row.map(|row| (ParticipantId::from_uuid(row.participant_id), from_row(row))))
}

/// Up to `limit` interactions before the cursor, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    participant: ParticipantId,
    before: Option<Cursor>,
    limit: u64,
) -> Result<Vec<(Interaction, Cursor)>, Error> {
    let mut condition =
        Condition::all().add(interaction::Column::ParticipantId.eq(participant.uuid()));
    if let Some(before) = before {
        // The first part says nothing that the second does not: it lets an index begin there.
        condition = condition.add(interaction::Column::At.lte(before.at)).add(
            Condition::any()
                .add(interaction::Column::At.lt(before.at))
                .add(
                    interaction::Column::At
                        .eq(before.at)
                        .and(interaction::Column::Id.lt(before.id)),
                ),
        );
    }
    let rows = interaction::Entity::find()
        .filter(condition)
        .order_by_desc(interaction::Column::At)
        .order_by_desc(interaction::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let entry = |row: interaction::Model| {
        let cursor = Cursor {
            at: row.at,
            id: row.id,
        };
        (from_row(row), cursor)
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn from_row(row: interaction::Model) -> Interaction {
    Interaction {
        id: InteractionId::from_uuid(row.id),
        activity: row.activity_id.map(ActivityId::from_uuid),
        kind: row.kind,
        inbound: row.inbound,
        result: row.result,
        at: row.at,
        by: row.by_staff_id.map(StaffId::from_uuid),
    }
}
