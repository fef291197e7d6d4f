//! Contracts and payments from before contracts had kinds and payments had plans.

use contracts::timers::work;
use database::rows;
use ids::{ContractId, DealId, PaymentId};
use messaging::Outbox;
use proto::contracts::v1::{
    ContractKind, ContractRecorded, ContractState, ListContractsRequest, PaymentRecorded,
};
use testkit::Storage;

use crate::world::{World, day, euros, noon};

/// The first migration after them.
const AFTER: i64 = 20_261_126_000_000;

struct Old {
    contract: ContractId,
    renewed: ContractId,
    payment: PaymentId,
}

/// A draft with a payment, as it was written then.
async fn written_before(storage: &Storage) -> Old {
    let all = service::migrations(&contracts::definition());
    let before: Vec<_> = all.into_iter().filter(|it| it.version < AFTER).collect();
    let database = storage.database("contracts", &before).await;
    let old = Old {
        contract: ContractId::generate(),
        renewed: ContractId::generate(),
        payment: PaymentId::generate(),
    };
    let outbox = Outbox::new(database.clone(), "contracts");
    let tx = outbox.begin().await.unwrap();
    let (id, at) = (old.contract.uuid(), noon());
    let contract = "insert into contract (id, revision, version, number, state, title, \
         amount_minor, currency, recurring, period_months, renewal_notice_days, terms, deal_id, \
         renews_contract_id, drafted_at) values ($1, 2, 1, 'C-2026-00001', 'draft', 'Desks', 100, \
         'EUR', false, 12, 30, '', $2, $3, $4)";
    let deal = DealId::generate().uuid();
    let values = [id.into(), deal.into(), old.renewed.uuid().into(), at.into()];
    rows::execute(tx.connection(), contract, values)
        .await
        .unwrap();
    for (revision, kind) in [(1, "drafted"), (2, "payment")] {
        let line = "insert into contract_history (contract_id, revision, kind, version, made_at) \
             values ($1, $2, $3, 1, $4)";
        let values = [id.into(), revision.into(), kind.into(), at.into()];
        rows::execute(tx.connection(), line, values).await.unwrap();
    }
    let payment = "insert into payment (id, contract_id, amount_minor, currency, due_at) \
         values ($1, $2, 40, 'EUR', $3)";
    let values = [old.payment.uuid().into(), id.into(), at.into()];
    rows::execute(tx.connection(), payment, values)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    database.close().await;
    old
}

#[tokio::test]
async fn what_was_written_before_is_kept_and_announced() {
    for storage in testkit::storages().await {
        let old = written_before(&storage).await;
        let world = World::on(storage).await;
        let mut client = world.client.clone();
        let listed = client.list_contracts(ListContractsRequest::default());
        let contracts = listed.await.unwrap().into_inner().contracts;
        let contract = contracts.first().unwrap();
        assert_eq!(contract.contract_id, old.contract.to_string());
        assert_eq!(contract.kind(), ContractKind::Renewal);
        assert_eq!(contract.previous_contract_id, old.renewed.to_string());
        assert_eq!(contract.renews_contract_id, old.renewed.to_string());
        assert_eq!(contract.value, euros(100), "{}", world.label);

        work(&world.app).await.unwrap();
        work(&world.app).await.unwrap();
        let recorded = world.announced::<ContractRecorded>().await;
        assert_eq!(recorded.len(), 1, "{}", world.label);
        assert_eq!(recorded[0].revision, 2);
        assert_eq!(recorded[0].message.kind, "renewal");
        let recorded = world.announced::<PaymentRecorded>().await;
        assert_eq!(recorded.len(), 1, "{}", world.label);
        assert_eq!(recorded[0].revision, 1);
        assert_eq!(recorded[0].message.payment_id, old.payment.to_string());
        assert_eq!(recorded[0].message.amount, euros(40));
        assert_eq!(recorded[0].message.due_at, day(0));

        let sent = world.send(contract).await.unwrap();
        assert_eq!((sent.state(), sent.revision), (ContractState::Sent, 3));
        let history = world.history(contract).await;
        assert_eq!(history, ["drafted", "payment", "sent"], "{}", world.label);
    }
}
