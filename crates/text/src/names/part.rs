//! Names of which one is the beginning or the end of the other.

/// A shorter part is shared by too many names to say anything.
pub(super) const PART_LENGTH_MIN: usize = 5;
/// Longer skeletons are compared as a whole only.
pub(super) const WHOLE_LENGTH_MAX: usize = 64;

/// Whether one skeleton, of five characters or more, is the beginning of the other.
pub fn is_beginning(left: &str, right: &str) -> bool {
    let (part, whole) = shorter_first(left, right);
    part.len() < whole.len() && whole.starts_with(part) && are_comparable(part, whole)
}

/// Whether one skeleton, of five characters or more, is the end of the other.
pub fn is_ending(left: &str, right: &str) -> bool {
    let (part, whole) = shorter_first(left, right);
    part.len() < whole.len() && whole.ends_with(part) && are_comparable(part, whole)
}

fn shorter_first<'name>(left: &'name str, right: &'name str) -> (&'name str, &'name str) {
    if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    }
}

fn are_comparable(part: &str, whole: &str) -> bool {
    part.chars().count() >= PART_LENGTH_MIN && whole.chars().count() <= WHOLE_LENGTH_MAX
}
