//! How much of the machine other processes took meanwhile: on a busy machine times are long and uncertain, and a
//! reader should know.

use crate::child;
use std::time::{Duration, Instant};

/// Part of all cores that others may take before it is worth a word.
pub const WORTH_A_WORD: f64 = 0.1;

/// The moment measuring began.
pub struct Watch {
    since: Instant,
    busy: Option<Duration>,
    own: Duration,
}

impl Watch {
    /// Begins.
    pub fn start() -> Watch {
        Watch { since: Instant::now(), busy: busy(), own: child::own_cpu() }
    }

    /// The part of all cores' time that went to processes other than ours since then; none where the system does not
    /// tell.
    pub fn others(&self, cores: usize) -> Option<f64> {
        let busy = busy()?.saturating_sub(self.busy?);
        let others = busy.saturating_sub(child::own_cpu().saturating_sub(self.own));
        Some(others.as_secs_f64() / (self.since.elapsed().as_secs_f64() * cores as f64).max(1e-3))
    }
}

/// Time that all cores together were not idle since the system started: the first line of `/proc/stat` (proc_stat(5)), in
/// hundredths of a second.
fn busy() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    let numbers: Vec<u64> =
        text.lines().next()?.split_whitespace().skip(1).filter_map(|n| n.parse().ok()).collect();
    // user nice system (idle iowait) irq softirq steal
    let ticks: u64 = [0, 1, 2, 5, 6, 7].iter().filter_map(|i| numbers.get(*i)).sum();
    Some(Duration::from_millis(ticks * 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_of_others_is_a_part() {
        let w = Watch::start();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::sleep(Duration::from_millis(50));
        // Hundredths of a second are coarse for so short a time.
        assert!(w.others(cores).is_none_or(|part| (0.0..=1.5).contains(&part)));
    }
}
