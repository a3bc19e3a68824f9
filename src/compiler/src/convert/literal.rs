//! Literals: numbers, strings, f-strings and t-strings.

use super::expr::constant;
use super::{Converter, Fail, escape, number};
use crate::ast::*;
use crate::syntax::{Warning, WarningKind};
use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange, TextSize};

/// A part of an interpolated string on its way into one list of values.
enum Piece {
    Text { bytes: Vec<u8>, span: Span, u_prefix: bool },
    Field(Expr),
}

impl Converter<'_> {
    pub(super) fn number(&mut self, e: &ruff::ExprNumberLiteral) -> Result<ExprKind, Fail> {
        self.keyword_after_number(e.range);
        Ok(constant(match &e.value {
            ruff::Number::Int(_) => number::int(self.slice(e.range)).ok_or(Fail::Refused)?,
            ruff::Number::Float(value) => Const::Float(value.to_bits()),
            ruff::Number::Complex { real, imag } => Const::Complex(real.to_bits(), imag.to_bits()),
        }))
    }

    /// `1if x else y`: the number ends where the keyword begins, which is deprecated.
    fn keyword_after_number(&mut self, range: TextRange) {
        let next = self.source.as_bytes().get(range.end().to_usize());
        if !next.is_some_and(u8::is_ascii_alphabetic) {
            return;
        }
        let kind = number::kind(self.slice(range));
        let msg = format!("invalid {kind} literal");
        let span = self.span(range);
        self.warnings.push(Warning { kind: WarningKind::Syntax, msg, span });
    }

    pub(super) fn string(&mut self, e: &ruff::ExprStringLiteral) -> ExprKind {
        let mut out = Vec::new();
        for part in e.value.iter() {
            self.string_part(part, &mut out);
        }
        ExprKind::Constant { value: Const::Str(out.into()), u_prefix: e.value.is_unicode() }
    }

    fn string_part(&mut self, part: &ruff::StringLiteral, out: &mut Vec<u8>) {
        let raw = part.flags.prefix().is_raw();
        self.text(&part.value, part.content_range(), raw, out);
    }

    /// Adds the value of literal text; where the parser had to replace something, it is read again.
    fn text(&mut self, value: &str, range: TextRange, raw: bool, out: &mut Vec<u8>) {
        let body = self.slice(range);
        if raw || !body.contains('\\') {
            return out.extend_from_slice(value.as_bytes());
        }
        self.escapes(range, true);
        match value.contains('\u{FFFD}') {
            true => out.extend(escape::decode(body, named_character)),
            false => out.extend_from_slice(value.as_bytes()),
        }
    }

    /// Warns of the first invalid escape sequence in a literal.
    fn escapes(&mut self, range: TextRange, unicode: bool) {
        let body = self.slice(range);
        let Some(mut bad) = escape::first_bad(body, unicode) else { return };
        let mut body = body;
        if bad.len == 1 {
            // What the backslash stands before is the brace of a field.
            let Some(more) = self.source.get(range.start().to_usize()..range.end().to_usize() + 1) else {
                return;
            };
            body = more;
            bad.len = 2;
        }
        let start = range.start() + TextSize::new(bad.at as u32);
        let span = self.span(TextRange::at(start, TextSize::new(bad.len as u32)));
        self.warnings.push(Warning { kind: WarningKind::Syntax, msg: bad.message(body), span });
    }

    pub(super) fn bytes(&mut self, e: &ruff::ExprBytesLiteral) -> ExprKind {
        let mut out = Vec::new();
        for part in e.value.iter() {
            if !part.flags.prefix().is_raw() {
                self.escapes(part.content_range(), false);
            }
            out.extend_from_slice(&part.value);
        }
        constant(Const::Bytes(out.into()))
    }

    pub(super) fn fstring(&mut self, mut e: ruff::ExprFString) -> Result<ExprKind, Fail> {
        let mut pieces = Vec::new();
        for part in e.value.iter_mut() {
            match part {
                ruff::FStringPart::Literal(literal) => {
                    let mut bytes = Vec::new();
                    self.string_part(literal, &mut bytes);
                    let u_prefix = literal.flags.prefix().is_unicode();
                    pieces.push(Piece::Text { bytes, span: self.span(literal.range), u_prefix });
                }
                ruff::FStringPart::FString(f) => {
                    let raw = f.flags.prefix().is_raw();
                    self.elements(&mut f.elements, raw, false, &mut pieces)?;
                }
            }
        }
        Ok(ExprKind::JoinedStr { values: join(pieces) })
    }

    pub(super) fn tstring(&mut self, mut e: ruff::ExprTString) -> Result<ExprKind, Fail> {
        let mut pieces = Vec::new();
        for part in e.value.iter_mut() {
            let raw = part.flags.prefix().is_raw();
            self.elements(&mut part.elements, raw, true, &mut pieces)?;
        }
        Ok(ExprKind::TemplateStr { values: join(pieces) })
    }

    /// `template`: the fields are `Interpolation`s, not `FormattedValue`s.
    fn elements(
        &mut self,
        elements: &mut ruff::InterpolatedStringElements,
        raw: bool,
        template: bool,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Fail> {
        for element in elements {
            match element {
                ruff::InterpolatedStringElement::Literal(literal) => {
                    let mut bytes = Vec::new();
                    self.text_between_fields(literal, raw, &mut bytes);
                    pieces.push(Piece::Text { bytes, span: self.span(literal.range), u_prefix: false });
                }
                ruff::InterpolatedStringElement::Interpolation(field) => {
                    self.field(field, raw, template, pieces)?;
                }
            }
        }
        Ok(())
    }

    fn text_between_fields(
        &mut self,
        literal: &ruff::InterpolatedStringLiteralElement,
        raw: bool,
        out: &mut Vec<u8>,
    ) {
        let body = self.slice(literal.range);
        if raw || !body.contains('\\') {
            return out.extend_from_slice(literal.value.as_bytes());
        }
        self.escapes(literal.range, true);
        if !literal.value.contains('\u{FFFD}') {
            return out.extend_from_slice(literal.value.as_bytes());
        }
        let body = body.replace("{{", "{").replace("}}", "}");
        out.extend(escape::decode(&body, named_character));
    }

    fn field(
        &mut self,
        field: &mut ruff::InterpolatedElement,
        raw: bool,
        template: bool,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Fail> {
        let range = field.range;
        let expression = std::mem::replace(&mut *field.expression, placeholder());
        let inner = expression.range();
        let mut conversion = match field.conversion {
            ruff::ConversionFlag::None => Conversion::None,
            ruff::ConversionFlag::Str => Conversion::Str,
            ruff::ConversionFlag::Repr => Conversion::Repr,
            ruff::ConversionFlag::Ascii => Conversion::Ascii,
        };
        if self.spec_depth >= crate::syntax::MAX_FIELDS {
            return Err(Fail::Refused);
        }
        let spec_depth = std::mem::take(&mut self.spec_depth);
        let value = self.boxed(expression)?;
        self.spec_depth = spec_depth;
        if let Some(debug) = &field.debug_text {
            let text = debug.as_str();
            let start = range.start() + TextSize::new(1);
            let end = start + TextSize::new(text.len() as u32);
            let span = self.span(TextRange::new(start, end));
            let bytes = without_comments(text).into_bytes();
            pieces.push(Piece::Text { bytes, span, u_prefix: false });
            if conversion == Conversion::None && field.format_spec.is_none() {
                conversion = Conversion::Repr;
            }
        }
        let format_spec = match field.format_spec.take() {
            Some(mut spec) => {
                let mut inner = Vec::new();
                self.spec_depth += 1;
                self.elements(&mut spec.elements, raw, false, &mut inner)?;
                self.spec_depth -= 1;
                // The colon belongs to the specification.
                let start = spec.range.start() - TextSize::new(1);
                let span = self.span(TextRange::new(start, spec.range.end()));
                Some(Box::new(Expr { kind: ExprKind::JoinedStr { values: join(inner) }, span }))
            }
            None => None,
        };
        let kind = match template {
            true => {
                let str = without_comments(self.field_source(range, inner));
                let str = Const::Str(str.into_bytes().into());
                ExprKind::Interpolation { value, str, conversion, format_spec }
            }
            false => ExprKind::FormattedValue { value, conversion, format_spec },
        };
        pieces.push(Piece::Field(Expr { kind, span: self.span(range) }));
        Ok(())
    }

    /// The source of a field's expression, from the brace to what follows it, parentheses and all.
    fn field_source(&self, field: TextRange, expression: TextRange) -> &str {
        let tail = self.slice(TextRange::new(expression.end(), field.end()));
        // After the expression come closing parentheses, white space and comments, then `=`, `!`, `:` or `}`.
        let mut end = expression.end().to_usize();
        let mut chars = tail.char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '#' => {
                    for (_, c) in chars.by_ref() {
                        if c == '\n' {
                            break;
                        }
                    }
                }
                '=' | '!' | ':' | '}' => {
                    end += i;
                    break;
                }
                _ => {}
            }
        }
        &self.source[field.start().to_usize() + 1..end]
    }
}

