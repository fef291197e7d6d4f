//! What happens beside the steps that follow one another: offers on a deal, and whether a client is
//! satisfied. It has dice of its own and moves nothing else.

use std::ops::Range;

use chrono::TimeDelta;
use clock::Timestamp;
use rand::Rng;

use super::{Act, Step, Teller};

/// How likely one recommends us from 0 to 10, in shares: of clients without a complaint, and with one.
const CONTENT: [u32; 11] = [1, 1, 1, 2, 3, 5, 7, 13, 22, 24, 21];
const ANNOYED: [u32; 11] = [6, 6, 8, 10, 10, 14, 14, 14, 10, 5, 3];
const DAY: i64 = 24 * 60;

/// What an offer has beside what the client came for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo::year) struct Bid {
    pub(in crate::demo::year) up_sell: bool,
    pub(in crate::demo::year) cross_sell: bool,
    /// In hundredths of a percent.
    pub(in crate::demo::year) discount: i32,
}

/// What a client says of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo::year) struct Opinion {
    pub(in crate::demo::year) recommends: i32,
    /// What it liked best, and what it says, by any number; nothing when it leaves that out.
    pub(in crate::demo::year) best: Option<usize>,
    pub(in crate::demo::year) words: Option<usize>,
}

impl Teller {
    /// The deal has come to the stage at which offers are made.
    pub(super) fn offer(&mut self) {
        self.bid = self.aside.random_bool(0.4).then(|| Bid {
            up_sell: self.aside.random_bool(0.35),
            cross_sell: self.aside.random_bool(0.55),
            discount: self.aside.random_range(0..3) * 500,
        });
        if let Some(bid) = self.bid {
            self.beside(self.at, 30..600, Step::Offer(bid));
        }
    }

    /// It is haggled over: some offers are made again, for less.
    pub(super) fn haggle(&mut self) {
        if let Some(bid) = self.bid
            && self.aside.random_bool(0.25)
        {
            let better = Bid {
                discount: bid.discount + 500,
                ..bid
            };
            self.beside(self.at, 30..600, Step::Improve(better));
        }
    }

    pub(super) fn accept(&mut self) {
        if self.bid.is_some() {
            self.beside(self.at, 60..900, Step::Accept);
        }
    }

    /// The deal was just lost. Not everybody says no to an offer; some never answer.
    pub(super) fn decline(&mut self) {
        if self.bid.is_some() && self.aside.random_bool(0.7) {
            self.beside(self.at, -600..-60, Step::Decline);
        }
    }

    /// Half of the clients are asked how they like what they have, and some answer.
    pub(super) fn ask(&mut self, complains: bool) {
        if !self.aside.random_bool(0.5) {
            return;
        }
        let asked = self.beside(self.at, 5 * DAY..16 * DAY, Step::Ask);
        let shares = if complains { ANNOYED } else { CONTENT };
        let recommends = self.one_of(shares);
        // Who is of no opinion answers least.
        let answers = match recommends {
            7 | 8 => 0.4,
            _ => 0.55,
        };
        if !self.aside.random_bool(answers) {
            return;
        }
        let opinion = Opinion {
            recommends,
            best: self.number(0.8),
            words: self.number(0.55),
        };
        self.beside(asked, 60..9 * DAY, Step::Answer(opinion));
    }

    fn one_of(&mut self, shares: [u32; 11]) -> i32 {
        let mut left = self.aside.random_range(0..shares.iter().sum::<u32>());
        for (number, share) in (0..).zip(shares) {
            if left < share {
                return number;
            }
            left -= share;
        }
        10
    }

    fn number(&mut self, likely: f64) -> Option<usize> {
        let says = self.aside.random_bool(likely);
        says.then(|| self.aside.random_range(0..1_000))
    }

    /// Takes a step some minutes from `at`; when that is.
    fn beside(&mut self, at: Timestamp, minutes: Range<i64>, step: Step) -> Timestamp {
        let seconds = minutes.start * 60..minutes.end * 60;
        let at = at + TimeDelta::seconds(self.aside.random_range(seconds));
        self.acts.push(Act {
            at,
            story: Some(self.number),
            step,
        });
        at
    }
}
