//! The second opinion: the trigram profiles of `whatlang`.

use std::sync::LazyLock;
use whatlang::{Detector, Lang};

/// The languages asked for, with their ISO 639-1 codes. The library knows more; the rarest are
/// left out, because every further language takes answers from the others on short texts.
#[rustfmt::skip]
static LANGUAGES: [(Lang, &str); 58] = [
    (Lang::Afr, "af"), (Lang::Amh, "am"), (Lang::Ara, "ar"), (Lang::Aze, "az"), (Lang::Bel, "be"),
    (Lang::Ben, "bn"), (Lang::Bul, "bg"), (Lang::Cat, "ca"), (Lang::Ces, "cs"), (Lang::Cmn, "zh"),
    (Lang::Dan, "da"), (Lang::Deu, "de"), (Lang::Ell, "el"), (Lang::Eng, "en"), (Lang::Est, "et"),
    (Lang::Fin, "fi"), (Lang::Fra, "fr"), (Lang::Guj, "gu"), (Lang::Heb, "he"), (Lang::Hin, "hi"),
    (Lang::Hrv, "hr"), (Lang::Hun, "hu"), (Lang::Hye, "hy"), (Lang::Ind, "id"), (Lang::Ita, "it"),
    (Lang::Jpn, "ja"), (Lang::Kan, "kn"), (Lang::Kat, "ka"), (Lang::Khm, "km"), (Lang::Kor, "ko"),
    (Lang::Lav, "lv"), (Lang::Lit, "lt"), (Lang::Mal, "ml"), (Lang::Mar, "mr"), (Lang::Mkd, "mk"),
    (Lang::Mya, "my"), (Lang::Nep, "ne"), (Lang::Nld, "nl"), (Lang::Nob, "no"), (Lang::Pan, "pa"),
    (Lang::Pes, "fa"), (Lang::Pol, "pl"), (Lang::Por, "pt"), (Lang::Ron, "ro"), (Lang::Rus, "ru"),
    (Lang::Sin, "si"), (Lang::Slk, "sk"), (Lang::Slv, "sl"), (Lang::Spa, "es"), (Lang::Srp, "sr"),
    (Lang::Swe, "sv"), (Lang::Tam, "ta"), (Lang::Tel, "te"), (Lang::Tha, "th"),
    (Lang::Tur, "tr"), (Lang::Ukr, "uk"), (Lang::Urd, "ur"), (Lang::Vie, "vi"),
];

static DETECTOR_OF_ALL: LazyLock<Detector> = LazyLock::new(|| {
    Detector::with_allowlist(LANGUAGES.iter().map(|(language, _)| *language).collect())
});

/// What the library takes a text for, with its own confidence, which is no probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Opinion {
    /// ISO 639-1 code.
    pub(super) code: &'static str,
    /// 1 where it is sure, 0 where two languages fit alike.
    pub(super) confidence: f64,
}

/// Its opinion among all languages.
pub(super) fn opinion(words: &str) -> Option<Opinion> {
    opinion_of(&DETECTOR_OF_ALL, words)
}

/// Its opinion where only these languages are possible. It compares with each, so few languages
/// cost a fraction of what all cost.
pub(super) fn opinion_among(words: &str, codes: &[Option<&'static str>]) -> Option<Opinion> {
    let among = LANGUAGES
        .iter()
        .filter(|(_, code)| codes.contains(&Some(*code)))
        .map(|(language, _)| *language)
        .collect();
    opinion_of(&Detector::with_allowlist(among), words)
}

fn opinion_of(detector: &Detector, words: &str) -> Option<Opinion> {
    let info = detector.detect(words)?;
    let (_, code) = LANGUAGES
        .iter()
        .find(|(language, _)| *language == info.lang())?;
    Some(Opinion {
        code,
        confidence: info.confidence(),
    })
}
