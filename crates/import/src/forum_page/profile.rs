//! Pages that show a member: name, number, dates, contact fields.
//!
//! Forums lay out profiles in many ways but label the fields in words, so the page is read as
//! lines of text: a known label, then its value on the same line or on the next.

use entangle_text::markup::html_to_plain;

use super::address::{Numbered, number_in_address};
use super::page::{ForumPage, PageFacts};
use super::times::read_date_or_month;
use super::words::{PROFILE_LABELS, ProfileField};
use crate::recorder::non_empty;

/// Values of fields are not longer. Letters.
const VALUE_LETTERS_MAX: usize = 500;

/// A profile as a page shows it.
#[derive(Debug)]
pub(super) struct FoundProfile {
    pub(super) id: Option<String>,
    pub(super) name: String,
    /// The first of each field counts.
    pub(super) fields: Vec<(ProfileField, String)>,
    /// HTML.
    pub(super) signature: Option<String>,
}

impl FoundProfile {
    pub(super) fn field(&self, wanted: ProfileField) -> Option<&str> {
        let (_, value) = self.fields.iter().find(|(field, _)| *field == wanted)?;
        Some(value)
    }
}

/// The profile of a page; `None` if it is no page of a member.
pub(super) fn read_profile(
    page: &ForumPage<'_>,
    facts: impl Fn(&ForumPage<'_>) -> PageFacts,
) -> Option<FoundProfile> {
    let (tree, engine) = (&page.tree, page.engine);
    tree.select(tree.all(), &engine.profile_page).next()?;
    let name = page.first_leading_text(&engine.profile_name, tree.all())?;
    let id = facts(page)
        .address
        .as_deref()
        .and_then(|address| number_in_address(address, Numbered::Member))
        .or_else(|| page.numbers(&engine.profile_id, tree.all(), Numbered::Member));
    let mut fields = labelled_fields(&html_to_plain(tree.text()).text);
    for (field, places) in [
        (ProfileField::Registered, &engine.profile_registered),
        (ProfileField::LastSeen, &engine.profile_last_seen),
    ] {
        if let Some(value) = page.first_text(places, tree.all()) {
            fields.insert(0, (field, value));
        }
    }
    Some(FoundProfile {
        id,
        name,
        fields,
        signature: page.html_of(&engine.profile_signature, tree.all()),
    })
}

/// The fields that the lines of a text name, each once.
pub(super) fn labelled_fields(text: &str) -> Vec<(ProfileField, String)> {
    let mut fields: Vec<(ProfileField, String)> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((field, rest)) = labelled(line) else {
            continue;
        };
        let value = match non_empty(rest) {
            Some(value) => Some(value),
            None => lines
                .peek()
                .filter(|next| labelled(next).is_none())
                .and_then(|next| non_empty(*next)),
        };
        let is_known = fields.iter().any(|(known, _)| *known == field);
        if let Some(value) = value
            && !is_known
            && value.chars().count() <= VALUE_LETTERS_MAX
        {
            fields.push((field, value));
        }
    }
    fields
}

/// The field that a line begins with, and what follows the label. A label without a colon has to
/// be the whole line, or be followed by a date.
fn labelled(line: &str) -> Option<(ProfileField, &str)> {
    labelled_date(line).or_else(|| labelled_by_colon(line))
}

/// "Member since 07 Aug 2009".
fn labelled_date(line: &str) -> Option<(ProfileField, &str)> {
    let line = line.trim();
    let starts = |label: &str| {
        let (start, rest) = line.split_at_checked(label.len())?;
        let is_label = start.to_lowercase() == label && rest.starts_with(' ');
        (is_label && read_date_or_month(rest).is_some()).then_some(rest.trim())
    };
    let dates = [ProfileField::Registered, ProfileField::LastSeen];
    let labels = PROFILE_LABELS
        .iter()
        .filter(|(field, _)| dates.contains(field));
    labels
        .flat_map(|(field, labels)| labels.iter().map(move |label| (*field, *label)))
        .find_map(|(field, label)| Some((field, starts(label)?)))
}

fn labelled_by_colon(line: &str) -> Option<(ProfileField, &str)> {
    let (label, rest) = line.split_once(':').unwrap_or((line, ""));
    let label = label.trim().to_lowercase();
    if label.chars().count() > 40 {
        return None;
    }
    let (field, _) = PROFILE_LABELS
        .iter()
        .find(|(_, labels)| labels.contains(&label.as_str()))?;
    Some((*field, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn labels_are_read_with_their_value_beside_or_below() {
        let text = "anna\nJoined:\n5 Jan 2010\nLocation: Riga: north\nICQ Number\n123456\nJabber:\nSkype: x\nfrom here to there\nДата регистрации: 1.1.2011";
        expect![[r#"
            [
                (
                    Registered,
                    "5 Jan 2010",
                ),
                (
                    Location,
                    "Riga: north",
                ),
                (
                    Icq,
                    "123456",
                ),
                (
                    Skype,
                    "x",
                ),
            ]
        "#]]
        .assert_debug_eq(&labelled_fields(text));
    }
}
