//! Signatures of native functions, parsed from their text, and the binding of arguments to them.
//!
//! `"name(a, b=0, /, c, *, d=None, **kw)"`: parameters before `/` are positional-only, after `*` (or
//! `*name`) keyword-only. A default's text is documentation; the function sees the argument as absent.
//! `[` `]` are not used. The error texts are those of CPython's Argument Clinic.

/// One parameter.
#[derive(Debug, PartialEq)]
pub struct Param {
    /// Name.
    pub name: &'static str,
    /// Text of the default, if it has one.
    pub default: Option<&'static str>,
}

/// A parsed signature.
#[derive(Debug, Default, PartialEq)]
pub struct Signature {
    /// Function name.
    pub name: &'static str,
    /// All parameters but `*args` and `**kwargs`, keyword-only ones last.
    pub params: Vec<Param>,
    /// How many are positional-only.
    pub posonly: usize,
    /// How many are not keyword-only.
    pub positional: usize,
    /// How many positional ones have no default.
    pub required: usize,
    /// Name of `*args`.
    pub varargs: Option<&'static str>,
    /// Name of `**kwargs`.
    pub varkw: Option<&'static str>,
}

impl Signature {
    /// Parses the text of a table.
    ///
    /// # Panics
    /// On a malformed text: tables are part of the program.
    pub fn parse(text: &'static str) -> Signature {
        let (name, rest) =
            text.split_once('(').unwrap_or_else(|| panic!("signature {text:?} has no parameters"));
        let inner = rest.rsplit_once(')').unwrap_or_else(|| panic!("signature {text:?} does not end")).0;
        let mut s = Signature { name, ..Signature::default() };
        let mut keyword_only = false;
        for part in split(inner) {
            match part {
                "" => {}
                "/" => s.posonly = s.params.len(),
                "*" => keyword_only = true,
                p if p.starts_with("**") => s.varkw = Some(&p[2..]),
                p if p.starts_with('*') => {
                    s.varargs = Some(&p[1..]);
                    keyword_only = true
                }
                p => {
                    let (name, default) = match p.split_once('=') {
                        Some((n, d)) => (n, Some(d)),
                        None => (p, None),
                    };
                    if !keyword_only {
                        s.positional += 1;
                        s.required += default.is_none() as usize;
                    }
                    s.params.push(Param { name, default });
                }
            }
        }
        s
    }

    /// Can a call with positional arguments only be passed through unbound?
    pub fn is_simple(&self) -> bool {
        self.varargs.is_none() && self.varkw.is_none() && self.positional == self.params.len()
    }

    /// `__text_signature__`, with `$` before a receiver.
    pub fn text(&self, full: &str, receiver: bool) -> String {
        let inner = &full[self.name.len()..];
        if receiver {
            format!("($self{}", &inner[inner.find([',', ')']).unwrap_or(1)..])
        } else {
            inner.to_string()
        }
    }
}

/// Splits at commas outside brackets and quotes.
fn split(s: &'static str) -> Vec<&'static str> {
    let (mut depth, mut quote, mut start) = (0, None, 0);
    let mut parts = Vec::new();
    for (i, c) in s.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(s[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(s[start..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_parameters_are_told_apart() {
        let s = Signature::parse("f(a, b=(1, ','), /, c=0, *rest, d, e=None, **kw)");
        assert_eq!((s.posonly, s.positional, s.required), (2, 3, 1));
        assert_eq!((s.varargs, s.varkw), (Some("rest"), Some("kw")));
        assert_eq!(s.params.iter().map(|p| p.name).collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
        assert_eq!(s.params[1].default, Some("(1, ',')"));
    }
}
