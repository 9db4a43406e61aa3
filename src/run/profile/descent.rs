//! The least value of an objective, over all points or over those on a plane a'γ = c.
//!
//! On the plane one coefficient, the pivot, follows from the others, γ_q = (c − Σ_{j≠q} a_j γ_j)/a_q; it is the one with the largest
//! a_j, so that nothing is divided by a small number. Newton's method runs on the others, with the reduced gradient g_j − r_j g_q and
//! the Hessian of the same change of variables, r_j = a_j/a_q.
//!
//! Newton's step may be useless where the objective has hardly any curvature: where predictors are large. Then a multiple of X'X/4 is
//! added to H, small beside H first. With all of it the matrix is nowhere below a Hessian of the log-likelihood (Böhning & Lindsay 1988, Annals of the
//! Institute of Statistical Mathematics 40, 641-663), so such a step always descends. So no step that fails ends a descent that is
//! not over: what ends it is the decrement.

use crate::linear_algebra::{cholesky, dot, packed};
use crate::model::design::PassBuffers;
use crate::model::penalty::Capability;
use crate::model::{Evaluation, Evaluator, Order, Problem, Serial, Sigmoid};

/// Newton decrement d'Hd at which a descent is over: twice the distance of F from its least value.
const DECREMENT: f64 = 1e-13;
/// Decrement at which it is over if rounding lets no step descend.
const ROUNDED_DECREMENT: f64 = 1e-8;
/// Most steps: thousands, because Newton's method converges only linearly under Firth's penalty.
const MOST_STEPS: usize = 2000;
/// Most Newton steps that polish a least point.
const MOST_POLISHING: usize = 8;
/// Shares of X'X/4 that are added to H where Newton's step does not descend: once of as much of it as H has, for where all curvature
/// vanishes, as on the way to an infimum that is not attained; and once of all of it, for where a saturated start has none.
const SHARES: [f64; 5] = [1e-10, 1e-7, 1e-4, 1e-2, 1.0];
/// Shortest step, as a share of Newton's.
const SHORTEST: f64 = 1e-6;

/// The plane a'γ = c, for any c.
#[derive(Clone, Debug)]
pub struct Plane {
    functional: Vec<f64>,
    /// q.
    pivot: usize,
    /// r_j = a_j/a_q; 0 for the pivot.
    ratios: Vec<f64>,
}

impl Plane {
    /// The planes of a functional a, which is not 0.
    pub fn new(functional: Vec<f64>) -> Plane {
        let larger = |best: usize, j: usize| if functional[j].abs() > functional[best].abs() { j } else { best };
        let pivot = (0..functional.len()).fold(0, larger);
        let mut ratios: Vec<f64> = functional.iter().map(|a| a / functional[pivot]).collect();
        ratios[pivot] = 0.0;
        Plane { functional, pivot, ratios }
    }

    /// a.
    pub fn functional(&self) -> &[f64] {
        &self.functional
    }

    /// The coefficient that follows from the others.
    pub fn pivot(&self) -> usize {
        self.pivot
    }

    /// Changes the pivot's coefficient so that a'γ = `value`.
    pub fn project(&self, point: &mut [f64], value: f64) {
        point[self.pivot] += (value - dot(&self.functional, point)) / self.functional[self.pivot];
    }

    /// All columns but the pivot.
    fn others(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        let pivot = self.pivot;
        (0..self.ratios.len()).filter(move |&j| j != pivot)
    }

    fn reduced_vector(&self, full: &[f64]) -> Vec<f64> {
        self.others().map(|j| (-self.ratios[j]).mul_add(full[self.pivot], full[j])).collect()
    }

    fn reduced_matrix(&self, full: &[f64]) -> Vec<f64> {
        let (q, r) = (self.pivot, &self.ratios);
        let entry = |i: usize, j: usize| {
            let crossed = r[i] * full[packed::at(q, j)] + r[j] * full[packed::at(i, q)];
            full[packed::at(i, j)] - crossed + r[i] * r[j] * full[packed::at(q, q)]
        };
        self.others().flat_map(|i| self.others().take_while(move |&j| j <= i).map(move |j| entry(i, j))).collect()
    }

    /// The step along the plane that changes the others so.
    fn expanded(&self, reduced: &[f64]) -> Vec<f64> {
        let mut full = vec![0.0; self.ratios.len()];
        self.others().zip(reduced).for_each(|(j, &step)| full[j] = step);
        full[self.pivot] = -dot(&self.ratios, &full);
        full
    }
}

/// Descends on one objective.
pub struct Descent<'a> {
    problem: &'a Problem<'a>,
    evaluator: Evaluator<'static>,
    /// X'X/4.
    bound: Vec<f64>,
    here: Evaluation,
    trial: Evaluation,
}

