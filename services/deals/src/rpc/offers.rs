//! The catalogue, and offers on deals.

use ids::{DealId, OfferId, SaleObjectId};
use proto::deals::v1::offers_service_server::OffersService;
use proto::deals::v1::{
    AcceptOfferRequest, AcceptOfferResponse, CreateOfferRequest, CreateOfferResponse,
    CreateSaleObjectRequest, CreateSaleObjectResponse, DeclineOfferRequest, DeclineOfferResponse,
    GetOfferRequest, GetOfferResponse, GetSaleObjectRequest, GetSaleObjectResponse,
    ListOffersRequest, ListOffersResponse, ListSaleObjectsRequest, ListSaleObjectsResponse,
    RenderOfferRequest, RenderOfferResponse, ReviseOfferRequest, ReviseOfferResponse,
    SendOfferRequest, SendOfferResponse, SuggestLinesRequest, SuggestLinesResponse,
    UpdateOfferRequest, UpdateOfferResponse, UpdateSaleObjectRequest, UpdateSaleObjectResponse,
};
use tonic::Request;

use super::{Answer, Rpc, answer, decode, encode, read, staff};
use crate::app::accept_offer::accept_offer;
use crate::app::create_offer::create_offer;
use crate::app::create_sale_object::create_sale_object;
use crate::app::decline_offer::decline_offer;
use crate::app::render_offer::render_offer;
use crate::app::revise_offer::revise_offer;
use crate::app::send_offer::send_offer;
use crate::app::suggest_lines::suggest_lines;
use crate::app::update_offer::update_offer;
use crate::app::update_sale_object::update_sale_object;
use crate::error::Error;
use crate::store::{deals, offers, sale_objects};

#[tonic::async_trait]
impl OffersService for Rpc {
    async fn create_sale_object(
        &self,
        request: Request<CreateSaleObjectRequest>,
    ) -> Answer<CreateSaleObjectResponse> {
        let object = request.get_ref().sale_object.as_ref();
        let object = read(decode::new_sale_object(object))?;
        let object = create_sale_object(&self.0, &object).await?;
        answer(CreateSaleObjectResponse {
            sale_object: Some(encode::sale_object(&object)),
        })
    }

    async fn update_sale_object(
        &self,
        request: Request<UpdateSaleObjectRequest>,
    ) -> Answer<UpdateSaleObjectResponse> {
        let request = request.get_ref();
        let object = request.sale_object.as_ref();
        let object = read(decode::sale_object(&request.sale_object_id, object))?;
        let object = update_sale_object(&self.0, &object).await?;
        answer(UpdateSaleObjectResponse {
            sale_object: Some(encode::sale_object(&object)),
        })
    }

    async fn get_sale_object(
        &self,
        request: Request<GetSaleObjectRequest>,
    ) -> Answer<GetSaleObjectResponse> {
        let id = &request.get_ref().sale_object_id;
        let id: SaleObjectId = read(decode::id("sale_object_id", id))?;
        let object = sale_objects::get(self.0.database().reader(), id)
            .await
            .map_err(Error::from)?
            .ok_or(Error::SaleObjectNotFound(id))?;
        answer(GetSaleObjectResponse {
            sale_object: Some(encode::sale_object(&object)),
        })
    }

