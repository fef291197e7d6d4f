//! What the client base itself tells: cases, consents, merges and splits.

use ids::{CaseId, ConsentId, MergeId, PersonId};
use messaging::{HandlerError, Received};
use proto::customers::v1::{CaseRecorded, ConsentRecorded, PersonsMerged, PersonsSplit};
use uuid::Uuid;

use super::{Tells, any_subject, belongs_now, happened, id, staff, stands};
use crate::domain::timeline::{Entry, Kind, Link, Role, Told};

impl Tells for CaseRecorded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let case = id(&it.case_id).map(CaseId::uuid)?;
        let about = [it.case_id.as_str(), it.subject_id.as_str()];
        let happened = [
            (Kind::CaseOpened, it.opened_at.as_ref()),
            (Kind::CaseResolved, it.resolved_at.as_ref()),
        ];
        for (kind, at) in happened {
            told.entry(Entry {
                shown: at.is_some(),
                variant: it.severity.clone(),
                detail: it.step.clone(),
                staff: staff(&it.responsible_id)?,
                ..stands(event, case, kind, case, at, &about)
            });
        }
        told.link(Link {
            origin: case,
            role: Role::Subject,
            revision: event.revision,
            child: case,
            parent: any_subject(&it.subject_id),
        });
        let (role, person) = (Role::Person, &it.person_id);
        belongs_now(told, event, case, role, person, PersonId::uuid)
    }
}

impl Tells for ConsentRecorded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let consent: ConsentId = id(&it.consent_id)?;
        let person: PersonId = id(&it.person_id)?;
        let entry = stands(
            event,
            consent.uuid(),
            Kind::Consent,
            person.uuid(),
            it.stated_at.as_ref(),
            &[&it.consent_id],
        );
        told.entry(Entry {
            variant: format!("{}.{}", it.channel, it.state),
            detail: it.purpose.clone(),
            channel: it.channel.clone(),
            staff: staff(&it.recorded_by)?,
            ..entry
        });
        Ok(())
    }
}

impl Tells for PersonsMerged {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let merge = of_both(told, &it.merge_id, &it.kept_id, &it.joined_id)?;
        let about = [&it.merge_id, &it.kept_id, &it.joined_id].map(String::as_str);
        told.entry(Entry {
            staff: staff(&it.merged_by)?,
            ..happened(event, Kind::PersonsMerged, merge, None, &about)
        });
        Ok(())
    }
}

impl Tells for PersonsSplit {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let merge = of_both(told, &it.merge_id, &it.kept_id, &it.joined_id)?;
        let about = [&it.merge_id, &it.kept_id, &it.joined_id].map(String::as_str);
        told.entry(Entry {
            staff: staff(&it.split_by)?,
            ..happened(event, Kind::PersonsSplit, merge, None, &about)
        });
        Ok(())
    }
}

/// A merge belongs to both of its records, also after it was taken back.
fn of_both(told: &mut Told, merge: &str, kept: &str, joined: &str) -> Result<Uuid, HandlerError> {
    let merge = id(merge).map(MergeId::uuid)?;
    for (role, person) in [(Role::Person, kept), (Role::OtherPerson, joined)] {
        told.link(Link {
            origin: merge,
            role,
            // A merge is always of the same two.
            revision: 0,
            child: merge,
            parent: Some(id(person).map(PersonId::uuid)?),
        });
    }
    Ok(merge)
}
