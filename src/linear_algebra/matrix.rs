//! A matrix as it is stored: in double precision, or in single precision to halve memory and the time to read it.

use std::borrow::Cow;
use std::ops::Range;

/// The numbers of a matrix, row after row. Whatever they are stored in, arithmetic is done in f64.
#[derive(Clone, Copy, Debug)]
pub enum Matrix<'a> {
    /// Double precision.
    Double(&'a [f64]),
    /// Single precision; every f32 is an f64.
    Single(&'a [f32]),
}

impl<'a> Matrix<'a> {
    /// How many numbers there are.
    pub fn len(self) -> usize {
        match self {
            Matrix::Double(numbers) => numbers.len(),
            Matrix::Single(numbers) => numbers.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// One of them.
    #[inline(always)]
    pub fn at(self, place: usize) -> f64 {
        match self {
            Matrix::Double(numbers) => numbers[place],
            Matrix::Single(numbers) => f64::from(numbers[place]),
        }
    }

    /// Some that follow each other.
    #[inline(always)]
    pub fn part(self, places: Range<usize>) -> Matrix<'a> {
        match self {
            Matrix::Double(numbers) => Matrix::Double(&numbers[places]),
            Matrix::Single(numbers) => Matrix::Single(&numbers[places]),
        }
    }

    /// All of them in f64: a copy if they are stored in single precision.
    #[inline(always)]
    pub fn widened(self) -> Cow<'a, [f64]> {
        match self {
            Matrix::Double(numbers) => Cow::Borrowed(numbers),
            Matrix::Single(numbers) => Cow::Owned(numbers.iter().map(|&x| f64::from(x)).collect()),
        }
    }

    /// Adds all of them to the end of `numbers`.
    pub fn append_to(self, numbers: &mut Vec<f64>) {
        match self {
            Matrix::Double(from) => numbers.extend_from_slice(from),
            Matrix::Single(from) => numbers.extend(from.iter().map(|&x| f64::from(x))),
        }
    }

    /// Whether all are finite.
    pub fn is_finite(self) -> bool {
        match self {
            Matrix::Double(numbers) => numbers.iter().all(|x| x.is_finite()),
            Matrix::Single(numbers) => numbers.iter().all(|x| x.is_finite()),
        }
    }

    /// The rows in f64, of a matrix that may have no columns. Rows in single precision are copied one by one.
    pub fn rows(self, columns: usize, rows: usize) -> impl Iterator<Item = Cow<'a, [f64]>> + Clone {
        (0..rows).map(
            #[inline(always)]
            move |i| self.part(i * columns..(i + 1) * columns).widened(),
        )
    }
}