impl<'a> Descent<'a> {
    /// For a problem.
    pub fn new(problem: &'a Problem<'a>) -> Descent<'a> {
        let mut bound = vec![0.0; packed::len(problem.unknowns())];
        match problem.loss.weights() {
            Some(weights) => problem.design.add_weighted_gram(weights, &mut bound),
            None => problem.design.gram(1, &Serial, &mut PassBuffers::default(), &mut bound),
        }
        bound.iter_mut().for_each(|value| *value *= 0.25);
        let evaluator = Evaluator::default();
        Descent { problem, evaluator, bound, here: Evaluation::default(), trial: Evaluation::default() }
    }

    /// F and its derivatives at the last point.
    pub fn here(&self) -> &Evaluation {
        &self.here
    }

    /// Moves to a point.
    pub fn go_to(&mut self, point: &[f64]) {
        self.evaluator.evaluate(self.problem, point, Order::Hessian, &mut self.here);
    }

    /// Moves `point`, on its plane if one is given, to where F is least; F there, or `None` where the descent breaks off before.
    /// `see` is called with F and each point on the way.
    pub fn run(
        &mut self,
        point: &mut Vec<f64>,
        plane: Option<&Plane>,
        see: &mut dyn FnMut(f64, &[f64]),
    ) -> Option<f64> {
        self.go_to(point);
        for _ in 0..MOST_STEPS {
            if !self.here.objective.is_finite() {
                return None;
            }
            see(self.here.objective, point);
            let is_convex = self.problem.penalty.has(Capability::Convex);
            // Neither a loss nor a convex penalty is negative.
            if is_convex && 2.0 * self.here.objective <= DECREMENT {
                return Some(self.here.objective);
            }
            let (mut is_near, mut moved) = (false, false);
            if let Some((direction, decrement)) = self.step(plane, 0.0) {
                if decrement <= DECREMENT {
                    return Some(self.here.objective);
                }
                is_near = decrement <= ROUNDED_DECREMENT;
                if let Some(next) = self.along(point, &direction) {
                    *point = next;
                    std::mem::swap(&mut self.here, &mut self.trial);
                    moved = true;
                }
            }
            if !moved
                && !is_near
                && let Some(next) = self.damped(point, plane)
            {
                *point = next;
                self.go_to(point);
                moved = true;
            }
            if !moved {
                // Rounding lets no step descend. Of a convex objective a proof has to tell whether F can be lower.
                return (is_near || is_convex).then_some(self.here.objective);
            }
        }
        None
    }

    /// Makes Newton's steps, as long as they become shorter, from where F is least but for rounding: F can tell points no better apart
    /// there, but its gradient can.
    pub fn polish(&mut self, point: &mut [f64], plane: Option<&Plane>) {
        self.go_to(point);
        let mut last = ROUNDED_DECREMENT;
        for _ in 0..MOST_POLISHING {
            let Some((direction, decrement)) = self.step(plane, 0.0).filter(|step| step.1 < last && step.1 > 0.0)
            else {
                return;
            };
            point.iter_mut().zip(&direction).for_each(|(b, d)| *b += d);
            self.go_to(point);
            last = decrement;
        }
    }

    /// How much of X'X/4 H has, at most: the largest share of a diagonal entry.
    fn share_of_bound(&self) -> f64 {
        let share = |j: usize| self.here.hessian[packed::at(j, j)] / self.bound[packed::at(j, j)];
        let largest = (0..self.problem.unknowns()).map(share).filter(|share| share.is_finite()).fold(0.0, f64::max);
        if largest > 0.0 { largest } else { 1.0 }
    }

    /// The Newton step with so much of X'X/4, and its decrement; `None` where the matrix is singular.
    fn step(&self, plane: Option<&Plane>, share: f64) -> Option<(Vec<f64>, f64)> {
        let damped: Vec<f64> = self.here.hessian.iter().zip(&self.bound).map(|(h, b)| share.mul_add(*b, *h)).collect();
        let (mut matrix, gradient) = match plane {
            Some(plane) => (plane.reduced_matrix(&damped), plane.reduced_vector(&self.here.gradient)),
            None => (damped, self.here.gradient.clone()),
        };
        if !cholesky::factor(&mut matrix, gradient.len()) {
            return None;
        }
        let mut step: Vec<f64> = gradient.iter().map(|g| -g).collect();
        cholesky::solve(&matrix, &mut step);
        let decrement = -dot(&step, &gradient);
        let direction = plane.map_or_else(|| step.clone(), |plane| plane.expanded(&step));
        decrement.is_finite().then_some((direction, decrement))
    }

    /// The lowest of the points to which steps with shares of X'X/4 lead; `None` where none of them descends.
    fn damped(&mut self, point: &[f64], plane: Option<&Plane>) -> Option<Vec<f64>> {
        let curved = self.share_of_bound();
        let mut lowest: Option<(f64, Vec<f64>)> = None;
        for share in SHARES.map(|share| share * curved).into_iter().chain(SHARES) {
            let Some((direction, _)) = self.step(plane, share) else { continue };
            if let Some(next) = self.along(point, &direction)
                && lowest.as_ref().is_none_or(|(objective, _)| self.trial.objective < *objective)
            {
                lowest = Some((self.trial.objective, next));
            }
        }
        lowest.map(|(_, next)| next)
    }

    /// The first point along `direction`, the step halved from its full length, where F is lower; `trial` is evaluated there.
    fn along(&mut self, point: &[f64], direction: &[f64]) -> Option<Vec<f64>> {
        let mut length = 1.0;
        while length > SHORTEST {
            let next: Vec<f64> = point.iter().zip(direction).map(|(b, d)| b + length * d).collect();
            self.evaluator.evaluate(self.problem, &next, Order::Hessian, &mut self.trial);
            if self.trial.objective < self.here.objective {
                return Some(next);
            }
            length *= 0.5;
        }
        None
    }

    /// dγ/dc of the least points on the planes at the last one, which is `point`, and d²F/dc² along them, without a penalty; `None`
    /// where H is singular.
    pub fn tangent(&self, plane: &Plane, point: &[f64]) -> Option<(Vec<f64>, f64)> {
        let p = self.problem.unknowns();
        let mut across = vec![0.0; p];
        across[plane.pivot] = 1.0 / plane.functional[plane.pivot];
        let mut curved = vec![0.0; p];
        packed::multiply(&self.here.hessian, &across, &mut curved);
        let mut matrix = plane.reduced_matrix(&self.here.hessian);
        if !cholesky::factor(&mut matrix, p - 1) {
            return None;
        }
        let mut step: Vec<f64> = plane.reduced_vector(&curved).iter().map(|v| -v).collect();
        cholesky::solve(&matrix, &mut step);
        let tangent: Vec<f64> = across.iter().zip(plane.expanded(&step)).map(|(a, s)| a + s).collect();
        let curvature = self.curvature(point, &tangent);
        (curvature > 0.0 && curvature.is_finite()).then_some((tangent, curvature))
    }

    /// Σ_i w_i (x_i't)², row by row: t'Ht from H would be lost in rounding where rows of weight hardly change along t.
    fn curvature(&self, point: &[f64], tangent: &[f64]) -> f64 {
        let Problem { design, loss, .. } = *self.problem;
        let weight = |i, predictor| loss.of_row(i, predictor, Sigmoid::Stable).weight;
        let mut changes = Vec::with_capacity(self.problem.len());
        design.each_predictor(tangent, |_, change| changes.push(change));
        let mut curvature = 0.0;
        design.each_predictor(point, |i, predictor| curvature += weight(i, predictor) * changes[i] * changes[i]);
        curvature
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DesignMatrix, Loss, PenaltyTerm};

    /// One positive of 60 rows, far out: where Newton's method from a saturated start breaks down.
    #[test]
    fn a_descent_from_far_away_arrives() {
        let rows: Vec<f64> = (0..60).flat_map(|i| [1.0, if i == 0 { -9.0 } else { f64::from(i % 7) }]).collect();
        let signs: Vec<f64> = (0..60).map(|i| if i == 0 || i == 13 { 1.0 } else { -1.0 }).collect();
        let problem =
            Problem { design: DesignMatrix::dense(&rows, 2), loss: Loss::logistic(&signs), penalty: PenaltyTerm::NONE };
        let mut descent = Descent::new(&problem);
        let plane = Plane::new(vec![0.0, 1.0]);
        for value in [-3.0, -0.5, 0.4] {
            let least = |descent: &mut Descent<'_>, start: f64| {
                let mut point = vec![start, value];
                let found = descent.run(&mut point, Some(&plane), &mut |_, _| ()).unwrap();
                assert_eq!(point[1], value);
                found
            };
            let near = least(&mut descent, -3.0);
            for start in [-700.0, -40.0, 40.0, 700.0] {
                assert!((least(&mut descent, start) / near - 1.0).abs() < 1e-10, "{value} from {start}");
            }
        }
    }

    #[test]
    fn the_plane_is_kept_and_the_tangent_leads_along_the_optima() {
        let rows = [1.0, 0.3, -1.0, 1.0, -0.8, 0.2, 1.0, 1.4, 0.9, 1.0, -0.2, 1.5, 1.0, 0.6, -0.4, 1.0, -1.1, -0.7];
        let signs = [1.0, -1.0, 1.0, -1.0, -1.0, 1.0];
        let problem =
            Problem { design: DesignMatrix::dense(&rows, 3), loss: Loss::logistic(&signs), penalty: PenaltyTerm::NONE };
        let mut descent = Descent::new(&problem);
        let plane = Plane::new(vec![1.0, -2.0, 0.5]);
        let mut at = |value: f64| {
            let mut point = vec![0.0; 3];
            plane.project(&mut point, value);
            let least = descent.run(&mut point, Some(&plane), &mut |_, _| ()).unwrap();
            assert!((dot(plane.functional(), &point) - value).abs() < 1e-14);
            (least, descent.tangent(&plane, &point).unwrap(), point)
        };
        let h = 1e-4;
        let ((below, _, _), (here, (tangent, curvature), point), (above, _, next)) =
            (at(0.3 - h), at(0.3), at(0.3 + h));
        for ((a, b), slope) in point.iter().zip(&next).zip(tangent) {
            assert!(((b - a) / h - slope).abs() < 1e-3);
        }
        assert!(((above - 2.0 * here + below) / (h * h) / curvature - 1.0).abs() < 1e-3);
    }
}
