//! What churned, as shown.

use std::collections::BTreeMap;

use ids::StaffId;
use proto::contracts::v1 as shown;
use proto::types::v1 as types;

use super::{contract, printed};
use crate::domain::churn::{Fate, Figures, Group, Tally};
use crate::domain::code::Code;
use crate::domain::contract::Contract;
use crate::domain::month::Month;

pub fn month((month, figures): (Month, Figures)) -> shown::ChurnMonth {
    let Figures {
        ended,
        undecided,
        group,
        managers,
    } = figures;
    shown::ChurnMonth {
        month: month.to_string(),
        in_force: group.in_force,
        ended,
        churned: group.all.churned,
        undecided,
        rate_basis_points: group.rate_basis_points(),
        reasons: reasons(&group.reasons),
        lost: lost(group.all),
        managers: managers.into_iter().map(manager).collect(),
    }
}

fn manager((manager, group): (Option<StaffId>, Group)) -> shown::ChurnManager {
    shown::ChurnManager {
        responsible_id: printed(manager),
        in_force: group.in_force,
        churned: group.all.churned,
        rate_basis_points: group.rate_basis_points(),
        reasons: reasons(&group.reasons),
        lost: lost(group.all),
    }
}

fn reasons(reasons: &BTreeMap<Option<Code>, Tally>) -> Vec<shown::ChurnReason> {
    let reasons = reasons.iter().map(|(reason, tally)| shown::ChurnReason {
        reason: printed(reason.as_ref()),
        churned: tally.churned,
        lost: lost(tally.clone()),
    });
    reasons.collect()
}

fn lost(tally: Tally) -> Vec<types::Money> {
    let lost = tally.lost.into_iter();
    lost.map(|(currency, minor)| types::Money { minor, currency })
        .collect()
}

pub fn ended((ended, fate): &(Contract, Fate)) -> shown::EndedContract {
    let (state, follower) = match fate {
        Fate::Churned => (shown::ChurnState::Churned, None),
        Fate::Undecided => (shown::ChurnState::Undecided, None),
        Fate::Followed(follower) => (shown::ChurnState::Followed, Some(follower)),
    };
    shown::EndedContract {
        contract: Some(contract(ended)),
        state: state.into(),
        followed_by_contract_id: printed(follower),
    }
}
