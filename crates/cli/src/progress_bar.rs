//! Progress on standard error, for anything longer than a moment.

use std::time::Duration;

use entangle_engine::{Progress, ProgressUnit};
use indicatif::{ProgressBar, ProgressStyle};

/// Shows one bar or spinner at a time; shows nothing when told so or away from a terminal.
pub struct ProgressBars {
    is_shown: bool,
    bar: Option<ProgressBar>,
}

impl ProgressBars {
    /// Progress that is shown or not.
    pub fn new(is_shown: bool) -> Self {
        Self {
            is_shown,
            bar: None,
        }
    }
}

impl Progress for ProgressBars {
    fn stage(&mut self, name: &str, total: Option<u64>, unit: ProgressUnit) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if !self.is_shown {
            return;
        }
        let bar = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        };
        let template = match (unit, total) {
            (ProgressUnit::Uncounted, _) => "{spinner} {msg} {elapsed}",
            (ProgressUnit::Bytes, Some(_)) => {
                "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}"
            }
            (ProgressUnit::Bytes, None) => "{spinner} {msg} {bytes} {bytes_per_sec} {elapsed}",
            (ProgressUnit::Posts, _) => "{msg} {wide_bar} {human_pos}/{human_len} posts {eta}",
            (ProgressUnit::Pairs, _) => "{msg} {wide_bar} {human_pos}/{human_len} pairs {eta}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        self.bar = Some(bar);
    }

    fn advance_to(&mut self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        }
    }
}

impl Drop for ProgressBars {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
