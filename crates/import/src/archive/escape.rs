//! Texts in which a few signs are written as entities, as JSON of web sites has them.

use memchr::memchr;
use std::borrow::Cow;

/// Undoes the escaping of `&`, `<` and `>`.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut unescaped = String::with_capacity(text.len());
    let (before, mut rest) = text.split_at(first);
    unescaped.push_str(before);
    while let Some(behind) = rest.strip_prefix('&') {
        let known = [("lt;", '<'), ("gt;", '>'), ("amp;", '&')];
        let found = known
            .iter()
            .find_map(|(name, sign)| Some((*sign, behind.strip_prefix(name)?)));
        let (sign, behind) = found.unwrap_or(('&', behind));
        unescaped.push(sign);
        let next = memchr(b'&', behind.as_bytes()).unwrap_or(behind.len());
        let (between, from_next) = behind.split_at(next);
        unescaped.push_str(between);
        rest = from_next;
    }
    Cow::Owned(unescaped)
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn escapes_are_undone_once() {
        assert_eq!(unescaped("a &amp;lt; &lt;b&gt;&&amp;"), "a &lt; <b>&&");
        assert_eq!(unescaped("&nbsp; AT&T;"), "&nbsp; AT&T;");
    }
}
