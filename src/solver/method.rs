//! Methods that experiment files can name: name, parameters, needs of the penalty, and construction.

use super::{Solver, StopRules};
use crate::model::penalty::Capability;
use crate::model::{Penalty, Sigmoid};
use crate::parameter::{Parameter, Settings};

/// A method that experiment files can name. Each is a constant `METHOD` beside its formula; [`catalogue`](super::catalogue)
/// lists them.
pub struct Method {
    /// The name: `method = "newton"`.
    pub name: &'static str,
    /// One line for `logitbench list solvers`.
    pub about: &'static str,
    /// The method's own parameters, beside the parameters of every solver.
    pub parameters: &'static [Parameter],
    /// The needs of the method with these parameters.
    pub needs: fn(&Settings) -> &'static [Need],
    /// Makes the solver from checked settings, and completes them with defaults that depend on other settings.
    pub build: fn(&mut Settings) -> Result<Built, BuildError>,
}

/// A capability that a method needs of the penalty.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// The needed capability.
    pub capability: Capability,
    /// Why the method cannot fit a penalty without it, and what to do instead.
    pub otherwise: &'static str,
}

/// The need of every method that steps along a gradient.
pub(super) const SMOOTH: Need =
    Need { capability: Capability::Smooth, otherwise: "its steps need a gradient at every point" };

/// A solver made from checked parameters.
pub struct Built {
    /// The solver.
    pub solver: Box<dyn Solver>,
    /// The stopping rules that belong to the method; these override `[stop]`.
    pub stop: Option<StopRules>,
    /// The threshold that belongs to the method.
    pub threshold: f64,
    /// How the method computes probabilities, of test rows too.
    pub sigmoid: Sigmoid,
}

/// Why a solver cannot be made from parameters that are each allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// This build of the program lacks something that the solver needs; the experiment goes on without the solver.
    #[error("{0}")]
    Unavailable(&'static str),
    /// Two parameters contradict each other.
    #[error("{0}")]
    Conflict(&'static str),
}

/// Why a solver that needs LAPACK cannot be made in a build without it.
pub(super) const NO_LAPACK: BuildError =
    BuildError::Unavailable("this build has no LAPACK: install libopenblas-dev and build with --features lapack");

impl Method {
    /// Makes the solver, and completes `settings` with defaults that depend on other settings.
    ///
    /// # Errors
    /// When the build lacks something that the solver needs, or parameters contradict each other.
    pub fn build(&self, settings: &mut Settings) -> Result<Built, BuildError> {
        (self.build)(settings)
    }

    /// Why the method with these parameters cannot fit a model with this penalty, and what to do instead; `None` if it can.
    pub fn cannot_fit(&self, penalty: Penalty, settings: &Settings) -> Option<&'static str> {
        let unmet = |need: &&Need| !penalty.has(need.capability);
        (self.needs)(settings).iter().find(unmet).map(|need| need.otherwise)
    }
}

impl Built {
    /// A solver with the stable sigmoid, the threshold ½, and the stopping rules of the file. With ½ a fit predicts the more
    /// probable class, which minimises the expected error if probabilities are right.
    pub(super) fn new(solver: impl Solver + 'static) -> Built {
        Built { solver: Box::new(solver), stop: None, threshold: 0.5, sigmoid: Sigmoid::Stable }
    }
}
