//! How one person's name changes from source to source.
//!
//! A change is asked for as a [`NameLevel`] and carried out if the name allows it; the level
//! that was reached is returned. Only the means are here; how often each level is wanted stands
//! in the options.

use entangle_model::NameLevel;
use rand_chacha::ChaCha8Rng;

use crate::names::{NameGenerator, capitalised};
use crate::random::{chance, index, pick};

/// A shorter name is not seen as a part of another.
const PART_LENGTH_MIN: usize = 5;
/// Words that people put before or behind their name.
const ADDITIONS: [&str; 12] = [
    "dev", "shop", "zone", "trade", "team", "work", "city", "rock", "land", "host", "soft", "bank",
];

/// The name after a change of the wanted level, and the level that was possible.
pub(crate) fn change_name(
    name: &str,
    wanted: NameLevel,
    is_russian: bool,
    generator: &NameGenerator,
    rng: &mut ChaCha8Rng,
) -> (String, NameLevel) {
    let changed = match wanted {
        NameLevel::Written => return (name.to_owned(), NameLevel::Written),
        NameLevel::Folded => other_case(name, rng),
        NameLevel::Skeleton => other_writing(name, rng),
        NameLevel::Stem => other_affix(name, rng),
        NameLevel::OneEdit => one_edit(name, rng),
        NameLevel::Beginning => format!("{name}{}", pick(rng, &ADDITIONS)),
        NameLevel::Ending => format!("{}{name}", pick(rng, &ADDITIONS)),
        NameLevel::None => generator.draw(rng, is_russian),
    };
    let is_part = matches!(wanted, NameLevel::Beginning | NameLevel::Ending);
    if is_part && name.chars().count() < PART_LENGTH_MIN {
        return (changed, NameLevel::None);
    }
    if changed != name {
        return (changed, wanted);
    }
    (with_digits(name, rng), NameLevel::Stem)
}

/// The name with two to four digits behind it, as one does when a name is taken.
pub(crate) fn with_digits(name: &str, rng: &mut ChaCha8Rng) -> String {
    let digit_count = 2 + index(rng, 3) as u32;
    let number = index(rng, 10usize.pow(digit_count));
    format!("{name}{number:0width$}", width = digit_count as usize)
}

fn other_case(name: &str, rng: &mut ChaCha8Rng) -> String {
    let lower = name.to_lowercase();
    if lower != name {
        return lower;
    }
    if chance(rng, 0.8) {
        capitalised(name)
    } else {
        name.to_uppercase()
    }
}

fn other_writing(name: &str, rng: &mut ChaCha8Rng) -> String {
    if !name.is_ascii() {
        return transliterate(name);
    }
    if name.contains(is_separator) {
        return other_separator(name, rng);
    }
    let leet = leet(name, rng);
    if leet != name {
        return leet;
    }
    let middle = name.len() / 2;
    format!("{}_{}", &name[..middle], &name[middle..])
}

fn is_separator(letter: char) -> bool {
    matches!(letter, ' ' | '_' | '.' | '-')
}

fn other_separator(name: &str, rng: &mut ChaCha8Rng) -> String {
    let wanted = pick(rng, &["", "_", ".", "-"]);
    let changed = name
        .split(is_separator)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(wanted);
    if changed == name {
        name.split(is_separator).collect()
    } else {
        changed
    }
}

/// One kind of letter written as a digit.
fn leet(name: &str, rng: &mut ChaCha8Rng) -> String {
    const PAIRS: [(char, char); 5] = [('a', '4'), ('e', '3'), ('i', '1'), ('o', '0'), ('s', '5')];
    let first = index(rng, PAIRS.len());
    for step in 0..PAIRS.len() {
        let (letter, digit) = PAIRS[(first + step) % PAIRS.len()];
        if name.contains(letter) {
            return name.replace(letter, digit.encode_utf8(&mut [0; 4]));
        }
    }
    name.to_owned()
}

fn other_affix(name: &str, rng: &mut ChaCha8Rng) -> String {
    let bare = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let had_digits = bare.len() < name.len() && bare.chars().count() >= 3;
    if had_digits && chance(rng, 0.5) {
        return bare.trim_end_matches(is_separator).to_owned();
    }
    let base = if had_digits { bare } else { name };
    match index(rng, 6) {
        0 => format!("the{base}"),
        1 => format!("mr_{base}"),
        2 => format!("{base}_ru"),
        3 => format!("xx{base}xx"),
        _ => with_digits(base, rng),
    }
}

