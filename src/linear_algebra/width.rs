//! Code that is compiled for small numbers of columns.

/// Column count known only at run time.
pub const DYNAMIC: usize = 0;

/// Evaluates an expression that is compiled for the number of columns, if that is small: loops over a row's numbers are then
/// no loops.
macro_rules! of_width {
    ($columns:expr, $width:ident => $call:expr) => {
        of_width!($columns, $width => $call, 1, 2, 3, 4, 5, 6)
    };
    ($columns:expr, $width:ident => $call:expr, $($small:literal),*) => {
        match $columns {
            $($small => {
                const $width: usize = $small;
                $call
            })*
            _ => {
                const $width: usize = $crate::linear_algebra::width::DYNAMIC;
                $call
            }
        }
    };
}
pub(crate) use of_width;
