//! Byte offsets to lines and columns.

use crate::ast::Span;

/// Where the lines of a text begin. Lines end with `\n`: other line ends are gone before parsing.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    /// Line of the last answer: neighbouring questions are the rule.
    last: usize,
}

impl Lines {
    /// Finds the lines of `source`.
    pub fn new(source: &str) -> Lines {
        let mut starts = vec![0];
        starts.extend(source.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i as u32 + 1));
        Lines { starts, last: 0 }
    }

    /// Line (from 1) and byte column (from 0) of a byte offset.
    pub fn locate(&mut self, offset: u32) -> (u32, u32) {
        let holds = |i: usize| self.starts[i] <= offset && self.starts.get(i + 1).is_none_or(|&s| offset < s);
        if !holds(self.last) {
            self.last = match self.last + 1 < self.starts.len() && holds(self.last + 1) {
                true => self.last + 1,
                false => self.starts.partition_point(|&s| s <= offset) - 1,
            };
        }
        (self.last as u32 + 1, offset - self.starts[self.last])
    }

    /// The span of a byte range.
    pub fn span(&mut self, start: u32, end: u32) -> Span {
        let (line, col) = self.locate(start);
        let (end_line, end_col) = self.locate(end);
        Span { line, col, end_line, end_col }
    }

    /// Byte offset at which a line (from 1) begins.
    pub fn start(&self, line: u32) -> usize {
        self.starts[line as usize - 1] as usize
    }
}
