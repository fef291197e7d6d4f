//! Why identities are one person: links that people make and take back.

use std::collections::{BTreeMap, BTreeSet};

use ids::{IdentityId, LinkId, MergeId, PersonId, StaffId, SubmissionId};
use messaging::Tx;

use super::App;
use crate::{
    domain::identity::{Cause, Link},
    error::Error,
    store::{
        Connection,
        identity::{self, Ended},
        persons,
    },
};

/// How often a command is begun anew when somebody else came first.
const ATTEMPTS: u32 = 5;

/// A link that has ended.
pub struct EndedLink {
    pub link: Link,
    /// Other links still make one person of the two.
    pub still_one: bool,
}

/// Takes back that two identities are one person, and keeps them apart from then on. One that has
/// ended already stays as it is.
pub async fn end_link(app: &App, id: LinkId, by: StaffId) -> Result<EndedLink, Error> {
    let mut tried = 0;
    loop {
        tried += 1;
        match end_once(app, id, by).await {
            Err(error) if error.is_race() && tried < ATTEMPTS => {}
            result => return result,
        }
    }
}

async fn end_once(app: &App, id: LinkId, by: StaffId) -> Result<EndedLink, Error> {
    let tx = app.outbox.begin().await?;
    let db = tx.connection();
    let mut link = identity::find(db, id)
        .await?
        .ok_or(Error::LinkNotFound(id))?;
    let ended = Ended {
        at: app.clock.now(),
        by: Some(by),
    };
    if identity::end(db, id, ended).await? {
        link.ended_at = Some(ended.at);
        link.ended_by = ended.by;
    }
    let still_one = regroup(db, &link).await?;
    if !still_one {
        identity::keep_apart(db, &[(link.one, link.other)], ended).await?;
    }
    tx.commit().await?;
    Ok(EndedLink { link, still_one })
}

/// Finds anew who is one with whom around a link that has ended; answers whether its two are.
async fn regroup<C: Connection>(db: &C, ended: &Link) -> Result<bool, Error> {
    let both = BTreeSet::from([ended.one, ended.other]);
    let around = identity::load(db, &[], &both).await?;
    let members: BTreeSet<IdentityId> = both
        .iter()
        .flat_map(|identity| around.known.members(*identity))
        .collect();
    let links = identity::of_identities(db, &members).await?;
    let heads = heads(&members, &links);
    let moved: Vec<_> = heads
        .iter()
        .map(|(identity, head)| (*identity, *head, around.known.head(*identity)))
        .filter(|(_, head, before)| head != before)
        .collect();
    identity::set_heads(db, &moved).await?;
    Ok(heads.get(&ended.one) == heads.get(&ended.other))
}

/// By whom each is called: the smallest of those that links connect.
fn heads(members: &BTreeSet<IdentityId>, links: &[Link]) -> BTreeMap<IdentityId, IdentityId> {
    let mut heads: BTreeMap<IdentityId, IdentityId> =
        members.iter().map(|member| (*member, *member)).collect();
    for link in links {
        let (Some(one), Some(other)) = (
            heads.get(&link.one).copied(),
            heads.get(&link.other).copied(),
        ) else {
            continue;
        };
        let (head, joins) = (one.min(other), one.max(other));
        for called in heads.values_mut().filter(|called| **called == joins) {
            *called = head;
        }
    }
    heads
}

/// Two persons were merged in the client base: so are their identities.
pub async fn merge_persons(
    app: &App,
    tx: &Tx,
    merge: MergeId,
    persons: [PersonId; 2],
) -> Result<(), Error> {
    let db = tx.connection();
    if identity::by_source(db, merge.uuid()).await?.is_some() {
        return Ok(());
    }
    let [one, other] = identities(db, persons).await?;
    let mut around = identity::load(db, &[], &BTreeSet::from([one, other])).await?;
    around.known.link(one, other);
    let now = app.clock.now();
    let link = Link {
        source: Some(merge.uuid()),
        ..Link::new(one, other, Cause::Merged, now)
    };
    identity::save_links(db, &around, &[link], now).await?;
    Ok(())
}

