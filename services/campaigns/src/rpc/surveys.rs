//! Surveys and interviews over gRPC.

mod decode;
mod encode;

use ids::{CampaignId, SurveyId};
use proto::campaigns::v1::{self as pb, surveys_service_server::SurveysService};
use rpc::{
    decode::{Fields, Invalid},
    page,
};
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, Rpc, staff, status};
use crate::{
    app::{
        App,
        record_answer::{answer_by_token, record_answer},
        surveys::{create_survey, issue_tokens, update_survey},
    },
    domain::survey::{Score, Survey},
    error::Error,
    store::{answers, campaigns, surveys},
};

/// Surveys of a campaign that its results are added up of.
const SURVEYS_MAX: u64 = 500;
/// A longer token is none.
const TOKEN_MAX: usize = 200;

#[tonic::async_trait]
impl SurveysService for Rpc {
    async fn create_survey(
        &self,
        request: Request<pb::CreateSurveyRequest>,
    ) -> Answer<pb::CreateSurveyResponse> {
        let (id, campaign, sheet) = decode::create(&request.into_inner()).map_err(status)?;
        let made = create_survey(&self.0, id, campaign, &sheet).await;
        let survey = Some(encode::survey(&made.map_err(status)?));
        Ok(Response::new(pb::CreateSurveyResponse { survey }))
    }

    async fn update_survey(
        &self,
        request: Request<pb::UpdateSurveyRequest>,
    ) -> Answer<pb::UpdateSurveyResponse> {
        let (id, seen, sheet) = decode::update(&request.into_inner()).map_err(status)?;
        let changed = update_survey(&self.0, id, seen, &sheet).await;
        let survey = Some(encode::survey(&changed.map_err(status)?));
        Ok(Response::new(pb::UpdateSurveyResponse { survey }))
    }

    async fn get_survey(
        &self,
        request: Request<pb::GetSurveyRequest>,
    ) -> Answer<pb::GetSurveyResponse> {
        let found = find(&self.0, &request.get_ref().survey_id).await;
        let survey = Some(encode::survey(&found.map_err(status)?));
        Ok(Response::new(pb::GetSurveyResponse { survey }))
    }

    async fn list_surveys(
        &self,
        request: Request<pb::ListSurveysRequest>,
    ) -> Answer<pb::ListSurveysResponse> {
        let listed = list(&self.0, &request.into_inner()).await;
        listed.map(Response::new).map_err(status)
    }

    async fn issue_survey_tokens(
        &self,
        request: Request<pb::IssueSurveyTokensRequest>,
    ) -> Answer<pb::IssueSurveyTokensResponse> {
        let request = request.into_inner();
        let most = self.0.settings.participants_per_call;
        let (id, participants) = decode::participants(&request, most).map_err(status)?;
        let issued = issue_tokens(&self.0, id, &participants).await;
        let tokens = issued.map_err(status)?.into_iter();
        let base = self.0.settings.public_url.trim_end_matches('/');
        let tokens = tokens.map(|(participant, token)| pb::SurveyToken {
            participant_id: participant.to_string(),
            link: format!("{base}/s/{token}"),
            token,
        });
        let tokens = tokens.collect();
        Ok(Response::new(pb::IssueSurveyTokensResponse { tokens }))
    }

    async fn record_answer(
        &self,
        request: Request<pb::RecordAnswerRequest>,
    ) -> Answer<pb::RecordAnswerResponse> {
        let by = staff(rpc::identity(&request));
        let cmd = decode::answer(&request.into_inner(), by).map_err(status)?;
        let recorded = record_answer(&self.0, &cmd).await.map_err(status)?;
        let answer = Some(encode::answer(recorded));
        Ok(Response::new(pb::RecordAnswerResponse { answer }))
    }

    async fn list_answers(
        &self,
        request: Request<pb::ListAnswersRequest>,
    ) -> Answer<pb::ListAnswersResponse> {
        let listed = list_answers(&self.0, &request.into_inner()).await;
        listed.map(Response::new).map_err(status)
    }

    async fn get_survey_results(
        &self,
        request: Request<pb::GetSurveyResultsRequest>,
    ) -> Answer<pb::GetSurveyResultsResponse> {
        let results = results(&self.0, &request.get_ref().survey_id).await;
        results.map(Response::new).map_err(status)
    }

    async fn get_campaign_survey_results(
        &self,
        request: Request<pb::GetCampaignSurveyResultsRequest>,
    ) -> Answer<pb::GetCampaignSurveyResultsResponse> {
        let results = campaign_results(&self.0, &request.get_ref().campaign_id).await;
        results.map(Response::new).map_err(status)
    }

    async fn get_survey_by_token(
        &self,
        request: Request<pb::GetSurveyByTokenRequest>,
    ) -> Answer<pb::GetSurveyByTokenResponse> {
        let opened = open(&self.0, &request.get_ref().token).await;
        opened.map(Response::new).map_err(status)
    }

