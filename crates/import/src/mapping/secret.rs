//! Columns that are never read: secrets of accounts and addresses of machines.

/// Words that make a column secret wherever they stand in its name.
const SECRET_PARTS: &[&str] = &[
    "passw",
    "passhash",
    "passphrase",
    "pwd",
    "salt",
    "token",
    "secret",
    "cookie",
    "apikey",
    "ipaddr",
    "sessionid",
    "sessionkey",
    "privatekey",
    "privkey",
    "loginkey",
    "useragent",
    "authkey",
];

/// Words that do so as a whole word of the name.
const SECRET_WORDS: &[&str] = &[
    "pass",
    "hash",
    "ip",
    "ips",
    "ipv4",
    "ipv6",
    "session",
    "otp",
    "totp",
    "2fa",
    "regip",
    "lastip",
    "loginip",
    "userip",
    "posterip",
    "mac",
    "fingerprint",
    "hwid",
    "md5",
    "sha1",
    "sha256",
    "bcrypt",
];

/// Whether a column looks like a password, its hash or salt, a key of a session, or an address
/// of a machine.
pub(super) fn is_secret_column(name: &str) -> bool {
    let words = words_of(name);
    let joined = words.concat();
    SECRET_PARTS.iter().any(|part| joined.contains(part))
        || words
            .iter()
            .any(|word| SECRET_WORDS.contains(&word.as_str()))
}

/// The words of a name in lower case: parts between signs, and parts that begin with a capital.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_lower_before = false;
    let mut has_gap = true;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            has_gap = true;
            continue;
        }
        if has_gap || (letter.is_uppercase() && is_lower_before) {
            words.push(String::new());
        }
        has_gap = false;
        is_lower_before = !letter.is_uppercase();
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_machine_addresses_are_recognised() {
        for name in [
            "password",
            "user_password",
            "passwd",
            "PassHash",
            "pass",
            "hash",
            "salt",
            "ip",
            "regIP",
            "lastIp",
            "ip_address",
            "poster_ip",
            "loginkey",
            "session_key",
            "api_key",
            "auth.token",
            "user.pwd",
            "password_md5",
        ] {
            assert!(is_secret_column(name), "{name}");
        }
    }

    #[test]
    fn ordinary_columns_are_not() {
        for name in [
            "id",
            "username",
            "description",
            "zip",
            "recipient",
            "body",
            "ship_to",
            "tip",
        ] {
            assert!(!is_secret_column(name), "{name}");
        }
    }
}
