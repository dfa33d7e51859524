use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn check(texts: &[&str], expected: Expect) {
    let lines: Vec<String> = texts
        .iter()
        .map(|text| {
            let label = classify(text);
            let cues: Vec<&str> = label.cues.iter().map(|fired| fired.cue.phrase).collect();
            let subject = label.subject.map_or("-", Subject::as_str);
            format!(
                "{:9} {:11} {text} [{}]",
                label.class.as_str(),
                subject,
                cues.join(", ")
            )
        })
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn english_texts() {
    check(
        &[
            "[WTS] 100 aged twitter accounts, $3 each, PM me",
            "Selling VPS 2 cores, 10$ per month",
            "WTB a domain about bicycles",
            "Looking for a good proxy provider, budget 50 usd",
            "Looking for an experienced PHP developer",
            "We are hiring a backend engineer, remote",
            "[For Hire] Logo designer, my portfolio is below",
            "I am looking for work as a translator",
            "The main selling point of this bike is its price",
            "Where can I buy a good lock?",
            "How to sell my old domain?",
            "I need to restart the server",
            "I need help with my script, it costs me $5 a day",
            "Police arrested a man selling stolen accounts for $500",
            "Thanks, it works.",
            "",
        ],
        expect![[r#"
            sell      account     [WTS] 100 aged twitter accounts, $3 each, PM me [wts, pm me]
            sell      hosting     Selling VPS 2 cores, 10$ per month [selling]
            buy       hosting     WTB a domain about bicycles [wtb]
            buy       hosting     Looking for a good proxy provider, budget 50 usd [looking for, budget]
            hire      development Looking for an experienced PHP developer [looking for, developer*]
            hire      development We are hiring a backend engineer, remote [we are hiring, engineer*, remote]
            seek_work content     [For Hire] Logo designer, my portfolio is below [for hire, designer*, my portfolio]
            seek_work other       I am looking for work as a translator [looking for work, translator*]
            none      -           The main selling point of this bike is its price [selling point*, price]
            none      -           Where can I buy a good lock? [where can i buy]
            none      -           How to sell my old domain? [how to sell]
            none      -           I need to restart the server [i need to]
            none      -           I need help with my script, it costs me $5 a day [i need help]
            none      -           Police arrested a man selling stolen accounts for $500 [police, arrested, selling]
            none      -           Thanks, it works. []
            none      -            []"#]],
    );
}

#[test]
fn russian_texts() {
    check(
        &[
            "Продам базу клиентов, 1 500 руб, писать в ЛС",
            "Продаётся велосипед",
            "Куплю аккаунты вк",
            "Ищу программиста на питоне",
            "Ищу прокси, бюджет 20$",
            "Требуется менеджер по продажам, з/п от 50 000 руб",
            "Ищу работу, знаю 1С",
            "Дизайнер, возьму заказы на логотипы, портфолио по ссылке",
            "Для установки требуется PHP 5",
            "Не продаю, просто показываю",
            "Как купить биткоин?",
            "Суд арестовал продавца, сообщил источник: он продавал базы по 100$",
            "Спасибо, помогло",
        ],
        expect![[r#"
            sell      data        Продам базу клиентов, 1 500 руб, писать в ЛС [продам, писать, в лс]
            sell      things      Продаётся велосипед [продается]
            buy       account     Куплю аккаунты вк [куплю]
            hire      development Ищу программиста на питоне [ищу, программист*]
            buy       hosting     Ищу прокси, бюджет 20$ [ищу, бюджет]
            hire      other       Требуется менеджер по продажам, з/п от 50 000 руб [требуется, менеджер*, з п]
            seek_work other       Ищу работу, знаю 1С [ищу работу]
            seek_work content     Дизайнер, возьму заказы на логотипы, портфолио по ссылке [дизайнер*, возьму заказ*, портфолио]
            none      -           Для установки требуется PHP 5 [требуется]
            none      -           Не продаю, просто показываю [не продаю]
            none      -           Как купить биткоин? [как купить]
            none      -           Суд арестовал продавца, сообщил источник: он продавал базы по 100$ [сообщил*]
            none      -           Спасибо, помогло []"#]],
    );
}

#[test]
fn a_label_says_where_its_cues_and_prices_stand() {
    let text = "Hi all. Selling scripts, $20 or 0.001 btc";
    let label = classify(text);
    let fired: Vec<(&str, i32)> = label
        .cues
        .iter()
        .map(|fired| (&text[fired.bytes.clone()], i32::from(fired.cue.points)))
        .collect();
    assert_eq!(fired, [("Selling", 3)]);
    assert_eq!(label.points, [5, 0, 0, 0]);
    let subjects: Vec<&str> = label
        .subjects
        .iter()
        .map(|found| &text[found.bytes.clone()])
        .collect();
    assert_eq!(subjects, ["scripts", "btc"]);
    assert_eq!(label.prices.len(), 2);
}

#[test]
fn every_class_has_cues_in_both_languages_and_no_phrase_stands_twice() {
    let mut phrases: Vec<&str> = CUES.iter().map(|cue| cue.phrase).collect();
    for class in &OfferClass::ALL[..4] {
        let of_class = || CUES.iter().filter(|cue| cue.says == Says::Class(*class));
        assert!(of_class().any(|cue| cue.phrase.is_ascii()), "{class:?}");
        assert!(of_class().any(|cue| !cue.phrase.is_ascii()), "{class:?}");
    }
    for phrases in [
        &mut phrases,
        &mut SUBJECT_WORDS.iter().map(|one| one.1).collect(),
    ] {
        for phrase in phrases.iter() {
            assert_eq!(**phrase, phrase.to_lowercase().replace('ё', "е"));
            assert!(!phrase.starts_with(['_', '*']), "{phrase}");
        }
        phrases.sort_unstable();
        assert!(
            phrases.windows(2).all(|pair| pair[0] != pair[1]),
            "{phrases:?}"
        );
    }
}

#[test]
fn words_of_classes_are_read_back() {
    for class in OfferClass::ALL {
        assert_eq!(OfferClass::parse(class.as_str()), Some(class));
        assert_eq!(OfferClass::ALL[class.position()], class);
    }
    assert_eq!(OfferClass::parse("Sell"), None);
}

/// A cue, a subject, a price or anything.
fn piece() -> impl Strategy<Value = String> {
    let cues = prop::sample::select(CUES).prop_map(|cue| cue.phrase.replace('*', "ing"));
    let subjects = prop::sample::select(SUBJECT_WORDS).prop_map(|one| one.1.replace('*', "ы"));
    prop_oneof![cues, subjects, "[0-9]{1,5} ?(usd|руб|\\$|k)", "\\PC{0,6}"]
}

proptest! {
    #[test]
    fn any_text_is_labelled_and_explained(pieces in prop::collection::vec(piece(), 0..30)) {
        let text = pieces.join(" ");
        let label = classify(&text);
        let most = label.points.into_iter().max().unwrap();
        prop_assert_eq!(label.class == OfferClass::None, most < LEAST_POINTS);
        prop_assert_eq!(label.subject.is_some(), label.class != OfferClass::None);
        if label.class != OfferClass::None {
            prop_assert_eq!(label.points[label.class.position()], most);
        }
        for fired in &label.cues {
            prop_assert!(text.get(fired.bytes.clone()).is_some_and(|found| !found.is_empty()));
        }
    }

    #[test]
    fn words_behind_the_two_hundredth_change_no_class(tail in "\\PC{0,80}") {
        let head = "слово ".repeat(READ_WORDS_MAX);
        let label = classify(&format!("{head}{tail}"));
        prop_assert!(label.cues.is_empty() && label.class == OfferClass::None);
    }
}
