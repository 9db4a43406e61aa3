//! What the solvers of one problem have in common, formed once.

use std::cell::{OnceCell, RefCell};
use std::time::{Duration, Instant};

use crate::model::wide::WideDesign;
use crate::model::{Evaluation, Order};

/// Values of one problem that do not depend on a solver's point: each is formed by the first fit that asks for it. It keeps the time
/// that this took, which is charged to every other fit that reads the value, so that no time depends on the order of the solvers.
#[derive(Debug, Default)]
pub struct Common {
    /// Whether several fits start at β = 0. A fit alone does not pay for a copy of its first evaluation.
    serves_many: bool,
    /// The problem at β = 0 with the stable sigmoid, up to the gradient and up to the Hessian.
    pub(super) at_zero: [Once<Evaluation>; 2],
    /// L from products with the Hessian, and their number.
    pub(super) largest_by_products: Once<(f64, u32)>,
    /// L from the Hessian itself.
    pub(super) largest_by_hessian: Once<f64>,
    /// What Newton's system in n unknowns takes of the problem.
    pub(super) wide: Once<WideDesign>,
}

impl Common {
    /// Forgets all values, because the problem is another; keeps their storage.
    pub fn reset(&mut self, serves_many: bool) {
        self.serves_many = serves_many;
        self.at_zero.iter_mut().for_each(Once::forget);
        self.largest_by_products.forget();
        self.largest_by_hessian.forget();
        self.wide.forget();
    }

    /// Where the evaluation at β = 0 up to an order is kept; `None` where it is not.
    pub(super) fn evaluation_at_zero(&self, order: Order) -> Option<&Once<Evaluation>> {
        let place = match order {
            Order::Objective => return None,
            Order::Gradient => 0,
            Order::Hessian => 1,
        };
        self.serves_many.then_some(&self.at_zero[place])
    }
}

/// A value that is formed on first use, in storage that is used again.
#[derive(Debug, Default)]
pub(super) struct Once<T> {
    formed: OnceCell<(T, Duration)>,
    storage: RefCell<T>,
}

impl<T: Default> Once<T> {
    /// The value, which `form` makes on first use, and the time that a reader was spared: zero for the first.
    pub(super) fn get(&self, form: impl FnOnce(&mut T)) -> (&T, Duration) {
        let mut is_first = false;
        let (value, time) = self.formed.get_or_init(|| {
            is_first = true;
            let (started, mut value) = (Instant::now(), self.storage.take());
            form(&mut value);
            (value, started.elapsed())
        });
        (value, if is_first { Duration::ZERO } else { *time })
    }

    fn forget(&mut self) {
        if let Some((value, _)) = self.formed.take() {
            *self.storage.get_mut() = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_formed_once_until_it_is_forgotten() {
        let mut once = Once::<Vec<f64>>::default();
        let fill = |number: f64| {
            move |values: &mut Vec<f64>| {
                values.clear();
                values.resize(100, number);
            }
        };
        let (first, spared) = once.get(fill(1.0));
        assert_eq!((first[99], spared), (1.0, Duration::ZERO));
        let place = first.as_ptr();
        let (second, spared) = once.get(fill(2.0));
        assert!(second[99] == 1.0 && spared > Duration::ZERO);
        once.forget();
        let (third, _) = once.get(fill(3.0));
        assert_eq!((third[99], third.as_ptr()), (3.0, place));
    }
}
