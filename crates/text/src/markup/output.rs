//! Where the converters write: own text and quotation kept apart.

use super::PlainText;
use super::links::{LinkSpan, collect_links};

/// Collects text on the side, own or quoted, that the nesting of quotations says.
pub(super) struct Output {
    own: String,
    quoted: String,
    quote_depth: u32,
    link_spans: Vec<LinkSpan>,
    open_link_start: Option<usize>,
    mention_count: u64,
}

impl Output {
    pub(super) fn with_capacity(capacity_bytes: usize) -> Self {
        Self {
            own: String::with_capacity(capacity_bytes),
            quoted: String::new(),
            quote_depth: 0,
            link_spans: Vec::new(),
            open_link_start: None,
            mention_count: 0,
        }
    }

    fn side(&mut self) -> &mut String {
        if self.quote_depth == 0 {
            &mut self.own
        } else {
            &mut self.quoted
        }
    }

    pub(super) fn push_str(&mut self, text: &str) {
        self.side().push_str(text);
    }

    /// Ends the current line, unless nothing stands on it.
    pub(super) fn break_line(&mut self) {
        let side = self.side();
        trim_blanks(side);
        if !side.is_empty() && !side.ends_with('\n') {
            side.push('\n');
        }
    }

    /// Ends the current line even if it is empty; at most one empty line is kept.
    pub(super) fn push_newline(&mut self) {
        let side = self.side();
        trim_blanks(side);
        if !side.is_empty() && !side.ends_with("\n\n") {
            side.push('\n');
        }
    }

    /// Separates what follows from what stands on the line.
    pub(super) fn push_space(&mut self) {
        let side = self.side();
        if !matches!(side.as_bytes().last(), None | Some(b' ' | b'\n' | b'\t')) {
            side.push(' ');
        }
    }

    /// Depth is a number, not a stack, so deep nesting costs nothing.
    pub(super) fn open_quote(&mut self) {
        self.quote_depth = self.quote_depth.saturating_add(1);
    }

    pub(super) fn close_quote(&mut self) {
        self.quote_depth = self.quote_depth.saturating_sub(1);
    }

    /// Records a link whose text follows until [`Output::close_link`].
    pub(super) fn open_link(&mut self, address: &str) {
        self.close_link();
        if self.quote_depth == 0 && is_kept_address(address) {
            self.link_spans.push(LinkSpan {
                start: self.own.len(),
                end: self.own.len(),
                address: address.to_string(),
            });
            self.open_link_start = Some(self.link_spans.len() - 1);
        }
    }

    pub(super) fn close_link(&mut self) {
        if let Some(index) = self.open_link_start.take() {
            self.link_spans[index].end = self.own.len();
        }
    }

    /// Counts an account named outside quotations. What follows is no link.
    pub(super) fn mention(&mut self) {
        self.close_link();
        self.mention_count += u64::from(self.quote_depth == 0);
    }

    /// Drops white space behind the last character on both sides.
    pub(super) fn trim_end(&mut self) {
        for side in [&mut self.own, &mut self.quoted] {
            let kept = side.trim_end().len();
            side.truncate(kept);
        }
    }

    pub(super) fn finish(mut self) -> PlainText {
        self.close_link();
        let links = collect_links(&self.own, self.link_spans);
        PlainText {
            text: self.own,
            quoted: self.quoted,
            links,
            mention_count: self.mention_count,
        }
    }
}

fn trim_blanks(side: &mut String) {
    let kept = side.trim_end_matches([' ', '\t']).len();
    side.truncate(kept);
}

/// Places within the page and scripts are not links to anything.
fn is_kept_address(address: &str) -> bool {
    let is_script = address
        .get(..11)
        .is_some_and(|start| start.eq_ignore_ascii_case("javascript:"));
    !address.is_empty() && !address.starts_with('#') && !is_script
}
