//! A quick campaign: one activity over a fixed list, in one step.

use ids::CampaignId;

use super::{
    App,
    add_list::{self, AddList, add_list},
    again::again,
};
use crate::{
    domain::{
        campaign::{Activity, Campaign, Card},
        people::{PeopleList, Summary},
    },
    error::Error,
    events,
    store::{self, quick::Quick},
};

pub struct CreateQuickCampaign {
    pub id: CampaignId,
    pub card: Card,
    pub activity: Activity,
    pub list: PeopleList,
}

/// Creates a quick campaign, which runs at once, and fills its list. The same id again goes on with a
/// list that was cut off, and leaves a complete one as it is.
pub async fn create_quick_campaign(
    app: &App,
    cmd: CreateQuickCampaign,
) -> Result<(Campaign, Activity, Summary), Error> {
    if let Some((from, _)) = &cmd.list.from {
        store::campaigns::get(app.outbox.database().reader(), *from).await?;
    }
    let (campaign, quick) = again(|| begin(app, &cmd)).await?;
    let mut summary = Summary::default();
    if !quick.filled {
        let list = AddList {
            campaign: campaign.id,
            list: cmd.list,
            status: None,
        };
        add_list::check(app, &list).await?;
        summary = add_list(app, &list).await?;
        let tx = app.outbox.begin().await?;
        store::quick::fill(&tx, campaign.id).await?;
        tx.commit().await?;
    }
    let db = app.outbox.database().reader();
    let activity = store::activities::find(db, campaign.id, quick.activity).await?;
    let activity = activity.ok_or(Error::ActivityNotFound(quick.activity))?;
    Ok((campaign, activity, summary))
}

async fn begin(app: &App, cmd: &CreateQuickCampaign) -> Result<(Campaign, Quick), Error> {
    let tx = app.outbox.begin().await?;
    if let Some(known) = store::campaigns::find(&*tx, cmd.id).await? {
        let quick = store::quick::find(&*tx, cmd.id).await?;
        return Ok((known, quick.ok_or(Error::IdTaken("campaign"))?));
    }
    let taken = store::activities::find_anywhere(&*tx, cmd.activity.id).await?;
    if taken.is_some() {
        return Err(Error::IdTaken("activity"));
    }
    let now = app.clock.now();
    let campaign = Campaign::quick(cmd.id, cmd.card.clone(), now);
    let quick = Quick {
        activity: cmd.activity.id,
        filled: false,
    };
    store::campaigns::insert(&tx, &campaign).await?;
    store::activities::insert(&tx, campaign.id, &cmd.activity).await?;
    store::quick::insert(&tx, campaign.id, &quick).await?;
    tx.publish(events::campaign_recorded(&campaign, now))
        .await?;
    tx.publish(events::activity_recorded(campaign.id, &cmd.activity, now))
        .await?;
    tx.commit().await?;
    Ok((campaign, quick))
}
