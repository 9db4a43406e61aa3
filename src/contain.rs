//! Contained panics: a fit that panics fails, a file on which a library panics is refused, and the program goes on.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread would be contained. A panic hook then stays silent, because the report gives the reason.
pub fn is_contained() -> bool {
    CONTAINED.get()
}

/// Runs `work`, and turns a panic into an error with its message. Discard everything that `work` was changing, because a panic
/// leaves it in any state.
///
/// # Errors
/// When the work panics.
pub fn contain<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let before = CONTAINED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(before);
    result.map_err(|payload| format!("panicked: {}", message(&*payload)))
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_reason() {
        assert_eq!(contain(|| 3), Ok(3));
        let number = 5;
        assert_eq!(contain(|| -> i32 { panic!("at {number}") }), Err("panicked: at 5".to_owned()));
        assert_eq!(contain(|| std::panic::panic_any(3)), Err("panicked: without a message".to_owned()));
        assert!(!is_contained() && contain(is_contained).unwrap());
    }
}
