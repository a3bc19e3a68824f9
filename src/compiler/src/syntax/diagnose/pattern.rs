//! Patterns of `match`.

use super::core::{Bail, P, Parser};
use super::lexer::Kind;

impl Parser<'_> {
    /// What stands after `case`.
    pub fn patterns(&mut self) -> P<()> {
        if self
            .attempt(|p| {
                p.maybe_star_pattern()?;
                p.op(",")?;
                if p.attempt(|p| p.list(Parser::maybe_star_pattern))?.is_some() {
                    p.attempt(|p| p.op(","))?;
                }
                Ok(())
            })?
            .is_some()
        {
            return Ok(());
        }
        self.pattern()
    }

    fn maybe_star_pattern(&mut self) -> P<()> {
        if self.attempt(|p| p.op("*"))?.is_some() {
            return self.name().map(drop);
        }
        self.pattern()
    }

    fn pattern(&mut self) -> P<()> {
        let mark = self.mark;
        if self
            .attempt(|p| {
                p.or_pattern()?;
                p.op("as")?;
                p.capture_target()
            })?
            .is_some()
        {
            return Ok(());
        }
        if self.advises() {
            self.attempt(Parser::mistaken_as_pattern)?;
            self.mark = mark;
        }
        self.or_pattern()
    }

    fn capture_target(&mut self) -> P<()> {
        let name = self.name()?;
        if self.text(name) == "_" {
            return Err(Bail::Fail);
        }
        self.must_not_see(|p| p.one_of(&[".", "(", "="]))
    }

    fn mistaken_as_pattern(&mut self) -> P<()> {
        self.or_pattern()?;
        self.op("as")?;
        if let Some(a) = self.attempt(|p| p.op("_"))? {
            return self.raise_token(a, "cannot use '_' as a target");
        }
        let a = self.expression()?;
        self.raise_node(&a, format!("cannot use {} as pattern target", a.called()))
    }

    fn or_pattern(&mut self) -> P<()> {
        loop {
            self.closed_pattern()?;
            if self.attempt(|p| p.op("|"))?.is_none() {
                return Ok(());
            }
        }
    }

    fn closed_pattern(&mut self) -> P<()> {
        let token = self.peek()?;
        match token.kind {
            Kind::Str => self.strings().map(drop),
            Kind::InterpolatedStart => {
                let node = self.strings()?;
                self.raise_node(&node, "patterns may only match literals and attribute lookups")
            }
            Kind::Number => self.number_pattern(),
            Kind::Name => self.named_pattern(),
            Kind::Op => match self.text(token) {
                "-" => self.number_pattern(),
                "(" | "[" => self.bracketed_pattern(),
                "{" => self.mapping_pattern(),
                _ => Err(Bail::Fail),
            },
            _ => Err(Bail::Fail),
        }
    }

    /// `1`, `-1`, `1 + 2j`
    fn number_pattern(&mut self) -> P<()> {
        self.attempt(|p| p.op("-"))?;
        let real = self.kind(Kind::Number)?;
        if self.attempt(|p| p.one_of(&["+", "-"]))?.is_none() {
            return Ok(());
        }
        let imaginary = self.kind(Kind::Number)?;
        let is_imaginary = |text: &str| text.ends_with(['j', 'J']);
        if is_imaginary(self.text(real)) {
            return self.raise_token(real, "real number required in complex literal");
        }
        if !is_imaginary(self.text(imaginary)) {
            return self.raise_token(imaginary, "imaginary number required in complex literal");
        }
        Ok(())
    }

    fn named_pattern(&mut self) -> P<()> {
        if self.attempt(|p| p.one_of(&["None", "True", "False"]))?.is_some() {
            return Ok(());
        }
        self.name()?;
        while self.attempt(|p| p.op("."))?.is_some() {
            self.name()?;
        }
        if self.ahead(|p| p.op("("))? {
            return self.class_pattern();
        }
        self.must_not_see(|p| p.op("="))
    }

    fn class_pattern(&mut self) -> P<()> {
        let mark = self.mark;
        if self
            .attempt(|p| {
                p.op("(")?;
                if p.attempt(Parser::positional_patterns)?.is_some() {
                    p.attempt(|p| {
                        p.op(",")?;
                        p.keyword_patterns()
                    })?;
                } else {
                    p.attempt(Parser::keyword_patterns)?;
                }
                p.attempt(|p| p.op(","))?;
                p.op(")")
            })?
            .is_some()
        {
            return Ok(());
        }
        if self.advises() {
            self.mark = mark;
            if let Some((start, end)) = self.attempt(|p| {
                p.op("(")?;
                p.attempt(|p| {
                    p.positional_patterns()?;
                    p.op(",")
                })?;
                p.keyword_patterns()?;
                p.op(",")?;
                let start = p.peek()?.start;
                p.positional_patterns()?;
                Ok((start, p.previous().end))
            })? {
                return self.raise(start, end, "positional patterns follow keyword patterns");
            }
        }
        Err(Bail::Fail)
    }

    fn positional_patterns(&mut self) -> P<()> {
        self.list(Parser::pattern).map(drop)
    }

    fn keyword_patterns(&mut self) -> P<()> {
        self.list(|p| {
            p.name()?;
            p.op("=")?;
            p.pattern()
        })
        .map(drop)
    }

    fn bracketed_pattern(&mut self) -> P<()> {
        let open = self.one_of(&["(", "["])?;
        let close = if self.text(open) == "(" { ")" } else { "]" };
        let star = self.ahead(|p| p.op("*"))?;
        if let Some(all) = self.attempt(|p| p.list(Parser::maybe_star_pattern))? {
            let comma = self.attempt(|p| p.op(","))?;
            if star && close == ")" && all.len() == 1 && comma.is_none() {
                return Err(Bail::Fail);
            }
        }
        self.op(close).map(drop)
    }

    fn mapping_pattern(&mut self) -> P<()> {
        let open = self.op("{")?;
        let mut interpolated = false;
        while let Some(last) = self.attempt(|p| {
            interpolated |= p.ahead(|p| p.kind(Kind::InterpolatedStart))?;
            p.mapping_item()
        })? {
            if self.attempt(|p| p.op(","))?.is_none() || last {
                break;
            }
        }
        let close = self.op("}")?;
        if interpolated {
            let msg = "mapping pattern keys may only match literals and attribute lookups";
            return self.raise(open.start, close.end, msg);
        }
        Ok(())
    }

    /// Whether it was `**rest`, after which nothing may follow.
    fn mapping_item(&mut self) -> P<bool> {
        if self.attempt(|p| p.op("**"))?.is_some() {
            self.capture_target()?;
            return Ok(true);
        }
        let token = self.peek()?;
        match token.kind {
            Kind::Str | Kind::InterpolatedStart => drop(self.strings()?),
            Kind::Name if self.attempt(|p| p.one_of(&["None", "True", "False"]))?.is_some() => {}
            Kind::Name => {
                self.name()?;
                self.some(|p| {
                    p.op(".")?;
                    p.name()
                })?;
            }
            _ => self.number_pattern()?,
        }
        self.op(":")?;
        self.pattern()?;
        Ok(false)
    }
}
