//! Parameters of functions and lambdas.

use super::core::{Bail, P, Parser};
use super::lexer::Token;

/// What tells a lambda's parameters from a function's.
#[derive(Clone, Copy)]
struct Style {
    /// What ends the list.
    close: &'static str,
    annotated: bool,
}

const FUNCTION: Style = Style { close: ")", annotated: true };
const LAMBDA: Style = Style { close: ":", annotated: false };

/// A parameter: its name, and whether it has a default.
struct Param {
    name: Token,
    end: usize,
    default: bool,
}

impl Parser<'_> {
    pub fn parameters(&mut self) -> P<()> {
        self.params(FUNCTION)
    }

    pub fn lambda_parameters(&mut self) -> P<()> {
        self.params(LAMBDA)
    }

    fn params(&mut self, style: Style) -> P<()> {
        let mark = self.mark;
        if self.advises() {
            self.attempt(|p| p.mistaken_params(style))?;
            self.mark = mark;
        }
        let mut any = false;
        let mut defaults = false;
        // Up to `/`, with which the list may go on.
        let slash = self.attempt(|p| {
            let head = p.plain(style, &mut false)?;
            if head == 0 {
                return Err(Bail::Fail);
            }
            p.op("/")?;
            p.comma_or_close(style)
        })?;
        any |= slash.is_some();
        any |= self.plain(style, &mut defaults)? > 0;
        any |= self.attempt(|p| p.star_etc(style))?.is_some();
        if any { Ok(()) } else { Err(Bail::Fail) }
    }

    /// `,`, or the end of the list ahead.
    fn comma_or_close(&mut self, style: Style) -> P<()> {
        match self.attempt(|p| p.op(","))? {
            Some(_) => Ok(()),
            None => self.must_see(|p| p.op(style.close)),
        }
    }

    /// Positional parameters; none without default after one with. Answers how many.
    fn plain(&mut self, style: Style, defaults: &mut bool) -> P<usize> {
        let mut count = 0;
        while let Some(param) = self.attempt(|p| {
            let param = p.param(style)?;
            if *defaults && !param.default {
                return Err(Bail::Fail);
            }
            p.comma_or_close_or_slash(style)?;
            Ok(param)
        })? {
            *defaults |= param.default;
            count += 1;
        }
        Ok(count)
    }

    fn comma_or_close_or_slash(&mut self, style: Style) -> P<()> {
        self.comma_or_close(style)
    }

    /// `name [: annotation] [= default]`
    fn param(&mut self, style: Style) -> P<Param> {
        let name = self.bare_param(style, false)?;
        let default = self.default()?;
        Ok(Param { name, end: self.previous().end, default })
    }

    fn bare_param(&mut self, style: Style, starred_annotation: bool) -> P<Token> {
        let name = self.name()?;
        if style.annotated {
            self.attempt(|p| {
                p.op(":")?;
                match starred_annotation {
                    true => p.attempt(|p| p.op("*"))?.map_or(Ok(()), |_| Ok(())),
                    false => Ok(()),
                }?;
                p.expression()
            })?;
        }
        Ok(name)
    }

    fn default(&mut self) -> P<bool> {
        if self
            .attempt(|p| {
                p.op("=")?;
                p.expression()
            })?
            .is_some()
        {
            return Ok(true);
        }
        if self.advises()
            && let Some(a) = self.attempt(|p| {
                let a = p.op("=")?;
                p.must_see(|p| p.one_of(&[")", ","]))?;
                Ok(a)
            })?
        {
            return self.raise_token(a, "expected default value expression");
        }
        Ok(false)
    }

    fn star_etc(&mut self, style: Style) -> P<()> {
        let mark = self.mark;
        if self.advises() {
            self.attempt(|p| p.mistaken_star(style))?;
            self.mark = mark;
        }
        if let Some(()) = self.attempt(|p| {
            p.op("*")?;
            match p.attempt(|p| p.op(","))? {
                Some(_) => {
                    if p.keyword_only(style)? == 0 {
                        return Err(Bail::Fail);
                    }
                }
                None => {
                    p.bare_param(style, true)?;
                    p.comma_or_close(style)?;
                    p.keyword_only(style)?;
                }
            }
            p.attempt(|p| p.kwds(style))?;
            Ok(())
        })? {
            return Ok(());
        }
        self.kwds(style)
    }

    fn keyword_only(&mut self, style: Style) -> P<usize> {
        let all = self.many(|p| {
            p.param(style)?;
            p.comma_or_close(style)
        })?;
        Ok(all.len())
    }

    fn kwds(&mut self, style: Style) -> P<()> {
        let mark = self.mark;
        if self.advises() {
            self.attempt(|p| p.mistaken_kwds(style))?;
            self.mark = mark;
        }
        self.op("**")?;
        self.bare_param(style, false)?;
        self.comma_or_close(style)
    }

    fn mistaken_params(&mut self, style: Style) -> P<()> {
        let mark = self.mark;
        if let Some(a) = self.attempt(|p| {
            let a = p.op("/")?;
            p.op(",")?;
            Ok(a)
        })? {
            return self.raise_token(a, "at least one argument must precede /");
        }
        if let Some(a) = self.attempt(|p| {
            p.maybe_defaults(style)?;
            p.op("/")?;
            p.op(",")?;
            p.maybe_defaults(style)?;
            p.op("/")
        })? {
            return self.raise_token(a, "/ may appear only once");
        }
        self.mark = mark;
        self.attempt(|p| p.default_order(style))?;
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            p.many(|p| {
                let param = p.param(style)?;
                if param.default {
                    return Err(Bail::Fail);
                }
                p.comma_or_close(style)
            })?;
            let a = p.op("(")?;
            p.some(|p| {
                p.bare_param(style, false)?;
                match p.attempt(|p| p.op(","))? {
                    Some(_) => Ok(()),
                    None => p.must_see(|p| p.op(")")),
                }
            })?;
            let b = p.op(")")?;
            Ok((a, b))
        })? {
            let what = if style.annotated { "Function" } else { "Lambda expression" };
            return self.raise(a.start, b.end, format!("{what} parameters cannot be parenthesized"));
        }
        self.mark = mark;
        if let Some(a) = self.attempt(|p| {
            p.attempt(|p| {
                p.maybe_defaults(style)?;
                p.op("/")?;
                p.op(",")
            })?;
            p.maybe_defaults(style)?;
            p.op("*")?;
            if p.attempt(|p| p.op(","))?.is_none() {
                p.bare_param(style, true)?;
                p.comma_or_close(style)?;
            }
            p.maybe_defaults(style)?;
            p.op("/")
        })? {
            return self.raise_token(a, "/ must be ahead of *");
        }
        self.mark = mark;
        if let Some(a) = self.attempt(|p| {
            if p.maybe_defaults(style)? == 0 {
                return Err(Bail::Fail);
            }
            p.op("/")?;
            p.op("*")
        })? {
            return self.raise_token(a, "expected comma between / and *");
        }
        Err(Bail::Fail)
    }

    fn maybe_defaults(&mut self, style: Style) -> P<usize> {
        self.keyword_only(style)
    }

    /// A parameter without a default after one with.
    fn default_order(&mut self, style: Style) -> P<()> {
        let mut defaults = false;
        loop {
            if self.attempt(|p| p.op("/"))?.is_some() {
                self.comma_or_close(style)?;
                continue;
            }
            let param = self.param(style)?;
            self.comma_or_close(style)?;
            if defaults && !param.default {
                let msg = "parameter without a default follows parameter with a default";
                return self.raise(param.name.start, param.end, msg);
            }
            defaults |= param.default;
        }
    }

    fn mistaken_star(&mut self, style: Style) -> P<()> {
        let mark = self.mark;
        if let Some(a) = self.attempt(|p| {
            let a = p.op("*")?;
            if p.attempt(|p| p.op(style.close))?.is_none() {
                p.op(",")?;
                p.one_of(&[style.close, "**"])?;
            }
            Ok(a)
        })? {
            let msg = "named arguments must follow bare *";
            return if style.annotated { self.raise_token(a, msg) } else { self.raise_last(msg) };
        }
        if let Some(a) = self.attempt(|p| {
            p.op("*")?;
            p.bare_param(style, true)?;
            p.op("=")
        })? {
            return self.raise_token(a, "var-positional argument cannot have default value");
        }
        self.mark = mark;
        if let Some(a) = self.attempt(|p| {
            p.op("*")?;
            if p.attempt(|p| p.op(","))?.is_none() {
                p.bare_param(style, true)?;
                p.comma_or_close(style)?;
            }
            p.maybe_defaults(style)?;
            let a = p.op("*")?;
            if p.attempt(|p| p.op(","))?.is_none() {
                p.bare_param(style, true)?;
                p.comma_or_close(style)?;
            }
            Ok(a)
        })? {
            return self.raise_token(a, "* argument may appear only once");
        }
        Err(Bail::Fail)
    }

    fn mistaken_kwds(&mut self, style: Style) -> P<()> {
        let mark = self.mark;
        if let Some(a) = self.attempt(|p| {
            p.op("**")?;
            p.bare_param(style, false)?;
            p.op("=")
        })? {
            return self.raise_token(a, "var-keyword argument cannot have default value");
        }
        if let Some((a, end)) = self.attempt(|p| {
            p.op("**")?;
            p.bare_param(style, false)?;
            p.op(",")?;
            let a = match p.attempt(|p| p.one_of(&["*", "**", "/"]))? {
                Some(a) => a,
                None => p.bare_param(style, false)?,
            };
            Ok((a, p.previous().end))
        })? {
            return self.raise(a.start, end, "arguments cannot follow var-keyword argument");
        }
        self.mark = mark;
        Err(Bail::Fail)
    }
}
