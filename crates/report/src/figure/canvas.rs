//! Drawing in SVG: shapes, text and the frame of a file.
//!
//! Only what figures here need. Everything is drawn with presentation attributes, so a figure
//! looks the same on its own, inside a page and in a drawing program. There is no script, no
//! style sheet and no reference to anything outside.

use crate::visible_text::push_escaped;

/// Width of every figure in pixels.
pub const WIDTH_PX: f64 = 720.0;

const FONT_FAMILY: &str = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif";

/// Colours that people with colour-vision deficiency tell apart (Okabe and Ito 2008), and greys.
pub mod colour {
    /// First series.
    pub const BLUE: &str = "#0072B2";
    /// What chance gives: bounds and nulls.
    pub const VERMILLION: &str = "#D55E00";
    /// Second series.
    pub const GREEN: &str = "#009E73";
    /// Bands behind first series.
    pub const SKY: &str = "#56B4E9";
    /// Words.
    pub const INK: &str = "#1b1b1b";
    /// Secondary words.
    pub const GREY: &str = "#595959";
    /// Axes.
    pub const AXIS: &str = "#767676";
    /// Grid.
    pub const GRID: &str = "#e4e4e4";
    /// Bands behind a region of no interest.
    pub const BAND: &str = "#eceff1";
    /// Inside of open marks.
    pub const PAPER: &str = "#ffffff";
}

/// Which point of a text stands at its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// Size, weight and colour of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextStyle {
    size_px: f64,
    is_bold: bool,
    has_rim: bool,
    colour: &'static str,
}

impl TextStyle {
    /// Names of rows.
    pub const LABEL: TextStyle = TextStyle::new(13.0, false, colour::INK);
    /// Headings inside a figure.
    pub const HEADING: TextStyle = TextStyle::new(13.0, true, colour::INK);
    /// Numbers at ticks.
    pub const TICK: TextStyle = TextStyle::new(12.0, false, colour::GREY);
    /// Titles of axes and remarks.
    pub const NOTE: TextStyle = TextStyle::new(12.5, false, colour::GREY);
    /// Words among lines, kept readable by a rim of paper.
    pub const INSIDE: TextStyle = TextStyle {
        has_rim: true,
        ..TextStyle::new(12.5, false, colour::INK)
    };

    const fn new(size_px: f64, is_bold: bool, colour: &'static str) -> Self {
        Self {
            size_px,
            is_bold,
            has_rim: false,
            colour,
        }
    }

    /// Approximate width of a text: no fonts are at hand, so classes of letters stand in.
    pub fn width_px(&self, text: &str) -> f64 {
        let ems: f64 = text.chars().map(letter_width_em).sum();
        ems * self.size_px * if self.is_bold { 1.06 } else { 1.0 }
    }

    /// The text, or its beginning with an ellipsis where it is wider than `width_px`.
    pub fn shortened(&self, text: &str, width_px: f64) -> String {
        if self.width_px(text) <= width_px {
            return text.to_owned();
        }
        let mut short = String::new();
        for character in text.chars() {
            short.push(character);
            if self.width_px(&short) + self.width_px("…") > width_px {
                short.pop();
                break;
            }
        }
        format!("{}…", short.trim_end())
    }
}

fn letter_width_em(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '\u{202F}' => 0.26,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | ' ' | '-' => 0.34,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.88,
        'A'..='Z' => 0.70,
        letter if letter.is_ascii() => 0.56,
        '–' | '\u{2212}' | 'à'..='ÿ' => 0.58,
        '\u{0400}'..='\u{04FF}' => 0.64,
        _ => 1.0,
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Colour of the line.
    pub colour: &'static str,
    /// Width of the line.
    pub width_px: f64,
    /// Whether the line is broken.
    pub is_dashed: bool,
}

impl Stroke {
    /// An unbroken line.
    pub const fn solid(colour: &'static str, width_px: f64) -> Self {
        Self {
            colour,
            width_px,
            is_dashed: false,
        }
    }

    /// A broken line.
    pub const fn dashed(colour: &'static str, width_px: f64) -> Self {
        Self {
            colour,
            width_px,
            is_dashed: true,
        }
    }

    fn attributes(&self) -> String {
        let dashes = if self.is_dashed {
            " stroke-dasharray=\"5 4\""
        } else {
            ""
        };
        format!(
            "stroke=\"{}\" stroke-width=\"{}\"{dashes}",
            self.colour, self.width_px
        )
    }
}

/// How a point is marked; shape tells series apart where colour does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A filled circle.
    Dot,
    /// An empty circle.
    Ring,
    /// An empty diamond.
    Diamond,
    /// A short upright line.
    Tick,
}

/// A figure while it is drawn, y downwards.
#[derive(Debug, Clone, Default)]
pub struct Canvas {
    body: String,
}

