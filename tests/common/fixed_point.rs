//! Logistic regression in fixed-point arithmetic: whole multiples of 2⁻⁵⁰⁰, slow and plain.

use std::ops::{Add, Div, Mul, Neg, Sub};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

const BITS: usize = 500;

/// A number as a multiple of 2^−[`BITS`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed(BigInt);

impl From<f64> for Fixed {
    fn from(value: f64) -> Fixed {
        Fixed((BigRational::from_float(value).unwrap() * (BigInt::from(1) << BITS)).to_integer())
    }
}

macro_rules! operator {
    ($operator:ident, $name:ident, |$a:ident, $b:ident| $value:expr) => {
        impl $operator for &Fixed {
            type Output = Fixed;
            fn $name(self, other: &Fixed) -> Fixed {
                let ($a, $b) = (&self.0, &other.0);
                Fixed($value)
            }
        }
    };
}

operator!(Add, add, |a, b| a + b);
operator!(Sub, sub, |a, b| a - b);
operator!(Mul, mul, |a, b| (a * b) >> BITS);
operator!(Div, div, |a, b| (a << BITS) / b);

impl Neg for &Fixed {
    type Output = Fixed;
    fn neg(self) -> Fixed {
        Fixed(-&self.0)
    }
}

impl Fixed {
    /// A decimal number.
    pub fn parse(text: &str) -> Fixed {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: BigInt = format!("{whole}{fraction}").parse().unwrap();
        let power = |exponent: i32| BigInt::from(10).pow(exponent.max(0) as u32);
        let exponent = exponent.parse::<i32>().unwrap() - fraction.len() as i32;
        Fixed(((digits * power(exponent)) << BITS) / power(-exponent))
    }

    pub fn rounded(&self) -> f64 {
        BigRational::new(self.0.clone(), BigInt::from(1) << BITS).to_f64().unwrap()
    }

    pub fn abs(&self) -> Fixed {
        Fixed(self.0.abs())
    }

    pub fn sqrt(&self) -> Fixed {
        Fixed((&self.0 << BITS).sqrt())
    }

    /// exp of a number that is not positive: Taylor's series of x/2⁶⁴, squared 64 times. Its last 64 bits are wrong.
    fn exp(&self) -> Fixed {
        let one = Fixed::from(1.0);
        let x = Fixed(&self.0 >> 64usize);
        let (mut sum, mut term, mut n) = (one.clone(), one, 1);
        while !term.0.is_zero() && term.0 != BigInt::from(-1) {
            term = Fixed((&term * &x).0 / n);
            sum = &sum + &term;
            n += 1;
        }
        (0..64).fold(sum, |power, _| &power * &power)
    }

    /// 2 Φ(−|z|) = 1 − 2 φ(z) Σ_k z^(2k+1)/(2k+1)!!, all of whose terms are positive.
    pub fn two_sided(&self) -> Fixed {
        let (one, two, z) = (Fixed::from(1.0), Fixed::from(2.0), self.abs());
        let (mut sum, mut term, mut odd) = (z.clone(), z.clone(), 1);
        let square = &z * &z;
        while !term.0.is_zero() {
            odd += 2;
            term = Fixed((&term * &square).0 / odd);
            sum = &sum + &term;
        }
        let density = &(-&(&square / &two)).exp() / &(&two * &pi()).sqrt();
        &one - &(&two * &(&density * &sum))
    }
}

/// π by Machin's formula.
fn pi() -> Fixed {
    let arctangent = |x: i32| {
        let (mut power, mut sum, mut n) = (Fixed::from(1.0).0 / x, BigInt::zero(), 1);
        while !power.is_zero() {
            sum += &power / n;
            power = -power / (x * x);
            n += 2;
        }
        sum
    };
    Fixed((arctangent(5) * 4 - arctangent(239)) * 4)
}

