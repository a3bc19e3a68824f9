//! `str` is a vector of characters.

use proptest::prelude::*;

use super::value::{Slice, index, place, slice, truth};
use super::{Outcome, Script, config};

type Text = Vec<char>;

/// Texts of few characters, so that one is found in another; each alphabet wants another width in memory.
fn text(longest: usize) -> impl Strategy<Value = Text> {
    let alphabets = [
        "ab",
        "abAB \t\n'\\\"",
        "aé\u{a0}",
        "ab\u{2003}日",
        "a😀",
        "😀𐐀é日 ",
        "ßİıǆŉΣσsK",
        "ﬁÅ\u{301}ᾳ\u{1f600}Z𐐨\u{1c}\0",
    ];
    let letters = prop::sample::select(alphabets.map(|s| s.chars().collect::<Text>()).to_vec());
    letters.prop_flat_map(move |letters| prop::collection::vec(prop::sample::select(letters), 0..=longest))
}

/// What `ascii()` gives: also a literal.
fn ascii(s: &[char]) -> String {
    let quote = if s.contains(&'\'') && !s.contains(&'"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for &c in s {
        match c {
            '\t' => out += "\\t",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\\' => out += "\\\\",
            c if c == quote => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c => match u32::from(c) {
                n @ 0..=0xff => out += &format!("\\x{n:02x}"),
                n @ 0x100..=0xffff => out += &format!("\\u{n:04x}"),
                n => out += &format!("\\U{n:08x}"),
            },
        }
    }
    out.push(quote);
    out
}

fn list(parts: &[Text]) -> Outcome {
    Ok(format!("[{}]", parts.iter().map(|p| ascii(p)).collect::<Vec<_>>().join(", ")))
}

fn tuple(parts: &[&[char]]) -> Outcome {
    Ok(format!("({})", parts.iter().map(|p| ascii(p)).collect::<Vec<_>>().join(", ")))
}

/// Places at which `t` is, in `s[from..to]`, if there are such places at all.
fn matches(s: &[char], t: &[char], from: usize, to: usize) -> Vec<usize> {
    (from..=to).filter(|&i| i + t.len() <= to && s[i..i + t.len()] == *t).collect()
}

/// Places that do not overlap, from the left.
fn apart(s: &[char], t: &[char]) -> Vec<usize> {
    let mut free = 0;
    let mut places = matches(s, t, 0, s.len());
    places.retain(|&at| {
        let take = at >= free;
        if take {
            free = at + t.len()
        }
        take
    });
    places
}

/// Places that do not overlap, from the right.
fn apart_from_right(s: &[char], t: &[char]) -> Vec<usize> {
    let mut free = s.len();
    let mut places = matches(s, t, 0, s.len());
    places.reverse();
    places.retain(|&at| {
        let take = at + t.len() <= free;
        if take {
            free = at
        }
        take
    });
    places
}

/// At most so many, if not negative.
fn limited(mut places: Vec<usize>, n: i64) -> Vec<usize> {
    if let Ok(n) = usize::try_from(n) {
        places.truncate(n)
    }
    places
}

/// What is left between the places, sorted.
fn cut(s: &[char], places: &[usize], width: usize) -> Vec<Text> {
    let mut parts = Vec::new();
    let mut from = 0;
    for &at in places {
        parts.push(s[from..at].to_vec());
        from = at + width
    }
    parts.push(s[from..].to_vec());
    parts
}

