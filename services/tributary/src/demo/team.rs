//! Who works in the demonstration.

use anyhow::Context;
use ids::StaffId;
use proto::gateway::v1::{CreateStaffRequest, ListStaffRequest, Staff};
use rpc::{Identity, Role};

use super::platform::{Kind, Platform, id};
use crate::{first_run::password, setup};

/// Name, address and language of the agents.
const AGENTS: [(&str, &str, &str); 2] = [
    ("Ivy Novak", "ivy@tributary.local", "en"),
    ("Juris Vītols", "juris@tributary.local", "lv"),
];

pub(super) struct Team {
    pub(super) admin: Identity,
    agents: Vec<StaffId>,
}

impl Team {
    /// The administrator of the first run, and two agents beside.
    pub(super) async fn gather(platform: &Platform) -> anyhow::Result<Self> {
        let mut gateway = platform.gateway(&setup::identity());
        let request = ListStaffRequest {
            page_size: 500,
            ..ListStaffRequest::default()
        };
        let staff = gateway.list_staff(request).await?.into_inner().staff;
        let is_admin = |it: &&Staff| it.active && it.roles.iter().any(|role| role == "admin");
        let admin = staff.iter().find(is_admin).context("no administrator")?;
        let mut agents = Vec::new();
        for (number, (name, email, locale)) in AGENTS.into_iter().enumerate() {
            let agent = StaffId::from_uuid(id(Kind::Staff, number));
            let printed = agent.to_string();
            agents.push(agent);
            if staff.iter().any(|it| it.staff_id == printed) {
                continue;
            }
            // Nobody is told: an administrator who wants to sign in as one sets another.
            let request = CreateStaffRequest {
                staff_id: printed,
                name: name.to_owned(),
                email: email.to_owned(),
                password: password(),
                locale: locale.to_owned(),
                roles: vec!["agent".to_owned()],
            };
            gateway.create_staff(request).await?;
        }
        Ok(Self {
            admin: identity(admin),
            agents,
        })
    }

    /// The agent whose turn a lead of this number is.
    pub(super) fn next(&self, number: usize) -> String {
        let agent = self.agents.iter().cycle().nth(number);
        agent.map(StaffId::to_string).unwrap_or_default()
    }
}

/// A member of staff at work on leads and deals.
pub(super) fn agent(staff_id: &str) -> Identity {
    Identity::Staff {
        id: staff_id.to_owned(),
        roles: vec![Role::Agent],
    }
}

fn identity(staff: &Staff) -> Identity {
    Identity::Staff {
        id: staff.staff_id.clone(),
        roles: staff
            .roles
            .iter()
            .filter_map(|it| Role::parse(it))
            .collect(),
    }
}
