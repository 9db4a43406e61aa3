//! Every operation on every kind of design, against its formula. Numbers are whole and weights are powers of two, so that every
//! sum is exact, in whatever order and precision a kind adds it up.

use super::*;
use crate::linear_algebra::packed;
use crate::model::{Serial, Sigmoid};

/// X, a vector of each of its lengths, weights of its rows, and a factor of its columns.
struct Case {
    x: Vec<Vec<f64>>,
    of_rows: Vec<f64>,
    of_columns: Vec<f64>,
    weights: Vec<f64>,
    signs: Vec<f64>,
    /// L, a packed lower triangle with 2 on its diagonal.
    factor: Vec<f64>,
    numbers: Vec<f64>,
    rounded: Vec<f32>,
}

impl Case {
    fn new(rows: usize, columns: usize) -> Case {
        let mut seed = (rows * 100 + columns) as u64;
        let mut whole = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) % below) as f64
        };
        let mut vector = |length: usize| (0..length).map(|_| whole(17) - 8.0).collect::<Vec<f64>>();
        let x: Vec<Vec<f64>> = (0..rows).map(|_| vector(columns)).collect();
        let (of_rows, of_columns) = (vector(rows), vector(columns));
        let weights = vector(rows).iter().map(|x| (x / 4.0).round().exp2()).collect();
        let signs = vector(rows).iter().map(|x| if *x > 0.0 { 1.0 } else { -1.0 }).collect();
        let mut factor: Vec<f64> = vector(packed::len(columns)).iter().map(|x| (x / 8.0).round()).collect();
        (0..columns).for_each(|j| factor[packed::at(j, j)] = 2.0);
        let numbers = x.concat();
        let rounded = numbers.iter().map(|&x| x as f32).collect();
        Case { x, of_rows, of_columns, weights, signs, factor, numbers, rounded }
    }

    fn columns(&self) -> usize {
        self.of_columns.len()
    }

    /// These numbers as every kind of design has them.
    fn designs(&self) -> Vec<DesignMatrix<'_>> {
        let (rows, columns) = (self.x.len(), self.columns());
        let dense = |numbers| DesignMatrix::Dense(Dense::new(numbers, rows, columns));
        vec![dense(Matrix::Double(&self.numbers)), dense(Matrix::Single(&self.rounded))]
    }

    /// A vector per row.
    fn each<I: IntoIterator<Item = f64>>(&self, of_row: impl Fn(usize, &[f64]) -> I) -> Vec<f64> {
        self.x.iter().enumerate().flat_map(|(i, row)| of_row(i, row)).collect()
    }

    /// The sum of a vector per row, of a number per column.
    fn sum(&self, of_row: impl Fn(usize, &[f64]) -> Vec<f64>) -> Vec<f64> {
        self.x.iter().enumerate().fold(vec![0.0; self.columns()], |sum, (i, row)| plus(sum, &of_row(i, row)))
    }

    /// X'WX of one row in every `step`.
    fn gram(&self, weight: impl Fn(usize) -> f64, step: usize) -> Vec<f64> {
        let rows = self.x.iter().enumerate().step_by(step);
        rows.fold(vec![0.0; packed::len(self.columns())], |sum, (i, row)| {
            let products = (0..row.len()).flat_map(|a| (0..=a).map(move |b| row[a] * row[b]));
            plus(sum, &products.map(|product| weight(i) * product).collect::<Vec<_>>())
        })
    }
}

fn plus(mut sums: Vec<f64>, terms: &[f64]) -> Vec<f64> {
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
    sums
}

