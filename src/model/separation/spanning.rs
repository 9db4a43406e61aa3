//! Independent rows that span all others, chosen so that their weights can bear corrections.

use super::modular::Echelon;
use crate::linear_algebra::{dot, norm};

/// Share of a row, after elimination, up to which it may be rounding: such a row counts as dependent as long as there are others.
const ROUNDING: f64 = 1e-13;

/// Independent rows among `candidates`, rows with their weights, that span all of them.
///
/// A correction of the weights that balances the rows is the smaller, the more these rows differ from each other: of two that are
/// nearly parallel one would bear a large correction, and the other the opposite one. So each row is chosen by what the rows before it
/// leave of it: Gram-Schmidt orthogonalisation with pivoting (Golub & Van Loan, Matrix Computations, 5.4.2), of rows times the `room` of
/// their weights, which is the largest correction that they bear, and with columns of one size. That a row is independent is decided
/// exactly ([`Echelon`]).
pub fn spanning(rows: &[Vec<f64>], candidates: &[(usize, f64)], room: impl Fn(usize, f64) -> f64) -> Vec<usize> {
    let columns = rows.first().map_or(0, Vec::len);
    let mut pivoting = Pivoting::new(rows, candidates, columns, room);
    let mut echelon = Echelon::default();
    let mut spanning = Vec::with_capacity(columns);
    // All columns are spanned: a further row depends on those before it.
    while echelon.rank() < columns
        && let Some(place) = pivoting.largest()
    {
        let row = candidates[place].0;
        if echelon.add(rows[row].iter().copied()) {
            spanning.push(row);
            pivoting.eliminate(place);
        }
    }
    spanning
}

/// Rows, and what the chosen ones leave of them.
struct Pivoting {
    columns: usize,
    /// Row after row, each times its room.
    rest: Vec<f64>,
    /// The largest entry of each row before elimination, which does not underflow, and its norm after; the latter is negative for a row
    /// that has been tried.
    sizes: Vec<(f64, f64)>,
}

impl Pivoting {
    fn new(
        rows: &[Vec<f64>],
        candidates: &[(usize, f64)],
        columns: usize,
        room: impl Fn(usize, f64) -> f64,
    ) -> Pivoting {
        let mut largest = vec![0.0f64; columns];
        for &(i, _) in candidates {
            largest.iter_mut().zip(&rows[i]).for_each(|(size, a)| *size = size.max(a.abs()));
        }
        largest.iter_mut().filter(|size| **size == 0.0).for_each(|size| *size = 1.0);
        let mut rest = Vec::with_capacity(candidates.len() * columns);
        for &(i, weight) in candidates {
            let room = room(i, weight);
            rest.extend(rows[i].iter().zip(&largest).map(|(a, size)| a / size * room));
        }
        let sizes = rest
            .chunks_exact(columns.max(1))
            .map(|row| (row.iter().fold(0.0, |most: f64, a| most.max(a.abs())), norm(row)))
            .collect();
        Pivoting { columns, rest, sizes }
    }

    /// The row with the largest rest, which then counts as tried; rows whose rest may be rounding come last.
    fn largest(&mut self) -> Option<usize> {
        let largest_of = |key: fn(&(f64, f64)) -> f64| {
            let untried = self.sizes.iter().enumerate().filter(|(_, sizes)| sizes.1 >= 0.0 && key(sizes) >= 0.0);
            untried.max_by(|a, b| key(a.1).total_cmp(&key(b.1)).then(b.0.cmp(&a.0))).map(|(place, _)| place)
        };
        let certain = |&(before, after): &(f64, f64)| if after > ROUNDING * before { after } else { -1.0 };
        let place = largest_of(certain).or_else(|| largest_of(|sizes| sizes.0))?;
        self.sizes[place].1 = -1.0;
        Some(place)
    }

    /// Takes the direction of a row out of all rows that have not been tried.
    fn eliminate(&mut self, place: usize) {
        let columns = self.columns;
        let row = &self.rest[place * columns..(place + 1) * columns];
        let length = norm(row);
        // Of a row that underflows nothing can be said.
        if !(length > 0.0) {
            return;
        }
        let direction: Vec<f64> = row.iter().map(|value| value / length).collect();
        for (other, sizes) in
            self.rest.chunks_exact_mut(columns).zip(&mut self.sizes).filter(|(_, sizes)| sizes.1 >= 0.0)
        {
            // Twice, because the first time leaves a share of rounding.
            for _ in 0..2 {
                let share = dot(&direction, other);
                other.iter_mut().zip(&direction).for_each(|(value, d)| *value -= share * d);
            }
            sizes.1 = norm(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_parallel_rows_are_not_taken_together() {
        let rows = [vec![1.0, 9.0], vec![1.0, 9.001], vec![1.0, -0.5], vec![1.0, 0.3]];
        let candidates: Vec<(usize, f64)> = (0..4).map(|i| (i, 0.25)).collect();
        assert_eq!(spanning(&rows, &candidates, |_, weight| weight), [1, 2]);
        // A row whose weight bears hardly any correction comes last.
        let mut candidates = candidates;
        candidates[2].1 = 1e-9;
        assert_eq!(spanning(&rows, &candidates, |_, weight| weight), [1, 3]);
    }

    #[test]
    fn rows_that_only_exact_arithmetic_tells_apart_are_found() {
        let rows = [vec![1.0, 1.0], vec![1.0, 1f64.next_up()], vec![2.0, 2.0]];
        let candidates: Vec<(usize, f64)> = (0..3).map(|i| (i, 1.0)).collect();
        let mut found = spanning(&rows, &candidates, |_, weight| weight);
        found.sort_unstable();
        assert!(found == [0, 1] || found == [1, 2], "{found:?}");
        let parallel = [vec![1.0, 3.0], vec![0.1, 0.3], vec![0.0, 0.0]];
        assert_eq!(spanning(&parallel[..1], &candidates[..1], |_, weight| weight), [0]);
        let dependent = [vec![1.0, 3.0], vec![2.0, 6.0], vec![0.0, 0.0]];
        assert_eq!(spanning(&dependent, &candidates, |_, weight| weight), [1], "they span one dimension");
    }
}