    async fn list_sale_objects(
        &self,
        request: Request<ListSaleObjectsRequest>,
    ) -> Answer<ListSaleObjectsResponse> {
        let request = request.get_ref();
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<sale_objects::Cursor>(
            &request.page_token,
        ))?;
        let reader = self.0.database().reader();
        let objects = sale_objects::page(reader, request.active_only, after, size + 1)
            .await
            .map_err(Error::from)?;
        let (objects, next_page_token) =
            rpc::page::cut(objects, size, |it| (it.name.clone(), it.id.uuid()));
        answer(ListSaleObjectsResponse {
            sale_objects: objects.iter().map(encode::sale_object).collect(),
            next_page_token,
        })
    }

    async fn create_offer(
        &self,
        request: Request<CreateOfferRequest>,
    ) -> Answer<CreateOfferResponse> {
        let cmd = read(decode::create_offer(request.get_ref(), staff(&request)))?;
        let offer = create_offer(&self.0, &cmd).await?;
        answer(CreateOfferResponse {
            offer: Some(encode::offer(&offer)),
        })
    }

    async fn update_offer(
        &self,
        request: Request<UpdateOfferRequest>,
    ) -> Answer<UpdateOfferResponse> {
        let cmd = read(decode::update_offer(request.get_ref()))?;
        let offer = update_offer(&self.0, &cmd).await?;
        answer(UpdateOfferResponse {
            offer: Some(encode::offer(&offer)),
        })
    }

    async fn revise_offer(
        &self,
        request: Request<ReviseOfferRequest>,
    ) -> Answer<ReviseOfferResponse> {
        let cmd = read(decode::revise_offer(request.get_ref(), staff(&request)))?;
        let offer = revise_offer(&self.0, &cmd).await?;
        answer(ReviseOfferResponse {
            offer: Some(encode::offer(&offer)),
        })
    }

    async fn send_offer(&self, request: Request<SendOfferRequest>) -> Answer<SendOfferResponse> {
        let cmd = read(decode::send_offer(request.get_ref()))?;
        let offer = send_offer(&self.0, &cmd).await?;
        answer(SendOfferResponse {
            offer: Some(encode::offer(&offer)),
        })
    }

    async fn accept_offer(
        &self,
        request: Request<AcceptOfferRequest>,
    ) -> Answer<AcceptOfferResponse> {
        let id = read(decode::id("offer_id", &request.get_ref().offer_id))?;
        let (offer, deal) = accept_offer(&self.0, id).await?;
        answer(AcceptOfferResponse {
            offer: Some(encode::offer(&offer)),
            deal: Some(self.shown(deal).await?),
        })
    }

    async fn decline_offer(
        &self,
        request: Request<DeclineOfferRequest>,
    ) -> Answer<DeclineOfferResponse> {
        let id = read(decode::id("offer_id", &request.get_ref().offer_id))?;
        let offer = decline_offer(&self.0, id).await?;
        answer(DeclineOfferResponse {
            offer: Some(encode::offer(&offer)),
        })
    }

    async fn get_offer(&self, request: Request<GetOfferRequest>) -> Answer<GetOfferResponse> {
        let id: OfferId = read(decode::id("offer_id", &request.get_ref().offer_id))?;
        let offer = offers::get(self.0.database().reader(), id)
            .await
            .map_err(Error::from)?
            .ok_or(Error::OfferNotFound(id))?;
        answer(GetOfferResponse {
            offer: Some(encode::offer(&offer)),
        })
    }

    async fn list_offers(&self, request: Request<ListOffersRequest>) -> Answer<ListOffersResponse> {
        let request = request.get_ref();
        let deal: DealId = read(decode::id("deal_id", &request.deal_id))?;
        let size = read(rpc::page::size(request.page_size))?;
        let after = read(rpc::page::decode::<offers::Cursor>(&request.page_token))?;
        let reader = self.0.database().reader();
        if deals::get(reader, deal)
            .await
            .map_err(Error::from)?
            .is_none()
        {
            return Err(Error::DealNotFound(deal).into());
        }
        let found = offers::page(reader, deal, after, size + 1)
            .await
            .map_err(Error::from)?;
        let (found, next_page_token) =
            rpc::page::cut(found, size, |offer| (offer.created_at, offer.id.uuid()));
        answer(ListOffersResponse {
            offers: found.iter().map(encode::offer).collect(),
            next_page_token,
        })
    }

    async fn suggest_lines(
        &self,
        request: Request<SuggestLinesRequest>,
    ) -> Answer<SuggestLinesResponse> {
        let id = read(decode::id("offer_id", &request.get_ref().offer_id))?;
        let lines = suggest_lines(&self.0, id).await?;
        answer(SuggestLinesResponse {
            lines: lines.iter().map(encode::suggested).collect(),
        })
    }

    async fn render_offer(
        &self,
        request: Request<RenderOfferRequest>,
    ) -> Answer<RenderOfferResponse> {
        let id = read(decode::id("offer_id", &request.get_ref().offer_id))?;
        let rendered = render_offer(&self.0, id).await?;
        answer(RenderOfferResponse {
            document: rendered.bytes,
            file_name: rendered.file_name,
            content_type: "application/pdf".to_owned(),
        })
    }
}
