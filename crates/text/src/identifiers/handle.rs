//! Handles and numbers: ICQ, Telegram, Skype, Discord, Wickr, telephone.

/// Hosts of Telegram profile pages.
const TELEGRAM_HOSTS: &[&str] = &["t.me/", "telegram.me/", "telegram.dog/"];

/// Bytes that are read of a handle; more than any valid one has.
pub(super) const HANDLE_BYTES_MAX: usize = 80;

/// First parts of the path on those hosts that name no account.
const TELEGRAM_SERVICE_PATHS: &[&str] = &[
    "addstickers",
    "addtheme",
    "joinchat",
    "share",
    "proxy",
    "socks",
    "setlanguage",
    "confirmphone",
    "login",
    "invoice",
    "addlist",
    "addemoji",
    "boost",
    "giftcode",
    "telegram",
];

/// Digits of an ICQ number; dashes and spaces between them and a label before are dropped.
pub(super) fn normalize_icq(value: &str) -> Option<String> {
    let number = value.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let digits = digits_with_separators(number, &['-', ' ', '.'])?;
    let is_repeated = digits
        .bytes()
        .all(|digit| digits.starts_with(char::from(digit)));
    ((5..=9).contains(&digits.len()) && !digits.starts_with('0') && !is_repeated).then_some(digits)
}

/// Lower-case Telegram handle without the at sign; `None` for bots, for channels that are
/// recognisable as such, and for invitations.
pub(super) fn normalize_telegram(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let without_scheme = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let without_www = without_scheme
        .strip_prefix("www.")
        .unwrap_or(without_scheme);
    let path = TELEGRAM_HOSTS
        .iter()
        .find_map(|host| without_www.strip_prefix(host));
    let handle = match path {
        Some(path) => path.split(['?', '#']).next()?.trim_end_matches('/'),
        None => without_www.strip_prefix('@').unwrap_or(without_www),
    };
    (is_telegram_handle(handle) && !TELEGRAM_SERVICE_PATHS.contains(&handle))
        .then(|| handle.to_string())
}

fn is_telegram_handle(handle: &str) -> bool {
    let has_length = (5..=32).contains(&handle.len());
    let has_letters = handle.bytes().all(is_telegram_byte)
        && handle.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_other = handle.ends_with("bot") || handle.ends_with("channel");
    has_length && has_letters && !handle.ends_with('_') && !handle.contains("__") && !is_other
}

/// Bytes of a Telegram handle.
pub(super) fn is_telegram_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Lower-case Skype name; the prefix `live:` of newer names belongs to it.
pub(super) fn normalize_skype(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let lower = lower.strip_prefix("skype:").unwrap_or(&lower);
    let lower = lower.split('?').next()?;
    let is_valid = match lower.strip_prefix("live:") {
        Some(name) => (3..=64).contains(&name.len()) && name.bytes().all(is_skype_byte),
        None => {
            (6..=32).contains(&lower.len())
                && lower.bytes().all(is_skype_byte)
                && lower.starts_with(|first: char| first.is_ascii_alphabetic())
        }
    };
    is_valid.then(|| lower.to_string())
}

/// Bytes of a Skype name behind its prefix.
pub(super) fn is_skype_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b',' | b'_' | b'-')
}

/// Number of a Telegram account. Negative numbers are those of groups and channels.
pub(super) fn normalize_telegram_id(value: &str) -> Option<String> {
    let digits = value.strip_prefix("tg://user?id=").unwrap_or(value);
    let digits = digits.strip_prefix("id").unwrap_or(digits);
    let is_valid = (5..=12).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    is_valid.then(|| digits.to_string())
}

/// Lower-case Discord name, with the four digits that old names have behind `#`; or the number of
/// an account.
pub(super) fn normalize_discord(value: &str) -> Option<String> {
    let lower = value.to_lowercase();
    let id = lower
        .rsplit_once("discord.com/users/")
        .map_or(lower.as_str(), |(_, id)| id.trim_end_matches('/'));
    let id = id.strip_prefix('@').unwrap_or(id);
    if id.bytes().all(|byte| byte.is_ascii_digit()) {
        return (17..=19).contains(&id.len()).then(|| id.to_string());
    }
    let (name, digits) = match id.split_once('#') {
        Some((name, digits)) => (name, Some(digits)),
        None => (id, None),
    };
    let is_valid = match digits {
        Some(digits) => {
            (2..=32).contains(&name.chars().count())
                && name.chars().all(is_old_discord_letter)
                && digits.len() == 4
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => {
            (2..=32).contains(&name.len())
                && name.bytes().all(is_discord_byte)
                && name.bytes().any(|byte| byte.is_ascii_alphabetic())
                && !name.contains("..")
        }
    };
    is_valid.then(|| id.to_string())
}

/// Bytes of a Discord name of the newer form.
pub(super) fn is_discord_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')
}

/// Letters of a Discord name before `#`; spaces, which may occur, are left out.
pub(super) fn is_old_discord_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '!' | '$')
}

/// Lower-case Wickr name.
pub(super) fn normalize_wickr(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let lower = lower.strip_prefix('@').unwrap_or(&lower);
    let is_valid = (3..=32).contains(&lower.len())
        && lower.bytes().all(is_skype_byte)
        && lower.bytes().any(|byte| byte.is_ascii_alphabetic());
    is_valid.then(|| lower.to_string())
}

/// Telephone number with a leading plus and 8 to 15 digits (ITU-T E.164). A number without a
/// country code is `None`, since it is different in every country.
pub(super) fn normalize_phone(value: &str) -> Option<String> {
    let number = value
        .strip_prefix('+')
        .or_else(|| value.strip_prefix("00"))?;
    let digits = digits_with_separators(number, &['-', ' ', '.', '(', ')', '\u{a0}'])?;
    ((8..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| format!("+{digits}"))
}

/// The digits of a value that consists of digits and separators only.
fn digits_with_separators(value: &str, separators: &[char]) -> Option<String> {
    let has_other = value
        .chars()
        .any(|letter| !letter.is_ascii_digit() && !separators.contains(&letter));
    (!has_other).then(|| value.chars().filter(char::is_ascii_digit).collect())
}
