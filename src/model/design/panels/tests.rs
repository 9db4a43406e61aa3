//! Passes in panels against rows one by one, and against themselves on other instruction sets and threads.

use super::*;
use crate::model::Serial;
use crate::model::loss::{RowLoss, predictor};

/// Rows of any numbers between −1 and 1.
fn numbers(count: usize) -> Vec<f64> {
    let next = |x: &u64| Some(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    let random = std::iter::successors(Some(7), next);
    random.skip(1).map(|x| (x >> 11) as f64 / 2f64.powi(52) - 1.0).take(count).collect()
}

struct Case {
    matrix: Vec<f64>,
    columns: usize,
    signs: Vec<f64>,
    coefficients: Vec<f64>,
    sigmoid: Sigmoid,
}

fn case(rows: usize, columns: usize) -> Case {
    let matrix = numbers(rows * columns);
    let signs = (0..rows).map(|i| if matrix[i * columns] > 0.1 { 1.0 } else { -1.0 }).collect();
    Case { matrix, columns, signs, coefficients: numbers(columns), sigmoid: Sigmoid::Stable }
}

#[derive(Debug, PartialEq)]
struct Sought {
    losses: f64,
    margin: f64,
    margins: Vec<f64>,
    gradient: Vec<f64>,
    largest: Vec<f64>,
    hessian: Vec<f64>,
}

fn in_panels(case: &Case, set: InstructionSet, workers: &dyn Workers, order: Order) -> Sought {
    of_matrix(Matrix::Double(&case.matrix), case, set, workers, order)
}

fn of_matrix(matrix: Matrix<'_>, case: &Case, set: InstructionSet, workers: &dyn Workers, order: Order) -> Sought {
    let p = case.columns;
    let padded = padded(&case.coefficients);
    let mut scratch = PanelScratch::default();
    let rows = Rows { rows: matrix, columns: p, signs: &case.signs, share: 1, before: 0 };
    let mut margins = vec![0.0; case.signs.len()];
    let terms = Terms::Logistic { coefficients: &padded, largest: true, sigmoid: case.sigmoid };
    let sweep = Sweep { rows, terms, order };
    pass(set, sweep, workers, &mut scratch, &mut margins);
    let mut hessian = vec![0.0; packed::len(p)];
    if order == Order::Hessian {
        unpack(&scratch.sums.hessian, p, &mut hessian);
    }
    let GroupSums { losses, smallest_margin: margin, gradient, largest, .. } = &scratch.sums;
    let [gradient, largest] = [gradient, largest].map(|strips| strips.as_flattened()[..p].to_vec());
    Sought { losses: tree(losses), margin: *margin, margins, gradient, largest, hessian }
}

fn one_by_one(case: &Case) -> Sought {
    let p = case.columns;
    let (mut losses, mut margin, mut gradient, mut hessian) =
        (0.0, f64::INFINITY, vec![0.0; p], vec![0.0; packed::len(p)]);
    let (mut margins, mut largest) = (Vec::new(), vec![0.0f64; p]);
    for (row, sign) in case.matrix.chunks(p).zip(&case.signs) {
        let m = sign * predictor(row, &case.coefficients);
        let RowLoss { loss, slope, weight } = case.sigmoid.row_loss(*sign, m);
        losses += loss;
        margin = m.min(margin);
        margins.push(m);
        for i in 0..p {
            gradient[i] += slope * row[i];
            largest[i] = largest[i].max(row[i].abs());
            for j in 0..=i {
                hessian[packed::at(i, j)] += weight * row[i] * row[j];
            }
        }
    }
    Sought { losses, margin, margins, gradient, largest, hessian }
}

const ORDERS: [Order; 3] = [Order::Objective, Order::Gradient, Order::Hessian];
/// Columns and rows that fill strips, tiles, panels and groups, and do not.
const SHAPES: [(usize, usize); 8] =
    [(1, 1), (7, 3), (128, 8), (129, 9), (300, 12), (1000, 31), (2 * GROUP + 77, 13), (GROUP + 5, 40)];

fn each_shape() -> impl Iterator<Item = ((usize, usize), Sigmoid)> {
    SHAPES.into_iter().flat_map(|shape| [Sigmoid::Stable, Sigmoid::Naive].map(|sigmoid| (shape, sigmoid)))
}

#[test]
fn panels_give_what_rows_one_by_one_give() {
    for ((rows, columns), sigmoid) in each_shape() {
        let case = Case { sigmoid, ..case(rows, columns) };
        let expected = one_by_one(&case);
        for order in ORDERS {
            let found = in_panels(&case, InstructionSet::widest(), &Serial, order);
            // Relative to the sum of the sizes of the terms, which is at most the number of rows.
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-13 * rows as f64;
            assert!((found.losses / expected.losses - 1.0).abs() < 1e-13, "{rows} x {columns}");
            assert!((found.margin - expected.margin).abs() < 1e-13);
            assert!(found.margins.iter().zip(&expected.margins).all(|(&a, &b)| (a - b).abs() < 1e-13));
            if order >= Order::Gradient {
                assert_eq!(found.largest, expected.largest);
                assert!(found.gradient.iter().zip(&expected.gradient).all(|(&a, &b)| near(a, b)));
            }
            if order == Order::Hessian {
                assert!(found.hessian.iter().zip(&expected.hessian).all(|(&a, &b)| near(a, b)));
            }
        }
    }
}

/// Every task on a thread of its own, the last first.
#[derive(Debug)]
struct Threads;
impl Workers for Threads {
    fn each(&self, tasks: usize, work: &(dyn Fn(usize) + Sync)) {
        std::thread::scope(|scope| {
            for task in (0..tasks).rev() {
                scope.spawn(move || work(task));
            }
        });
    }
}

#[test]
fn bits_depend_neither_on_the_instruction_set_nor_on_threads() {
    for ((rows, columns), sigmoid) in each_shape() {
        let case = Case { sigmoid, ..case(rows, columns) };
        for order in ORDERS {
            let expected = in_panels(&case, InstructionSet::Scalar, &Serial, order);
            for set in InstructionSet::available() {
                let found = in_panels(&case, set, &Serial, order);
                assert_eq!(found, expected, "{set:?}, {rows} x {columns}");
                assert_eq!(in_panels(&case, set, &Threads, order), expected, "{set:?}, {rows} x {columns}");
            }
        }
    }
}

#[test]
fn single_precision_gives_the_bits_of_its_numbers_in_double_precision() {
    for (rows, columns) in SHAPES {
        let mut case = case(rows, columns);
        let single: Vec<f32> = case.matrix.iter().map(|&x| x as f32).collect();
        case.matrix = single.iter().map(|&x| f64::from(x)).collect();
        for order in ORDERS {
            let expected = in_panels(&case, InstructionSet::Scalar, &Serial, order);
            for set in InstructionSet::available() {
                let found = of_matrix(Matrix::Single(&single), &case, set, &Serial, order);
                assert_eq!(found, expected, "{set:?}, {rows} x {columns}");
            }
        }
    }
}

#[test]
fn a_nan_is_seen_wherever_it_is() {
    for place in [0, 5, 699] {
        let mut case = case(100, 7);
        case.matrix[place] = f64::NAN;
        let found = in_panels(&case, InstructionSet::widest(), &Serial, Order::Hessian);
        assert!(found.losses.is_nan() && found.margin.is_nan());
        assert!(found.gradient.iter().chain(&found.hessian).all(|x| x.is_nan()));
    }
}

#[test]
fn gram_matrix_of_whole_numbers_is_exact() {
    let (rows, columns) = (GROUP + 333, 11);
    let matrix: Vec<f64> = numbers(rows * columns).iter().map(|x| (8.0 * x).round()).collect();
    let mut found = vec![0.0; packed::len(columns)];
    gram(Matrix::Double(&matrix), columns, &Serial, &mut PanelScratch::default(), &mut found);
    for i in 0..columns {
        for j in 0..=i {
            let expected: f64 = matrix.chunks(columns).map(|row| row[i] * row[j]).sum();
            assert_eq!(found[packed::at(i, j)], expected);
        }
    }
}