/// Joins neighbouring texts and drops empty ones.
fn join(pieces: Vec<Piece>) -> Vec<Expr> {
    let mut out: Vec<Expr> = Vec::with_capacity(pieces.len());
    let mut pending: Option<(Vec<u8>, Span, bool)> = None;
    let flush = |pending: &mut Option<(Vec<u8>, Span, bool)>, out: &mut Vec<Expr>| {
        if let Some((bytes, span, u_prefix)) = pending.take().filter(|(bytes, ..)| !bytes.is_empty()) {
            out.push(Expr { kind: ExprKind::Constant { value: Const::Str(bytes.into()), u_prefix }, span });
        }
    };
    for piece in pieces {
        match piece {
            Piece::Text { bytes, span, u_prefix } => match &mut pending {
                Some((all, whole, _)) => {
                    all.extend(bytes);
                    *whole = whole.to(span);
                }
                None => pending = Some((bytes, span, u_prefix)),
            },
            Piece::Field(expr) => {
                flush(&mut pending, &mut out);
                out.push(expr);
            }
        }
    }
    flush(&mut pending, &mut out);
    out
}

/// Source text of a field, which is shown without its comments.
fn without_comments(text: &str) -> String {
    if !text.contains('#') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '#' => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            '\'' | '"' => string_len(rest),
            _ => c.len_utf8(),
        };
        out.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    out
}

/// Length of the string literal (after its prefix) that `text` begins with.
fn string_len(text: &str) -> usize {
    let single = &text[..1];
    let triple = single.repeat(3);
    let quote = if text.starts_with(&triple) { triple.as_str() } else { single };
    let mut at = quote.len();
    while at < text.len() && !text[at..].starts_with(quote) {
        let escape = text[at..].starts_with('\\');
        let chars = if escape { 2 } else { 1 };
        at += text[at..].chars().take(chars).map(char::len_utf8).sum::<usize>();
    }
    (at + quote.len()).min(text.len())
}

/// The character of `N{NAME}`, from the parser, which has the table.
pub(crate) fn named_character(escape: &str) -> Option<char> {
    let literal = format!("\"\\{escape}\"");
    let parsed = ruff_python_parser::parse_expression(&literal).ok()?;
    let ruff::Expr::StringLiteral(string) = parsed.expr() else { return None };
    string.value.to_str().chars().next()
}

/// What is left in the place of an expression that was taken out.
fn placeholder() -> ruff::Expr {
    ruff::Expr::NoneLiteral(ruff::ExprNoneLiteral {
        node_index: ruff::AtomicNodeIndex::NONE,
        range: TextRange::default(),
    })
}