impl Canvas {
    /// Draws a line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: Stroke) {
        self.push(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>",
            px(from.0),
            px(from.1),
            px(to.0),
            px(to.1),
            stroke.attributes()
        ));
    }

    /// Fills a rectangle given by two corners.
    pub fn area(&mut self, from: (f64, f64), to: (f64, f64), colour: &str) {
        self.push(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{colour}\"/>",
            px(from.0.min(to.0)),
            px(from.1.min(to.1)),
            px((to.0 - from.0).abs()),
            px((to.1 - from.1).abs()),
        ));
    }

    /// Draws a line through points.
    pub fn polyline(&mut self, points: &[(f64, f64)], stroke: Stroke) {
        self.push(&format!(
            "<polyline points=\"{}\" fill=\"none\" stroke-linejoin=\"round\" {}/>",
            points_attribute(points),
            stroke.attributes()
        ));
    }

    /// Fills a polygon; `opacity` from 0 to 1.
    pub fn polygon(&mut self, points: &[(f64, f64)], colour: &str, opacity: f64) {
        self.push(&format!(
            "<polygon points=\"{}\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>",
            points_attribute(points)
        ));
    }

    /// Marks a point.
    pub fn mark(&mut self, shape: Shape, (x, y): (f64, f64), colour: &'static str) {
        match shape {
            Shape::Dot => self.circle((x, y), 4.5, colour, colour),
            Shape::Ring => self.circle((x, y), 4.0, colour::PAPER, colour),
            Shape::Diamond => {
                let points = [(x, y - 5.5), (x + 5.5, y), (x, y + 5.5), (x - 5.5, y)];
                self.push(&format!(
                    "<polygon points=\"{}\" fill=\"{}\" {}/>",
                    points_attribute(&points),
                    colour::PAPER,
                    Stroke::solid(colour, 1.6).attributes()
                ));
            }
            Shape::Tick => self.line((x, y - 7.0), (x, y + 7.0), Stroke::solid(colour, 2.4)),
        }
    }

    /// Writes a text whose base line is at `y`; it is escaped here.
    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, style: TextStyle, text: &str) {
        self.titled_text(at, anchor, style, text, None);
    }

    /// Writes a text that shows `title` when pointed at.
    pub fn titled_text(
        &mut self,
        (x, y): (f64, f64),
        anchor: Anchor,
        style: TextStyle,
        text: &str,
        title: Option<&str>,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if style.is_bold {
            " font-weight=\"600\""
        } else {
            ""
        };
        let rim = if style.has_rim {
            " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"4\""
        } else {
            ""
        };
        self.body.push_str(&format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" font-size=\"{}\"{weight}{rim} fill=\"{}\">",
            px(x),
            px(y),
            style.size_px,
            style.colour
        ));
        if let Some(title) = title {
            self.body.push_str("<title>");
            push_escaped(&mut self.body, title);
            self.body.push_str("</title>");
        }
        push_escaped(&mut self.body, text);
        self.push("</text>");
    }

    /// Ends the drawing at a height.
    pub fn finish(self, height_px: f64) -> Drawing {
        Drawing {
            height_px,
            body: self.body,
        }
    }

    fn circle(&mut self, (x, y): (f64, f64), radius_px: f64, fill: &str, line: &'static str) {
        self.push(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{radius_px}\" fill=\"{fill}\" {}/>",
            px(x),
            px(y),
            Stroke::solid(line, 1.6).attributes()
        ));
    }

    fn push(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }
}

/// A finished drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    height_px: f64,
    body: String,
}

impl Drawing {
    /// The drawing as an SVG file.
    pub fn standalone(&self, name: &str, title: &str, description: &str) -> String {
        let namespace = " xmlns=\"http://www.w3.org/2000/svg\"";
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}",
            self.element(namespace, name, title, description)
        )
    }

    /// The drawing as an element of an HTML page; `name` makes its ids unique there.
    pub fn inline(&self, name: &str, title: &str, description: &str) -> String {
        self.element("", name, title, description)
    }

    fn element(&self, namespace: &str, name: &str, title: &str, description: &str) -> String {
        let height = px(self.height_px);
        let mut svg = format!(
            "<svg{namespace} viewBox=\"0 0 {WIDTH_PX} {height}\" width=\"{WIDTH_PX}\" \
             height=\"{height}\" role=\"img\" aria-labelledby=\"{name}-title {name}-description\" \
             font-family=\"{FONT_FAMILY}\">\n<title id=\"{name}-title\">"
        );
        push_escaped(&mut svg, title);
        svg.push_str(&format!("</title>\n<desc id=\"{name}-description\">"));
        push_escaped(&mut svg, description);
        svg.push_str("</desc>\n");
        svg.push_str(&self.body);
        svg.push_str("</svg>\n");
        svg
    }
}

fn points_attribute(points: &[(f64, f64)]) -> String {
    let points: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{},{}", px(*x), px(*y)))
        .collect();
    points.join(" ")
}

/// A position with at most one decimal.
fn px(position: f64) -> String {
    let rounded = (position * 10.0).round() / 10.0;
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_has_title_and_description_and_escapes_its_texts() {
        let mut canvas = Canvas::default();
        canvas.line(
            (0.0, 1.04),
            (10.0, 20.06),
            Stroke::dashed(colour::AXIS, 1.0),
        );
        canvas.text((5.0, 5.0), Anchor::End, TextStyle::LABEL, "<a & b>");
        expect_test::expect![[r##"
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 30" width="720" height="30" role="img" aria-labelledby="demo-title demo-description" font-family="Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif">
            <title id="demo-title">Title &lt;1&gt;</title>
            <desc id="demo-description">What it shows</desc>
            <line x1="0" y1="1" x2="10" y2="20.1" stroke="#767676" stroke-width="1" stroke-dasharray="5 4"/>
            <text x="5" y="5" text-anchor="end" font-size="13" fill="#1b1b1b">&lt;a &amp; b&gt;</text>
            </svg>
        "##]].assert_eq(&canvas.finish(30.0).standalone(
            "demo",
            "Title <1>",
            "What it shows",
        ));
    }

    #[test]
    fn long_texts_are_shortened_to_their_width() {
        let style = TextStyle::LABEL;
        let short = style.shortened("offshore freelance exchange (archive)", 150.0);
        assert!(
            short.ends_with('…') && style.width_px(&short) <= 150.0,
            "{short}"
        );
        assert_eq!(style.shortened("short", 150.0), "short");
    }
}
