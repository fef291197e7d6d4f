//! What of an offer stands where.

use std::collections::BTreeMap;

use super::face::{Faces, Run, Style};
use super::numbers::{amount, day, quantity, rate};
use super::sheet::{Align, MEASURE, Page, Sheet};
use super::words::{Words, words};
use crate::domain::offer::{Content, Line, Offer, State};

const TITLE: Style = Style {
    bold: true,
    size: 19.0,
};
const STRONG: Style = Style {
    bold: true,
    size: 10.5,
};
const BODY: Style = Style {
    bold: false,
    size: 10.5,
};
const CELL: Style = Style {
    bold: false,
    size: 9.5,
};
const HEAD: Style = Style {
    bold: true,
    size: 9.5,
};
const SMALL: Style = Style {
    bold: false,
    size: 8.5,
};

/// Space between columns.
const GUTTER: f32 = 6.0;

/// A column of the table: where it begins, how wide it is, and on which side text stands.
#[derive(Clone, Copy)]
struct Column {
    left: f32,
    width: f32,
    align: Align,
}

const fn column(left: f32, right: f32, align: Align) -> Column {
    Column {
        left,
        width: right - left - GUTTER,
        align,
    }
}

/// Text, quantity, price, discount, tax, sum.
const COLUMNS: [Column; 6] = [
    column(0.0, 168.0, Align::Left),
    column(168.0, 240.0, Align::Right),
    column(240.0, 310.0, Align::Right),
    column(310.0, 376.0, Align::Right),
    column(376.0, 416.0, Align::Right),
    column(416.0, MEASURE + GUTTER, Align::Right),
];

struct Layout<'a> {
    offer: &'a Offer,
    words: &'a Words,
    faces: &'a Faces,
    sheet: Sheet,
}

/// The pages of an offer.
pub(super) fn pages(offer: &Offer, seller: &str, faces: &Faces) -> Vec<Page> {
    let words = words(offer.content.language);
    let mut layout = Layout {
        offer,
        words,
        faces,
        sheet: Sheet::new(),
    };
    layout.head(seller);
    layout.paragraphs(&offer.content.introduction);
    layout.table();
    layout.totals();
    layout.paragraphs(&offer.content.terms);
    let foot = |page, of| {
        let page = words.page(page, of);
        let text = format!(
            "{} {}/{} · {page}",
            words.offer, offer.number, offer.version
        );
        faces.set(SMALL, &text)
    };
    layout.sheet.finish(foot)
}

