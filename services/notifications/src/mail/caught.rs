//! The outbox of embedded mode: messages stop here, to be looked at.

use futures::future::BoxFuture;

use super::{Prepared, Transport};
use crate::domain::{hand_over::Outcome, message::Message};

pub(crate) struct Caught {
    pub together: usize,
}

impl Transport for Caught {
    fn together(&self) -> usize {
        self.together
    }

    fn sessions(&self) -> usize {
        1
    }

    fn prepare<'a>(&'a self, _: &'a Message) -> BoxFuture<'a, Result<Box<dyn Prepared>, Outcome>> {
        let prepared: Box<dyn Prepared> = Box::new(Kept);
        Box::pin(std::future::ready(Ok(prepared)))
    }
}

struct Kept;

impl Prepared for Kept {
    fn deliver(self: Box<Self>) -> BoxFuture<'static, Outcome> {
        Box::pin(std::future::ready(Outcome::Caught))
    }

    fn abandon(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}
