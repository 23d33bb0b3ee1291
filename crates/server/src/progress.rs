//! A bar for work that takes long: on standard error, and only when that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of bytes.
pub fn bytes(message: &'static str) -> ProgressBar {
    bar("{msg} {wide_bar} {binary_bytes}/{binary_total_bytes} {eta}", message)
}

/// A bar of things.
pub fn steps(message: &'static str, total: u64) -> ProgressBar {
    let bar = bar("{msg} {wide_bar} {pos}/{len}", message);
    bar.set_length(total);
    bar
}

/// Bytes of which nobody knows how many will come.
pub fn endless(message: &'static str) -> ProgressBar {
    bar("{msg} {spinner} {binary_bytes} {binary_bytes_per_sec}", message)
}

fn bar(template: &str, message: &'static str) -> ProgressBar {
    // indicatif draws to standard error, and to nothing when that is no terminal.
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(template).expect("the templates above are well-formed"));
    bar.set_message(message);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