    async fn answer_by_token(
        &self,
        request: Request<pb::AnswerByTokenRequest>,
    ) -> Answer<pb::AnswerByTokenResponse> {
        let request = request.into_inner();
        let token = token(&request.token).map_err(status)?;
        let mut fields = Fields::new();
        let given = decode::given(&mut fields, &request.answers);
        let given = fields.finish(|| given).map_err(status)?;
        let kept = answer_by_token(&self.0, token, &given).await;
        let answers = encode::values(kept.map_err(status)?.values);
        Ok(Response::new(pb::AnswerByTokenResponse { answers }))
    }
}

/// A token that cannot be one opens nothing.
fn token(text: &str) -> Result<&str, Error> {
    if text.is_empty() || text.len() > TOKEN_MAX {
        return Err(Error::SurveyNotFound);
    }
    Ok(text)
}

async fn find(app: &App, id: &str) -> Result<Survey, Error> {
    let id = survey_id(id)?;
    let found = surveys::find(app.outbox.database().reader(), id).await?;
    found.ok_or(Error::SurveyNotFound)
}

fn survey_id(text: &str) -> Result<SurveyId, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("survey_id", text);
    fields.finish(|| id)
}

fn campaign_id(text: &str) -> Result<CampaignId, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse("campaign_id", text);
    fields.finish(|| id)
}

async fn list(
    app: &App,
    request: &pb::ListSurveysRequest,
) -> Result<pb::ListSurveysResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Uuid> = page::decode(&request.page_token)?;
    let campaign = campaign_id(&request.campaign_id)?;
    let db = app.outbox.database().reader();
    campaigns::get(db, campaign).await?;
    let rows = surveys::list(db, campaign, before, u64::from(size) + 1).await?;
    let (rows, next_page_token) = page::cut(rows, size, |it| it.id.uuid());
    Ok(pb::ListSurveysResponse {
        surveys: rows.iter().map(encode::survey).collect(),
        next_page_token,
    })
}

async fn list_answers(
    app: &App,
    request: &pb::ListAnswersRequest,
) -> Result<pb::ListAnswersResponse, Error> {
    let size = page::size(request.page_size)?;
    let before: Option<Uuid> = page::decode(&request.page_token)?;
    let survey = find(app, &request.survey_id).await?;
    let mut fields = Fields::new();
    let participant = fields.parse_optional("participant_id", &request.participant_id);
    let participant = fields.finish(|| participant)?;
    let db = app.outbox.database().reader();
    let rows = match participant {
        Some(participant) => Vec::from_iter(answers::of(db, survey.id, participant).await?),
        None => answers::list(db, survey.id, before, u64::from(size) + 1).await?,
    };
    let (rows, next_page_token) = page::cut(rows, size, |it| it.id.uuid());
    Ok(pb::ListAnswersResponse {
        answers: rows.into_iter().map(encode::answer).collect(),
        next_page_token,
    })
}

async fn results(app: &App, id: &str) -> Result<pb::GetSurveyResultsResponse, Error> {
    let survey = find(app, id).await?;
    let counts = answers::counts(app.outbox.database().reader(), survey.id).await?;
    let questions = survey.sheet.questions.iter();
    let questions = questions.map(|question| {
        let counts = counts.get(&question.code).cloned().unwrap_or_default();
        encode::results(question, &counts)
    });
    Ok(pb::GetSurveyResultsResponse {
        answered: survey.answers,
        questions: questions.collect(),
    })
}

async fn campaign_results(
    app: &App,
    campaign: &str,
) -> Result<pb::GetCampaignSurveyResultsResponse, Error> {
    let campaign = campaign_id(campaign)?;
    let db = app.outbox.database().reader();
    campaigns::get(db, campaign).await?;
    let mut numbers = Vec::new();
    for survey in surveys::list(db, campaign, None, SURVEYS_MAX).await? {
        let counts = answers::counts(db, survey.id).await?;
        numbers.extend(encode::recommendations(&survey, &counts));
    }
    Ok(pb::GetCampaignSurveyResultsResponse {
        answered: answers::total(db, campaign).await?,
        nps: encode::score(Score::of(numbers)),
    })
}

async fn open(app: &App, text: &str) -> Result<pb::GetSurveyByTokenResponse, Error> {
    let db = app.outbox.database().reader();
    let opened = surveys::by_token(db, token(text)?).await?;
    let (id, participant) = opened.ok_or(Error::SurveyNotFound)?;
    let survey = surveys::find(db, id).await?.ok_or(Error::SurveyNotFound)?;
    let answer = answers::of(db, id, participant).await?;
    Ok(pb::GetSurveyByTokenResponse {
        survey: Some(pb::Survey {
            campaign_id: String::new(),
            ..encode::survey(&survey)
        }),
        answers: encode::values(answer.map(|it| it.values).unwrap_or_default()),
    })
}
