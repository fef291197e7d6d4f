//! Pages that fill from top to bottom.

use krilla::Document;
use krilla::geom::{PathBuilder, Point};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};

use super::face::{Faces, Run};

/// A4, in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;

const MARGIN: f32 = 56.0;
const BOTTOM: f32 = HEIGHT - 72.0;
const FOOT: f32 = HEIGHT - 44.0;

/// Width between the margins.
pub(super) const MEASURE: f32 = WIDTH - 2.0 * MARGIN;

/// What stands on a page.
#[derive(Default)]
pub(super) struct Page {
    texts: Vec<Placed>,
    /// Heights of rules across the page.
    rules: Vec<f32>,
}

struct Placed {
    x: f32,
    y: f32,
    run: Run,
}

/// Where text stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Pages being filled.
pub(super) struct Sheet {
    full: Vec<Page>,
    page: Page,
    y: f32,
}

impl Sheet {
    pub(super) fn new() -> Self {
        Self {
            full: Vec::new(),
            page: Page::default(),
            y: MARGIN,
        }
    }

    /// Whether so much fits under what is there.
    pub(super) fn has_room(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    pub(super) fn turn(&mut self) {
        self.full.push(std::mem::take(&mut self.page));
        self.y = MARGIN;
    }

    pub(super) fn skip(&mut self, height: f32) {
        self.y += height;
    }

    /// A line of text, on the next page if there is no room.
    pub(super) fn line(&mut self, run: Run, align: Align) {
        let leading = run.style.leading();
        if !self.has_room(leading) {
            self.turn();
        }
        self.put_below(run, 0.0, MEASURE, align, leading);
        self.y += leading;
    }

    /// Text so far below what is there; what comes next does not know of it.
    pub(super) fn put_below(&mut self, run: Run, left: f32, width: f32, align: Align, below: f32) {
        let indent = match align {
            Align::Left => 0.0,
            Align::Right => width - run.width,
        };
        let (x, y) = (MARGIN + left + indent, self.y + below);
        self.page.texts.push(Placed { x, y, run });
    }

    pub(super) fn rule(&mut self) {
        self.page.rules.push(self.y);
    }

    /// The pages, with a line at the foot of each.
    pub(super) fn finish(mut self, foot: impl Fn(usize, usize) -> Run) -> Vec<Page> {
        self.turn();
        let of = self.full.len();
        for (place, page) in self.full.iter_mut().enumerate() {
            let run = foot(place + 1, of);
            page.texts.push(Placed {
                x: MARGIN + MEASURE - run.width,
                y: FOOT,
                run,
            });
        }
        self.full
    }
}

impl Page {
    /// Adds the page to a document; `None` if it cannot be drawn.
    pub(super) fn draw(&self, document: &mut Document, faces: &Faces) -> Option<()> {
        let mut page = document.start_page_with(PageSettings::from_wh(WIDTH, HEIGHT)?);
        let mut surface = page.surface();
        surface.set_stroke(Some(Stroke {
            width: 0.6,
            ..Stroke::default()
        }));
        for y in &self.rules {
            let mut path = PathBuilder::new();
            path.move_to(MARGIN, *y);
            path.line_to(MARGIN + MEASURE, *y);
            surface.draw_path(&path.finish()?);
        }
        surface.set_stroke(None);
        surface.set_fill(Some(Fill::default()));
        for Placed { x, y, run } in &self.texts {
            let font = faces.font(run.style);
            let at = Point::from_xy(*x, *y);
            surface.draw_glyphs(at, &run.glyphs, font, &run.text, run.style.size, false);
        }
        surface.finish();
        page.finish();
        Some(())
    }
}
