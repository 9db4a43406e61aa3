//! Random problems of every kind that has gone wrong somewhere: mixed scales, ties, duplicates, integers, and classes that
//! touch, overlap or part by a billionth.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// A problem that owns its rows.
#[derive(Debug)]
pub struct Random {
    pub rows: Vec<f64>,
    pub columns: usize,
    pub signs: Vec<f64>,
    pub penalties: Vec<f64>,
    pub kind: String,
}

impl Random {
    /// Number `seed` with at most so many rows and columns.
    pub fn new(seed: u64, most_rows: usize, most_columns: usize) -> Random {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let columns = random.random_range(1..=most_columns);
        let n = random.random_range(4.max(columns + 1)..=most_rows.max(columns + 1));
        Random::of_shape(seed, &mut random, n, columns)
    }

    /// Number `seed` of any shape, up to 300 columns and with fewer rows than columns too; in some, columns far from 0, nearly equal, or in
    /// extreme units.
    pub fn hard(seed: u64) -> Random {
        let mut random = ChaCha8Rng::seed_from_u64(!seed);
        let most = [8, 40, 100, 300][(0..3).find(|_| random.random_bool(0.86)).unwrap_or(3)];
        let columns = random.random_range(1..=most);
        let n = random.random_range(4..=(columns * 5 / 2 + 12));
        let mut problem = Random::of_shape(seed, &mut random, n, columns);
        let column = |random: &mut ChaCha8Rng| random.random_range(0..columns);
        for kind in ["far", "near", "extreme"] {
            if !random.random_bool(0.2) {
                continue;
            }
            let (j, k) = (column(&mut random), column(&mut random));
            let amount = match kind {
                "far" => 10f64.powi(random.random_range(3..=12)),
                "near" => 10f64.powi(-random.random_range(4..=11)),
                _ => 10f64.powi(random.random_range(20..=200) * if random.random_bool(0.5) { 1 } else { -1 }),
            };
            for row in problem.rows.chunks_exact_mut(columns) {
                match kind {
                    "far" => row[j] += amount,
                    "near" => {
                        row[j] = row[k] * (1.0 + amount * Distribution::<f64>::sample(&StandardNormal, &mut random))
                    }
                    _ => row[j] *= amount,
                }
            }
            problem.kind += &format!(", column {j} {kind} by {amount:e}");
        }
        problem
    }

    fn of_shape(seed: u64, random: &mut ChaCha8Rng, n: usize, columns: usize) -> Random {
        let features = ["gaussian", "integer", "ties", "binary"][random.random_range(0..4)];
        let mut rows: Vec<f64> = (0..n * columns)
            .map(|_| match features {
                "gaussian" => StandardNormal.sample(random),
                "integer" => f64::from(random.random_range(-5..=5)),
                "ties" => f64::from(random.random_range(0..=3)) * 0.1,
                _ => f64::from(random.random_range(0..=1)),
            })
            .collect();
        let intercept = random.random_bool(0.8);
        if intercept {
            rows.chunks_exact_mut(columns).for_each(|row| row[0] = 1.0);
        }
        let duplicates = random.random_bool(0.2);
        if duplicates {
            for i in n / 2..n {
                rows.copy_within((i - n / 2) * columns..(i - n / 2 + 1) * columns, i * columns);
            }
        }
        let normal: Vec<f64> = (0..columns).map(|_| f64::from(random.random_range(-3..=3))).collect();
        let along = |row: &[f64]| row.iter().zip(&normal).map(|(x, d)| x * d).sum::<f64>();
        let labels = ["random", "hyperplane", "touching", "billionth"][random.random_range(0..4)];
        let mut signs: Vec<f64> = rows
            .chunks_exact(columns)
            .map(|row| {
                let coin = if random.random_bool(0.5) { 1.0 } else { -1.0 };
                let side = along(row);
                if labels == "random" || side == 0.0 { coin } else { side.signum() }
            })
            .collect();
        if labels == "billionth" {
            // One row of the first feature's axis is pushed over, or just up to, the hyperplane.
            let i = random.random_range(0..n);
            let row = &mut rows[i * columns..(i + 1) * columns];
            let squared: f64 = normal.iter().map(|d| d * d).sum();
            if squared > 0.0 {
                let side: f64 = row.iter().zip(&normal).map(|(x, d)| x * d).sum();
                let nudge = [1e-9, -1e-9, 1e-12, -1e-12][random.random_range(0..4)];
                let first = usize::from(intercept);
                for (x, d) in row.iter_mut().zip(&normal).skip(first) {
                    *x -= (side - nudge) * d / squared;
                }
            }
        }
        if labels == "random" && random.random_bool(0.3) {
            // Few rows of one class.
            let rare = random.random_range(1..4);
            signs.iter_mut().skip(rare).for_each(|sign| *sign = -1.0);
            signs.iter_mut().take(rare).for_each(|sign| *sign = 1.0);
        }
        let scales = random.random_bool(0.3);
        if scales {
            let first = usize::from(intercept);
            for j in first..columns {
                let scale = 10f64.powi(random.random_range(-8..=8));
                rows.iter_mut().skip(j).step_by(columns).for_each(|x| *x *= scale);
            }
        }
        let mut penalties = vec![0.0; columns];
        let penalised = random.random_bool(0.15);
        if penalised {
            penalties.iter_mut().skip(usize::from(intercept)).for_each(|penalty| *penalty = 0.5);
        }
        let kind = format!(
            "seed {seed}: {n} x {columns} {features}, {labels}{}{}{}{}",
            if intercept { ", intercept" } else { "" },
            if duplicates { ", duplicates" } else { "" },
            if scales { ", mixed scales" } else { "" },
            if penalised { ", penalised" } else { "" },
        );
        Random { rows, columns, signs, penalties, kind }
    }
}
