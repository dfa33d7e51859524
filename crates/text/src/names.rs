//! The levels at which two names are compared, and the forms that define them.
//!
//! Each form is a function of the one before it, so the levels are nested: names that are
//! equal when folded have equal skeletons, and names with equal skeletons have equal stems.
//! What a form is *worth* depends on how rare it is; that is not decided here.
//!
//! ```text
//! "xX_Вася77_Xx"  fold      "xx_вася77_xx"
//!                 skeleton  "xxvasya77xx"
//!                 stem      "vasya"
//! ```

mod edit;
mod fold;
mod part;
mod part_hashes;
mod script;
mod skeleton;
mod stem;
mod transliteration;
mod words;

pub use edit::is_one_edit_apart;
pub use fold::fold;
pub use part::{is_beginning, is_ending};
pub use part_hashes::{beginning_hashes, deletion_hashes, ending_hashes, whole_hash};
pub use skeleton::{skeleton, skeleton_of_word};
pub use stem::stem;
pub use words::words;

use entangle_model::NameLevel;

/// The strictest level on which the names agree.
///
/// The order of the two names does not matter.
pub fn level(left: &str, right: &str) -> NameLevel {
    if left == right {
        return NameLevel::Written;
    }
    let (folded_left, folded_right) = (fold(left), fold(right));
    if folded_left == folded_right {
        return NameLevel::Folded;
    }
    let skeleton_left = skeleton::skeleton_of_folded(folded_left);
    let skeleton_right = skeleton::skeleton_of_folded(folded_right);
    if skeleton_left == skeleton_right {
        return NameLevel::Skeleton;
    }
    if stem::stem_of_skeleton(&skeleton_left) == stem::stem_of_skeleton(&skeleton_right) {
        return NameLevel::Stem;
    }
    if is_one_edit_apart(&skeleton_left, &skeleton_right) {
        return NameLevel::OneEdit;
    }
    if is_beginning(&skeleton_left, &skeleton_right) {
        return NameLevel::Beginning;
    }
    if is_ending(&skeleton_left, &skeleton_right) {
        return NameLevel::Ending;
    }
    NameLevel::None
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use proptest::prelude::*;

    #[test]
    fn each_level_is_the_strictest_that_holds() {
        let pairs = [
            ("Vasya", "Vasya"),
            ("Vasya", " VASYA "),
            ("Вася", "vasja"),
            ("Вася", "v.a.s.y.a"),
            ("pаypal", "PayPal"),
            ("h4ck_er", "hacker"),
            ("the_wolf", "xXWolf77Xx"),
            ("wolf", "volf"),
            ("mike77", "mike78"),
            ("mike7", "mike"),
            ("andrew", "andrwe"),
            ("wispermint", "wispermint_dev"),
            ("wispermint", "realwispermint"),
            ("andrew", "matthew"),
        ];
        let report: String = pairs
            .iter()
            .map(|(left, right)| format!("{left} | {right} | {}\n", level(left, right).as_str()))
            .collect();
        expect![[r#"
            Vasya | Vasya | written
            Vasya |  VASYA  | folded
            Вася | vasja | skeleton
            Вася | v.a.s.y.a | skeleton
            pаypal | PayPal | skeleton
            h4ck_er | hacker | skeleton
            the_wolf | xXWolf77Xx | stem
            wolf | volf | stem
            mike77 | mike78 | stem
            mike7 | mike | stem
            andrew | andrwe | one_edit
            wispermint | wispermint_dev | beginning
            wispermint | realwispermint | stem
            andrew | matthew | none
        "#]]
        .assert_eq(&report);
    }

    proptest! {
        #[test]
        fn level_is_symmetric(left in "[a-cх-яA-C0-9 _]{0,6}", right in "[a-cх-яA-C0-9 _]{0,6}") {
            prop_assert_eq!(level(&left, &right), level(&right, &left));
        }

        #[test]
        fn forms_are_nested(name in "\\PC{0,12}") {
            let folded = fold(&name);
            prop_assert_eq!(fold(&folded), folded.clone());
            prop_assert_eq!(skeleton(&folded), skeleton(&name));
            prop_assert_eq!(stem::stem_of_skeleton(&skeleton(&name)), stem(&name));
        }

        #[test]
        fn skeleton_is_empty_only_when_the_folded_name_is(name in "\\PC{0,12}") {
            prop_assert_eq!(skeleton(&name).is_empty(), fold(&name).is_empty());
        }

        #[test]
        fn separators_do_not_change_a_skeleton(letters in "[a-z]{2,8}|[а-щэ-я]{2,8}", at in 1usize..7, separator in "[ ._'|-]") {
            let split = letters.char_indices().nth(at).map_or(letters.len(), |(byte, _)| byte);
            let separated = format!("{}{separator}{}", &letters[..split], &letters[split..]);
            prop_assert_eq!(skeleton(&separated), skeleton(&letters));
        }
    }
}
