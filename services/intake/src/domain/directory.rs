//! The directory of reasons for outcomes other than positive.

/// An entry of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub code: &'static str,
    pub name: &'static str,
}

pub const REASONS: &[Entry] = &[
    Entry {
        code: "PRICE",
        name: "Too expensive",
    },
    Entry {
        code: "NO_NEED",
        name: "No need",
    },
    Entry {
        code: "COMPETITOR",
        name: "Chose a competitor",
    },
    Entry {
        code: "TIMING",
        name: "Not now",
    },
    Entry {
        code: "NO_BUDGET",
        name: "No budget",
    },
    Entry {
        code: "NO_DECISION",
        name: "Cannot decide alone, or not yet",
    },
    Entry {
        code: "NOT_REACHED",
        name: "Not reached",
    },
    Entry {
        code: "WRONG_CONTACT",
        name: "Wrong number or address",
    },
    Entry {
        code: "NOT_OFFERED",
        name: "Asks for what we do not sell",
    },
    Entry {
        code: "QUALITY",
        name: "Dissatisfied with quality or service",
    },
    Entry {
        code: "NOT_SERIOUS",
        name: "Not serious",
    },
    Entry {
        code: "OTHER",
        name: "Other",
    },
];

/// Whether the directory has this code.
pub fn is_reason(code: &str) -> bool {
    REASONS.iter().any(|entry| entry.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_that_cards_have_stored() {
        let codes: Vec<&str> = REASONS.iter().map(|entry| entry.code).collect();
        assert_eq!(
            codes.join(" "),
            "PRICE NO_NEED COMPETITOR TIMING NO_BUDGET NO_DECISION NOT_REACHED WRONG_CONTACT \
             NOT_OFFERED QUALITY NOT_SERIOUS OTHER"
        );
        assert!(is_reason("PRICE") && !is_reason("price"));
    }
}
