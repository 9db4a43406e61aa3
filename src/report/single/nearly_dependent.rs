//! Columns that are linear combinations of others but for rounding: amounts in cents, say, and their sum.

use super::Question;
use super::hypotheses::names;
use crate::data::DataSet;
use crate::linear_algebra::{cholesky, packed};
use crate::record::{SingleFit, Verdict};
use crate::report::phrases::quoted;

/// Most multiplications for the correlations: a second or so.
const MOST_WORK: f64 = 1e9;

/// Columns of unit length with a combination of unit length whose square is below this are nearly dependent.
const NEARLY: f64 = 1e-9;

/// Columns whose part in that combination is below this share of the largest have none but by rounding.
const NO_PART: f64 = 0.01;

/// Steps of the inverse iteration: the smallest eigenvalue is smaller than the others by far where it matters.
const STEPS: usize = 30;

/// The columns that are nearly dependent, where that kept the solver from the maximum.
pub fn remark(fit: &SingleFit, question: &Question<'_>, terms: &[String]) -> Option<String> {
    let has_trouble = fit.is_refined || matches!(fit.verdict, Verdict::Suboptimal | Verdict::Undecided);
    if !has_trouble || question.penalty.strength().is_some() {
        return None;
    }
    let before = usize::from(fit.intercept);
    let near = nearly_dependent(question.data, fit.intercept, |place| fit.dropped.contains(&(place + before)));
    let near: Vec<usize> = near.into_iter().map(|place| place + before).collect();
    let last = terms.get(*near.last()?)?;
    Some(format!(
        "Nearly dependent columns: {}. But for rounding one of them is a linear combination of the others, so that their estimates, standard \
         errors and p-values say nothing one by one. Leave one out, as with --exclude {}.",
        names(&near, terms),
        quoted(last)
    ))
}

/// Places of the features that are nearly dependent together; empty where none are. `dropped` columns are left out, because they depend on
/// others exactly.
fn nearly_dependent(data: &DataSet, intercept: bool, is_dropped: impl Fn(usize) -> bool) -> Vec<usize> {
    let features = data.features.ncols();
    if data.rows() as f64 * (features as f64).powi(2) > MOST_WORK {
        return Vec::new();
    }
    let kept: Vec<usize> = (0..features).filter(|&place| !is_dropped(place)).collect();
    let columns: Vec<(usize, Vec<f64>)> =
        kept.into_iter().filter_map(|place| Some((place, unit_column(data, place, intercept)?))).collect();
    let p = columns.len();
    if p < 2 {
        return Vec::new();
    }
    let mut correlations = vec![0.0; packed::at(p, 0)];
    for (i, (_, a)) in columns.iter().enumerate() {
        for (j, (_, b)) in columns[..=i].iter().enumerate() {
            correlations[packed::at(i, j)] = a.iter().zip(b).map(|(a, b)| a * b).sum();
        }
    }
    let Some((eigenvalue, vector)) = smallest_eigenpair(&correlations, p) else { return Vec::new() };
    let largest = vector.iter().fold(0.0f64, |most, part| most.max(part.abs()));
    let has_part = |part: f64| eigenvalue < NEARLY && part.abs() > NO_PART * largest;
    columns.iter().zip(&vector).filter(|(_, part)| has_part(**part)).map(|((place, _), _)| *place).collect()
}

/// A column, less its mean where there is an intercept, of length 1; `None` for a constant one.
fn unit_column(data: &DataSet, place: usize, intercept: bool) -> Option<Vec<f64>> {
    let mut column: Vec<f64> = (0..data.rows()).map(|row| data.features.at(row, place)).collect();
    if intercept {
        let mean = column.iter().sum::<f64>() / column.len() as f64;
        column.iter_mut().for_each(|value| *value -= mean);
    }
    let length = column.iter().map(|value| value * value).sum::<f64>().sqrt();
    if !(length > 0.0 && length.is_finite()) {
        return None;
    }
    column.iter_mut().for_each(|value| *value /= length);
    Some(column)
}

/// The smallest eigenvalue with its vector, by inverse iteration. The shift makes the factor of a singular matrix exist.
fn smallest_eigenpair(matrix: &[f64], p: usize) -> Option<(f64, Vec<f64>)> {
    let mut factor = matrix.to_vec();
    (0..p).for_each(|i| factor[packed::at(i, i)] += 1e-11);
    if !cholesky::factor(&mut factor, p) {
        return None;
    }
    // No eigenvector of a matrix that people meet is orthogonal to it.
    let mut vector: Vec<f64> = (0..p).map(|i| 1.0 + (i as f64 * 0.618_033_988_75).fract()).collect();
    for _ in 0..STEPS {
        cholesky::solve(&factor, &mut vector);
        let length = vector.iter().map(|part| part * part).sum::<f64>().sqrt();
        if !(length > 0.0 && length.is_finite()) {
            return None;
        }
        vector.iter_mut().for_each(|part| *part /= length);
    }
    let at = |i: usize, j: usize| matrix[if i >= j { packed::at(i, j) } else { packed::at(j, i) }];
    let product = |i: usize| (0..p).map(|j| at(i, j) * vector[j]).sum::<f64>();
    let eigenvalue = (0..p).map(|i| vector[i] * product(i)).sum::<f64>();
    Some((eigenvalue, vector))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear_algebra::{Storage, StoredRows};

    #[test]
    fn a_sum_of_decimals_is_named_with_its_parts_and_no_other_column() {
        let value = |i: usize, j: usize| {
            let (a, b) = (((i * 37) % 101) as f64 / 100.0, ((i * 53) % 97) as f64 / 100.0);
            [a, (i * i % 11) as f64, b, a + b][j]
        };
        let with = |error: f64| {
            let shape = (60, 4);
            let features = StoredRows::from_fn(Storage::Double, shape, |(i, j)| {
                value(i, j) + if j == 3 { error * (i % 3) as f64 } else { 0.0 }
            });
            let data = DataSet { features, labels: vec![0; 60], ..DataSet::default() };
            [true, false].map(|intercept| nearly_dependent(&data, intercept, |_| false))
        };
        assert_eq!(with(0.0), [vec![0, 2, 3], vec![0, 2, 3]]);
        assert_eq!(with(1e-6), [vec![0, 2, 3], vec![0, 2, 3]]);
        assert_eq!(with(0.01), [Vec::<usize>::new(), Vec::new()]);
    }
}
