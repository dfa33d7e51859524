//! Armoured OpenPGP public keys in texts: the fingerprint, and the mail addresses of the user ids.
//!
//! Only what RFC 9580 calls public-key and user-id packets is read; signatures are not verified,
//! since the question is which key an account shows. Everything else in the block is passed over.
//! A block that is cut short gives what could be read before the cut.

use std::sync::LazyLock;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use entangle_model::IdentifierKind;
use memchr::memmem;
use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::address;
use super::scan::{Candidate, Shape};

const BEGIN: &str = "-----BEGIN PGP ";
static BEGIN_SEARCH: LazyLock<memmem::Finder<'static>> =
    LazyLock::new(|| memmem::Finder::new(BEGIN.as_bytes()));
const END: &str = "-----END PGP ";
const PUBLIC_KEY_BLOCK: &str = "PUBLIC KEY BLOCK-----";

/// How much of a block is read. Keys with pictures and many signatures are larger; their user ids
/// mostly stand before.
const BLOCK_BYTES_MAX: usize = 256 << 10;

/// User ids read of one block.
const USER_ID_COUNT_MAX: usize = 32;

const TAG_PUBLIC_KEY: u8 = 6;
const TAG_USER_ID: u8 = 13;

/// Shortest line of data of a public-key block.
const DATA_BYTES_MIN: usize = 16;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// An armoured block. Nothing inside it is text, so nothing else is looked for there.
struct Block {
    start: usize,
    end: usize,
}

/// What a public key says about its holder.
#[derive(Debug, Default, PartialEq, Eq)]
struct PublicKey {
    fingerprint: Option<String>,
    emails: Vec<String>,
}

/// Drops candidates that lie inside armoured blocks of any kind, and finds the identifiers of the
/// public keys in them. An identifier of a key has the range of the block.
pub(super) fn find_keys(text: &str, candidates: &mut Vec<Candidate>) {
    let mut at = 0;
    while let Some(found) = BEGIN_SEARCH.find(&text.as_bytes()[at..]) {
        let start = at + found;
        let block = block_at(text, start);
        at = block.end;
        candidates.retain(|candidate| !(start..block.end).contains(&candidate.start));
        if text[start + BEGIN.len()..].starts_with(PUBLIC_KEY_BLOCK) {
            let armour = &text[start + BEGIN.len() + PUBLIC_KEY_BLOCK.len()..block.end];
            push_key(read_public_key(&decode_armour(armour)), &block, candidates);
        }
    }
}

/// The block up to its last line; without one, up to the next block or the end of the text.
fn block_at(text: &str, start: usize) -> Block {
    let body_start = start + BEGIN.len();
    let bytes = &text.as_bytes()[body_start..];
    let next = memmem::find(bytes, BEGIN.as_bytes()).unwrap_or(bytes.len());
    let end = match memmem::find(&bytes[..next], END.as_bytes()) {
        Some(found) => {
            let last_line = &text[body_start + found..body_start + next];
            let length = last_line.find('\n').unwrap_or(last_line.len());
            let closing = last_line[..length]
                .rfind("-----")
                .map_or(length, |at| at + 5);
            body_start + found + closing
        }
        None => body_start + next,
    };
    Block { start, end }
}

fn push_key(key: PublicKey, block: &Block, candidates: &mut Vec<Candidate>) {
    let fingerprint = key
        .fingerprint
        .map(|value| (IdentifierKind::PgpFingerprint, value));
    let emails = key
        .emails
        .into_iter()
        .map(|value| (IdentifierKind::Email, value));
    candidates.extend(
        fingerprint
            .into_iter()
            .chain(emails)
            .map(|(kind, value)| Candidate {
                shape: Shape::OfKey(kind, value),
                start: block.start,
                end: block.end,
            }),
    );
}

/// The bytes of a block. Its data begin with the first word that has the tag of a public-key
/// packet, whatever headers stand before, and end with the checksum or the last line; so a block
/// whose line breaks were lost is read as well.
fn decode_armour(armour: &str) -> Vec<u8> {
    let is_data = |word: &&str| {
        word.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
    };
    let is_first =
        |word: &&str| word.len() >= DATA_BYTES_MIN && word.starts_with(['m', 'x']) && is_data(word);
    let mut data = String::new();
    for word in armour
        .split_ascii_whitespace()
        .skip_while(|word| !is_first(word))
        .take_while(|word| !word.starts_with('=') && is_data(word))
    {
        if data.len() + word.len() > BLOCK_BYTES_MAX {
            break;
        }
        data.push_str(word);
    }
    let data = data.trim_end_matches('=');
    // A cut block may end inside a group of four letters, of which one alone is no byte.
    let whole = data.len() - usize::from(data.len() % 4 == 1);
    BASE64.decode(&data.as_bytes()[..whole]).unwrap_or_default()
}

fn read_public_key(bytes: &[u8]) -> PublicKey {
    let mut key = PublicKey::default();
    let mut rest = bytes;
    while let Some((packet, behind)) = read_packet(rest) {
        rest = behind;
        match packet.tag {
            // A second key of one block is another certificate.
            TAG_PUBLIC_KEY if key.fingerprint.is_some() => break,
            TAG_PUBLIC_KEY => key.fingerprint = fingerprint_of(packet.body),
            TAG_USER_ID if key.emails.len() < USER_ID_COUNT_MAX => {
                let email = email_of_user_id(packet.body);
                key.emails
                    .extend(email.filter(|email| !key.emails.contains(email)));
            }
            _ => {}
        }
        if key.fingerprint.is_none() {
            return PublicKey::default();
        }
    }
    key
}

