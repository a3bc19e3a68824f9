//! Signature type comments, `(int, *str, **bool) -> bool`: the mode `func_type`.

use super::{Converter, Fail};
use crate::ast::{Expr, Mod};
use ruff_text_size::{TextRange, TextSize};

impl Converter<'_> {
    pub(super) fn signature(&mut self) -> Result<Mod, Fail> {
        let (commas, close) = outline(self.source).ok_or(Fail::Refused)?;
        let open = commas[0];
        let mut argtypes = Vec::new();
        for (i, &before) in commas.iter().enumerate() {
            let end = commas.get(i + 1).copied().unwrap_or(close);
            let text = &self.source[before + 1..end];
            if text.trim().is_empty() {
                // `()` and a trailing comma
                if end == close && (i > 0 || before == open) {
                    continue;
                }
                return Err(Fail::Refused);
            }
            let stars = text.trim_start().chars().take_while(|&c| c == '*').count().min(2);
            let start = end - text.trim_start().len() + stars;
            argtypes.push(self.part(start, end)?);
        }
        let arrow = self.source[close + 1..].find("->").ok_or(Fail::Refused)? + close + 1;
        if !self.source[close + 1..arrow].trim().is_empty() {
            return Err(Fail::Refused);
        }
        let returns = self.part(arrow + 2, self.source.trim_end().len())?;
        Ok(Mod::FunctionType { argtypes, returns: Box::new(returns) })
    }

    fn part(&mut self, start: usize, end: usize) -> Result<Expr, Fail> {
        let start = end - self.source[start..end].trim_start().len();
        let range = TextRange::new(TextSize::new(start as u32), TextSize::new(end as u32));
        let parsed =
            ruff_python_parser::parse_expression_range(self.source, range).map_err(|_| Fail::Refused)?;
        self.expr(parsed.into_expr())
    }
}

/// The opening parenthesis and the commas of the outermost list, then its closing parenthesis.
fn outline(source: &str) -> Option<(Vec<usize>, usize)> {
    let open = source.find(|c: char| !c.is_whitespace())?;
    if !source[open..].starts_with('(') {
        return None;
    }
    let (mut commas, mut depth) = (vec![open], 0);
    for (i, c) in source.char_indices().skip_while(|&(i, _)| i < open) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 1 => return Some((commas, i)),
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 1 => commas.push(i),
            _ => {}
        }
    }
    None
}
