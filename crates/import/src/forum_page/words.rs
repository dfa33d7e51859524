//! Words by which forums state times and the fields of a profile, in the languages of their
//! language packs. All are in lower case.

use entangle_model::TimePrecision;

/// Beginnings of the names of months, long enough to be unlike one another and to fit both the
/// short and the long name, in any grammatical case.
pub(super) const MONTHS: [(u32, &[&str]); 12] = [
    (
        1,
        &["jan", "jän", "янв", "ene", "sty", "gen", "ocak", "січ"],
    ),
    (2, &["feb", "fév", "fev", "фев", "lut", "şub", "лют"]),
    (3, &["mar", "mär", "mrz", "мар", "бер"]),
    (4, &["apr", "avr", "апр", "abr", "kwi", "nis", "кві"]),
    (5, &["may", "mai", "maj", "май", "мая", "mag", "mei", "тра"]),
    (6, &["jun", "juin", "июн", "cze", "giu", "haz", "чер"]),
    (7, &["jul", "juil", "июл", "lip", "lug", "tem", "лип"]),
    (8, &["aug", "aoû", "aou", "авг", "ago", "sie", "ağu", "сер"]),
    (9, &["sep", "сен", "wrz", "set", "eyl", "вер"]),
    (
        10,
        &[
            "oct", "okt", "окт", "paź", "paz", "ott", "out", "eki", "жов",
        ],
    ),
    (11, &["nov", "ноя", "lis", "kas", "лист"]),
    (
        12,
        &["dec", "dez", "déc", "дек", "dic", "gru", "ara", "гру"],
    ),
];

/// The month that a word names.
pub(super) fn month_of(word: &str) -> Option<u32> {
    // A word counts as a month only between a day and a year, so few words need to be kept out.
    const LETTERS_MAX: usize = 12;
    if word.chars().count() > LETTERS_MAX || matches!(word, "mark" | "market") {
        return None;
    }
    MONTHS
        .iter()
        .find(|(_, starts)| starts.iter().any(|start| word.starts_with(start)))
        .map(|(month, _)| *month)
}

/// Days before the day of saving.
pub(super) const DAYS_BEFORE: [(i64, &[&str]); 3] = [
    (
        0,
        &[
            "today",
            "heute",
            "сегодня",
            "aujourd",
            "hoy",
            "dzisiaj",
            "dziś",
            "hoje",
            "oggi",
        ],
    ),
    (
        1,
        &[
            "yesterday",
            "gestern",
            "вчера",
            "hier",
            "ayer",
            "wczoraj",
            "ontem",
            "ieri",
        ],
    ),
    (2, &["vorgestern", "позавчера", "przedwczoraj"]),
];

/// Beginnings of units of time, their seconds, and how exactly a number of them tells a time. That
/// of weeks tells the day only to within seven, for which a month is the nearest word.
pub(super) const UNITS: [(i64, TimePrecision, &[&str]); 5] = [
    (1, TimePrecision::Second, &["sec", "sek", "сек", "seg"]),
    (60, TimePrecision::Minute, &["min", "мин"]),
    (
        3600,
        TimePrecision::Hour,
        &["hour", "hr", "stunde", "час", "heure", "hora", "godz"],
    ),
    (
        86_400,
        TimePrecision::Day,
        &[
            "day", "tag", "день", "дня", "дней", "jour", "día", "dia", "dzień", "dni",
        ],
    ),
    (
        604_800,
        TimePrecision::Month,
        &[
            "week",
            "woche",
            "недел",
            "semaine",
            "semana",
            "tydzień",
            "tygod",
        ],
    ),
];

/// Words that make a number of units a time in the past.
pub(super) const AGO: [&str; 6] = ["ago", "vor", "назад", "il", "hace", "temu"];

/// What a page says before its own time.
pub(super) const CLOCK_LABELS: [&str; 10] = [
    "It is currently ",
    "The time is currently ",
    "Current time: ",
    "Aktuelle Zeit: ",
    "Сейчас это: ",
    "Текущее время: ",
    "Nous sommes actuellement le ",
    "Nous sommes le ",
    "Fecha actual ",
    "Obecny czas: ",
];

