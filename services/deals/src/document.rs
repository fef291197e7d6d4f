//! Offers as PDF documents.
//!
//! The bytes depend on nothing but the offer and the name of the seller: no clock, no chance.

mod face;
mod layout;
mod numbers;
mod sheet;
mod words;

use krilla::Document;
use krilla::metadata::Metadata;

use self::face::Faces;
use self::layout::pages;
use self::words::words;
use crate::domain::offer::Offer;

/// A finished document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub bytes: Vec<u8>,
    pub file_name: String,
}

/// The document cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("a font cannot be read")]
    Font,
    #[error("a page cannot be drawn")]
    Page,
    #[error("the document cannot be written: {0}")]
    Write(String),
}

/// Renders an offer in its language, under the name and address of the seller.
pub(crate) fn render(offer: &Offer, seller: &str) -> Result<Rendered, DocumentError> {
    let faces = Faces::try_new().ok_or(DocumentError::Font)?;
    let words = words(offer.content.language);
    let title = format!("{} {}/{}", words.offer, offer.number, offer.version);
    let mut document = Document::new();
    for page in pages(offer, seller, &faces) {
        page.draw(&mut document, &faces)
            .ok_or(DocumentError::Page)?;
    }
    document.set_metadata(
        Metadata::new()
            .title(title)
            .language(offer.content.language.to_string())
            .document_id(format!("{}/{}", offer.id, offer.revision)),
    );
    let bytes = document
        .finish()
        .map_err(|error| DocumentError::Write(format!("{error:?}")))?;
    Ok(Rendered {
        bytes,
        file_name: format!("offer-{}-{}.pdf", offer.number, offer.version),
    })
}
