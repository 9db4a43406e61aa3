//! Parts of the inverse of H = LL' that a proof needs, from the factor L.

use crate::linear_algebra::{Real, blocked, packed};

/// Fills `inverse_diagonal` with (H⁻¹)_jj.
#[inline(always)]
pub fn invert_diagonal<R: Real>(factor: &[R], inverse_diagonal: &mut [R], column: &mut [R]) {
    // H⁻¹ = L⁻ᵀ L⁻¹, so (H⁻¹)_jj is the squared length of column j of L⁻¹, which is zero above j.
    let p = inverse_diagonal.len();
    if p >= blocked::LARGE
        && let Some(factor) = R::single_lane(factor)
    {
        for (value, found) in inverse_diagonal.iter_mut().zip(blocked::inverse_diagonal(factor, p)) {
            *value = R::splat(found);
        }
        return;
    }
    for j in 0..p {
        let mut squared = R::splat(0.0);
        for i in j..p {
            let row = packed::at(i, 0);
            let mut sum = R::splat(if i == j { 1.0 } else { 0.0 });
            for (&l, &v) in factor[row + j..row + i].iter().zip(&column[j..i]) {
                sum = (-l).mul_add(v, sum);
            }
            column[i] = sum * (R::splat(1.0) / factor[row + i]);
            squared = column[i].mul_add(column[i], squared);
        }
        inverse_diagonal[j] = squared;
    }
}

/// Solves M v = b in place, M being L with its off-diagonal entries replaced by minus their sizes: v ≥ |L⁻¹| b.
#[inline(always)]
pub fn solve_comparison<R: Real>(factor: &[R], vector: &mut [R]) {
    for i in 0..vector.len() {
        let row = packed::at(i, 0);
        let mut sum = vector[i];
        for (l, &v) in factor[row..row + i].iter().zip(&vector[..i]) {
            sum = l.abs().mul_add(v, sum);
        }
        vector[i] = sum * (R::splat(1.0) / factor[row + i]);
    }
}
