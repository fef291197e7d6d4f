//! Starts the services of a plan, in an order that lets each rely on what came before it.

use std::collections::BTreeMap;

use clock::Clock;
use futures::{FutureExt, future::BoxFuture};
use messaging::{Outbox, Relay, Subscription, transport::SharedTransport};
use tokio_util::sync::CancellationToken;

use crate::{
    Addresses, Plan, Running, StartError, Task, bus, grpc,
    health::{Health, Stage},
    listen::Ports,
    site::{Site, Work},
    supervisor::{Board, Supervisor},
};

/// Name under which the shell's own work is shown.
const SHELL: &str = "shell";

/// Starts all services of a plan. When this returns, they serve.
pub fn start(plan: Plan) -> BoxFuture<'static, Result<Running, StartError>> {
    async move {
        let shared = plan.settings.shared()?;
        shared.complete()?;
        let ports = Ports::bind(&plan, &shared).await?;
        let transport = bus::connect(&shared, &plan.delivery).await?;
        let site = Site::open(plan, shared).await?;
        serve(site, ports, transport).await
    }
    .boxed()
}

async fn serve(
    site: Site,
    ports: Ports,
    transport: SharedTransport,
) -> Result<Running, StartError> {
    let board = Board::default();
    let databases = site
        .databases
        .iter()
        .map(|(name, database)| (*name, database.clone()));
    let health = Health::new(databases.collect(), transport.clone(), board.clone()).await;
    let mut probes = Supervisor::new(board.clone(), CancellationToken::new());
    let mut doors = Supervisor::new(board.clone(), site.draining.clone());
    let mut work = Supervisor::new(board, site.shutdown.clone());
    let addresses = ports.addresses();
    let Ports {
        public,
        internal,
        ops,
    } = ports;
    // First, so that a process that starts slowly can be seen to be alive.
    if let Some(port) = ops {
        probes.spawn(
            SHELL,
            port.serve("ops", health.router(), &site.shared, probes.token()),
        );
    }

    let mut routers = BTreeMap::new();
    for service in &site.plan.services {
        let (router, duties) = site.start(service).await?;
        routers.insert(service.name, router);
        for task in tasks(&site, &transport, duties) {
            work.spawn(service.name, task);
        }
    }
    site.channels.fill(routers.clone());

    let front = site.plan.public.and_then(|name| routers.remove(name));
    if let (Some(port), Some(router)) = (public, front) {
        doors.spawn(
            SHELL,
            port.serve("public", router, &site.shared, doors.token()),
        );
    }
    if let Some(port) = internal {
        let router = grpc::by_service(health.grpc(), routers);
        doors.spawn(
            SHELL,
            port.serve("internal", router, &site.shared, doors.token()),
        );
    }
    health.set(Stage::Serving).await;
    announce(addresses);
    let Site {
        shared,
        keys,
        databases,
        channels,
        ..
    } = site;
    let listen = shared.listen;
    Ok(Running {
        addresses,
        health,
        listen,
        channels,
        keys,
        databases,
        transport,
        probes,
        doors,
        work,
    })
}

fn announce(addresses: Addresses) {
    let Addresses {
        public,
        internal,
        ops,
    } = addresses;
    tracing::info!(
        public = public.map(tracing::field::display),
        internal = internal.map(tracing::field::display),
        ops = ops.map(tracing::field::display),
        "serving"
    );
}

/// All background work of a service: its relay, its consumers and its own.
fn tasks(site: &Site, transport: &SharedTransport, work: Work) -> Vec<Task> {
    let Work {
        outbox,
        subscriptions,
        tasks,
    } = work;
    let bus = Bus {
        outbox,
        transport: transport.clone(),
        clock: site.plan.delivery.clone(),
        settings: site.shared.messaging.clone(),
        shutdown: site.shutdown.clone(),
    };
    let mut all = vec![relay(bus.clone())];
    all.extend(
        subscriptions
            .into_iter()
            .map(|subscription| consumer(bus.clone(), subscription)),
    );
    all.extend(tasks);
    all
}

/// What relay and consumers run on, once more for each time they are started.
#[derive(Clone)]
struct Bus {
    outbox: Outbox,
    transport: SharedTransport,
    clock: Clock,
    settings: messaging::Settings,
    shutdown: CancellationToken,
}

fn relay(bus: Bus) -> Task {
    Task::new("relay", move || {
        let Bus {
            outbox,
            transport,
            clock,
            settings,
            shutdown,
        } = bus.clone();
        let relay = Relay::run(outbox, transport, clock, settings, shutdown);
        async move { Ok(relay.await?) }.boxed()
    })
}

fn consumer(bus: Bus, subscription: Subscription) -> Task {
    Task::new(subscription.name().to_owned(), move || {
        let Bus {
            outbox,
            transport,
            clock,
            settings,
            shutdown,
        } = bus.clone();
        let consumer = subscription
            .clone()
            .run(outbox, transport, clock, settings, shutdown);
        async move { Ok(consumer.await?) }.boxed()
    })
}
