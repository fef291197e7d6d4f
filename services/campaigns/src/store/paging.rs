//! Where a page begins, and how amounts are kept.

use sea_orm::{ColumnTrait, Condition, sea_query::ExprTrait as _};

use super::Cursor;
use crate::domain::money::Money;

/// Rows that come after the cursor in a list with the latest first.
pub(super) fn before<C: ColumnTrait>(at: C, id: C, cursor: Option<&Cursor>) -> Condition {
    let Some(cursor) = cursor else {
        return Condition::all();
    };
    let same = at.eq(cursor.at).and(id.lt(cursor.id));
    // The first part says nothing that the second does not: it lets an index begin there.
    Condition::all()
        .add(at.lte(cursor.at))
        .add(Condition::any().add(at.lt(cursor.at)).add(same))
}

/// Rows that come after the cursor in a list with the earliest first.
pub(super) fn after<C: ColumnTrait>(at: C, id: C, cursor: Option<&Cursor>) -> Condition {
    let Some(cursor) = cursor else {
        return Condition::all();
    };
    let same = at.eq(cursor.at).and(id.gt(cursor.id));
    Condition::all()
        .add(at.gte(cursor.at))
        .add(Condition::any().add(at.gt(cursor.at)).add(same))
}

/// An amount of two columns. The tables hold only what could be recorded.
pub(super) fn money(minor: Option<i64>, currency: Option<String>) -> Option<Money> {
    Money::try_new(minor?, &currency?).ok()
}

/// The two columns of an amount.
pub(super) fn columns(money: Option<&Money>) -> (Option<i64>, Option<String>) {
    let minor = money.map(Money::minor);
    (minor, money.map(|money| money.currency().to_owned()))
}
