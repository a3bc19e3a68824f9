//! "Did you mean": the candidate closest to a misspelt name.
//!
//! Distance is the number of single-character edits, a change of case counting half, as CPython weighs them.

/// Longest name looked at.
const MAX_LENGTH: usize = 40;
/// Most candidates looked at.
const MAX_CANDIDATES: usize = 750;
const MOVE: usize = 2;
const CASE: usize = 1;

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// Weighted edit distance, or more than `limit` when it is farther.
fn distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE;
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH || a.len().abs_diff(b.len()) * MOVE > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE).collect();
    let mut result = 0;
    for (j, cb) in b.iter().enumerate() {
        let mut diagonal = j * MOVE;
        result = diagonal;
        let mut best = usize::MAX;
        for (i, ca) in a.iter().enumerate() {
            let replace = diagonal + substitution(*cb, *ca);
            diagonal = row[i];
            let shift = result.min(diagonal) + MOVE;
            result = replace.min(shift);
            row[i] = result;
            best = best.min(result);
        }
        if best > limit {
            return limit + 1;
        }
    }
    result
}

/// The candidate that is close enough to `name` to be meant.
pub fn closest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for c in candidates.take(MAX_CANDIDATES) {
        if c == name || c.is_empty() {
            continue;
        }
        let mut limit = (name.len() + c.len() + 3) * MOVE / 6;
        if let Some((d, _)) = best {
            limit = limit.min(d - 1);
        }
        let d = distance(name.as_bytes(), c.as_bytes(), limit);
        if d <= limit && best.is_none_or(|(b, _)| d < b) {
            best = Some((d, c));
            if d == 0 {
                break;
            }
        }
    }
    best.map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        assert_eq!(closest("appned", ["append", "extend"].into_iter()), Some("append"));
        assert_eq!(closest("xyz", ["append", "extend"].into_iter()), None);
    }
}
