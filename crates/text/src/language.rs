//! The language of a text, guessed from its script, letters and function words.
//!
//! A guess for grouping posts, not for single words: short and mixed texts have none.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::words::words;

/// Letters a text must have for a guess.
const LETTER_COUNT_MIN: usize = 20;

/// Bytes that are looked at; a longer text is judged by its beginning.
const SAMPLE_BYTES_MAX: usize = 8 * 1024;

/// Share of the letters that the leading script must have.
const SCRIPT_SHARE_MIN: f64 = 0.7;

/// Share of the words that must be function words of the leading language.
const FUNCTION_WORD_SHARE_MIN: f64 = 0.12;

/// By how much the leading language must exceed the next.
const LEAD_RATIO_MIN: f64 = 1.4;

/// Languages with a list of function words.
const LANGUAGE_COUNT: usize = 12;

/// Position of Russian among them; its code is given by [`guess_cyrillic`] alone.
const RUSSIAN_INDEX: usize = 0;

/// Function words by language. Languages whose code is `None` are known only in order not to
/// be taken for another.
const FUNCTION_WORDS: [(Option<&str>, &str); LANGUAGE_COUNT] = [
    (
        None,
        "и в не на что я с как а то это по но за от у к же так все для бы мне или если уже есть кто \
         только где когда чтобы можно нужно вы мы он его из до",
    ),
    (
        Some("en"),
        "the and of to a in is it you that for on with this are be have not i my was but or as if \
         can your what so we they do at from will any me just would there how all please need",
    ),
    (
        Some("de"),
        "der die das und ist nicht ich ein eine zu in den mit auf für es dem sich auch von wie aber \
         wenn noch man nur oder bei war kann hat mir sind wir du habe was bitte",
    ),
    (
        Some("fr"),
        "le la les des et est un une pas je que qui pour dans ce il sur en du au avec mais vous nous \
         sont plus comme on se ne par tout suis c'est j'ai cette votre merci",
    ),
    (
        Some("es"),
        "el la los las de que y en un una no es por con para se lo como más pero me si su al del este \
         muy hay mi esta todo yo tengo gracias puede cuando hola",
    ),
    (
        Some("pt"),
        "o a os as de que e em um uma não é por com para se do da no na como mais mas eu você muito \
         isso meu seu ele ela quando tem foi ao obrigado alguém",
    ),
    (
        Some("it"),
        "il lo la gli le di che e un una non è per con si sono ho ma come più del della nel questo mi \
         ti anche se ci da al hai solo perché cosa grazie qualcuno",
    ),
    (
        Some("pl"),
        "i w na nie się to jest z do że jak co o ale po czy tak już mam dla od za tylko jeszcze może \
         ma przez był są mi jestem ktoś można bardzo proszę",
    ),
    (
        Some("tr"),
        "ve bir bu da de için ile çok ne var mi ama gibi daha ben sen o değil kadar olarak en yok \
         şey nasıl var mı bana olan her sonra benim teşekkürler lütfen",
    ),
    (
        None,
        "de het een en van ik is dat niet op te voor met zijn aan maar ook er je wat heb naar dan om \
         nog wel bij als kan",
    ),
    (
        None,
        "och att det i en jag som är på för med inte av har till den om men ett kan så du var vi ska \
         måste eller",
    ),
    (
        None,
        "și de la în nu o un pe cu este să ce mai din că pentru sunt am ca dar se ai care sa daca \
         asta",
    ),
];

/// ISO 639-1 code of the language among those known (en, ru, uk, de, fr, es, pt, it, pl, tr).
///
/// `None` where the text has under twenty letters, mixes scripts, or fits no known language
/// clearly better than the next.
pub fn guess(text: &str) -> Option<&'static str> {
    let sample = beginning(text);
    let letters = LetterCounts::of(sample);
    if letters.total < LETTER_COUNT_MIN {
        return None;
    }
    let share_min = SCRIPT_SHARE_MIN * letters.total as f64;
    if letters.cyrillic as f64 >= share_min {
        return guess_cyrillic(sample, &letters);
    }
    if letters.latin as f64 >= share_min {
        return guess_latin(sample);
    }
    None
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(SAMPLE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[derive(Default)]
struct LetterCounts {
    total: usize,
    latin: usize,
    cyrillic: usize,
    russian: usize,
    ukrainian: usize,
    other_cyrillic: usize,
}

impl LetterCounts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        for letter in text.chars().filter(|letter| is_letter(*letter)) {
            counts.total += 1;
            match letter {
                '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => counts.latin += 1,
                '\u{400}'..='\u{52f}' => counts.cyrillic += 1,
                _ => {}
            }
            match letter {
                'ы' | 'э' | 'ё' | 'Ы' | 'Э' | 'Ё' => counts.russian += 1,
                'і' | 'ї' | 'є' | 'ґ' | 'І' | 'Ї' | 'Є' | 'Ґ' => counts.ukrainian += 1,
                'ў' | 'Ў' | 'ј' | 'љ' | 'њ' | 'ђ' | 'ћ' | 'џ' | 'ѓ' | 'ќ' | 'қ' | 'ғ' | 'ә'
                | 'ң' => {
                    counts.other_cyrillic += 1;
                }
                _ => {}
            }
        }
        counts
    }
}

