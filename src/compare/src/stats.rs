//! The few statistics there are: median, spread, and one test whether two samples differ.
//!
//! Times of runs are skewed (a disturbance only ever makes a run longer), so nothing here assumes a normal
//! distribution of them.

/// The median; 0 of nothing.
pub fn median(v: &[f64]) -> f64 {
    quantile(v, 0.5)
}

/// The `q`-quantile, interpolated between neighbours (Hyndman & Fan 1996, type 7, as most programs have it).
pub fn quantile(v: &[f64], q: f64) -> f64 {
    let mut v = v.to_vec();
    v.sort_by(f64::total_cmp);
    let Some(last) = v.len().checked_sub(1) else { return 0.0 };
    let at = q.clamp(0.0, 1.0) * last as f64;
    let (low, part) = (at.floor() as usize, at.fract());
    v[low] + part * (v[(low + 1).min(last)] - v[low])
}

/// Half the distance between the quartiles.
pub fn spread(v: &[f64]) -> f64 {
    (quantile(v, 0.75) - quantile(v, 0.25)) / 2.0
}

/// Below this, a difference is called "above the noise".
pub const SIGNIFICANT: f64 = 0.05;

/// The probability that two samples of one distribution differ at least as much as these in rank: the two-sided
/// Mann-Whitney U test (Mann & Whitney 1947). Exact for small samples without ties, else by the normal
/// approximation with its corrections for ties and continuity.
pub fn rank_test(a: &[f64], b: &[f64]) -> f64 {
    let (n, m) = (a.len(), b.len());
    if n == 0 || m == 0 {
        return 1.0;
    }
    let mut u = 0.0f64;
    for x in a {
        for y in b {
            u += if x < y {
                1.0
            } else if x == y {
                0.5
            } else {
                0.0
            }
        }
    }
    let all: Vec<f64> = a.iter().chain(b).copied().collect();
    let ties = ties(&all);
    let least = u.min((n * m) as f64 - u);
    if ties == 0.0 && n * m <= 400 {
        return exact(n, m, least as usize);
    }
    let total = (n + m) as f64;
    let mean = (n * m) as f64 / 2.0;
    let variance = (n * m) as f64 / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    if variance <= 0.0 {
        return 1.0;
    }
    let z = ((mean - least - 0.5) / variance.sqrt()).max(0.0);
    (2.0 * upper_tail(z)).min(1.0)
}

/// Sum of `t^3 - t` over groups of `t` equal values.
fn ties(all: &[f64]) -> f64 {
    let mut v = all.to_vec();
    v.sort_by(f64::total_cmp);
    v.chunk_by(|a, b| a == b).map(|g| g.len() as f64).map(|t| t * t * t - t).sum()
}

/// Two-sided probability of a U of at most `least`, by counting arrangements.
fn exact(n: usize, m: usize, least: usize) -> f64 {
    // ways[i][j][u]: arrangements of i and j values with that U. The greatest value belongs to the first sample,
    // and then it is greater than no, or to the second, and is then greater than all i of the first.
    let most = n * m;
    let mut ways = vec![vec![vec![0.0f64; most + 1]; m + 1]; n + 1];
    for i in 0..=n {
        for j in 0..=m {
            if i == 0 || j == 0 {
                ways[i][j][0] = 1.0;
                continue;
            }
            for u in 0..=i * j {
                let from_second = if u >= i { ways[i][j - 1][u - i] } else { 0.0 };
                ways[i][j][u] = ways[i - 1][j][u] + from_second
            }
        }
    }
    let counts = &ways[n][m];
    let sum: f64 = counts.iter().sum();
    let tail: f64 = counts[..=least.min(most)].iter().sum();
    (2.0 * tail / sum).min(1.0)
}

/// Probability that a standard normal variable exceeds `z >= 0` (Abramowitz & Stegun 26.2.17, error below 1e-7).
fn upper_tail(z: f64) -> f64 {
    let k = 1.0 / (1.0 + 0.2316419 * z);
    let polynomial = [0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429]
        .iter()
        .rev()
        .fold(0.0, |sum, c| (sum + c) * k);
    (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt() * polynomial
}

/// Runs of each of two configurations below which no outcome of the test can be significant.
pub const LEAST_RUNS: usize = 4;

/// The geometric mean: what ratios are averaged by.
pub fn geometric_mean(v: &[f64]) -> f64 {
    if v.is_empty() {
        return 1.0;
    }
    (v.iter().map(|x| x.ln()).sum::<f64>() / v.len() as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_quantiles() {
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[3.0]), 3.0);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.25), 2.0);
        assert_eq!(spread(&[1.0, 2.0, 3.0, 4.0, 5.0]), 1.0);
    }

    fn about(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-3
    }

    /// Expectations counted by hand, and by the formula for ties.
    #[test]
    fn rank_tests() {
        // Fully separated: 2 / C(10, 5).
        let (a, b) = ([1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0]);
        assert!(about(rank_test(&a, &b), 2.0 / 252.0));
        assert_eq!(rank_test(&a, &b), rank_test(&b, &a));
        // Too few runs to tell anything, and the first number that can.
        assert!(rank_test(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]) > SIGNIFICANT);
        assert!(rank_test(&[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0, 7.0, 8.0]) < SIGNIFICANT);
        // Interleaved: no difference.
        assert!(rank_test(&[1.0, 3.0, 5.0, 7.0, 9.0], &[2.0, 4.0, 6.0, 8.0, 10.0]) > 0.5);
        // One overlap: U = 1.
        assert!(about(rank_test(&[1.0, 2.0, 3.0, 4.0, 6.0], &[5.0, 7.0, 8.0, 9.0, 10.0]), 4.0 / 252.0));
        // Ties, and nothing at all.
        assert_eq!(rank_test(&[1.0, 1.0], &[1.0, 1.0]), 1.0);
        assert!(about(rank_test(&[1.0, 2.0, 2.0, 3.0], &[2.0, 4.0, 5.0, 6.0]), 0.1038));
        assert_eq!(rank_test(&[], &[1.0]), 1.0);
    }

    #[test]
    fn a_large_sample_is_approximated() {
        let a: Vec<f64> = (0..30).map(f64::from).collect();
        let b: Vec<f64> = (0..30).map(|n| f64::from(n) + 10.5).collect();
        assert!(rank_test(&a, &b) < 0.001);
        assert!(about(upper_tail(1.96), 0.025));
    }

    #[test]
    fn means_of_ratios() {
        assert!(about(geometric_mean(&[2.0, 0.5]), 1.0));
        assert_eq!(geometric_mean(&[]), 1.0);
    }
}