/// One letter in the inner part of the name inserted, deleted, substituted or swapped with the
/// next one.
fn one_edit(name: &str, rng: &mut ChaCha8Rng) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 4 || name.len() < 4 {
        return name.to_owned();
    }
    let inner: Vec<usize> = (1..letters.len() - 1)
        .filter(|position| letters[*position].is_alphabetic())
        .collect();
    if inner.is_empty() {
        return name.to_owned();
    }
    let position = inner[index(rng, inner.len())];
    match index(rng, 4) {
        0 => {
            letters.remove(position);
        }
        1 => letters.insert(position, letters[position]),
        2 if letters[position + 1].is_alphabetic() => letters.swap(position, position + 1),
        _ => letters[position] = another_letter(letters[position]),
    }
    letters.into_iter().collect()
}

/// A letter of the same alphabet that is not the given one.
fn another_letter(letter: char) -> char {
    match letter {
        'r' | 'R' => 'n',
        'р' | 'Р' => 'н',
        ascii if ascii.is_ascii() => 'r',
        _ => 'р',
    }
}

/// Russian letters in Latin ones, as people write them; everything else is kept.
pub(crate) fn transliterate(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.chars() {
        let lower = letter.to_lowercase().next().unwrap_or(letter);
        match latin_of(lower) {
            Some(latin) if lower != letter => out.push_str(&capitalised(latin)),
            Some(latin) => out.push_str(latin),
            None => out.push(letter),
        }
    }
    out
}

fn latin_of(letter: char) -> Option<&'static str> {
    const LETTERS: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s",
        "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    ];
    match letter {
        'ё' => Some("e"),
        'а'..='я' => {
            let position = letter as usize - 'а' as usize;
            LETTERS.get(position).copied()
        }
        _ => None,
    }
}

/// The name as the local part of an address: ASCII, lower case, without separators. `x` where
/// nothing would remain.
pub(crate) fn address_part(name: &str) -> String {
    let part: String = transliterate(name)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    if part.is_empty() {
        "x".to_owned()
    } else {
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, stream};

    #[test]
    fn each_level_changes_a_name_in_its_way() {
        let generator = NameGenerator::new();
        let mut rng = stream(3, Purpose::Names, 0);
        let mut table = String::new();
        for name in ["Kevin Marsh", "darkwolf77", "Кот007", "zyx"] {
            for wanted in NameLevel::ALL {
                let (changed, level) = change_name(name, wanted, false, &generator, &mut rng);
                table += &format!(
                    "{name}\t{}\t{changed}\t{}\n",
                    wanted.as_str(),
                    level.as_str()
                );
            }
        }
        expect_test::expect![[r#"
            Kevin Marsh	written	Kevin Marsh	written
            Kevin Marsh	folded	kevin marsh	folded
            Kevin Marsh	skeleton	Kevin.Marsh	skeleton
            Kevin Marsh	stem	Kevin Marsh54	stem
            Kevin Marsh	one_edit	Kevi Marsh	one_edit
            Kevin Marsh	beginning	Kevin Marshteam	beginning
            Kevin Marsh	ending	bankKevin Marsh	ending
            Kevin Marsh	none	digitalstar	none
            darkwolf77	written	darkwolf77	written
            darkwolf77	folded	Darkwolf77	folded
            darkwolf77	skeleton	d4rkwolf77	skeleton
            darkwolf77	stem	mr_darkwolf	stem
            darkwolf77	one_edit	darrwolf77	one_edit
            darkwolf77	beginning	darkwolf77work	beginning
            darkwolf77	ending	workdarkwolf77	ending
            darkwolf77	none	oruthmore	none
            Кот007	written	Кот007	written
            Кот007	folded	кот007	folded
            Кот007	skeleton	Kot007	skeleton
            Кот007	stem	Кот	stem
            Кот007	one_edit	Коот007	one_edit
            Кот007	beginning	Кот007soft	beginning
            Кот007	ending	hostКот007	ending
            Кот007	none	michael	none
            zyx	written	zyx	written
            zyx	folded	ZYX	folded
            zyx	skeleton	z_yx	skeleton
            zyx	stem	mr_zyx	stem
            zyx	one_edit	zyx550	stem
            zyx	beginning	zyxbank	none
            zyx	ending	rockzyx	none
            zyx	none	lunarrunner	none
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn russian_is_written_in_latin_letters() {
        assert_eq!(transliterate("Лёха Щукин, ok"), "Lekha Shchukin, ok");
    }

    #[test]
    fn an_address_part_is_never_empty() {
        assert_eq!(address_part("Jan de-Vries"), "jandevries");
        assert_eq!(address_part("ъь"), "x");
    }
}
