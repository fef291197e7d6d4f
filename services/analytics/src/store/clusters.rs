//! Clusters: what is derived together, and what it contributed.

use std::collections::HashMap;

use database::Error;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::bulk::{Batch, Field, Type};
use super::corrupt;
use crate::domain::figures::Day;

/// A cluster as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    pub id: Uuid,
    pub nodes: Vec<Uuid>,
    /// See [`crate::projector::kept`].
    pub contribution: Vec<u8>,
}

/// What the figures of a cluster rest on: rates of a currency between two days, or the weights.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reliance {
    pub parameter: String,
    pub first: Day,
    pub last: Day,
}

/// Stands for the weights in place of a currency.
pub const WEIGHTS: &str = "*";

/// The clusters of nodes, as far as they have one.
pub async fn of_nodes<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    nodes: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Uuid>, Error> {
    let rows = keys(generation, nodes);
    let columns = [("generation", Type::Small), ("node", Type::Id)];
    let rows = Batch::new(&columns, rows)
        .look_up(db, "member", "t.node, t.cluster_id", "", [])
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// The clusters of these ids, as far as they are there.
pub async fn load<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Cluster>, Error> {
    let rows = keys(generation, ids);
    let columns = [("generation", Type::Small), ("id", Type::Id)];
    let rows = Batch::new(&columns, rows)
        .look_up(db, "cluster", "t.id, t.nodes, t.contribution", "", [])
        .await?;
    let read = rows.iter().map(|row| {
        let nodes: Vec<u8> = row.try_get_by_index(1)?;
        Ok(Cluster {
            id: row.try_get_by_index(0)?,
            nodes: unpack(&nodes)?,
            contribution: row.try_get_by_index(2)?,
        })
    });
    read.collect()
}

/// Writes clusters, over those that are there.
pub async fn save<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    clusters: Vec<Cluster>,
) -> Result<(), Error> {
    let rows = clusters.into_iter().map(|it| {
        let nodes: Vec<u8> = it.nodes.iter().flat_map(|node| *node.as_bytes()).collect();
        vec![
            generation.into(),
            it.id.into(),
            nodes.into(),
            it.contribution.into(),
        ]
    });
    let columns = [
        ("generation", Type::Small),
        ("id", Type::Id),
        ("nodes", Type::Bytes),
        ("contribution", Type::Bytes),
    ];
    let over = "on conflict (generation, id) \
                do update set nodes = excluded.nodes, contribution = excluded.contribution";
    Batch::new(&columns, rows.collect())
        .insert_or(db, "cluster", over)
        .await?;
    Ok(())
}

/// Deletes clusters that became parts of others.
pub async fn forget<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<(), Error> {
    let rows = keys(generation, ids);
    let columns = [("generation", Type::Small), ("id", Type::Id)];
    Batch::new(&columns, rows).delete(db, "cluster", "").await?;
    Ok(())
}

/// Says which cluster nodes are in.
pub async fn join<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    members: Vec<(Uuid, Uuid)>,
) -> Result<(), Error> {
    let rows = members
        .into_iter()
        .map(|(node, cluster)| vec![generation.into(), node.into(), cluster.into()])
        .collect();
    let columns = [
        ("generation", Type::Small),
        ("node", Type::Id),
        ("cluster_id", Type::Id),
    ];
    let over = "on conflict (generation, node) do update set cluster_id = excluded.cluster_id";
    Batch::new(&columns, rows)
        .insert_or(db, "member", over)
        .await?;
    Ok(())
}

/// Says what clusters rest on, in place of what was said before.
pub async fn rest_on<C: ConnectionTrait>(
    db: &C,
    generation: i16,
    clusters: Vec<(Uuid, Vec<Reliance>)>,
) -> Result<(), Error> {
    let ids: Vec<Vec<Field>> = clusters
        .iter()
        .map(|(id, _)| vec![generation.into(), (*id).into()])
        .collect();
    let columns = [("generation", Type::Small), ("cluster_id", Type::Id)];
    Batch::new(&columns, ids).delete(db, "reliance", "").await?;
    let rows = clusters.into_iter().flat_map(|(id, all)| {
        all.into_iter().map(move |it| {
            vec![
                generation.into(),
                it.parameter.into(),
                id.into(),
                it.first.into(),
                it.last.into(),
            ]
        })
    });
    let columns = [
        ("generation", Type::Small),
        ("parameter", Type::Text),
        ("cluster_id", Type::Id),
        ("first_day", Type::Int),
        ("last_day", Type::Int),
    ];
    Batch::new(&columns, rows.collect())
        .insert(db, "reliance")
        .await?;
    Ok(())
}

fn keys(generation: i16, ids: impl IntoIterator<Item = Uuid>) -> Vec<Vec<Field>> {
    ids.into_iter()
        .map(|id| vec![generation.into(), id.into()])
        .collect()
}

fn unpack(bytes: &[u8]) -> Result<Vec<Uuid>, Error> {
    let (nodes, rest) = bytes.as_chunks::<16>();
    if rest.is_empty() {
        Ok(nodes.iter().map(|node| Uuid::from_bytes(*node)).collect())
    } else {
        Err(corrupt("cluster", "its nodes are no ids"))
    }
}