fn is_space(c: char) -> bool {
    // Python counts the separators of files, groups, records and units.
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn strip(s: &[char], gone: impl Fn(char) -> bool) -> [&[char]; 3] {
    let start = s.iter().position(|&c| !gone(c)).unwrap_or(s.len());
    let stop = s.iter().rposition(|&c| !gone(c)).map_or(0, |i| i + 1);
    [&s[start.min(stop)..stop], &s[start..], &s[..stop]]
}

fn find(script: &mut Script, s: &[char], t: &[char], i: i64, j: i64) {
    let first = |at: &[usize]| at.first().map_or("-1".into(), usize::to_string);
    let last = |at: &[usize]| at.last().map_or("-1".into(), usize::to_string);
    let all = matches(s, t, 0, s.len());
    script.show("(s.find(t), s.rfind(t), s.count(t), t in s)", {
        let (count, is) = (apart(s, t).len(), truth(!all.is_empty()));
        Ok(format!("({}, {}, {count}, {is})", first(&all), last(&all)))
    });
    script.show("s.index(t)", if all.is_empty() { Err("ValueError") } else { Ok(first(&all)) });
    let (from, to) = Slice { start: Some(i), stop: Some(j), step: None }.bounds(s.len());
    // A start behind the end, or behind the stop, finds nothing, not even the empty string.
    let limit = |at: i64| if at < 0 { (i128::from(at) + s.len() as i128).max(0) } else { i128::from(at) };
    let within = if limit(i) > limit(j).min(s.len() as i128) { Vec::new() } else { matches(s, t, from, to) };
    script.show("(s.find(t, i, j), s.rfind(t, i, j), s.startswith(t, i, j), s.endswith(t, i, j))", {
        let (starts, ends) = (within.contains(&from), to >= t.len() && within.contains(&(to - t.len())));
        Ok(format!("({}, {}, {}, {})", first(&within), last(&within), truth(starts), truth(ends)))
    });
    let (starts, ends) = (s.starts_with(t), s.ends_with(t));
    script.show("(s.startswith(t), s.endswith(t), s.startswith(('?', t)))", {
        Ok(format!("({}, {}, {})", truth(starts), truth(ends), truth(starts)))
    });
    let gone = (s.strip_prefix(t).unwrap_or(s), s.strip_suffix(t).unwrap_or(s));
    script.show("(s.removeprefix(t), s.removesuffix(t))", tuple(&[gone.0, gone.1]));
}

fn divide(script: &mut Script, s: &[char], t: &[char], u: &[char], n: i64) {
    script.show("s.replace(t, u)", Ok(ascii(&cut(s, &apart(s, t), t.len()).join(u))));
    script.show("s.replace(t, u, n)", Ok(ascii(&cut(s, &limited(apart(s, t), n), t.len()).join(u))));
    let no_separator = t.is_empty().then_some("ValueError");
    let unless_empty = |of: &dyn Fn() -> Outcome| no_separator.map_or_else(of, Err);
    script.show("s.split(t)", unless_empty(&|| list(&cut(s, &apart(s, t), t.len()))));
    script.show("s.split(t, n)", unless_empty(&|| list(&cut(s, &limited(apart(s, t), n), t.len()))));
    script.show(
        "s.rsplit(t, n)",
        unless_empty(&|| {
            let mut places = limited(apart_from_right(s, t), n);
            places.reverse();
            list(&cut(s, &places, t.len()))
        }),
    );
    let words: Vec<Text> =
        s.split(|&c| is_space(c)).filter(|word| !word.is_empty()).map(<[char]>::to_vec).collect();
    script.show("s.split()", list(&words));
    script.show("t.join(s.split())", Ok(ascii(&words.join(t))));
    script.show("t.join(s)", Ok(ascii(&s.iter().map(|&c| vec![c]).collect::<Vec<_>>().join(t))));
    let at = apart(s, t).first().copied();
    script.show(
        "s.partition(t)",
        unless_empty(&|| match at {
            Some(at) => tuple(&[&s[..at], t, &s[at + t.len()..]]),
            None => tuple(&[s, &[], &[]]),
        }),
    );
    script.show(
        "s.rpartition(t)",
        unless_empty(&|| match apart_from_right(s, t).first() {
            Some(&at) => tuple(&[&s[..at], t, &s[at + t.len()..]]),
            None => tuple(&[&[], &[], s]),
        }),
    );
    script.show("(s.strip(), s.lstrip(), s.rstrip())", tuple(&strip(s, is_space)));
    script.show("(s.strip(t), s.lstrip(t), s.rstrip(t))", tuple(&strip(s, |c| t.contains(&c))));
}

fn whole(script: &mut Script, s: &[char], t: &[char], cut: &Slice, i: i64, n: i64) {
    let text: String = s.iter().collect();
    script.show(format!("s[{}]", cut.source()), {
        cut.indices(s.len()).map(|at| ascii(&at.into_iter().map(|i| s[i]).collect::<Text>()))
    });
    script.show("s[i]", place(i, s.len()).map(|at| ascii(&s[at..=at])));
    script.show("s + t", Ok(ascii(&[s, t].concat())));
    script.show("f'{s}{t}{i}' == s + t + str(i) == '%s%s%d' % (s, t, i)", Ok("True".into()));
    script.show("(s * n, n * s)", {
        let many = s.repeat(n.max(0) as usize);
        tuple(&[&many, &many])
    });
    script.show("(s.upper(), s.lower())", {
        let cases = [text.to_uppercase(), text.to_lowercase()].map(|s| s.chars().collect::<Text>());
        tuple(&[&cases[0], &cases[1]])
    });
    script.show("([*s.encode()], s.encode().decode() == s)", {
        let bytes: Vec<_> = text.bytes().map(|b| b.to_string()).collect();
        Ok(format!("([{}], True)", bytes.join(", ")))
    });
    script.show("([ord(c) for c in s], len(s), ''.join(map(chr, map(ord, s))) == s)", {
        let codes: Vec<_> = s.iter().map(|&c| u32::from(c).to_string()).collect();
        Ok(format!("([{}], {}, True)", codes.join(", "), s.len()))
    });
    script.show("(s < t, s <= t, s == t, s != t, s > t, s >= t)", {
        let order = [s < t, s <= t, s == t, s != t, s > t, s >= t].map(truth).join(", ");
        Ok(format!("({order})"))
    });
    script.show("(hash(s) == hash((s + t)[:len(s)]), {s: 1}.get((t + s)[len(t):]), eval(repr(s)) == s)", {
        Ok("(True, 1, True)".into())
    });
    script.step("s += t; s += s; print(ascii(s))", Ok(ascii(&[s, t, s, t].concat())));
    script.show("(s.rjust(60, '\\xe9'), s.ljust(60))", {
        let whole = [s, t, s, t].concat();
        let fill = 60usize.saturating_sub(whole.len());
        tuple(&[&[vec!['é'; fill], whole.clone()].concat(), &[whole, vec![' '; fill]].concat()])
    });
}

/// Two texts and a part of the first, to be found in it.
fn round() -> impl Strategy<Value = (Text, Text, Text, Slice, i64, i64, i64)> {
    let s = text(24);
    (s, text(3), text(3), slice(), (index(), index()), -1i64..5, any::<bool>(), 0usize..24, 0usize..4)
        .prop_map(|(s, t, u, cut, (i, j), n, part, at, length)| {
            let (start, stop) = (at.min(s.len()), (at + length).min(s.len()));
            let t = if part { s[start..stop].to_vec() } else { t };
            (s, t, u, cut, i, j, n)
        })
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn a_str_is_a_vector_of_characters(rounds in prop::collection::vec(round(), 1..20)) {
        let mut script = Script::new("s = t = u = ''; i = j = n = 0");
        for (s, t, u, cut, i, j, n) in rounds {
            let [a, b, c] = [&s, &t, &u].map(|s| ascii(s));
            script.step(
                format!("s = {a}; t = {b}; u = {c}; i = {i}; j = {j}; n = {n}; print(ascii((s, t, u, i, j, n)))"),
                Ok(format!("({a}, {b}, {c}, {i}, {j}, {n})")),
            );
            find(&mut script, &s, &t, i, j);
            divide(&mut script, &s, &t, &u, n);
            whole(&mut script, &s, &t, &cut, i, n)
        }
        script.check("s, t, u, i, j, n")?
    }
}
