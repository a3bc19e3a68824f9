//! Says where two texts part.

/// The first lines that differ, with a little before them; `None` if the texts are equal.
pub fn first_difference(expected: &[u8], actual: &[u8]) -> Option<String> {
    if expected == actual {
        return None;
    }
    let (expected, actual) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(actual));
    let (left, right): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let same = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let mut text = format!("differs from line {} on\n", same + 1);
    for line in &left[same.saturating_sub(2)..same] {
        text += &format!("    {line}\n");
    }
    let show = |sign: char, lines: &[&str]| -> String {
        let rest = &lines[same.min(lines.len())..];
        let mut shown: String = rest.iter().take(4).map(|line| format!("  {sign} {line}\n")).collect();
        if rest.is_empty() {
            shown = format!("  {sign} (the end)\n");
        } else if rest.len() > 4 {
            shown += &format!("  {sign} … {} more\n", rest.len() - 4);
        }
        shown
    };
    Some(text + &show('-', &left) + &show('+', &right))
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(first_difference(b"a\nb\n", b"a\nb\n"), None);
    }

    #[test]
    fn the_first_difference_is_shown_from_both_sides() {
        let text = first_difference(b"a\nb\nc\n", b"a\nb\nx\ny\n").unwrap();
        assert_eq!(text, "differs from line 3 on\n    a\n    b\n  - c\n  + x\n  + y\n");
        assert!(first_difference(b"a\n", b"").unwrap().contains("(the end)"));
    }
}
