//! Separating directions, as they are printed, by exact arithmetic on the numbers of the file.

mod common;

use std::cmp::Ordering;
use std::fmt::Write;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use serde_json::Value;

/// Xorshift numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, count: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % count
    }

    /// In −1 to 1, with all bits of a double.
    fn number(&mut self) -> f64 {
        self.below(1 << 53) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// Features and classes of data that are separated, completely or not; most of them.
fn separated(seed: u64) -> (Vec<Vec<f64>>, Vec<bool>) {
    let random = &mut Random(0x9e37_79b9_7f4a_7c15 ^ (seed << 20) ^ 1);
    (0..20).for_each(|_| _ = random.below(2));
    let (n, p) = (6 + random.below(25) as usize, 1 + random.below(4) as usize);
    let normal: Vec<f64> = (0..p).map(|_| random.number()).collect();
    let mut x: Vec<Vec<f64>> = (0..n).map(|_| (0..p).map(|_| random.number()).collect()).collect();
    let side = |row: &[f64]| row.iter().zip(&normal).map(|(x, d)| x * d).sum::<f64>() > 0.1;
    match seed % 5 {
        // Numbers of one decimal digit.
        1 => x.iter_mut().flatten().for_each(|x| *x = (10.0 * *x).round() / 10.0),
        // Columns of very different size, far from 0.
        2 => x.iter_mut().for_each(|row| {
            row.iter_mut().enumerate().for_each(|(j, x)| *x = (*x + 3.0) * 10f64.powi(4 * j as i32 - 5));
        }),
        _ => {}
    }
    let mut y: Vec<bool> = x.iter().map(|row| side(row)).collect();
    if seed % 5 == 2 {
        let middle = x[0][0];
        y = x.iter().map(|row| row[0] > middle).collect();
    }
    match seed % 5 {
        // A row of each class at the same place, on the hyperplane if there is one.
        3 => {
            for _ in 0..1 + random.below(2) {
                let row: Vec<f64> = (0..p).map(|_| random.number()).collect();
                x.extend([row.clone(), row]);
                y.extend([false, true]);
            }
        }
        // The same, but for the last bit of one number.
        4 => {
            let row: Vec<f64> = (0..p).map(|_| random.number()).collect();
            let mut other = row.clone();
            other[0] = if normal[0] > 0.0 { other[0].next_up() } else { other[0].next_down() };
            x.extend([row, other]);
            y.extend([false, true]);
        }
        _ => {}
    }
    let ends = y.len();
    (y[0], y[ends - 1]) = (false, true);
    if seed.is_multiple_of(2) {
        // A level of one class.
        x.iter_mut().enumerate().for_each(|(i, row)| row.push(f64::from(u8::from(i % 3 == 0))));
        y.iter_mut().enumerate().for_each(|(i, y)| *y |= i % 3 == 0);
        y[1] = false;
    }
    (x, y)
}

fn csv(x: &[Vec<f64>], y: &[bool]) -> String {
    let names: Vec<String> = (0..x[0].len()).map(|j| format!("x{j}")).collect();
    let mut text = names.join(",") + ",y\n";
    for (row, y) in x.iter().zip(y) {
        row.iter().for_each(|x| write!(text, "{x},").unwrap());
        writeln!(text, "{}", u8::from(*y)).unwrap();
    }
    text
}

/// Numbers of a printed file, as doubles, and its classes.
fn read(text: &str) -> (Vec<Vec<f64>>, Vec<bool>) {
    text.lines()
        .skip(1)
        .map(|line| {
            let mut numbers: Vec<f64> = line.split(',').map(|text| text.parse().unwrap()).collect();
            let y = numbers.pop().unwrap() == 1.0;
            (numbers, y)
        })
        .unzip()
}

/// The sides of all rows of a direction of whole numbers, the intercept's first.
fn sides(x: &[Vec<f64>], y: &[bool], direction: &[BigInt]) -> Vec<Ordering> {
    let side = |row: &[f64]| {
        let terms = row.iter().zip(&direction[1..]).map(|(&x, d)| BigRational::from_float(x).unwrap() * d);
        let sum = terms.sum::<BigRational>() + BigRational::from(direction[0].clone());
        sum.cmp(&BigRational::zero())
    };
    x.iter().zip(y).map(|(row, &y)| if y { side(row) } else { side(row).reverse() }).collect()
}

/// Checks what is printed about a file; the kind of separation.
fn check(folder: &std::path::Path, file: &str, text: &str) -> String {
    let arguments = ["fit", file, "--target", "y"];
    let (code, json, stderr) = common::logitbench(folder, &[&arguments[..], &["--json"]].concat());
    assert_eq!((code, stderr.as_str()), (0, ""), "{text}");
    let json: Value = serde_json::from_str(&json).unwrap();
    let kind = json["separation"].as_str().unwrap().to_owned();
    if kind == "overlap" {
        assert!(json["direction"].is_null());
        return kind;
    }
    let whole = |value: &Value| -> BigInt {
        match value {
            Value::String(digits) => digits.parse().unwrap(),
            number => BigInt::from(number.as_i64().unwrap_or_else(|| panic!("{number} is no whole number"))),
        }
    };
    let direction: Vec<BigInt> = json["direction"].as_array().unwrap().iter().map(whole).collect();
    let (x, y) = read(text);
    let sides = sides(&x, &y, &direction);
    let strict = sides.iter().filter(|side| **side == Ordering::Greater).count();
    assert!(strict > 0 && !sides.contains(&Ordering::Less), "{direction:?}\n{text}");
    assert_eq!(strict == y.len(), kind == "complete", "{direction:?}\n{text}");
    let (_, page, _) = common::logitbench(folder, &arguments);
    let printed = |term: &Value| {
        let term = term.as_str().unwrap();
        let line = page.lines().find_map(|line| line.strip_prefix(term).filter(|rest| rest.starts_with(' ')));
        line.unwrap().split_whitespace().next().unwrap().parse::<BigInt>().unwrap()
    };
    let on_page: Vec<BigInt> = json["terms"].as_array().unwrap().iter().map(printed).collect();
    assert_eq!(on_page, direction, "{page}");
    kind
}

#[test]
fn every_printed_direction_separates_exactly() {
    let folder = common::Folder::new("directions");
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    for seed in 0..250 {
        let (x, y) = separated(seed);
        let text = csv(&x, &y);
        folder.write("d.csv", &text);
        *kinds.entry(check(&folder.0, "d.csv", &text)).or_default() += 1;
    }
    println!("{kinds:?}");
    assert!(kinds["complete"] > 50 && kinds["quasi-complete"] > 50, "{kinds:?}");
}

/// Two rows of different classes that differ in the last bit of one number.
#[test]
fn one_bit_apart() {
    let text = std::fs::read_to_string(common::root().join("tests/cases/last_bit.csv")).unwrap();
    assert_eq!(check(&common::root(), "tests/cases/last_bit.csv", &text), "complete");
}

/// Where few digits are enough, few are printed.
#[test]
fn directions_are_short_where_they_can_be() {
    let folder = common::Folder::new("short-direction");
    folder.write("d.csv", "a,b,y\n1,0,0\n2,1,0\n3,1,1\n4,0,1\n");
    let (_, json, _) = common::logitbench(&folder.0, &["fit", "d.csv", "--target", "y", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let digits: usize = json["direction"].as_array().unwrap().iter().map(|d| d.to_string().len()).sum();
    assert!(digits <= 9, "{json}");
}
