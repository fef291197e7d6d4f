//! What becomes of a person over the year, thought out beforehand.

mod beside;

use chrono::TimeDelta;
use clock::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

pub(super) use self::beside::{Bid, Opinion};
use super::{
    DAYS,
    campaigns::{self, Bringing},
    catalogue::{GOODS, Good},
    people::{People, Person},
};
use crate::demo::data::Way;

/// A step, when it is taken, and whose it is; the steps of campaigns are nobody's.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) at: Timestamp,
    pub(super) story: Option<usize>,
    pub(super) step: Step,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Begin(usize),
    /// The second half of the costs of a campaign is paid.
    Spend(usize),
    End(usize),
    /// The figures of the advertisements of thirty days, by their number.
    Figures(i64),
    /// The plan of a quarter, by its number.
    Plan(i64),
    /// The rates of a month, by its number.
    Rates(i64),
    Arrive(Bringing),
    /// Comes again, by another way.
    Again(Bringing),
    Judge(Warmth),
    Refuse(&'static str),
    /// To be talked to again.
    Later(&'static str),
    Reopen,
    /// A deal with this amount.
    Qualify(Price),
    /// In the client base, without a deal.
    Welcome,
    Stage(&'static str),
    Offer(Bid),
    /// A new version of the offer.
    Improve(Bid),
    Accept,
    Decline,
    Lose(&'static str),
    Win,
    Send,
    Sign,
    Activate,
    /// The next payment that is due comes in.
    Receive,
    /// A part of what was paid is given back.
    Refund,
    /// More of the same.
    Expand,
    Complain(&'static str),
    Help,
    /// Gets a code, which somebody who comes later brings.
    Recommend,
    /// Is asked how it likes what it has.
    Ask,
    Answer(Opinion),
    /// The deal that renews the contract is taken up.
    Renew,
    Terminate(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Warmth {
    Cold,
    Warm,
    Hot,
}

/// An amount in whole units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Price {
    pub(super) units: i64,
    pub(super) currency: &'static str,
    /// Due every so many months; 0 when due once.
    pub(super) months: i32,
    /// Months that the contract lasts.
    pub(super) term: u32,
}

/// A person, and what is known of his records so far.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) number: usize,
    pub(super) person: Person,
    /// What it came for.
    pub(super) good: &'static Good,
    pub(super) lead_id: String,
    pub(super) deal_id: String,
    pub(super) contract_id: String,
    /// Of the deal.
    pub(super) price: Price,
    /// The last version, and how many there were.
    pub(super) offer_id: String,
    pub(super) offers: usize,
    /// By which it answers what it is asked.
    pub(super) token: String,
    /// Contracts of the person that renew an earlier one.
    pub(super) renewals: usize,
    /// Arrivals so far.
    pub(super) arrivals: usize,
    /// Joined the card of somebody else: that story goes on, this one ends.
    pub(super) joined: bool,
}

const REFUSALS: [&str; 8] = [
    "PRICE",
    "NO_NEED",
    "COMPETITOR",
    "TIMING",
    "NO_BUDGET",
    "NOT_REACHED",
    "NOT_OFFERED",
    "NOT_SERIOUS",
];
const LOSSES: [&str; 6] = [
    "price",
    "competitor",
    "no_budget",
    "no_need",
    "bad_timing",
    "no_answer",
];
const ENDS: [&str; 4] = ["price", "competitor", "quality", "no_need"];
/// Steps of the journey that may fail.
const FAILURES: [&str; 4] = ["delivery", "billing", "offer", "support"];
const STAGES: [&str; 3] = ["offer", "negotiation", "agreement"];

impl Story {
    /// Thinks out the story of this number: the same for the same seed.
    pub(super) fn invent(
        seed: u64,
        number: usize,
        begin: Timestamp,
        people: &People,
    ) -> Option<(Self, Vec<Act>)> {
        let mut rng = StdRng::seed_from_u64(seed ^ (number as u64).wrapping_mul(0x9e37_79b9));
        let person = people.person(&mut rng, number)?;
        let story = Self {
            number,
            good: GOODS.choose(&mut rng)?,
            person,
            lead_id: String::new(),
            deal_id: String::new(),
            contract_id: String::new(),
            price: Price {
                units: 0,
                currency: "EUR",
                months: 0,
                term: 12,
            },
            offer_id: String::new(),
            offers: 0,
            token: String::new(),
            renewals: 0,
            arrivals: 0,
            joined: false,
        };
        let locale = story.person.locale.clone();
        let mut teller = Teller {
            rng,
            aside: StdRng::seed_from_u64(seed.rotate_left(32) ^ number as u64),
            bid: None,
            number,
            at: begin,
            acts: Vec::new(),
        };
        teller.tell(begin, &locale);
        Some((story, teller.acts))
    }
}

struct Teller {
    rng: StdRng,
    /// For what happens beside the rest.
    aside: StdRng,
    /// What is offered on the deal.
    bid: Option<Bid>,
    number: usize,
    at: Timestamp,
    acts: Vec<Act>,
}

impl Teller {
    fn tell(&mut self, begin: Timestamp, locale: &str) {
        // The company grows: more come later in the year.
        let mut day = self.rng.random_range(0..DAYS);
        if self.rng.random_bool(0.4) {
            day = day.max(self.rng.random_range(0..DAYS));
        }
        self.at =
            begin + TimeDelta::days(day) + TimeDelta::minutes(self.rng.random_range(480..1_080));
        let bringing = campaigns::bringing(&mut self.rng, day, locale);
        let warmth = match self.rng.random_range(0..10) {
            0..4 => Warmth::Cold,
            4..8 => Warmth::Warm,
            _ => Warmth::Hot,
        };
        self.now(Step::Arrive(bringing));
        if self.rng.random_bool(0.8) {
            self.after_minutes(10, 90, Step::Judge(warmth));
        }
        let again = if self.rng.random_bool(0.3) {
            self.rng.random_range(1..4)
        } else {
            0
        };
        for _ in 0..again {
            let way = [Way::Form, Way::Mail, Way::Call]
                .choose(&mut self.rng)
                .copied();
            let bringing = Bringing::plain(way.unwrap_or(Way::Mail));
            self.after_minutes(600, 9_000, Step::Again(bringing));
        }
        self.talk(warmth, locale);
    }

    fn talk(&mut self, warmth: Warmth, locale: &str) {
        let (soonest, latest, positive) = match warmth {
            Warmth::Hot => (15, 400, 60),
            Warmth::Warm => (60, 2_900, 38),
            Warmth::Cold => (240, 7_000, 20),
        };
        match self.rng.random_range(0..100) {
            said if said < positive => self.qualify(soonest, latest, locale),
            said if said < 72 => {
                let reason = self.pick(&REFUSALS);
                self.after_minutes(soonest, latest, Step::Refuse(reason));
                if self.rng.random_bool(0.08) {
                    self.after_minutes(40_000, 160_000, Step::Again(Bringing::plain(Way::Mail)));
                    self.after_minutes(30, 600, Step::Reopen);
                    self.qualify(600, 6_000, locale);
                }
            }
            said if said < 90 => {
                self.after_minutes(soonest, latest, Step::Later("TIMING"));
                if self.rng.random_bool(0.4) {
                    self.qualify(20_000, 60_000, locale);
                }
            }
            // Nobody has talked to this one.
            _ => {}
        }
    }

    fn qualify(&mut self, soonest: i64, latest: i64, locale: &str) {
        if self.rng.random_bool(0.15) {
            self.after_minutes(soonest, latest, Step::Welcome);
            return;
        }
        let price = self.price(locale);
        self.bid = None;
        self.after_minutes(soonest, latest, Step::Qualify(price));
        for stage in STAGES {
            if self.rng.random_bool(0.22) {
                if self.rng.random_bool(0.75) {
                    let reason = self.pick(&LOSSES);
                    self.after_minutes(3_000, 30_000, Step::Lose(reason));
                    self.decline();
                }
                return;
            }
            self.after_minutes(1_500, 18_000, Step::Stage(stage));
            match stage {
                "offer" => self.offer(),
                "negotiation" => self.haggle(),
                _ => self.accept(),
            }
        }
        self.after_minutes(1_500, 15_000, Step::Win);
        self.close();
        let mut price = price;
        while self.serve(price) {
            price.units += price.units / 10;
            self.after_minutes(600, 6_000, Step::Renew);
            self.after_minutes(300, 3_000, Step::Win);
            self.close();
        }
    }

    fn close(&mut self) {
        self.after_minutes(300, 2_000, Step::Send);
        self.after_minutes(1_500, 12_000, Step::Sign);
        self.after_minutes(600, 3_000, Step::Activate);
    }

    /// What comes while a contract is in force; whether it is renewed.
    fn serve(&mut self, price: Price) -> bool {
        let begin = self.at;
        if self.rng.random_bool(0.25) {
            self.after_minutes(1_000, 20_000, Step::Recommend);
        }
        let payments = match price.months {
            0 => 2,
            _ => price.term - 1,
        };
        let grows = self.rng.random_bool(0.15);
        let ends = self.rng.random_bool(0.09);
        let complains = self.rng.random_bool(0.15);
        self.ask(complains);
        for place in 0..payments {
            self.after_minutes(38_000, 48_000, Step::Receive);
            if place == 0 && complains {
                let step = self.pick(&FAILURES);
                self.after_minutes(600, 4_000, Step::Complain(step));
                self.after_minutes(300, 4_000, Step::Help);
            }
            if place == 1 && self.rng.random_bool(0.05) {
                self.after_minutes(600, 3_000, Step::Refund);
            }
            if place == 1 && grows {
                self.after_minutes(600, 6_000, Step::Expand);
            }
            if place == 2 && ends {
                let reason = self.pick(&ENDS);
                self.after_minutes(600, 30_000, Step::Terminate(reason));
                return false;
            }
        }
        // Renewals fall due a month before the end; some of those whose time has come are missed.
        let due = begin + TimeDelta::days(i64::from(price.term) * 30 - 25);
        self.at = self.at.max(due);
        price.term < 12 && self.rng.random_bool(0.65)
    }

    fn price(&mut self, locale: &str) -> Price {
        // From four hundred to some twenty-five thousand, small ones more often.
        let least = 400_i64 << self.rng.random_range(0..6);
        let euros = self.rng.random_range(least..2 * least);
        let (currency, rate) = match locale {
            "hu" => ("HUF", 390),
            "ru" => ("RUB", 95),
            _ => ("EUR", 1),
        };
        let units = euros * rate / 10 * 10;
        let months = i32::from(self.rng.random_bool(0.3));
        let terms = [(12, 5), (6, 3), (3, 2)];
        let term = terms.choose_weighted(&mut self.rng, |(_, share)| *share);
        Price {
            units,
            currency,
            months,
            term: term.map_or(12, |(months, _)| *months),
        }
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of.choose(&mut self.rng).copied().unwrap_or_default()
    }

    fn now(&mut self, step: Step) {
        self.acts.push(Act {
            at: self.at,
            story: Some(self.number),
            step,
        });
    }

    fn after_minutes(&mut self, soonest: i64, latest: i64, step: Step) {
        self.at += TimeDelta::seconds(self.rng.random_range(soonest * 60..latest * 60));
        self.now(step);
    }
}
