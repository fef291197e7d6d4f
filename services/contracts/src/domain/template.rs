//! The text that a contract is drafted with.

use super::money::Money;
use super::number::Number;

/// What the text is made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub number: Number,
    pub title: &'a str,
    /// Empty when not known.
    pub sale_object: &'a str,
    pub amount: &'a Money,
    pub recurring: bool,
    pub period_months: u16,
    pub renewal_notice_days: u16,
}

/// The terms in words, to be worked on by people.
pub fn text(facts: Facts<'_>) -> String {
    let Facts {
        number,
        title,
        amount,
        ..
    } = facts;
    let subject = if facts.sale_object.is_empty() {
        title
    } else {
        facts.sale_object
    };
    let price = if facts.recurring {
        format!(
            "{amount} for each period of {} months, due at its beginning",
            facts.period_months
        )
    } else {
        format!("{amount} in all")
    };
    let notice = facts.renewal_notice_days;
    format!(
        "Contract {number}: {title}\n\n\
         1. Subject\nThe supplier delivers to the client: {subject}.\n\n\
         2. Price\nThe client pays {price}.\n\n\
         3. Term\nThe contract is in force from the agreed first day to the agreed last day. \
         The parties speak about its renewal {notice} days before the last day.\n\n\
         4. Termination\nEither party may end the contract in writing, giving the reason.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_number_subject_and_price() {
        let amount = Money::try_new(123_450, "EUR").unwrap();
        let facts = Facts {
            number: Number {
                year: 2026,
                counter: 7,
            },
            title: "Twelve desks",
            sale_object: "",
            amount: &amount,
            recurring: false,
            period_months: 12,
            renewal_notice_days: 30,
        };
        let once = text(facts);
        assert!(
            once.starts_with("Contract C-2026-00007: Twelve desks\n"),
            "{once}"
        );
        assert!(once.contains("to the client: Twelve desks."), "{once}");
        assert!(once.contains("pays EUR 1234.50 in all."), "{once}");

        let again = text(Facts {
            recurring: true,
            sale_object: "rent",
            ..facts
        });
        assert!(again.contains("to the client: rent."), "{again}");
        assert!(
            again.contains("EUR 1234.50 for each period of 12 months"),
            "{again}"
        );
    }
}
