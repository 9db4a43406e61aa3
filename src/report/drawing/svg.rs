//! A scene as SVG, with its texts as text.

use std::fmt::Write;

use tiny_skia::{PathSegment, Point};

use super::font;
use super::scene::{Anchor, BLACK, Path, Scene, Shape, Text};

/// The beginning of every such file.
pub(super) const BEGINNING: &str = "<!-- A figure of logitbench -->\n";

pub(super) fn render(scene: &Scene, outlines: bool) -> String {
    let (width, height) = (number(scene.width), number(scene.height));
    let mut svg = format!(
        "{BEGINNING}<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\" font-family=\"{}\" fill=\"{BLACK}\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        font::FAMILY,
        escape(&scene.title),
        escape(&scene.description),
    );
    shapes(&mut svg, &scene.shapes, if outlines { outlined } else { text });
    svg.push_str("</svg>\n");
    svg
}

/// The scene as an element of a page, as wide as there is room.
pub(super) fn inline(scene: &Scene) -> String {
    let (width, height) = (number(scene.width), number(scene.height));
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"img\" aria-label=\"{}\" font-family=\"{}\" \
         fill=\"{BLACK}\"><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        escape(&scene.title),
        font::FAMILY,
    );
    shapes(&mut svg, &scene.shapes, text);
    svg.push_str("</svg>\n");
    svg
}

/// `letters` writes a text.
fn shapes(svg: &mut String, shapes_: &[Shape], letters: fn(&mut String, &Text)) {
    for shape in shapes_ {
        match shape {
            Shape::Path(one) => path(svg, one),
            Shape::Text(one) => letters(svg, one),
            Shape::Group(name, members) => {
                svg.push_str("<g>");
                if !name.is_empty() {
                    add(svg, format_args!("<title>{}</title>", escape(name)));
                }
                svg.push('\n');
                shapes(svg, members, letters);
                svg.push_str("</g>\n");
            }
        }
    }
}

fn path(svg: &mut String, path: &Path) {
    if path.lines.iter().all(Vec::is_empty) {
        return;
    }
    svg.push_str("<path d=\"");
    for line in &path.lines {
        for (k, [x, y]) in line.iter().enumerate() {
            add(svg, format_args!("{}{} {}", if k == 0 { "M" } else { "L" }, number(*x), number(*y)));
        }
        if path.closed {
            svg.push('Z');
        }
    }
    svg.push('"');
    match path.fill {
        Some(fill) if fill.opacity < 1.0 => {
            add(svg, format_args!(" fill=\"{}\" fill-opacity=\"{}\"", fill.colour, number(fill.opacity)));
        }
        Some(fill) => add(svg, format_args!(" fill=\"{}\"", fill.colour)),
        None => svg.push_str(" fill=\"none\""),
    }
    if let Some(stroke) = path.stroke {
        add(
            svg,
            format_args!(" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"", stroke.colour, stroke.width),
        );
        if !stroke.dashes.is_empty() {
            let dashes: Vec<String> = stroke.dashes.iter().map(|dash| number(*dash)).collect();
            add(svg, format_args!(" stroke-dasharray=\"{}\"", dashes.join(" ")));
        }
    }
    svg.push_str("/>\n");
}

fn text(svg: &mut String, text: &Text) {
    if text.text.is_empty() {
        return;
    }
    let [x, y] = text.at.map(number);
    add(svg, format_args!("<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"", text.font.size));
    if text.font.bold {
        svg.push_str(" font-weight=\"bold\"");
    }
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => svg.push_str(" text-anchor=\"middle\""),
        Anchor::End => svg.push_str(" text-anchor=\"end\""),
    }
    if text.upward {
        add(svg, format_args!(" transform=\"rotate(-90 {x} {y})\""));
    }
    add(svg, format_args!(">{}</text>\n", escape(&text.text)));
}

/// A text as the outlines of its letters.
fn outlined(svg: &mut String, text: &Text) {
    let Some(outline) = font::outline(&text.text, text.font) else { return };
    let before = text.anchor.before(font::width(&text.text, text.font));
    let [x, y] = text.at.map(number);
    let turn = if text.upward { " rotate(-90)" } else { "" };
    add(svg, format_args!("<path transform=\"translate({x} {y}){turn} translate({} 0)\" d=\"", number(-before)));
    for segment in outline.segments() {
        let at = |point: Point| format!("{} {}", number(f64::from(point.x)), number(f64::from(point.y)));
        match segment {
            PathSegment::MoveTo(to) => add(svg, format_args!("M{}", at(to))),
            PathSegment::LineTo(to) => add(svg, format_args!("L{}", at(to))),
            PathSegment::QuadTo(by, to) => add(svg, format_args!("Q{} {}", at(by), at(to))),
            PathSegment::CubicTo(by, and, to) => add(svg, format_args!("C{} {} {}", at(by), at(and), at(to))),
            PathSegment::Close => svg.push('Z'),
        }
    }
    svg.push_str("\"/>\n");
}

fn add(svg: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = svg.write_fmt(text);
}

/// A number to a hundredth of a pixel, finer than the eye sees.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A text as XML. Replaces control characters, because XML forbids them.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}
