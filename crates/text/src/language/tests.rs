use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;

/// One line per text: the answer, then the text.
fn check(texts: &[&str], expected: Expect) {
    let lines: String = texts
        .iter()
        .map(|text| match identify(text) {
            Some(guess) => format!("{} {:.3} {text}\n", guess.language, guess.confidence),
            None => format!("-- ----- {text}\n"),
        })
        .collect();
    expected.assert_eq(&lines);
}

#[test]
fn sentences_of_forums_in_many_languages() {
    check(
        &[
            "Hello, I am looking for someone who can help me with the design of my site.",
            "Привет всем, нужен человек, который может сделать дизайн сайта.",
            "Ребята, это не она, а он, как и все у нас, так что не надо.",
            "Привіт усім, шукаю людину, яка зробить дизайн сайту.",
            "Прывітанне ўсім, шукаю чалавека, які зробіць дызайн сайта.",
            "Здравейте, търся човек, който може да направи дизайн на сайта.",
            "Здраво свима, тражим некога ко може да ми помогне са сајтом.",
            "Здраво на сите, барам некој што може да ми помогне со страницата.",
            "Ich suche jemanden, der mir bei der Seite helfen kann, das ist nicht schwer.",
            "Je cherche une personne pour le design de mon site, merci à vous.",
            "Hola, busco a alguien que me ayude con el diseño de mi página, gracias.",
            "Olá, preciso de alguém para fazer o design do meu site, muito obrigado.",
            "Ciao, sto cercando qualcuno che mi aiuti con il sito, grazie a tutti, non è per me.",
            "Ik ben op zoek naar iemand die het voor mij kan maken, dat is niet moeilijk.",
            "Szukam kogoś do zrobienia strony, czy ktoś może mi polecić, nie jest to trudne.",
            "Hledám někoho, kdo by mi pomohl se stránkou, není to těžké.",
            "Hľadám niekoho, kto by mi pomohol so stránkou, nie je to ťažké.",
            "Caut pe cineva care să mă ajute cu site-ul, nu este greu, mulțumesc.",
            "Merhaba, bir site için tasarım yapacak birini arıyorum, çok teşekkürler.",
            "Saya mencari orang yang bisa membantu membuat situs ini, terima kasih.",
            "Tôi đang tìm người có thể giúp tôi làm trang web này, xin cảm ơn.",
            "Jag letar efter någon som kan hjälpa mig med sidan, det är inte svårt.",
            "Etsin jotakuta, joka voi auttaa minua sivun kanssa, se ei ole vaikeaa.",
            "Keresek valakit, aki segít nekem az oldallal, nem nehéz, köszönöm.",
            "أبحث عن شخص يمكنه مساعدتي في تصميم الموقع، شكرا لكم.",
            "من به دنبال کسی هستم که در طراحی سایت به من کمک کند.",
            "मैं किसी ऐसे व्यक्ति की तलाश में हूँ जो साइट बनाने में मदद करे।",
            "Ψάχνω κάποιον που να με βοηθήσει με τη σελίδα.",
            "אני מחפש מישהו שיעזור לי עם האתר.",
            "我在找一个可以帮我设计网站的人，谢谢。",
            "サイトのデザインを手伝ってくれる人を探しています。",
            "사이트 디자인을 도와줄 사람을 찾고 있습니다.",
        ],
        expect![[r#"
            en 0.999 Hello, I am looking for someone who can help me with the design of my site.
            ru 0.998 Привет всем, нужен человек, который может сделать дизайн сайта.
            ru 0.999 Ребята, это не она, а он, как и все у нас, так что не надо.
            uk 0.998 Привіт усім, шукаю людину, яка зробить дизайн сайту.
            be 0.998 Прывітанне ўсім, шукаю чалавека, які зробіць дызайн сайта.
            bg 0.998 Здравейте, търся човек, който може да направи дизайн на сайта.
            sr 0.980 Здраво свима, тражим некога ко може да ми помогне са сајтом.
            mk 0.999 Здраво на сите, барам некој што може да ми помогне со страницата.
            de 0.999 Ich suche jemanden, der mir bei der Seite helfen kann, das ist nicht schwer.
            fr 0.999 Je cherche une personne pour le design de mon site, merci à vous.
            es 0.999 Hola, busco a alguien que me ayude con el diseño de mi página, gracias.
            pt 0.999 Olá, preciso de alguém para fazer o design do meu site, muito obrigado.
            it 0.999 Ciao, sto cercando qualcuno che mi aiuti con il sito, grazie a tutti, non è per me.
            nl 0.999 Ik ben op zoek naar iemand die het voor mij kan maken, dat is niet moeilijk.
            pl 0.999 Szukam kogoś do zrobienia strony, czy ktoś może mi polecić, nie jest to trudne.
            cs 0.999 Hledám někoho, kdo by mi pomohl se stránkou, není to těžké.
            sk 0.995 Hľadám niekoho, kto by mi pomohol so stránkou, nie je to ťažké.
            ro 0.999 Caut pe cineva care să mă ajute cu site-ul, nu este greu, mulțumesc.
            tr 0.998 Merhaba, bir site için tasarım yapacak birini arıyorum, çok teşekkürler.
            id 0.999 Saya mencari orang yang bisa membantu membuat situs ini, terima kasih.
            vi 0.999 Tôi đang tìm người có thể giúp tôi làm trang web này, xin cảm ơn.
            sv 0.999 Jag letar efter någon som kan hjälpa mig med sidan, det är inte svårt.
            fi 0.998 Etsin jotakuta, joka voi auttaa minua sivun kanssa, se ei ole vaikeaa.
            hu 0.999 Keresek valakit, aki segít nekem az oldallal, nem nehéz, köszönöm.
            ar 0.999 أبحث عن شخص يمكنه مساعدتي في تصميم الموقع، شكرا لكم.
            fa 0.999 من به دنبال کسی هستم که در طراحی سایت به من کمک کند.
            hi 0.999 मैं किसी ऐसे व्यक्ति की तलाश में हूँ जो साइट बनाने में मदद करे।
            el 0.990 Ψάχνω κάποιον που να με βοηθήσει με τη σελίδα.
            he 0.990 אני מחפש מישהו שיעזור לי עם האתר.
            zh 0.990 我在找一个可以帮我设计网站的人，谢谢。
            ja 0.990 サイトのデザインを手伝ってくれる人を探しています。
            ko 0.990 사이트 디자인을 도와줄 사람을 찾고 있습니다.
        "#]],
    );
}

#[test]
fn short_mixed_and_foreign_texts_have_no_answer() {
    check(
        &[
            "",
            "ok thanks",
            "привет",
            "1234567890 1234567890 !!!",
            "Asdf qwer zxcv tyui ghjk bnmp lkjh poiu",
            "Hello my friend, привет мой друг дорогой",
            "privet vsem, nuzhen chelovek, kotoryy mozhet sdelat sayt, kto znaet?",
            "Бұл мәселе бойынша көмек керек, үлкен рақмет сіздерге",
            "AMD Ryzen 5 3600, RTX 2060 Super 16GB DDR4 1TB NVMe",
        ],
        expect![[r#"
            -- ----- 
            -- ----- ok thanks
            -- ----- привет
            -- ----- 1234567890 1234567890 !!!
            -- ----- Asdf qwer zxcv tyui ghjk bnmp lkjh poiu
            -- ----- Hello my friend, привет мой друг дорогой
            -- ----- privet vsem, nuzhen chelovek, kotoryy mozhet sdelat sayt, kto znaet?
            -- ----- Бұл мәселе бойынша көмек керек, үлкен рақмет сіздерге
            -- ----- AMD Ryzen 5 3600, RTX 2060 Super 16GB DDR4 1TB NVMe
        "#]],
    );
}

#[test]
fn code_links_and_identifiers_do_not_count() {
    check(
        &[
            "```for i in the_list: print(i) and not is_open``` ```return it```",
            "https://forum.example.com/the-best-of-all/this-is-it and_so_on www.thisandthat.org",
            "а вот ссылка https://forum.example.com/the/best/of/all.php?is=it что ты об этом думаешь",
            "import the.module.of.all; isItOpen(); C:\\this\\is\\it.exe name@this.is.example",
            "Wie kann ich das machen? ```if (this is not that) { and }``` Ich bin neu hier.",
        ],
        expect![[r#"
            -- ----- ```for i in the_list: print(i) and not is_open``` ```return it```
            -- ----- https://forum.example.com/the-best-of-all/this-is-it and_so_on www.thisandthat.org
            ru 0.999 а вот ссылка https://forum.example.com/the/best/of/all.php?is=it что ты об этом думаешь
            -- ----- import the.module.of.all; isItOpen(); C:\this\is\it.exe name@this.is.example
            de 0.999 Wie kann ich das machen? ```if (this is not that) { and }``` Ich bin neu hier.
        "#]],
    );
}

#[test]
fn hostile_texts_neither_panic_nor_are_answered() {
    let zalgo = "h\u{300}\u{301}\u{302}\u{36f}".repeat(4000);
    let deep_fences = "``` ".repeat(10_000);
    for text in [
        "😀😀😀 🏴‍☠️🏴‍☠️ 👨‍👩‍👧‍👦👨‍👩‍👧‍👦 🇩🇪🇷🇺",
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        "\u{202e}\u{202d}\u{feff}\u{200b}\u{200d}\u{ad}",
        "\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "𝐇𝐞𝐥𝐥𝐨 𝐭𝐡𝐞𝐫𝐞 𝐦𝐲 𝐟𝐫𝐢𝐞𝐧𝐝 𝐚𝐧𝐝 𝐚𝐥𝐥",
        "aаbбcвdгeдfеgёhжiзjиkйlкmлnмoнpо",
        &"a".repeat(100_000),
        &"😀".repeat(100_000),
        &zalgo,
        &deep_fences,
    ] {
        let beginning: String = text.chars().take(20).collect();
        assert_eq!(identify(text), None, "{beginning}");
    }
}

#[test]
fn a_nul_between_words_changes_nothing() {
    let text = "the best of all that you can get here";
    assert_eq!(identify(&text.replace(' ', "\0")), identify(text));
    assert!(identify(text).is_some());
}

#[test]
fn decomposed_accents_are_read_as_composed_ones() {
    use unicode_normalization::UnicodeNormalization;
    let text = "Bạn có thể giúp tôi làm việc này không?";
    let decomposed: String = text.nfd().collect();
    assert_ne!(decomposed, text);
    assert_eq!(identify(&decomposed), identify(text));
}

#[test]
fn a_long_text_is_judged_by_its_beginning() {
    let text = format!(
        "x{}{}",
        "что ты это делаешь ".repeat(1000),
        "the best of all ".repeat(9000)
    );
    assert_eq!(guess(&text), Some("ru"));
}

proptest! {
    #[test]
    fn any_text_has_the_same_answer_twice_and_a_probability(text in "\\PC{0,200}") {
        let first = identify(&text);
        prop_assert_eq!(first, identify(&text));
        if let Some(guess) = first {
            prop_assert!((0.9..=1.0).contains(&guess.confidence));
            prop_assert_eq!(guess.language.len(), 2);
        }
    }

    #[test]
    fn any_words_of_several_languages_do_not_panic(
        words in prop::collection::vec("[a-zа-яіїєöçñéوهيक-ह一-三ぁ-ん가-힣` .]{1,9}", 0..40)
    ) {
        let text = words.join(" ");
        prop_assert_eq!(identify(&text), identify(&text));
    }

    #[test]
    fn case_changes_no_language(text in "(the|of|and|ich|nicht|что|это|вы|není|że|się| ){10,30}") {
        prop_assert_eq!(guess(&text), guess(&text.to_uppercase()));
    }
}
