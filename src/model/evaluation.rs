//! The values of the objective and its derivatives at a point.

use super::loss::Sigmoid;
use crate::linear_algebra::packed;

/// The highest derivative that an evaluation computes. It computes all lower derivatives too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// The objective alone.
    Objective,
    /// Objective and gradient.
    Gradient,
    /// Objective, gradient and Hessian.
    Hessian,
}

/// The model at one point, as an [`Evaluator`](super::Evaluator) leaves it.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// F(β).
    pub objective: f64,
    /// Sum of the sizes of the terms of F, to which its rounding is relative: F(β) itself, except with Firth's penalty.
    pub magnitude: f64,
    /// g(β), length p.
    pub gradient: Vec<f64>,
    /// H(β) as a packed lower triangle, length p(p+1)/2; empty where no evaluation has been up to the Hessian.
    pub hessian: Vec<f64>,
    /// The smallest s_i·x_i'β: positive when every row is on its class's side of the hyperplane.
    pub smallest_margin: f64,
    /// The highest derivative that belongs to the point, and the sigmoid that computed it; none after an estimate.
    pub(super) holds: Option<(Order, Sigmoid)>,
    /// The point.
    pub(super) at: Vec<f64>,
    /// m_i, if the pass computed them; else empty.
    pub(super) margins: Vec<f64>,
    /// max_i |x_ij| of each column, if the pass computed them; else empty.
    pub(super) column_sizes: Vec<f64>,
}

impl Evaluation {
    /// Makes room for derivatives by `columns` coefficients, and for those alone that `order` names, because a Hessian of many
    /// columns is larger than their design.
    pub fn resize(&mut self, columns: usize, order: Order) {
        self.gradient.resize(columns, 0.0);
        if order == Order::Hessian {
            self.hessian.resize(packed::len(columns), 0.0);
        }
    }

    /// Becomes a copy of another evaluation; a Hessian that the other does not hold keeps its place.
    pub fn copy_from(&mut self, other: &Evaluation) {
        (self.objective, self.magnitude) = (other.objective, other.magnitude);
        (self.smallest_margin, self.holds) = (other.smallest_margin, other.holds);
        self.gradient.clone_from(&other.gradient);
        if other.holds_hessian() {
            self.hessian.clone_from(&other.hessian);
        }
        self.at.clone_from(&other.at);
        self.margins.clone_from(&other.margins);
        self.column_sizes.clone_from(&other.column_sizes);
    }

    /// Whether the evaluation belongs to exactly this point, is up to `order`, and uses the stable sigmoid.
    pub fn is_of(&self, coefficients: &[f64], order: Order) -> bool {
        self.holds.is_some_and(|(held, sigmoid)| held >= order && sigmoid == Sigmoid::Stable) && self.at == coefficients
    }

    /// m_i at exactly this point, if they are known; else empty.
    pub fn margins(&self, coefficients: &[f64]) -> &[f64] {
        if self.at == coefficients { &self.margins } else { &[] }
    }

    /// max_i |x_ij| of each column, if they are known; else empty.
    pub fn column_sizes(&self) -> &[f64] {
        &self.column_sizes
    }

    /// Whether the Hessian belongs to the point.
    pub fn holds_hessian(&self) -> bool {
        self.holds.is_some_and(|(held, _)| held == Order::Hessian)
    }

    /// Whether the evaluation holds a Hessian computed with the stable sigmoid.
    pub fn has_stable_hessian(&self) -> bool {
        self.holds == Some((Order::Hessian, Sigmoid::Stable))
    }
}
