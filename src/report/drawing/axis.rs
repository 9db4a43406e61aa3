//! The range of an axis and its ticks: from values to pixels.

use super::font;
use super::scene::Font;
use crate::report::figure::{Axis, Scale};

/// An axis with its range and its ends in pixels.
pub(super) struct Placed<'f> {
    pub scale: &'f Scale,
    /// The ends in values; on a logarithmic scale the exponents of ten.
    low: f64,
    high: f64,
    /// Whether all values are whole numbers; the ticks then are too.
    whole: bool,
    /// The ends in pixels.
    pub from: f64,
    pub to: f64,
}

impl<'f> Placed<'f> {
    /// An axis that shows these values.
    pub fn new(axis: &'f Axis, values: impl Iterator<Item = f64>) -> Placed<'f> {
        let scale = &axis.scale;
        let (mut low, mut high, mut whole) = (f64::INFINITY, f64::NEG_INFINITY, true);
        for value in values {
            whole &= value.fract() == 0.0;
            if let Some(value) = transform(scale, value) {
                (low, high) = (low.min(value), high.max(value));
            }
        }
        let placed = |low, high| Placed { scale, low, high, whole, from: 0.0, to: 1.0 };
        if let Scale::Names(names) = scale {
            return placed(-0.5, names.len().max(1) as f64 - 0.5);
        }
        if low > high {
            return placed(0.0, 1.0);
        }
        let margin = match high - low {
            0.0 if *scale == Scale::Logarithmic => 0.5,
            0.0 => 0.05 * low.abs().max(1.0),
            range => 0.03 * range,
        };
        // Below 0 a margin would suggest negative values.
        let floor = if low >= 0.0 && low < margin && *scale == Scale::Linear { 0.0 } else { low - margin };
        placed(floor, high + margin)
    }

    /// The pixel of a value, clamped to the axis; `None` if the scale cannot show the value.
    pub fn at(&self, value: f64) -> Option<f64> {
        transform(self.scale, value).map(|value| self.place(value))
    }

    /// The pixel of a value; the lower end for a value at or below 0 on a logarithmic axis.
    pub fn at_or_below(&self, value: f64) -> Option<f64> {
        self.at(value).or((value <= 0.0).then_some(self.from))
    }

    fn place(&self, value: f64) -> f64 {
        self.from + (self.to - self.from) * ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Pixels from one name to the next.
    pub fn slot(&self) -> f64 {
        (self.to - self.from).abs() / (self.high - self.low)
    }

    /// Pixels and labels of the ticks. A tick without a label is drawn short.
    pub fn ticks(&self, font: Font, most: f64) -> Vec<(f64, String)> {
        let length = (self.to - self.from).abs();
        let ticks = match self.scale {
            Scale::Names(names) => {
                let every = (9.0 / self.slot()).ceil().max(1.0) as usize;
                let shown = names.iter().enumerate().step_by(every);
                shown.map(|(place, name)| (place as f64, font::shorten(name, font, most))).collect()
            }
            Scale::Linear => self.linear(self.low, self.high, length),
            // A range of less than a factor of 5 may hold no power of ten.
            Scale::Logarithmic if self.high - self.low < 0.7 => {
                let ticks = self.linear(10f64.powf(self.low), 10f64.powf(self.high), length);
                ticks.into_iter().filter_map(|(value, label)| Some((transform(self.scale, value)?, label))).collect()
            }
            Scale::Logarithmic => self.decades(length),
        };
        ticks.into_iter().map(|(value, label)| (self.place(value), label)).collect()
    }

    fn linear(&self, low: f64, high: f64, length: f64) -> Vec<(f64, String)> {
        let mut step = nice((high - low) / (length / 60.0).max(2.0));
        if self.whole && high - low >= 1.0 {
            step = step.max(1.0);
        }
        // A range near 0 gives a step of 0.
        if !(step.is_normal()) {
            return Vec::new();
        }
        let (first, last) = ((low / step).ceil(), (high / step).floor());
        let count = (last - first).clamp(-1.0, 50.0) + 1.0;
        let values = (0..count as usize).map(|k| (first + k as f64) * step);
        values.map(|value| (value, number(value, step, low.abs().max(high.abs())))).collect()
    }

    /// Ticks at powers of ten; if the axis has room, also at their multiples by 2 to 9.
    fn decades(&self, length: f64) -> Vec<(f64, String)> {
        let (first, last) = (self.low.ceil(), self.high.floor());
        let between = self.high - self.low;
        let every = (between / (length / 38.0).max(1.0)).ceil().max(1.0);
        let mut ticks: Vec<(f64, String)> = Vec::new();
        for k in 0..=((last - first).max(-1.0) + 1.0) as usize {
            let power = first - 1.0 + k as f64;
            if every == 1.0 {
                for digit in 2..10 {
                    let value = power + f64::from(digit).log10();
                    let labelled = between < 1.5 && [2, 5].contains(&digit);
                    let label =
                        if labelled { format!("{digit}·10{}", superscript(power as i32)) } else { String::new() };
                    ticks.push((value, label));
                }
            }
            let shown = power.rem_euclid(every) == 0.0;
            if shown {
                ticks.push((power, format!("10{}", superscript(power as i32))));
            }
        }
        ticks.retain(|(value, _)| (self.low..=self.high).contains(value));
        ticks
    }
}

/// The value on a linear scale: its logarithm for a logarithmic axis.
fn transform(scale: &Scale, value: f64) -> Option<f64> {
    match scale {
        Scale::Logarithmic => Some(value.log10()).filter(|power| power.is_finite() && value > 0.0),
        // Clamped, so that no difference of two values overflows.
        Scale::Linear | Scale::Names(_) => {
            Some(value.clamp(f64::MIN / 8.0, f64::MAX / 8.0)).filter(|value| value.is_finite())
        }
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `step`.
fn nice(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|digit| digit * power).find(|&nice| nice >= step * 0.999).unwrap_or(10.0 * power)
}

/// A number with the digits that distinguish it from the next tick; with a power of ten if it would be long.
fn number(value: f64, step: f64, largest: f64) -> String {
    let exponent = largest.log10().floor();
    if !(1e-4..1e6).contains(&largest) {
        let digits = (exponent - step.log10().floor()).clamp(0.0, 12.0) as usize;
        let digit = value / 10f64.powf(exponent);
        return if value == 0.0 {
            "0".to_owned()
        } else {
            sign(&format!("{digit:.digits$}·10{}", superscript(exponent as i32)))
        };
    }
    let digits = (-(step * 1.001).log10().floor()).clamp(0.0, 12.0) as usize;
    sign(&format!("{:.digits$}", if value == 0.0 { 0.0 } else { value }))
}

fn sign(number: &str) -> String {
    number.replace('-', "−")
}

fn superscript(power: i32) -> String {
    let raise = |letter| match letter {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + digit as u32 - '0' as u32).unwrap_or(digit),
    };
    power.to_string().chars().map(raise).collect()
}
