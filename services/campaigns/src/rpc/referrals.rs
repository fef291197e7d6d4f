//! Referral campaigns over gRPC.

use ids::{CampaignId, PersonId};
use persons::merges;
use proto::{
    campaigns::v1::{self as pb, referrals_service_server::ReferralsService},
    convert::timestamp,
    types::v1::Money,
};
use rpc::{
    decode::{Fields, Invalid},
    page,
};
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, Rpc, convert, staff, status};
use crate::{
    app::{
        App,
        referral_codes::{SetTerms, issue_code, pay, set_terms, terms},
    },
    domain::referral::{Code, Referral, Reward, State, Terms},
    error::Error,
    store::referrals::{self, Narrowed},
};

/// Characters of what is noted at a payment.
const NOTE: usize = 2_000;

#[tonic::async_trait]
impl ReferralsService for Rpc {
    async fn set_referral_terms(
        &self,
        request: Request<pb::SetReferralTermsRequest>,
    ) -> Answer<pb::SetReferralTermsResponse> {
        let cmd = decode_terms(&request.into_inner()).map_err(status)?;
        let set = set_terms(&self.0, &cmd).await.map_err(status)?;
        let terms = Some(encode_terms(set));
        Ok(Response::new(pb::SetReferralTermsResponse { terms }))
    }

    async fn get_referral_terms(
        &self,
        request: Request<pb::GetReferralTermsRequest>,
    ) -> Answer<pb::GetReferralTermsResponse> {
        let mut fields = Fields::new();
        let id = fields.parse("campaign_id", &request.get_ref().campaign_id);
        let id = fields.finish(|| id).map_err(status)?;
        let found = terms(&self.0, id).await.map_err(status)?;
        let terms = Some(encode_terms(found));
        Ok(Response::new(pb::GetReferralTermsResponse { terms }))
    }

    async fn issue_referral_code(
        &self,
        request: Request<pb::IssueReferralCodeRequest>,
    ) -> Answer<pb::IssueReferralCodeResponse> {
        let request = request.into_inner();
        let mut fields = Fields::new();
        let campaign = fields.parse("campaign_id", &request.campaign_id);
        let person = fields.parse("person_id", &request.person_id);
        let whose = fields.finish(|| Some((campaign?, person?)));
        let (campaign, person) = whose.map_err(status)?;
        let issued = issue_code(&self.0, campaign, person).await;
        let code = Some(encode_code(issued.map_err(status)?));
        Ok(Response::new(pb::IssueReferralCodeResponse { code }))
    }

    async fn list_referral_codes(
        &self,
        request: Request<pb::ListReferralCodesRequest>,
    ) -> Answer<pb::ListReferralCodesResponse> {
        let listed = codes(&self.0, &request.into_inner()).await;
        listed.map(Response::new).map_err(status)
    }

    async fn list_referrals(
        &self,
        request: Request<pb::ListReferralsRequest>,
    ) -> Answer<pb::ListReferralsResponse> {
        let listed = list(&self.0, &request.into_inner()).await;
        listed.map(Response::new).map_err(status)
    }

    async fn pay_referral(
        &self,
        request: Request<pb::PayReferralRequest>,
    ) -> Answer<pb::PayReferralResponse> {
        let by = staff(rpc::identity(&request));
        let request = request.into_inner();
        let mut fields = Fields::new();
        let id = fields.parse("referral_id", &request.referral_id);
        let note = convert::text(&mut fields, "note", &request.note, NOTE);
        let (id, note) = fields.finish(|| Some((id?, note?))).map_err(status)?;
        let paid = pay(&self.0, id, &note, by).await.map_err(status)?;
        let referral = Some(encode(paid));
        Ok(Response::new(pb::PayReferralResponse { referral }))
    }
}

fn decode_terms(request: &pb::SetReferralTermsRequest) -> Result<SetTerms, Invalid> {
    let mut fields = Fields::new();
    let campaign = fields.parse("campaign_id", &request.campaign_id);
    let terms = request.terms.clone().unwrap_or_default();
    let reward = fields.require("terms.reward", terms.reward.as_ref());
    let reward = reward.and_then(|it| {
        let reward = Reward::try_new(it.minor, &it.currency);
        fields.read("terms.reward", reward)
    });
    fields.finish(|| {
        Some(SetTerms {
            campaign: campaign?,
            revision: terms.revision,
            reward: reward?,
        })
    })
}

