//! The campaigns of the year, and by what they bring people in.

use chrono::TimeDelta;
use clock::Timestamp;
use ids::{ActivityId, CampaignId, DoorId};
use proto::{
    campaigns::v1::{Activity, Campaign, CreateCampaignRequest},
    intake::v1::{CreateDoorRequest, Door, DoorKind},
};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{
    DAYS,
    story::{Act, Step},
};
use crate::demo::{
    data::Way,
    platform::{Kind, Platform, id},
    team::Team,
};

/// Numbers of the year's records do not reach those of the rest of the demonstration.
const APART: usize = 10_000;

/// A campaign of the year.
pub(super) struct Told {
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) place: &'static str,
    /// Days of the year.
    from: i64,
    until: i64,
    pub(super) activity: &'static str,
    /// Of its costs.
    pub(super) currency: &'static str,
    /// Whole units, as planned and in fact.
    pub(super) planned: i64,
    pub(super) actual: i64,
    pub(super) hours: i64,
    /// Chance against other campaigns of the day; 0 of one that brings nobody.
    weight: u32,
    /// Languages of the people it reaches; empty for all.
    locales: &'static [&'static str],
    way: Way,
    /// Key of its form; empty when it has none.
    pub(super) form: &'static str,
}

pub(super) const CAMPAIGNS: [Told; 10] = [
    Told {
        kind: "mailing",
        name: "Winter catalogue",
        place: "",
        from: 5,
        until: 60,
        activity: "mailing",
        currency: "EUR",
        planned: 2_400,
        actual: 2_650,
        hours: 60,
        weight: 3,
        locales: &[],
        way: Way::Form,
        form: "demo-catalogue",
    },
    Told {
        kind: "exhibition",
        name: "Budapest furniture fair",
        place: "Budapest",
        from: 40,
        until: 47,
        activity: "exhibition",
        currency: "HUF",
        planned: 1_900_000,
        actual: 2_140_000,
        hours: 120,
        weight: 14,
        locales: &["hu"],
        way: Way::Manual,
        form: "",
    },
    Told {
        kind: "advertising",
        name: "Search ads",
        place: "",
        from: 30,
        until: 330,
        activity: "advertising",
        currency: "EUR",
        planned: 9_000,
        actual: 9_870,
        hours: 40,
        weight: 5,
        locales: &[],
        way: Way::Form,
        form: "demo-ads",
    },
    Told {
        kind: "webinar",
        name: "Вебинар: офис без ремонта",
        place: "Москва",
        from: 90,
        until: 130,
        activity: "webinar",
        currency: "RUB",
        planned: 180_000,
        actual: 164_500,
        hours: 70,
        weight: 7,
        locales: &["ru", "uk"],
        way: Way::Form,
        form: "demo-webinar",
    },
    Told {
        kind: "event",
        name: "Atvērto durvju dienas",
        place: "Rīga",
        from: 180,
        until: 200,
        activity: "event",
        currency: "EUR",
        planned: 3_200,
        actual: 2_980,
        hours: 90,
        weight: 8,
        locales: &["lv", "ru"],
        way: Way::Manual,
        form: "",
    },
    Told {
        kind: "calling",
        name: "Calls to last year's clients",
        place: "",
        from: 210,
        until: 250,
        activity: "calls",
        currency: "EUR",
        planned: 1_500,
        actual: 1_720,
        hours: 200,
        weight: 4,
        locales: &[],
        way: Way::Manual,
        form: "",
    },
    Told {
        kind: "seminar",
        name: "Irodatervezés délután",
        place: "Debrecen",
        from: 255,
        until: 275,
        activity: "seminar",
        currency: "HUF",
        planned: 820_000,
        actual: 790_000,
        hours: 55,
        weight: 8,
        locales: &["hu"],
        way: Way::Form,
        form: "demo-seminar",
    },
    Told {
        kind: "referral",
        name: "Bring a friend",
        place: "",
        from: 120,
        until: DAYS_OPEN,
        activity: "other",
        currency: "EUR",
        planned: 1_000,
        actual: 600,
        hours: 20,
        weight: 2,
        locales: &[],
        way: Way::Form,
        form: "demo-friends",
    },
    Told {
        kind: "mailing",
        name: "Year-end offer",
        place: "",
        from: 300,
        until: DAYS_OPEN,
        activity: "mailing",
        currency: "EUR",
        planned: 2_800,
        actual: 1_900,
        hours: 45,
        weight: 6,
        locales: &[],
        way: Way::Form,
        form: "demo-year-end",
    },
    Told {
        kind: "other",
        name: "How do you like our work?",
        place: "",
        from: 5,
        until: DAYS_OPEN,
        activity: "other",
        currency: "EUR",
        planned: 300,
        actual: 260,
        hours: 24,
        weight: 0,
        locales: &[],
        way: Way::Manual,
        form: "",
    },
];

/// Days of a month and of a quarter, as the year counts.
pub(super) const MONTH: i64 = 30;
pub(super) const QUARTER: i64 = 91;
/// Place of the campaign whose figures come from the places that show its advertisements.
pub(super) const ADVERTISED: usize = 2;
/// Place of the one that rewards whoever brings somebody.
pub(super) const RECOMMENDED: usize = 7;
/// Place of the one that asks clients whether they are satisfied.
pub(super) const ASKED: usize = 9;
/// Still running at the end of the year.
const DAYS_OPEN: i64 = 400;

/// By what somebody comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bringing {
    pub(super) way: Way,
    /// Place in [`CAMPAIGNS`].
    pub(super) campaign: Option<usize>,
}

impl Bringing {
    pub(super) fn plain(way: Way) -> Self {
        Self {
            way,
            campaign: None,
        }
    }

