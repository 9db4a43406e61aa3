//! Gradient ascent on the log-likelihood, which is descent on the objective: d = −g.

use super::method::SMOOTH;
use super::{
    At, Backtracking, BarzilaiBorwein, BuildError, Built, Composed, Direction, Fixed, Method, Need, Nesterov, Unit,
};
use crate::linear_algebra::{Mask, Real};
use crate::model::penalty::Capability;
use crate::model::{Order, Sigmoid};
use crate::parameter::{Choice, Interval, Parameter, Setting, Settings, Value, ValueKind, choices};

choices! {
    /// The step rules of gradient ascent.
    enum GradientStep {
        Fixed = "fixed",
        Backtracking = "backtracking",
        BarzilaiBorwein = "barzilai-borwein",
        Nesterov = "nesterov",
    }
}

/// Gradient ascent. A step costs one gradient, about 2np multiplications, for each length tried. Each step multiplies the error
/// by about 1 − 1/κ, κ being the condition number of H (1 − 1/√κ with Nesterov's acceleration; Nesterov, Introductory Lectures
/// on Convex Optimization, 2004, 2.1.5 and 2.2.1), so data should be standardized.
pub const METHOD: Method = Method {
    name: "gradient-ascent",
    about: "gradient ascent on the log-likelihood: d = -g",
    parameters: &[
        Parameter {
            name: "step",
            kind: ValueKind::Choice(GradientStep::NAMES),
            // The textbook's rule, and the only rule whose lengths are known before the fit.
            default: Some(Value::Text(GradientStep::Fixed.text())),
            about: "fixed 1/L; backtracking (Armijo); Barzilai-Borwein with a nonmonotone search; Nesterov acceleration",
        },
        Parameter {
            name: "length",
            kind: ValueKind::Number(Interval::POSITIVE),
            // Unset, which means 1/L: the longest length that never raises the objective, whatever the units of the features.
            default: None,
            about: "with step = \"fixed\": the length, instead of 1/L",
        },
        Parameter {
            name: "restart",
            kind: ValueKind::Flag,
            // Unset, because only Nesterov's rule has it; true there, because the objective oscillates otherwise (O'Donoghue &
            // Candès).
            default: None,
            about: "with step = \"nesterov\": drop momentum that points uphill (default true)",
        },
    ],
    needs,
    build,
};

fn needs(settings: &Settings) -> &'static [Need] {
    const FIXED: &[Need] = &[
        SMOOTH,
        Need {
            capability: Capability::CurvatureBound,
            otherwise: "1/L bounds the curvature of the likelihood alone; give a length, or take step = \"backtracking\"",
        },
    ];
    const NESTEROV: &[Need] = &[
        SMOOTH,
        Need {
            capability: Capability::CurvatureBound,
            otherwise: "its 1/L bounds the curvature of the likelihood alone; take step = \"backtracking\"",
        },
    ];
    match settings.choice("step").unwrap_or(GradientStep::Fixed) {
        GradientStep::Fixed if settings.get("length").is_none() => FIXED,
        GradientStep::Nesterov => NESTEROV,
        GradientStep::Fixed | GradientStep::Backtracking | GradientStep::BarzilaiBorwein => &[SMOOTH],
    }
}

fn build(settings: &mut Settings) -> Result<Built, BuildError> {
    let (direction, sigmoid) = (Gradient, Sigmoid::Stable);
    let step = settings.choice("step").unwrap_or(GradientStep::Fixed);
    if step != GradientStep::Fixed && settings.get("length").is_some() {
        return Err(BuildError::Conflict("length needs step = \"fixed\": the other rules find their own length"));
    }
    if step != GradientStep::Nesterov && settings.get("restart").is_some() {
        return Err(BuildError::Conflict("restart needs step = \"nesterov\": the other rules have no momentum"));
    }
    Ok(match step {
        GradientStep::Fixed => {
            Built::new(Composed { direction, step_rule: Fixed { length: settings.number("length") }, sigmoid })
        }
        GradientStep::Backtracking => Built::new(Composed { direction, step_rule: Backtracking, sigmoid }),
        GradientStep::BarzilaiBorwein => Built::new(Composed { direction, step_rule: BarzilaiBorwein, sigmoid }),
        GradientStep::Nesterov => {
            let restart = settings.get("restart").is_none() || settings.flag("restart");
            settings.set("restart", Setting::Flag(restart));
            Built::new(Composed { direction: Nesterov { restart }, step_rule: Unit, sigmoid })
        }
    })
}

/// The direction of steepest ascent of the log-likelihood.
#[derive(Clone, Copy, Debug)]
pub struct Gradient;

impl Direction for Gradient {
    const ORDER: Order = Order::Gradient;

    #[inline(always)]
    fn direction<R: Real>(&self, now: At<'_, R>, _: &mut [R], _: &mut Vec<R>, direction: &mut [R]) -> R::Mask {
        for (d, &g) in direction.iter_mut().zip(now.gradient) {
            *d = -g;
        }
        R::Mask::splat(true)
    }
}