struct Packet<'bytes> {
    tag: u8,
    body: &'bytes [u8],
}

/// The packet with which bytes begin, and what follows it (RFC 9580, section 4.2). `None` at the
/// end, for a packet that is cut, and for lengths in parts, which keys do not have.
fn read_packet(bytes: &[u8]) -> Option<(Packet<'_>, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if first & 0x80 == 0 {
        return None;
    }
    let is_new_form = first & 0x40 != 0;
    let (tag, (length, rest)) = if is_new_form {
        (first & 0x3f, read_new_length(rest)?)
    } else {
        (first >> 2 & 0x0f, read_old_length(first & 0x03, rest)?)
    };
    let (body, behind) = rest.split_at_checked(length)?;
    Some((Packet { tag, body }, behind))
}

fn read_new_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match *bytes {
        [first @ 0..=191, ref rest @ ..] => Some((usize::from(first), rest)),
        [first @ 192..=223, second, ref rest @ ..] => {
            let length = (usize::from(first) - 192) * 256 + usize::from(second) + 192;
            Some((length, rest))
        }
        [255, a, b, c, d, ref rest @ ..] => Some((u32::from_be_bytes([a, b, c, d]) as usize, rest)),
        _ => None,
    }
}

fn read_old_length(length_type: u8, bytes: &[u8]) -> Option<(usize, &[u8])> {
    match (length_type, bytes) {
        (0, [a, rest @ ..]) => Some((usize::from(*a), rest)),
        (1, [a, b, rest @ ..]) => Some((usize::from(u16::from_be_bytes([*a, *b])), rest)),
        (2, [a, b, c, d, rest @ ..]) => Some((u32::from_be_bytes([*a, *b, *c, *d]) as usize, rest)),
        _ => None,
    }
}

/// RFC 9580, section 5.5.4: SHA-1 for version 4, SHA-256 for version 6, each over a prefix with
/// the length and the packet. Older versions are not read.
fn fingerprint_of(body: &[u8]) -> Option<String> {
    let digits = |hash: &[u8]| hash.iter().map(|byte| format!("{byte:02X}")).collect();
    match body.first()? {
        4 => {
            let length = u16::try_from(body.len()).ok()?;
            let hash = Sha1::new()
                .chain_update([0x99])
                .chain_update(length.to_be_bytes())
                .chain_update(body)
                .finalize();
            Some(digits(&hash))
        }
        6 => {
            let length = u32::try_from(body.len()).ok()?;
            let hash = Sha256::new()
                .chain_update([0x9b])
                .chain_update(length.to_be_bytes())
                .chain_update(body)
                .finalize();
            Some(digits(&hash))
        }
        _ => None,
    }
}

/// The address of "Name (comment) <address>", or of a user id that is an address alone. The name
/// is not kept.
fn email_of_user_id(body: &[u8]) -> Option<String> {
    let user_id = std::str::from_utf8(body).ok()?;
    let address = match user_id.rsplit_once('<') {
        Some((_, behind)) => behind.split_once('>')?.0,
        None => user_id,
    };
    address::normalize_email(address.trim())
}

#[cfg(test)]
mod tests {
    use super::super::extract;
    use entangle_model::{IdentifierKind, IdentifierRole};

    /// Made for this test with GnuPG, which gave the fingerprint.
    const KEY: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\
        \n\
        mDMEawNw8xYJKwYBBAHaRw8BAQdA8HQSpllm8Gs0aM3m7EyGoEp4I6oXS0xPZCwE\n\
        SZPTQba0Em90dGVyLmtAcmlzZXVwLm5ldIiQBBMWCAA4FiEEUbn9lIA4Nk9RYxI8\n\
        P0qZsBc7reAFAmsDcPMCGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQP0qZ\n\
        sBc7reCgWAD9EXt6oltWMrXLLTpliX2y3SIg+uv9eoYpupkqjE963AwA/2S1tIBJ\n\
        SboP0GOGZWciCM5MjdBdZwF47ocCKecln3QO\n\
        =fWYx\n\
        -----END PGP PUBLIC KEY BLOCK-----";
    const FINGERPRINT: &str = "51B9FD948038364F5163123C3F4A99B0173BADE0";

    fn shown(text: &str) -> Vec<(IdentifierKind, String)> {
        extract(text, IdentifierRole::Mentioned)
            .into_iter()
            .map(|found| (found.kind, found.value))
            .collect()
    }

    #[test]
    fn a_key_gives_its_fingerprint_and_addresses() {
        let expected = [
            (IdentifierKind::PgpFingerprint, FINGERPRINT.to_string()),
            (IdentifierKind::Email, "otter.k@riseup.net".to_string()),
        ];
        assert_eq!(shown(KEY), expected);
        assert_eq!(shown(&KEY.replace('\n', " ")), expected);
    }

    #[test]
    fn every_prefix_of_a_key_is_read_without_a_wrong_fingerprint() {
        for end in 0..KEY.len() {
            let found = shown(&KEY[..end]);
            let is_right = |(kind, value): &(IdentifierKind, String)| {
                *kind == IdentifierKind::Email || value == FINGERPRINT
            };
            assert!(found.iter().all(is_right), "{end} {found:?}");
        }
    }

    #[test]
    fn lengths_beyond_the_block_end_the_reading() {
        for first in 0..=255u8 {
            for second in [0, 191, 192, 223, 224, 254, 255] {
                let bytes = [first, second, 255, 255, 255, 255, 4];
                assert_eq!(super::read_public_key(&bytes).emails, Vec::<String>::new());
            }
        }
    }
}
