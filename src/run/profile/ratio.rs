//! Likelihood-ratio tests: how much the deviance rises where a coefficient is held at 0.

use super::{Fit, Profile, Search};
use crate::record::{LikelihoodRatio, NoEnd};
use crate::statistics::distribution::chi_squared_quantile;

use super::descent::{Descent, Plane};

/// Level of the intervals inside which searches on separated data begin.
const LEVEL: f64 = 0.95;
/// Widest bounds on the statistic with which it is given, as a share of it or of 1 if it is smaller.
const WIDEST: f64 = 1e-6;

/// 2 (F_p(0) − inf F) of each coefficient: the likelihood-ratio statistic of the hypothesis that it is 0, which has asymptotically the
/// χ² distribution with one degree of freedom (Wilks 1938, Annals of Mathematical Statistics 9, 60-62). With Firth's penalty F is the
/// penalised objective (Heinze & Schemper 2002, Statistics in Medicine 21, 2409-2419), and nothing is proved.
pub fn likelihood_ratios(fit: &Fit<'_>) -> Vec<Result<LikelihoodRatio, NoEnd>> {
    let count = fit.problem.unknowns();
    match Profile::new(fit, chi_squared_quantile(LEVEL, 1.0)) {
        Some(profile) => (0..count).map(|k| profile.ratio(k)).collect(),
        None => vec![Err(NoEnd::Search); count],
    }
}

impl Profile<'_> {
    fn ratio(&self, k: usize) -> Result<LikelihoodRatio, NoEnd> {
        let plane = Plane::new(self.fit.own_scale.standardized.row(k));
        let mut search = Search { profile: self, plane: &plane, descent: Descent::new(self.fit.problem) };
        let place = search.place(0.0, self.beginning.clone())?;
        let Some(infimum) = self.proved else {
            let rise = search.descent.here().objective - self.infimum;
            return Ok(LikelihoodRatio { statistic: 2.0 * rise.max(0.0), error: None });
        };
        let mut polished = place.point.clone();
        search.descent.polish(&mut polished, Some(&plane));
        let held = Some((&plane, k, 0.0));
        let bounds = self.fit.own_scale.bounds(&place.point, held).and(self.fit.own_scale.bounds(&polished, held));
        // Rounding of these four operations is far below the bounds' own.
        let least = (2.0 * (bounds.lower - infimum.upper)).max(0.0);
        let most = 2.0 * (bounds.upper - infimum.lower);
        let (statistic, error) = (0.5 * (least + most), 0.5 * (most - least) * (1.0 + 1e-9) + f64::EPSILON * most);
        let is_known = error <= WIDEST * statistic.max(1.0);
        if is_known { Ok(LikelihoodRatio { statistic, error: Some(error) }) } else { Err(NoEnd::Unproved) }
    }
}