    /// Key of the form, where it comes by one.
    pub(super) fn form(self) -> &'static str {
        let told = self.campaign.and_then(|place| CAMPAIGNS.get(place));
        told.map(|told| told.form)
            .filter(|form| !form.is_empty())
            .unwrap_or(SITE)
    }

    /// `camp_…`, or nothing.
    pub(super) fn campaign_id(self) -> String {
        self.campaign.map(id_of).unwrap_or_default()
    }
}

/// Key of the form that belongs to no campaign.
const SITE: &str = "demo-site";

/// What brings somebody of this language in on this day.
pub(super) fn bringing(rng: &mut StdRng, day: i64, locale: &str) -> Bringing {
    let running: Vec<(usize, &Told)> = CAMPAIGNS
        .iter()
        .enumerate()
        .filter(|(_, it)| it.weight > 0 && (it.from..it.until).contains(&day))
        .filter(|(_, it)| it.locales.is_empty() || it.locales.contains(&locale))
        .collect();
    if rng.random_bool(0.55)
        && let Ok((place, told)) = running.choose_weighted(rng, |(_, told)| told.weight)
    {
        return Bringing {
            way: told.way,
            campaign: Some(*place),
        };
    }
    let ways = [
        (Way::Form, 34),
        (Way::Mail, 20),
        (Way::Call, 16),
        (Way::Partner, 22),
        (Way::Manual, 8),
    ];
    let way = ways.choose_weighted(rng, |(_, weight)| *weight);
    Bringing::plain(way.map_or(Way::Form, |(way, _)| *way))
}

pub(super) fn id_of(place: usize) -> String {
    CampaignId::from_uuid(id(Kind::Campaign, APART + place)).to_string()
}

/// The last campaign that is made: it says that the year is complete.
pub(super) fn mark() -> String {
    id_of(CAMPAIGNS.len())
}

/// The beginnings and the ends of campaigns.
pub(super) fn acts(begin: Timestamp) -> Vec<Act> {
    let morning = |day: i64| begin + TimeDelta::days(day) + TimeDelta::hours(8);
    let acts = CAMPAIGNS.iter().enumerate().flat_map(|(place, told)| {
        [
            (morning(told.from), Step::Begin(place)),
            (
                morning(i64::midpoint(told.from, told.until)),
                Step::Spend(place),
            ),
            (morning(told.until), Step::End(place)),
        ]
    });
    let months = (0..=DAYS / MONTH).flat_map(|number| {
        let day = number * MONTH;
        let rates = (morning(day), Step::Rates(number));
        let ads = CAMPAIGNS.get(ADVERTISED);
        let shown = ads.is_some_and(|ads| (ads.from..ads.until).contains(&day));
        let figures = shown.then(|| (morning(day + MONTH), Step::Figures(number)));
        std::iter::once(rates).chain(figures)
    });
    let quarters = (0..4).map(|number| (morning(number * QUARTER), Step::Plan(number)));
    let acts = acts.chain(months).chain(quarters);
    acts.map(|(at, step)| Act {
        at,
        story: None,
        step,
    })
    .collect()
}

/// The card of a campaign, its dates counted from the beginning of the year.
pub(super) fn card(place: usize, told: &Told, begin: Timestamp) -> Campaign {
    let at = |day: i64| Some(proto::convert::timestamp(begin + TimeDelta::days(day)));
    Campaign {
        campaign_id: id_of(place),
        kind: told.kind.to_owned(),
        name: told.name.to_owned(),
        place: told.place.to_owned(),
        starts_at: at(told.from),
        ends_at: at(told.until),
        ..Campaign::default()
    }
}

pub(super) fn activity_id(place: usize) -> String {
    ActivityId::from_uuid(id(Kind::Activity, APART + place)).to_string()
}

pub(super) fn activity(place: usize, told: &Told) -> Activity {
    Activity {
        activity_id: activity_id(place),
        kind: told.activity.to_owned(),
        name: told.name.to_owned(),
        ..Activity::default()
    }
}

/// A form for each campaign that has one, and one for the site.
pub(super) async fn open_forms(platform: &Platform, team: &Team) -> anyhow::Result<()> {
    let own = CAMPAIGNS.iter().enumerate();
    let own = own.filter(|(_, told)| !told.form.is_empty());
    let own = own.map(|(place, told)| (told.form, told.name, id_of(place)));
    let forms = std::iter::once((SITE, "Web site", String::new())).chain(own);
    for (number, (key, name, campaign_id)) in forms.enumerate() {
        let door = Door {
            door_id: DoorId::from_uuid(id(Kind::Door, APART + number)).to_string(),
            kind: DoorKind::Form.into(),
            key: key.to_owned(),
            name: name.to_owned(),
            campaign_id,
            active: true,
            ..Door::default()
        };
        let request = CreateDoorRequest { door: Some(door) };
        platform.intake(&team.admin).create_door(request).await?;
    }
    Ok(())
}

/// Says that the year is complete, by one more campaign: next year's, in preparation.
pub(super) async fn complete(platform: &Platform, team: &Team) -> anyhow::Result<()> {
    let campaign = Campaign {
        campaign_id: mark(),
        kind: "exhibition".to_owned(),
        name: "Next year's furniture fair".to_owned(),
        place: "Rīga".to_owned(),
        starts_at: Some(proto::convert::timestamp(platform.in_days(60))),
        ends_at: Some(proto::convert::timestamp(platform.in_days(64))),
        ..Campaign::default()
    };
    let request = CreateCampaignRequest {
        campaign: Some(campaign),
    };
    platform
        .campaigns(&team.admin)
        .create_campaign(request)
        .await?;
    Ok(())
}
