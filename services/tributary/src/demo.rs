//! `tributary dev --demo`: data to look at, entered as any other is, by doors and methods. What is
//! there already, an earlier start has entered; what people have changed since stays changed.

mod campaigns;
mod data;
mod doors;
mod platform;
mod talks;
mod team;
mod year;

use anyhow::Context;
use clock::{Clock, Hands};
use proto::{
    campaigns::v1::ListCampaignsRequest, contracts::v1::ListContractsRequest,
    deals::v1::ListDealsRequest, intake::v1::ListLeadsRequest,
};

pub(crate) use self::platform::Platform;
use self::{data::Fate, doors::Doors, team::Team};

/// Enters the demonstration; what the platform holds then. The hands are those of the platform's clock: they are
/// let go once the past is told.
pub(crate) async fn fill(platform: Platform, hands: &Hands, people: u32) -> anyhow::Result<String> {
    let team = Team::gather(&platform).await.context("staff")?;
    let doors = Doors::open(&platform, &team).await.context("doors")?;
    if year::is_missing(&platform, &team).await? {
        let now = Clock::system().now();
        let entered = year::enter(&platform, &team, &doors, (hands, now), people).await;
        entered.context("the year")?;
    }
    hands.release();
    campaigns::enter(&platform, &team)
        .await
        .context("campaigns")?;
    let leads = data::leads()?;
    let mut entered = Vec::new();
    for (number, lead) in leads.iter().enumerate() {
        if let Some(lead_id) = doors.submit(number, lead).await.context("leads")? {
            entered.push((number, lead_id, lead));
        }
    }
    for (number, lead_id, lead) in &entered {
        talks::record(&platform, &team, (*number, lead_id), lead)
            .await
            .with_context(|| lead.name.clone())?;
    }
    for (_, lead_id, lead) in &entered {
        if let Some(Fate::Deal(deal)) = &lead.fate {
            talks::pursue(&platform, &team, lead_id, deal)
                .await
                .with_context(|| deal.title.clone())?;
        }
    }
    campaigns::settle(&platform, &team).await?;
    summary(&platform, &team).await
}

async fn summary(platform: &Platform, team: &Team) -> anyhow::Result<String> {
    let request = ListCampaignsRequest::default();
    let mut client = platform.campaigns(&team.admin);
    let campaigns = client.list_campaigns(request).await?.into_inner().total;
    let request = ListLeadsRequest::default();
    let mut client = platform.intake(&team.admin);
    let leads = client.list_leads(request).await?.into_inner().total;
    let request = ListDealsRequest::default();
    let mut client = platform.deals(&team.admin);
    let deals = client.list_deals(request).await?.into_inner().total;
    let request = ListContractsRequest::default();
    let mut client = platform.contracts(&team.admin);
    let contracts = client.list_contracts(request).await?.into_inner().total;
    Ok(format!(
        "{campaigns} campaigns, {leads} leads, {deals} deals, {contracts} contracts"
    ))
}