async fn codes(
    app: &App,
    request: &pb::ListReferralCodesRequest,
) -> Result<pb::ListReferralCodesResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Uuid> = page::decode(&request.page_token)?;
    let whose = ("person_id", request.person_id.as_str());
    let narrowed = narrowed(app, &request.campaign_id, whose).await?;
    let db = app.outbox.database().reader();
    let rows = referrals::list_codes(db, &narrowed, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.id.uuid());
    Ok(pb::ListReferralCodesResponse {
        codes: rows.into_iter().map(encode_code).collect(),
        next_page_token,
    })
}

async fn list(
    app: &App,
    request: &pb::ListReferralsRequest,
) -> Result<pb::ListReferralsResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Uuid> = page::decode(&request.page_token)?;
    let whose = ("referrer_id", request.referrer_id.as_str());
    let narrowed = Narrowed {
        state: state(request.state()),
        ..narrowed(app, &request.campaign_id, whose).await?
    };
    let db = app.outbox.database().reader();
    let rows = referrals::list(db, &narrowed, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.id.uuid());
    Ok(pb::ListReferralsResponse {
        referrals: rows.into_iter().map(encode).collect(),
        next_page_token,
    })
}

async fn narrowed(
    app: &App,
    campaign: &str,
    (field, person): (&str, &str),
) -> Result<Narrowed, Error> {
    let mut fields = Fields::new();
    let campaign = fields.parse_optional::<CampaignId>("campaign_id", campaign);
    let person = fields.parse_optional::<PersonId>(field, person);
    let (campaign, person) = fields.finish(|| Some((campaign?, person?)))?;
    let db = app.outbox.database().reader();
    Ok(Narrowed {
        campaign,
        persons: merges::as_one(db, person.into_iter().collect()).await?,
        state: None,
    })
}

fn state(state: pb::ReferralState) -> Option<State> {
    match state {
        pb::ReferralState::Unspecified => None,
        pb::ReferralState::UnknownCode => Some(State::UnknownCode),
        pb::ReferralState::Own => Some(State::Own),
        pb::ReferralState::Made => Some(State::Made),
        pb::ReferralState::Rewarded => Some(State::Rewarded),
        pb::ReferralState::Paid => Some(State::Paid),
    }
}

fn state_code(state: State) -> pb::ReferralState {
    match state {
        State::UnknownCode => pb::ReferralState::UnknownCode,
        State::Own => pb::ReferralState::Own,
        State::Made => pb::ReferralState::Made,
        State::Rewarded => pb::ReferralState::Rewarded,
        State::Paid => pb::ReferralState::Paid,
    }
}

fn money(reward: Reward) -> Money {
    Money {
        minor: reward.minor,
        currency: reward.currency,
    }
}

fn encode_terms(terms: Terms) -> pb::ReferralTerms {
    pb::ReferralTerms {
        campaign_id: terms.campaign.to_string(),
        revision: terms.revision,
        reward: Some(money(terms.reward)),
    }
}

fn encode_code(code: Code) -> pb::ReferralCode {
    pb::ReferralCode {
        code: code.code,
        campaign_id: code.campaign.to_string(),
        person_id: code.person.to_string(),
        issued_at: Some(timestamp(code.issued_at)),
    }
}

fn encode(referral: Referral) -> pb::Referral {
    let (earned, paid) = (referral.earned, referral.paid);
    pb::Referral {
        referral_id: referral.id.to_string(),
        revision: referral.revision,
        state: state_code(referral.state).into(),
        code: referral.code,
        campaign_id: convert::printed(referral.of.map(|(campaign, _)| campaign)),
        referrer_id: convert::printed(referral.of.map(|(_, person)| person)),
        lead_id: referral.lead.to_string(),
        made_at: Some(timestamp(referral.made_at)),
        deal_id: convert::printed(earned.as_ref().map(|it| it.deal)),
        rewarded_at: earned.as_ref().map(|it| timestamp(it.at)),
        reward: earned.map(|it| money(it.reward)),
        paid_at: paid.as_ref().map(|it| timestamp(it.at)),
        paid_by: convert::printed(paid.as_ref().and_then(|it| it.by)),
        note: paid.map(|it| it.note).unwrap_or_default(),
    }
}
