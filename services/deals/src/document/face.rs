//! The two faces of the document's type, and text set in them.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Feature, UnicodeBuffer};

/// Libertinus Serif, with Latin, Hungarian, Latvian and Cyrillic letters.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

struct Face {
    shaper: rustybuzz::Face<'static>,
    font: Font,
}

/// How text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub bold: bool,
    /// In points.
    pub size: f32,
}

/// A piece of text in one line.
pub(super) struct Run {
    pub style: Style,
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// In points.
    pub width: f32,
}

impl Style {
    /// From one line to the next.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.35
    }
}

impl Faces {
    pub(super) fn try_new() -> Option<Self> {
        let mut files = typst_assets::fonts();
        Some(Self {
            regular: Face::try_new(files.next()?)?,
            bold: Face::try_new(files.next()?)?,
        })
    }

    pub(super) fn font(&self, style: Style) -> Font {
        self.face(style).font.clone()
    }

    /// Sets text in one line.
    pub(super) fn set(&self, style: Style, text: &str) -> Run {
        let (glyphs, width) = self.face(style).shape(text);
        Run {
            style,
            text: text.to_owned(),
            glyphs,
            width: width * style.size,
        }
    }

    /// Sets text in lines of this width, broken between words where there are any.
    pub(super) fn wrap(&self, style: Style, text: &str, width: f32) -> Vec<Run> {
        let space = self.width(style, " ");
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let (mut line, mut used) = (String::new(), 0.0);
            for word in paragraph.split_whitespace() {
                let wide = self.width(style, word);
                if line.is_empty() && wide <= width {
                    (line, used) = (word.to_owned(), wide);
                } else if !line.is_empty() && used + space + wide <= width {
                    line.push(' ');
                    line.push_str(word);
                    used += space + wide;
                } else {
                    if !line.is_empty() {
                        lines.push(self.set(style, &line));
                    }
                    line = self.hewn(style, word, width, &mut lines);
                    used = self.width(style, &line);
                }
            }
            lines.push(self.set(style, &line));
        }
        lines
    }

    /// Hews off a word what makes whole lines; the rest is answered.
    fn hewn(&self, style: Style, word: &str, width: f32, lines: &mut Vec<Run>) -> String {
        let (mut line, mut used) = (String::new(), 0.0);
        for letter in word.chars() {
            let wide = self.width(style, letter.encode_utf8(&mut [0; 4]));
            if !line.is_empty() && used + wide > width {
                lines.push(self.set(style, &line));
                (line, used) = (String::new(), 0.0);
            }
            line.push(letter);
            used += wide;
        }
        line
    }

    /// The letters one by one, which is quick: lines are shaped once, when it is known what stands in them.
    fn width(&self, style: Style, text: &str) -> f32 {
        let face = self.face(style);
        let ems = text.chars().map(|letter| face.advance(letter));
        ems.sum::<f32>() * style.size
    }

    fn face(&self, style: Style) -> &Face {
        if style.bold {
            &self.bold
        } else {
            &self.regular
        }
    }
}

impl Face {
    fn try_new(file: &'static [u8]) -> Option<Self> {
        Some(Self {
            shaper: rustybuzz::Face::from_slice(file, 0)?,
            font: Font::new(file.into(), 0)?,
        })
    }

    /// The width of a letter, in ems.
    fn advance(&self, letter: char) -> f32 {
        let glyph = self.shaper.glyph_index(letter).unwrap_or_default();
        let units = self.shaper.glyph_hor_advance(glyph).unwrap_or_default();
        f32::from(units) / self.font.units_per_em()
    }

    /// Glyphs and their width, both in ems. Without ligatures, so that text is found and copied as it is.
    fn shape(&self, text: &str) -> (Vec<KrillaGlyph>, f32) {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(rustybuzz::Direction::LeftToRight);
        buffer.guess_segment_properties();
        let plain = Feature::new(Tag::from_bytes(b"liga"), 0, ..);
        let shaped = rustybuzz::shape(&self.shaper, &[plain], buffer);
        let infos = shaped.glyph_infos();
        let ems = |units: i32| {
            let units = i16::try_from(units).unwrap_or_default();
            f32::from(units) / self.font.units_per_em()
        };
        let mut width = 0.0;
        let mut glyphs = Vec::new();
        for (place, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let start = byte(info.cluster);
            let later = infos.iter().skip(place).map(|it| byte(it.cluster));
            let end = later.into_iter().find(|it| *it > start);
            let advance = ems(position.x_advance);
            width += advance;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                advance,
                ems(position.x_offset),
                ems(position.y_offset),
                ems(position.y_advance),
                start..end.unwrap_or(text.len()),
                None,
            ));
        }
        (glyphs, width)
    }
}

fn byte(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use krilla::text::Glyph as _;

    use super::*;

    const STYLE: Style = Style {
        bold: false,
        size: 10.0,
    };

    #[test]
    fn the_type_has_all_our_letters() {
        let faces = Faces::try_new().unwrap();
        let letters = "AZaz09.,%€áéíóöőúüűÁÉÍÓÖŐÚÜŰāčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ\
                       абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ№«»„”–—\u{a0}";
        for bold in [false, true] {
            let run = faces.set(Style { bold, ..STYLE }, letters);
            let missing = run.glyphs.iter().filter(|it| it.glyph_id().to_u32() == 0);
            assert_eq!(missing.count(), 0, "bold: {bold}");
        }
    }

    #[test]
    fn lines_are_no_wider_than_they_may_be() {
        let faces = Faces::try_new().unwrap();
        let long = "х".repeat(100);
        let text = format!("Két asztal és hat szék\n\n{long} vége");
        let lines = faces.wrap(STYLE, &text, 60.0);
        // Letters that stand together may be set a little apart.
        assert!(lines.iter().all(|line| line.width <= 61.0));
        let joined: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(letters(&joined.concat()), letters(&text), "nothing is lost");
        assert!(joined.contains(&""), "an empty line stays");
    }
}