fn scaled(factor: f64, row: &[f64]) -> Vec<f64> {
    row.iter().map(|x| factor * x).collect()
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// What a kind of design is called here. A new kind belongs to `Case::designs` too.
fn kind(design: DesignMatrix<'_>) -> &'static str {
    match design {
        DesignMatrix::Dense(dense) => match dense.numbers() {
            Matrix::Double(_) => "dense, in double precision",
            Matrix::Single(_) => "dense, in single precision",
        },
    }
}

/// An operation: what it gives, and its formula.
struct Operation {
    name: &'static str,
    found: fn(DesignMatrix<'_>, &Case) -> Vec<f64>,
    formula: fn(&Case) -> Vec<f64>,
}

const ORDERS: [Order; 3] = [Order::Objective, Order::Gradient, Order::Hessian];

/// Gradient and Hessian as an operation of some order leaves them, from sums that begin at `start`.
fn up_to(order: Order, start: f64, gradient: Vec<f64>, hessian: Vec<f64>) -> Vec<f64> {
    let sums = |sums: Vec<f64>, from: Order| match order >= from {
        true => sums.into_iter().map(|sum| start + sum).collect(),
        false => vec![start; sums.len()],
    };
    [sums(gradient, Order::Gradient), sums(hessian, Order::Hessian)].concat()
}

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "rows, columns, is_finite",
        found: |design, _| vec![design.rows() as f64, design.columns() as f64, f64::from(design.is_finite())],
        formula: |case| vec![case.x.len() as f64, case.columns() as f64, 1.0],
    },
    Operation {
        name: "each_row",
        found: |design, _| {
            let mut seen = Vec::new();
            design.each_row(|i, row| seen.extend([&[i as f64], row].concat()));
            seen
        },
        formula: |case| case.each(|i, row| [&[i as f64], row].concat()),
    },
    Operation {
        name: "column, entry",
        found: |design, case| {
            let entries = |j: usize| (0..case.x.len()).map(move |i| design.entry(i, j));
            (0..case.columns()).flat_map(|j| design.column(j).chain(entries(j))).collect()
        },
        formula: |case| {
            let column = |j: usize| case.x.iter().map(move |row| row[j]);
            (0..case.columns()).flat_map(|j| column(j).chain(column(j))).collect()
        },
    },
    Operation {
        name: "each_predictor",
        found: |design, case| {
            let mut seen = Vec::new();
            design.each_predictor(&case.of_columns, |i, predictor| seen.extend([i as f64, predictor]));
            seen
        },
        formula: |case| case.each(|i, row| [i as f64, product(row, &case.of_columns)]),
    },
    Operation {
        name: "all_predictors",
        found: |design, case| {
            let (mut seen, mut asked) = (Vec::new(), 0.0);
            let all = design.all_predictors(&case.of_columns, |i, sum, size| {
                seen.extend([i as f64, sum, size]);
                true
            });
            let some = design.all_predictors(&case.of_columns, |i, _, _| {
                asked += 1.0;
                i < 1
            });
            seen.extend([f64::from(all), f64::from(some), asked]);
            seen
        },
        formula: |case| {
            let size = |row: &[f64]| row.iter().zip(&case.of_columns).map(|(x, b)| (x * b).abs()).sum();
            let mut seen = case.each(|i, row| [i as f64, product(row, &case.of_columns), size(row)]);
            seen.extend([1.0, f64::from(case.x.len() < 2), case.x.len().min(2) as f64]);
            seen
        },
    },
    Operation {
        name: "add_transpose_product",
        found: |design, case| {
            let mut sums = vec![1.0; case.columns()];
            design.add_transpose_product(&case.of_rows, &mut sums);
            sums
        },
        formula: |case| plus(vec![1.0; case.columns()], &case.sum(|i, row| scaled(case.of_rows[i], row))),
    },
    Operation {
        name: "add_weighted_gram",
        found: |design, case| {
            let mut sums = vec![1.0; packed::len(case.columns())];
            design.add_weighted_gram(&case.weights, &mut sums);
            sums
        },
        formula: |case| plus(vec![1.0; packed::len(case.columns())], &case.gram(|i| case.weights[i], 1)),
    },
    Operation {
        name: "gram",
        found: |design, case| {
            let (mut buffers, mut sums) = (PassBuffers::default(), vec![f64::NAN; packed::len(case.columns())]);
            let mut of_one_in = |step: usize| {
                design.gram(step, &Serial, &mut buffers, &mut sums);
                sums.clone()
            };
            [of_one_in(1), of_one_in(3)].concat()
        },
        formula: |case| [case.gram(|_| 1.0, 1), case.gram(|_| 1.0, 3)].concat(),
    },
    Operation {
        name: "hessian_product",
        found: |design, case| {
            let mut product = vec![f64::NAN; case.columns()];
            design.hessian_product(&case.weights, &case.of_columns, &mut product);
            product
        },
        // Of the whole matrix with the vector.
        formula: |case| {
            let gram = case.gram(|i| case.weights[i], 1);
            let entry = |a: usize, b: usize| gram[packed::at(a.max(b), a.min(b))];
            let row = |a: usize| (0..case.columns()).map(|b| entry(a, b)).collect::<Vec<_>>();
            (0..case.columns()).map(|a| product(&row(a), &case.of_columns)).collect()
        },
    },
    Operation {
        name: "accumulate",
        found: |design, case| {
            let of_order = |order: Order| {
                let (mut seen, mut gradient) = (Vec::new(), vec![1.0; case.columns()]);
                let mut hessian = vec![1.0; packed::len(case.columns())];
                let terms = |i: usize, predictor: f64| {
                    seen.push(predictor);
                    (case.of_rows[i], case.weights[i])
                };
                design.accumulate(&case.of_columns, order, terms, &mut gradient, &mut hessian);
                [seen, gradient, hessian].concat()
            };
            ORDERS.map(of_order).concat()
        },
        formula: |case| {
            let of_order = |order: Order| {
                let predictors = case.each(|_, row| [product(row, &case.of_columns)]);
                let gradient = case.sum(|i, row| scaled(case.of_rows[i], row));
                [predictors, up_to(order, 1.0, gradient, case.gram(|i| case.weights[i], 1))].concat()
            };
            ORDERS.map(of_order).concat()
        },
    },
    Operation {
        // At β = 0, where all but the losses is exact: slopes are −s_i / 2 and weights 1/4.
        name: "logistic_pass",
        found: |design, case| {
            let of_order = |order: Order| {
                let (mut margins, coefficients) = (vec![1.0; case.x.len()], vec![0.0; case.columns()]);
                let [mut gradient, mut largest] = [0.0, 0.0].map(|start| vec![start; case.columns()]);
                let mut hessian = vec![0.0; packed::len(case.columns())];
                let pass =
                    Pass { signs: &case.signs, coefficients: &coefficients, order, sigmoid: Sigmoid::Stable, share: 1 };
                let found = PassOutput {
                    margins: &mut margins,
                    gradient: &mut gradient,
                    largest: &mut largest,
                    hessian: &mut hessian,
                };
                let totals = design.logistic_pass(pass, &Serial, &mut PassBuffers::default(), found);
                [margins, vec![totals.smallest_margin], gradient, hessian, largest].concat()
            };
            ORDERS.map(of_order).concat()
        },
        formula: |case| {
            let of_order = |order: Order| {
                let gradient = case.sum(|i, row| scaled(-0.5 * case.signs[i], row));
                let sums = up_to(order, 0.0, gradient, case.gram(|_| 0.25, 1));
                let largest = if order >= Order::Gradient { sizes(case) } else { vec![0.0; case.columns()] };
                [vec![0.0; case.x.len() + 1], sums, largest].concat()
            };
            ORDERS.map(of_order).concat()
        },
    },
    Operation {
        name: "column_sizes",
        found: |design, case| {
            let mut sizes = vec![f64::NAN; case.columns()];
            design.column_sizes(&mut sizes);
            sizes
        },
        formula: sizes,
    },
    Operation {
        name: "largest_row",
        found: |design, _| vec![design.largest_row(|row| product(row, row)), design.largest_row(|_| -1.0)],
        formula: |case| vec![case.x.iter().map(|row| product(row, row)).fold(0.0, f64::max), 0.0],
    },
    Operation {
        // L L⁻¹x_i is x_i again.
        name: "each_row_in_factor",
        found: |design, case| {
            let mut seen = Vec::new();
            design.each_row_in_factor(&case.factor, &mut Vec::new(), |i, solved| {
                let row = |a: usize| &case.factor[packed::at(a, 0)..=packed::at(a, a)];
                seen.push(i as f64);
                seen.extend((0..case.columns()).map(|a| product(row(a), solved)));
            });
            seen
        },
        formula: |case| case.each(|i, row| [&[i as f64], row].concat()),
    },
];

/// max_i |x_ij|.
fn sizes(case: &Case) -> Vec<f64> {
    (0..case.columns()).map(|j| case.x.iter().map(|row| row[j].abs()).fold(0.0, f64::max)).collect()
}

#[test]
fn every_operation_on_every_kind_of_design_is_its_formula() {
    // The rows that are widened together are 64; the last shapes are for panels.
    for (rows, columns) in [(1, 1), (1, 4), (7, 3), (64, 2), (65, 5), (130, 1), (129, 8), (200, 13)] {
        let case = Case::new(rows, columns);
        let panels = rows * columns >= dense::PANELS;
        for design in case.designs() {
            assert_eq!(design.has_logistic_pass(), panels);
            for Operation { name, found, formula } in OPERATIONS {
                assert_eq!(found(design, &case), formula(&case), "{name}, {rows} x {columns}, {}", kind(design));
            }
        }
    }
}
