//! Separation: a direction along which the likelihood never falls, so that no finite maximum exists.

use super::Problem;

/// Whether every row is strictly on its class's side of `direction`, whatever rounding did: s_i·x_i'd > 0 for all i.
///
/// Then the objective falls for ever along d (Albert & Anderson 1984, "complete separation") and d is the proof. With a
/// penalty the objective falls for ever only if d has no penalised part, and with Firth's it never does.
/// The rounding error of x'd is at most (p+1)ε Σ|x_j d_j|, and a margin counts only above that.
pub fn strictly_separates(problem: &Problem<'_>, direction: &[f64]) -> bool {
    let unpenalised = problem.penalties.iter().zip(direction).all(|(&penalty, &d)| penalty == 0.0 || d == 0.0);
    unpenalised
        && !problem.firth
        && !problem.is_empty()
        && problem.signed_rows().all(|(row, sign)| {
            let (mut margin, mut size) = (0.0, 0.0);
            for (x, d) in row.iter().zip(direction) {
                margin += sign * x * d;
                size += (x * d).abs();
            }
            // Underflow is not covered by the relative bound, hence the smallest normal number.
            margin > (problem.columns as f64 + 2.0) * f64::EPSILON * size + f64::MIN_POSITIVE
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_means_strict() {
        let problem = |penalties| Problem {
            rows: &[1.0, -1.0, 1.0, 1.0],
            columns: 2,
            signs: &[-1.0, 1.0],
            penalties,
            firth: false,
        };
        assert!(strictly_separates(&problem(&[0.0, 0.0]), &[0.0, 1.0]));
        assert!(!strictly_separates(&problem(&[0.0, 0.0]), &[1.0, 1.0]), "a row on the hyperplane");
        assert!(!strictly_separates(&problem(&[0.0, 0.0]), &[1.0, 1.0 + 2e-16]), "a margin that rounding explains");
        assert!(!strictly_separates(&problem(&[0.0, 0.1]), &[0.0, 1.0]), "the penalty stops it");
        assert!(!strictly_separates(&problem(&[0.0, 0.0]), &[f64::NAN, 1.0]));
    }
}
