//! The rules of the decision.

use std::cmp::Reverse;

use super::{Contact, Decision, Evidence, Holder, Known, Match, Reach, known::differ};
use crate::name::Agreement;

/// A known person whom one contact shows.
struct Candidate<'a, P> {
    person: P,
    contact: &'a Contact,
    agreement: Agreement,
    shared: bool,
}

pub(super) fn decide<P: Copy + Ord>(known: &Known<P>, evidence: &Evidence) -> Decision<P> {
    let candidates: Vec<Candidate<'_, P>> = evidence
        .contacts()
        .iter()
        .flat_map(|contact| shown_by(known, evidence, contact))
        .collect();
    // The better agreement first, then addresses before numbers, then whoever was known first.
    let best = candidates.iter().min_by_key(|candidate| {
        (
            candidate.agreement,
            Reverse(candidate.contact.reach == Reach::Personal),
            candidate.contact.key.kind,
            candidate.person,
        )
    });
    let Some(best) = best else {
        return nobody(known, evidence);
    };
    let mut twins: Vec<P> = candidates
        .iter()
        .filter(|other| other.person != best.person && is_telling(other))
        .map(|other| other.person)
        .collect();
    twins.sort_unstable();
    twins.dedup();
    Decision::Same(Match {
        person: best.person,
        by: best.contact.key.clone(),
        agreement: best.agreement,
        shared: best.shared,
        twins,
    })
}

fn shown_by<'a, P: Copy + Ord>(
    known: &Known<P>,
    evidence: &Evidence,
    contact: &'a Contact,
) -> Vec<Candidate<'a, P>> {
    let holders = known.holders(&contact.key);
    let shared = contact.reach == Reach::Shared || known.is_shared(&contact.key);
    let agreeing: Vec<(&Holder<P>, Agreement)> = holders
        .iter()
        .map(|holder| (holder, holder.name.agreement(evidence.name())))
        .filter(|(_, agreement)| *agreement != Agreement::Unlike)
        .collect();
    let partly: Vec<&Holder<P>> = agreeing
        .iter()
        .filter(|(_, agreement)| *agreement <= Agreement::Partial)
        .map(|(holder, _)| *holder)
        .collect();
    let one_meant = partly
        .iter()
        .all(|one| partly.iter().all(|other| !differ(&one.name, &other.name)));
    agreeing
        .into_iter()
        .filter(|(_, agreement)| match agreement {
            Agreement::Full => true,
            Agreement::Partial => one_meant,
            Agreement::FamilyDiffers => !shared && contact.reach == Reach::Personal,
            Agreement::Silent => !shared,
            Agreement::Unlike => false,
        })
        .map(|(holder, agreement)| Candidate {
            person: holder.person,
            contact,
            agreement,
            shared,
        })
        .collect()
}

/// Whether a candidate shows the person also against another candidate.
fn is_telling<P>(candidate: &Candidate<'_, P>) -> bool {
    let own = !candidate.shared && candidate.contact.reach == Reach::Personal;
    candidate.agreement == Agreement::Full || own
}

/// No known person: somebody new, unless all there is to know them by is a shared contact.
fn nobody<P: Copy + Ord>(known: &Known<P>, evidence: &Evidence) -> Decision<P> {
    if !evidence.name().is_empty() {
        return Decision::New;
    }
    let is_shared = |contact: &&Contact| {
        contact.reach == Reach::Shared || !known.holders(&contact.key).is_empty()
    };
    let own = evidence
        .contacts()
        .iter()
        .any(|contact| !is_shared(&contact));
    match evidence.contacts().iter().find(is_shared) {
        Some(contact) if !own => Decision::Unidentified {
            by: contact.key.clone(),
        },
        _ => Decision::New,
    }
}