/// What a page says before its time zone.
pub(super) const ZONE_LABELS: [&str; 13] = [
    "All times are ",
    "Times are ",
    "Alle Zeiten sind ",
    "Alle Zeitangaben in ",
    "Часовой пояс: ",
    "Текущее время: ",
    "Heures au format ",
    "Toutes les heures sont au format ",
    "Todos los horarios son ",
    "Todas las horas están en ",
    "Todas las horas son ",
    "Strefa czasowa: ",
    "Wszystkie czasy w strefie ",
];

/// Names under which posts of nobody in particular are shown.
pub(super) const GUEST_NAMES: [&str; 14] = [
    "guest",
    "guests",
    "anonymous",
    "unregistered",
    "unregistered guest",
    "deleted member",
    "deleted user",
    "gast",
    "гость",
    "invité",
    "invitado",
    "gość",
    "convidado",
    "ospite",
];

/// What stands in the line that says when a post was last changed.
pub(super) const EDIT_WORDS: [&str; 16] = [
    "edit",
    "modified",
    "редактир",
    "изменено",
    "geändert",
    "bearbeitet",
    "édit",
    "modifi",
    "zmienion",
    "edyt",
    "editado",
    "edición",
    "düzenle",
    "última",
    "правк",
    "відредаг",
];

/// Fields of a profile that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProfileField {
    Registered,
    LastSeen,
    Location,
    Website,
    Email,
    Jabber,
    Icq,
    Skype,
    Telegram,
    About,
}

/// Names of fields.
pub(super) const PROFILE_LABELS: [(ProfileField, &[&str]); 10] = [
    (
        ProfileField::Registered,
        &[
            "joined",
            "join date",
            "joined on",
            "joined at",
            "date registered",
            "registration date",
            "member since",
            "registered",
            "регистрация",
            "дата регистрации",
            "зарегистрирован",
            "registriert",
            "dabei seit",
            "mitglied seit",
            "inscription",
            "inscrit le",
            "inscrit",
            "registrado",
            "fecha de registro",
            "miembro desde",
            "dołączył",
            "dołączył(a)",
            "data rejestracji",
            "rejestracja",
            "active since",
        ],
    ),
    (
        ProfileField::LastSeen,
        &[
            "last visited",
            "last visit",
            "last active",
            "last activity",
            "last seen",
            "seen",
            "последнее посещение",
            "последний визит",
            "letzter besuch",
            "letzte aktivität",
            "dernière visite",
            "dernière activité",
            "última visita",
            "ostatnia wizyta",
        ],
    ),
    (
        ProfileField::Location,
        &[
            "location",
            "from",
            "откуда",
            "местоположение",
            "адрес",
            "ort",
            "wohnort",
            "localisation",
            "ubicación",
            "lokalizacja",
            "skąd",
        ],
    ),
    (
        ProfileField::Website,
        &[
            "website",
            "web site",
            "homepage",
            "home page",
            "www",
            "website url",
            "сайт",
            "веб-сайт",
            "webseite",
            "site internet",
            "site web",
            "sitio web",
            "strona www",
        ],
    ),
    (
        ProfileField::Email,
        &[
            "email",
            "e-mail",
            "email address",
            "e-mail address",
            "почта",
        ],
    ),
    (
        ProfileField::Jabber,
        &["jabber", "jabber/xmpp", "xmpp", "jid", "jabber address"],
    ),
    (
        ProfileField::Icq,
        &["icq", "icq number", "icq uin", "номер icq"],
    ),
    (
        ProfileField::Skype,
        &["skype", "skype id", "skype™", "skype name"],
    ),
    (ProfileField::Telegram, &["telegram"]),
    (
        ProfileField::About,
        &[
            "about",
            "about me",
            "bio",
            "biography",
            "о себе",
            "über mich",
            "à propos",
        ],
    ),
];
