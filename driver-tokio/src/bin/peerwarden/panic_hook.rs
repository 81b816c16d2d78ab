//! Panics that become errors: the database makes some of certain kinds of damage.

use std::panic;

/// Does `work`, and prints nothing of a panic in it. The store makes an error of one, which says all there is to
/// say.
pub(crate) fn silenced<T>(work: impl FnOnce() -> T) -> T {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = work();
    panic::set_hook(hook);
    done
}
