//! Polynomial and interaction terms.

/// Products of features, each made of an earlier product and one more factor.
pub struct Terms {
    /// Per term the place of the term without its last factor, if it has several, and its last factor.
    factors: Vec<(Option<usize>, usize)>,
}

impl Terms {
    /// The products of at most `degree` of so many features, in the order of scikit-learn's PolynomialFeatures without the bias;
    /// of distinct features alone with `interactions`.
    pub fn new(features: usize, degree: u32, interactions: bool) -> Terms {
        let mut factors: Vec<(Option<usize>, usize)> = (0..features).map(|feature| (None, feature)).collect();
        let mut before = 0..features;
        for _ in 1..degree {
            let start = factors.len();
            for place in before.clone() {
                let last = factors[place].1;
                let next = if interactions { last + 1 } else { last };
                factors.extend((next..features).map(|feature| (Some(place), feature)));
            }
            before = start..factors.len();
        }
        Terms { factors }
    }

    /// The terms of a row, in place of `values`.
    pub fn of_row(&self, row: &[f64], values: &mut Vec<f64>) {
        values.clear();
        for &(before, feature) in &self.factors {
            let x = row[feature];
            values.push(before.map_or(x, |place| values[place] * x));
        }
    }

    /// The names of the terms, as `x1^2*x2`.
    pub fn names(&self, of: &[String]) -> Vec<String> {
        (0..self.factors.len()).map(|term| self.name(term, of)).collect()
    }

    fn name(&self, term: usize, of: &[String]) -> String {
        let mut powers: Vec<(usize, u32)> = Vec::new();
        let mut at = Some(term);
        while let Some(place) = at {
            let (before, feature) = self.factors[place];
            match powers.last_mut() {
                Some((last, power)) if *last == feature => *power += 1,
                _ => powers.push((feature, 1)),
            }
            at = before;
        }
        let factor = |&(feature, power): &(usize, u32)| match power {
            1 => of[feature].clone(),
            power => format!("{}^{power}", of[feature]),
        };
        powers.iter().rev().map(factor).collect::<Vec<_>>().join("*")
    }
}

/// Number of products of 1 to `degree` of p features: with repetition C(p + d − 1, d) of each degree d, without it C(p, d).
pub fn count(p: u64, degree: u32, interactions: bool) -> u64 {
    let mut of_degree = 1u128;
    let mut sum = 0u128;
    for d in 1..=u128::from(degree) {
        let p = u128::from(p);
        let choices = if interactions { (p + 1).saturating_sub(d) } else { p + d - 1 };
        // Exact: the product of d consecutive numbers is divisible by d!.
        of_degree = of_degree.saturating_mul(choices) / d;
        sum = sum.saturating_add(of_degree);
    }
    u64::try_from(sum).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(features: usize, degree: u32, interactions: bool) -> Vec<String> {
        let of: Vec<String> = (1..=features).map(|j| format!("x{j}")).collect();
        Terms::new(features, degree, interactions).names(&of)
    }

    #[test]
    fn terms_are_in_the_order_of_their_degree_and_named_by_their_factors() {
        assert_eq!(names(2, 2, false), ["x1", "x2", "x1^2", "x1*x2", "x2^2"]);
        assert_eq!(names(3, 2, true), ["x1", "x2", "x3", "x1*x2", "x1*x3", "x2*x3"]);
        assert_eq!(names(2, 3, false)[5..], ["x1^3", "x1^2*x2", "x1*x2^2", "x2^3"]);
        assert_eq!(names(3, 3, true)[6..], ["x1*x2*x3"]);
        assert_eq!(names(1, 3, true), ["x1"]);
        let mut values = Vec::new();
        Terms::new(2, 3, false).of_row(&[2.0, 5.0], &mut values);
        assert_eq!(values, [2.0, 5.0, 4.0, 10.0, 25.0, 8.0, 20.0, 50.0, 125.0]);
    }

    #[test]
    fn their_number_is_known_before_they_are_made() {
        for features in 0..6 {
            for degree in 1..5 {
                for interactions in [false, true] {
                    let made = names(features, degree, interactions).len() as u64;
                    assert_eq!(
                        made,
                        count(features as u64, degree, interactions),
                        "{features} {degree} {interactions}"
                    );
                }
            }
        }
        assert_eq!(count(100_000, 3, false), 166_676_666_850_000);
    }
}