/// A merge in the client base was taken back.
pub async fn split_persons(
    app: &App,
    tx: &Tx,
    merge: MergeId,
    persons: [PersonId; 2],
) -> Result<(), Error> {
    let db = tx.connection();
    let now = app.clock.now();
    let ended = Ended { at: now, by: None };
    let links = identity::end_by_source(db, merge.uuid(), ended).await?;
    for link in &links {
        regroup(db, link).await?;
    }
    if links.is_empty() && identity::by_source(db, merge.uuid()).await?.is_none() {
        // The merge will be heard of later, and is over then.
        let [one, other] = identities(db, persons).await?;
        let over = Link {
            source: Some(merge.uuid()),
            ended_at: Some(now),
            ..Link::new(one, other, Cause::Merged, now)
        };
        identity::insert(db, &[over]).await?;
    }
    Ok(())
}

/// Two persons of the client base were told apart.
pub async fn tell_persons_apart(
    app: &App,
    tx: &Tx,
    persons: [PersonId; 2],
    by: Option<StaffId>,
) -> Result<(), Error> {
    let db = tx.connection();
    let [one, other] = identities(db, persons).await?;
    let at = app.clock.now();
    if one != other {
        identity::keep_apart(db, &[(one, other)], Ended { at, by }).await?;
    }
    Ok(())
}

/// The identities of persons of the client base.
async fn identities<C: Connection>(
    db: &C,
    wanted: [PersonId; 2],
) -> Result<[IdentityId; 2], Error> {
    let known = persons::load(db, wanted).await?;
    let of = |id: PersonId| {
        let person = known.iter().find(|person| person.id == id);
        person.map(|person| person.identity)
    };
    let [one, other] = wanted;
    match (of(one), of(other)) {
        (Some(one), Some(other)) => Ok([one, other]),
        (None, _) => Err(Error::PersonUnknown(one)),
        (_, None) => Err(Error::PersonUnknown(other)),
    }
}

/// The submission that showed a link.
pub fn submission_of(link: &Link) -> Option<SubmissionId> {
    let source = link.source.map(SubmissionId::from_uuid);
    source.filter(|_| matches!(link.cause, Cause::Matched | Cause::Rematched))
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

    use super::*;

    #[test]
    fn whoever_links_connect_is_called_by_the_smallest() {
        let all: Vec<IdentityId> = (0..5).map(|_| IdentityId::generate()).collect();
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let link = |one: usize, other: usize| Link::new(all[one], all[other], Cause::Matched, now);
        let members = all.iter().copied().collect();
        let heads = heads(&members, &[link(4, 3), link(1, 2), link(2, 4)]);
        let called: Vec<usize> = all
            .iter()
            .map(|member| all.iter().position(|head| *head == heads[member]).unwrap())
            .collect();
        assert_eq!(called, [0, 1, 1, 1, 1]);
    }

    #[test]
    fn whoever_links_do_not_connect_are_called_apart() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        for seed in 0..1_000 {
            let mut dice = StdRng::seed_from_u64(seed);
            let all: Vec<IdentityId> = (0..8).map(|_| IdentityId::generate()).collect();
            let mut links: Vec<Link> = Vec::new();
            for _ in 0..dice.random_range(0..20) {
                if links.is_empty() || dice.random_ratio(2, 3) {
                    let mut any = || all[dice.random_range(0..all.len())];
                    links.push(Link::new(any(), any(), Cause::Merged, now));
                } else {
                    links.swap_remove(dice.random_range(0..links.len()));
                }
            }
            let heads = heads(&all.iter().copied().collect(), &links);
            for one in &all {
                let reached = reached(*one, &links);
                assert_eq!(heads[one], *reached.first().unwrap(), "{seed}");
                for other in &all {
                    assert_eq!(
                        heads[one] == heads[other],
                        reached.contains(other),
                        "{seed}"
                    );
                }
            }
        }
    }

    /// Everybody to whom links lead, step by step.
    fn reached(from: IdentityId, links: &[Link]) -> BTreeSet<IdentityId> {
        let mut reached = BTreeSet::from([from]);
        loop {
            let ends = links
                .iter()
                .flat_map(|it| [(it.one, it.other), (it.other, it.one)]);
            let next: Vec<IdentityId> = ends
                .filter(|(one, other)| reached.contains(one) && !reached.contains(other))
                .map(|(_, other)| other)
                .collect();
            if next.is_empty() {
                return reached;
            }
            reached.extend(next);
        }
    }
}