impl Layout<'_> {
    fn content(&self) -> &Content {
        &self.offer.content
    }

    fn write(&mut self, style: Style, text: &str) {
        for run in self.faces.wrap(style, text, MEASURE) {
            self.sheet.line(run, Align::Left);
        }
    }

    fn head(&mut self, seller: &str) {
        let Offer {
            number, version, ..
        } = self.offer;
        self.write(STRONG, seller);
        self.sheet.skip(14.0);
        let title = format!("{} {number}/{version}", self.words.offer);
        self.write(TITLE, &title);
        if self.offer.state == State::Draft {
            self.write(STRONG, self.words.draft);
        }
        self.sheet.skip(4.0);
        let language = self.content().language;
        let at = self.offer.sent_at().unwrap_or(self.offer.created_at);
        let date = format!("{}: {}", self.words.date, day(language, at));
        self.write(BODY, &date);
        if let Some(until) = self.content().valid_until {
            let until = format!("{}: {}", self.words.valid_until, day(language, until));
            self.write(BODY, &until);
        }
        self.paragraphs(&self.content().addressee.clone());
    }

    fn paragraphs(&mut self, text: &str) {
        if !text.is_empty() {
            self.sheet.skip(12.0);
            self.write(BODY, text);
        }
    }

    fn table(&mut self) {
        self.sheet.skip(18.0);
        self.columns_head();
        let offer = self.offer;
        for line in offer.content.lines.iter() {
            let row = self.row(line);
            if !self.sheet.has_room(height(&row)) {
                self.sheet.turn();
                self.columns_head();
            }
            self.cells(row);
        }
        self.sheet.skip(5.0);
        self.sheet.rule();
    }

    fn columns_head(&mut self) {
        let Words {
            text,
            quantity,
            price,
            discount,
            tax,
            sum,
            ..
        } = self.words;
        let names = [text, quantity, price, discount, tax, sum];
        let row = std::array::from_fn(|place| {
            let name: &str = names.get(place).copied().unwrap_or(&"");
            vec![self.faces.set(HEAD, name)]
        });
        // A row below stays with its head.
        if !self.sheet.has_room(height(&row) + 3.0 * CELL.leading()) {
            self.sheet.turn();
        }
        self.cells(row);
        self.sheet.skip(5.0);
        self.sheet.rule();
    }

    fn row(&self, line: &Line) -> [Vec<Run>; 6] {
        let Content {
            language, currency, ..
        } = self.content();
        let terms = line.terms();
        let [text, counted, ..] = COLUMNS;
        let one = |text: String| vec![self.faces.set(CELL, &text)];
        let discount = match terms.discount.number() {
            0 => String::new(),
            _ => rate(*language, terms.discount),
        };
        let many = format!(
            "{} {}",
            quantity(*language, terms.quantity_milli),
            terms.unit
        );
        [
            self.faces.wrap(CELL, &terms.text, text.width),
            self.faces.wrap(CELL, &many, counted.width),
            one(amount(*language, terms.price_minor, currency)),
            one(discount),
            one(rate(*language, terms.tax)),
            one(amount(*language, line.net(), currency)),
        ]
    }

    fn cells(&mut self, row: [Vec<Run>; 6]) {
        let height = height(&row);
        for (column, cell) in COLUMNS.into_iter().zip(row) {
            let mut below = 0.0;
            for run in cell {
                below += run.style.leading();
                self.sheet
                    .put_below(run, column.left, column.width, column.align, below);
            }
        }
        self.sheet.skip(height);
    }

    /// Net, the tax of each rate, and all.
    fn totals(&mut self) {
        let Content {
            language,
            currency,
            lines,
            ..
        } = self.content();
        let (language, currency) = (*language, currency.clone());
        let sums = lines.sums();
        let mut taxes: BTreeMap<u16, (String, i64)> = BTreeMap::new();
        for line in lines.iter() {
            let points = line.terms().tax;
            let name = || (rate(language, points), 0);
            taxes.entry(points.number()).or_insert_with(name).1 += line.tax();
        }
        let mut rows = vec![(BODY, self.words.net.to_owned(), sums.net)];
        for (rate, tax) in taxes.into_values() {
            rows.push((BODY, format!("{} {rate}", self.words.tax), tax));
        }
        rows.push((STRONG, self.words.total.to_owned(), sums.total()));
        self.sheet.skip(4.0);
        for (style, name, minor) in rows {
            let text = format!("{} {currency}", amount(language, minor, &currency));
            self.total(style, &name, &text);
        }
    }

    fn total(&mut self, style: Style, name: &str, text: &str) {
        let sum = self.faces.set(style, text);
        // The name stands left of the sum, wherever that begins.
        let left = MEASURE - sum.width.max(90.0) - 12.0;
        let name = self.faces.set(style, name);
        let leading = style.leading();
        if !self.sheet.has_room(leading) {
            self.sheet.turn();
        }
        self.sheet.put_below(name, 0.0, left, Align::Right, leading);
        self.sheet.line(sum, Align::Right);
    }
}

fn height(row: &[Vec<Run>; 6]) -> f32 {
    let cell = |cell: &Vec<Run>| cell.iter().map(|run| run.style.leading()).sum();
    row.iter().map(cell).fold(0.0, f32::max) + 2.0
}
