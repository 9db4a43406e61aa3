//! A scene as PNG, at 300 dots per inch.

use ::png::{BitDepth, ColorType, Encoder, EncodingError, PixelDimensions, Unit};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, StrokeDash, Transform};

use super::font;
use super::scene::{BLACK, Path, Scene, Shape, Text};
use crate::report::palette::Rgb;

/// Bytes near the beginning of every such file.
pub(super) const SIGNATURE: &str = "Software\0logitbench";

/// Dots per pixel of a scene, which has 96 to the inch.
const SCALE: f64 = 300.0 / 96.0;
/// Most dots of a figure, to bound its memory: a very high figure is drawn coarser.
const MOST_DOTS: f64 = 4e7;

pub(super) fn render(scene: &Scene) -> Result<Vec<u8>, EncodingError> {
    let scale = SCALE.min((MOST_DOTS / (scene.width * scene.height)).sqrt());
    let dots = |length: f64| (length * scale).ceil() as u32;
    let too_large = || EncodingError::LimitsExceeded;
    let mut dots = Pixmap::new(dots(scene.width), dots(scene.height)).ok_or_else(too_large)?;
    dots.fill(Color::WHITE);
    shapes(&mut dots, &scene.shapes, Transform::from_scale(scale as f32, scale as f32));
    encode(scene, &dots, scale)
}

fn shapes(dots: &mut Pixmap, members: &[Shape], transform: Transform) {
    for shape in members {
        match shape {
            Shape::Path(one) => path(dots, one, transform),
            Shape::Text(one) => text(dots, one, transform),
            Shape::Group(_, members) => shapes(dots, members, transform),
        }
    }
}

fn path(dots: &mut Pixmap, path: &Path, transform: Transform) {
    let mut builder = PathBuilder::new();
    for line in &path.lines {
        for (k, [x, y]) in line.iter().enumerate() {
            let (x, y) = (*x as f32, *y as f32);
            if k == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) }
        }
        if path.closed {
            builder.close();
        }
    }
    let Some(shape) = builder.finish() else { return };
    if let Some(fill) = path.fill {
        dots.fill_path(&shape, &paint(fill.colour, fill.opacity), FillRule::Winding, transform, None);
    }
    if let Some(stroke) = path.stroke {
        let dash = StrokeDash::new(stroke.dashes.iter().map(|dash| *dash as f32).collect(), 0.0);
        let look = tiny_skia::Stroke {
            width: stroke.width as f32,
            dash,
            line_cap: LineCap::Butt,
            line_join: LineJoin::Round,
            ..tiny_skia::Stroke::default()
        };
        dots.stroke_path(&shape, &paint(stroke.colour, 1.0), &look, transform, None);
    }
}

fn text(dots: &mut Pixmap, text: &Text, transform: Transform) {
    let Some(outline) = font::outline(&text.text, text.font) else { return };
    let before = text.anchor.before(font::width(&text.text, text.font));
    let [x, y] = text.at.map(|place| place as f32);
    let turned = if text.upward { Transform::from_rotate(-90.0) } else { Transform::identity() };
    let transform = transform.pre_translate(x, y).pre_concat(turned).pre_translate(-before as f32, 0.0);
    dots.fill_path(&outline, &paint(BLACK, 1.0), FillRule::Winding, transform, None);
}

fn paint(colour: Rgb, opacity: f64) -> Paint<'static> {
    let [red, green, blue] = colour.0;
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, (255.0 * opacity).round() as u8);
    paint
}

fn encode(scene: &Scene, dots: &Pixmap, scale: f64) -> Result<Vec<u8>, EncodingError> {
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, dots.width(), dots.height());
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    let per_metre = (scale * 96.0 / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: per_metre, yppu: per_metre, unit: Unit::Meter }));
    encoder.add_text_chunk("Software".to_owned(), "logitbench".to_owned())?;
    encoder.add_itxt_chunk("Title".to_owned(), scene.title.clone())?;
    encoder.add_itxt_chunk("Description".to_owned(), scene.description.clone())?;
    let mut writer = encoder.write_header()?;
    // The background is white, so no dot is transparent.
    let opaque: Vec<u8> = dots.data().chunks_exact(4).flat_map(|dot| [dot[0], dot[1], dot[2]]).collect();
    writer.write_image_data(&opaque)?;
    writer.finish()?;
    Ok(png)
}