/// As `char::is_alphabetic`, with a short cut for Cyrillic.
fn is_letter(letter: char) -> bool {
    matches!(letter, '\u{400}'..='\u{481}') || letter.is_alphabetic()
}

/// Letters that only one of the languages has decide; without any, Russian function words.
fn guess_cyrillic(text: &str, letters: &LetterCounts) -> Option<&'static str> {
    if letters.other_cyrillic > 0 {
        return None;
    }
    if letters.ukrainian > 2 * letters.russian {
        return Some("uk");
    }
    if letters.russian > 2 * letters.ukrainian {
        return Some("ru");
    }
    let has_neither = letters.ukrainian == 0 && letters.russian == 0;
    let russian_share = function_word_shares(text)[RUSSIAN_INDEX];
    (has_neither && russian_share >= FUNCTION_WORD_SHARE_MIN).then_some("ru")
}

fn guess_latin(text: &str) -> Option<&'static str> {
    let shares = function_word_shares(text);
    let (mut best, mut next) = ((0.0, None), 0.0);
    for ((code, _), share) in FUNCTION_WORDS.iter().zip(shares) {
        if share > best.0 {
            next = best.0;
            best = (share, *code);
        } else if share > next {
            next = share;
        }
    }
    let is_clear = best.0 >= FUNCTION_WORD_SHARE_MIN && best.0 >= LEAD_RATIO_MIN * next;
    best.1.filter(|_| is_clear)
}

/// Share of the words that are function words of each language, in the order of
/// [`FUNCTION_WORDS`].
fn function_word_shares(text: &str) -> [f64; LANGUAGE_COUNT] {
    let mut hit_counts = [0u32; LANGUAGE_COUNT];
    let mut word_count = 0u32;
    for word in words(text) {
        word_count += 1;
        let languages = LANGUAGES_OF_WORD
            .get(word)
            .or_else(|| LANGUAGES_OF_WORD.get(word.to_lowercase().as_str()));
        for language in languages.into_iter().flatten() {
            hit_counts[*language] += 1;
        }
    }
    hit_counts.map(|hit_count| f64::from(hit_count) / f64::from(word_count.max(1)))
}

/// The languages, as positions in [`FUNCTION_WORDS`], that have a function word.
static LANGUAGES_OF_WORD: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut languages_of_word: HashMap<&str, Vec<usize>> = HashMap::new();
    for (language, (_, list)) in FUNCTION_WORDS.iter().enumerate() {
        for word in list.split_whitespace() {
            languages_of_word.entry(word).or_default().push(language);
        }
    }
    languages_of_word
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        let texts = [
            (
                "en",
                "Hello, I am looking for someone who can help me with the design of my site.",
            ),
            (
                "ru",
                "Привет всем, нужен человек, который может сделать дизайн сайта.",
            ),
            (
                "ru",
                "Ребята, это не она, а он, как и все у нас, так что не надо.",
            ),
            ("uk", "Привіт усім, шукаю людину, яка зробить дизайн сайту."),
            (
                "de",
                "Ich suche jemanden, der mir bei der Seite helfen kann, das ist nicht schwer.",
            ),
            (
                "fr",
                "Je cherche une personne pour le design de mon site, merci à vous.",
            ),
            (
                "es",
                "Hola, busco a alguien que me ayude con el diseño de mi página, gracias.",
            ),
            (
                "pt",
                "Olá, preciso de alguém para fazer o design do meu site, muito obrigado.",
            ),
            (
                "it",
                "Ciao, sto cercando qualcuno che mi aiuti con il sito, grazie a tutti, non è per me.",
            ),
            (
                "pl",
                "Szukam kogoś do zrobienia strony, czy ktoś może mi polecić, nie jest to trudne.",
            ),
            (
                "tr",
                "Merhaba, bir site için tasarım yapacak birini arıyorum, çok teşekkürler ve bu kadar.",
            ),
        ];
        for (language, text) in texts {
            assert_eq!(guess(text), Some(language), "{text}");
        }
    }

    #[test]
    fn unsure_texts_have_no_guess() {
        assert_eq!(guess("ok thanks"), None);
        assert_eq!(guess("1234567890 1234567890 !!!"), None);
        assert_eq!(guess("Asdf qwer zxcv tyui ghjk bnmp lkjh poiu"), None);
        assert_eq!(guess("Hello my friend, привет мой друг дорогой"), None);
        assert_eq!(
            guess("Ik ben op zoek naar iemand die het voor mij kan maken, dat is niet moeilijk"),
            None
        );
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let text = format!("x{}", "что ты это делаешь ".repeat(1000));
        assert_eq!(guess(&text), Some("ru"));
    }
}
