//! Reports through their calls, over the figures of a small company.

mod asking;
mod files;
mod golden;
mod numbers;
mod sums;
mod town;

use analytics::app::record_rates::record_rates;
use ids::StaffId;
use proto::analytics::v1::Filter;
use proto::analytics::v1::reports_service_client::ReportsServiceClient;
use rpc::access::{AccessLayer, Policy};
use rpc::{Channel, Identity, Keys, Role};
use tokio_util::sync::CancellationToken;

use crate::reports::town::Known;
use crate::world::{World, worlds};

pub(crate) type Client = ReportsServiceClient<Channel>;

/// A world with a company in it, and somebody who asks.
pub(crate) struct Desk {
    pub(crate) world: World,
    pub(crate) client: Client,
    pub(crate) known: Known,
}

/// One on each database.
pub(crate) async fn desks() -> Vec<Desk> {
    let mut desks = Vec::new();
    for world in worlds().await {
        let (known, events) = town::events(&world);
        record_rates(&world.app, town::rates()).await.unwrap();
        world.hand_over_all(&events).await;
        world.catch_up().await;
        desks.push(Desk {
            client: client(&world),
            known,
            world,
        });
    }
    desks
}

/// A client of the reports of a world.
pub(crate) fn client(world: &World) -> Client {
    let started = analytics::wire(
        &world.app,
        &CancellationToken::new(),
        &CancellationToken::new(),
    );
    let keys = Keys::new("a secret of more than thirty-two bytes").unwrap();
    let policy = Policy::new(proto::POLICY).unwrap();
    let router = started.router.layer(AccessLayer::new(policy, keys.clone()));
    let asks = Identity::Staff {
        id: StaffId::generate().to_string(),
        roles: vec![Role::Marketer],
    };
    Client::new(Channel::in_process(router).acting_as(&keys, asks))
}

/// Days of a filter.
pub(crate) fn days(from: &str, to: &str) -> Filter {
    Filter {
        from: from.to_owned(),
        to: to.to_owned(),
        ..Filter::default()
    }
}

/// Parts of the figures that tests look at: all, and pieces that cut through months.
pub(crate) fn filters() -> Vec<Filter> {
    let mut filters = vec![
        Filter::default(),
        days("2026-11-25", "2027-01-19"),
        days("2026-12-01", "2026-12-31"),
        days("2026-12-03", "2026-12-09"),
        days("", "2026-12-24"),
        days("2026-12-24", ""),
        days("2006-01-01", "2026-10-31"),
    ];
    for channel in town::CHANNELS {
        filters.push(Filter {
            channels: vec![channel.to_owned()],
            ..days("2026-11-25", "2027-01-19")
        });
    }
    filters
}