/// Rows with a leading 1, classes, and the strength of an L2 penalty on all coefficients but the first.
pub struct Model {
    rows: Vec<Vec<Fixed>>,
    classes: Vec<bool>,
    strength: Fixed,
}

/// A maximum, and the square roots of the diagonal of the inverse of the information matrix there.
pub struct Optimum {
    pub coefficients: Vec<Fixed>,
    pub standard_errors: Vec<Fixed>,
}

impl Model {
    pub fn new(x: &[Vec<f64>], classes: &[bool], strength: f64) -> Model {
        let row = |row: &Vec<f64>| std::iter::once(1.0).chain(row.iter().copied()).map(Fixed::from).collect();
        Model { rows: x.iter().map(row).collect(), classes: classes.to_vec(), strength: Fixed::from(strength) }
    }

    /// Newton's method from a point near the maximum; `None` if it does not settle.
    pub fn optimum(&self, start: &[f64]) -> Option<Optimum> {
        let p = start.len();
        let mut coefficients: Vec<Fixed> = start.iter().map(|&b| Fixed::from(b)).collect();
        // Far below any bound that is checked.
        let settled = Fixed::from(2f64.powi(-200));
        for _ in 0..30 {
            let inverse = inverse(self.system(&coefficients))?;
            let steps: Vec<Fixed> = inverse.iter().map(|row| row[p].clone()).collect();
            coefficients = coefficients.iter().zip(&steps).map(|(b, step)| b + step).collect();
            if steps.iter().all(|step| step.abs() < settled) {
                let inverse = self::inverse(self.system(&coefficients))?;
                let standard_errors = (0..p).map(|k| inverse[k][p + 1 + k].sqrt()).collect();
                return Some(Optimum { coefficients, standard_errors });
            }
        }
        None
    }

    /// H, −g and the unit matrix, side by side.
    fn system(&self, coefficients: &[Fixed]) -> Vec<Vec<Fixed>> {
        let p = coefficients.len();
        let (zero, one) = (Fixed::from(0.0), Fixed::from(1.0));
        let mut system = vec![vec![zero.clone(); 2 * p + 1]; p];
        for (row, &class) in self.rows.iter().zip(&self.classes) {
            let predictor = row.iter().zip(coefficients).fold(zero.clone(), |sum, (x, b)| &sum + &(x * b));
            let exponential = (-&predictor.abs()).exp();
            let large = &one / &(&one + &exponential);
            let small = &exponential * &large;
            let weight = &small * &large;
            let is_right = (predictor.0.is_positive()) == class;
            let residual = if is_right { small } else { large };
            let signed = if class { residual } else { -&residual };
            for j in 0..p {
                let weighted = &weight * &row[j];
                for k in 0..p {
                    system[j][k] = &system[j][k] + &(&weighted * &row[k]);
                }
                system[j][p] = &system[j][p] + &(&signed * &row[j]);
            }
        }
        for j in 0..p {
            system[j][p + 1 + j] = one.clone();
            if j > 0 {
                system[j][j] = &system[j][j] + &self.strength;
                system[j][p] = &system[j][p] - &(&self.strength * &coefficients[j]);
            }
        }
        system
    }
}

/// Gauss-Jordan elimination with the largest pivots in each column.
fn inverse(mut system: Vec<Vec<Fixed>>) -> Option<Vec<Vec<Fixed>>> {
    let p = system.len();
    for j in 0..p {
        let largest = (j..p).max_by_key(|&i| system[i][j].abs())?;
        system.swap(j, largest);
        let pivot = system[j][j].clone();
        if pivot.0.is_zero() {
            return None;
        }
        system[j] = system[j].iter().map(|value| value / &pivot).collect();
        let row = system[j].clone();
        for (i, other) in system.iter_mut().enumerate().filter(|(i, _)| *i != j) {
            let factor = other[j].clone();
            assert_ne!(i, j);
            other.iter_mut().zip(&row).for_each(|(value, of_pivot)| *value = &*value - &(&factor * of_pivot));
        }
    }
    Some(system)
}
