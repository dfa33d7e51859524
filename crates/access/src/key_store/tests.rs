use super::*;
use crate::roles::Role;
use crate::source_filter::SourceFilter;
use expect_test::expect;

fn now() -> DateTime<Utc> {
    "2026-01-31T12:00:00Z".parse().unwrap()
}

fn store() -> (tempfile::TempDir, KeyStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = KeyStore::initialise(&folder.path().join("access")).unwrap();
    (folder, store)
}

fn verdict(store: &KeyStore, text: &str, at: DateTime<Utc>) -> String {
    let key = SecretKey::parse(text).unwrap();
    match store.authenticate(&key, at, Instant::now()).unwrap() {
        Ok(record) => format!("key of {}", record.label),
        Err(refusal) => refusal.to_string(),
    }
}

#[test]
fn the_key_file_holds_everything_but_the_secret() {
    let (_folder, store) = store();
    let mut new = NewKey::new("Institute of Criminology", Role::Identified);
    new.purpose = Some("study of crossover users, ethics board 2026/17".to_owned());
    new.sources = SourceFilter::Only(["webmasters".to_owned()].into());
    new.expires_at = Some(now() + chrono::Duration::days(90));
    new.daily_quota.row_count = Some(100_000);
    let (secret, record) = store.create(new, now()).unwrap();

    let file = fs::read_to_string(store.key_file()).unwrap();
    let secret_part = secret.reveal().split('_').nth(2).unwrap().to_owned();
    assert!(!file.contains(&secret_part));
    let shown = file
        .replace(record.key_id.as_str(), "<key id>")
        .replace(record.secret_hash.to_hex().as_str(), "<hash>");
    expect![[r#"
        {
          "format": 1,
          "keys": [
            {
              "key_id": "<key id>",
              "secret_hash": "<hash>",
              "label": "Institute of Criminology",
              "role": "identified",
              "created_at": "2026-01-31T12:00:00.000000Z",
              "expires_at": "2026-05-01T12:00:00.000000Z",
              "revoked_at": null,
              "sources": [
                "webmasters"
              ],
              "rate_limit": {
                "requests_per_minute": 60,
                "burst": 30
              },
              "daily_quota": {
                "request_count": null,
                "row_count": 100000,
                "byte_count": null
              },
              "purpose": "study of crossover users, ethics board 2026/17"
            }
          ]
        }
    "#]]
    .assert_eq(&shown);
    assert_eq!(store.list().unwrap(), [record]);
}

#[test]
fn a_key_is_good_until_it_expires_or_is_revoked() {
    let (_folder, store) = store();
    let mut new = NewKey::new("Ada", Role::Pseudonymous);
    new.expires_at = Some(now() + chrono::Duration::hours(1));
    let (secret, record) = store.create(new, now()).unwrap();
    let text = secret.reveal();
    let later = now() + chrono::Duration::hours(1);
    assert_eq!(verdict(&store, &text, now()), "key of Ada");
    assert_eq!(verdict(&store, &text, later), "this key has expired");

    let revoked = store.revoke(&record.key_id, now()).unwrap();
    assert_eq!(revoked.revoked_at, Some(now()));
    assert_eq!(verdict(&store, &text, now()), "this key was revoked");
    let again = store.revoke(&record.key_id, later).unwrap();
    assert_eq!(again.revoked_at, Some(now()), "the first instant stays");
}

#[test]
fn the_right_id_with_another_secret_is_as_unknown_as_another_id() {
    let (_folder, store) = store();
    let (_, record) = store
        .create(NewKey::new("Ada", Role::Admin), now())
        .unwrap();
    store.revoke(&record.key_id, now()).unwrap();
    let stranger = SecretKey::generate().unwrap();
    let guess = stranger.with_id_of(&record.key_id);
    for key in [stranger, guess] {
        let verdict = verdict(&store, &key.reveal(), now());
        assert_eq!(verdict, "this key is not known here");
    }
}

#[test]
fn changes_by_another_process_are_seen_with_the_next_request() {
    let (_folder, store) = store();
    let other = KeyStore::open(&store.folder).unwrap();
    let (secret, record) = other
        .create(NewKey::new("Ada", Role::Admin), now())
        .unwrap();
    let text = secret.reveal();
    assert_eq!(verdict(&store, &text, now()), "key of Ada");
    other.revoke(&record.key_id, now()).unwrap();
    assert_eq!(verdict(&store, &text, now()), "this key was revoked");
}

#[test]
fn a_change_that_leaves_no_mark_is_seen_after_the_stated_time() {
    let (_folder, store) = store();
    let (secret, record) = store
        .create(NewKey::new("Ada", Role::Admin), now())
        .unwrap();
    let other = KeyStore::open(&store.folder).unwrap();
    other.revoke(&record.key_id, now()).unwrap();
    // As if the file system had given the new file the number, time and length of the old.
    let mut loaded = store.loaded.lock().unwrap();
    loaded.mark = FileMark::of(&store.key_file()).unwrap();
    let read_at = loaded.read_at;
    drop(loaded);
    let ask = |after| store.authenticate(&secret, now(), read_at + after).unwrap();
    assert!(ask(Duration::ZERO).is_ok());
    assert_eq!(ask(KEY_CHANGE_NOTICED_AFTER_MAX), Err(KeyRefusal::Revoked));
}

#[test]
fn keys_made_by_several_processes_at_once_are_all_kept() {
    let (_folder, store) = store();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let own = KeyStore::open(&store.folder).unwrap();
                for _ in 0..5 {
                    own.create(NewKey::new("Ada", Role::Aggregate), now())
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(store.list().unwrap().len(), 20);
}

#[test]
fn a_damaged_or_missing_file_lets_nobody_in_and_is_not_made_anew() {
    let (_folder, store) = store();
    let (secret, _) = store
        .create(NewKey::new("Ada", Role::Admin), now())
        .unwrap();
    let good = fs::read_to_string(store.key_file()).unwrap();
    let cases = [
        ("cut", good[..good.len() / 2].to_owned()),
        ("empty", String::new()),
        ("newer", good.replace("\"format\": 1", "\"format\": 2")),
        ("unknown role", good.replace("\"admin\"", "\"owner\"")),
        ("unknown field", good.replace("\"label\"", "\"labels\"")),
        ("no rate", good.replace("\"burst\": 30", "\"burst\": 0")),
        ("no purpose", good.replace("\"admin\"", "\"identified\"")),
    ];
    let mut shown = String::new();
    for (case, bytes) in cases {
        fs::write(store.key_file(), &bytes).unwrap();
        let error = store
            .authenticate(&secret, now(), Instant::now())
            .unwrap_err();
        let revoked = store.revoke(secret.key_id(), now()).unwrap_err();
        assert_eq!(error.to_string(), revoked.to_string());
        assert_eq!(fs::read_to_string(store.key_file()).unwrap(), bytes);
        let AccessError::Damaged { reason, .. } = error else {
            panic!("{case}: {error}")
        };
        shown += &format!(
            "{case}: {}\n",
            reason.replace(secret.key_id().as_str(), "<key id>")
        );
    }
    expect![[r#"
        cut: EOF while parsing a value at line 11 column 6
        empty: EOF while parsing a value at line 1 column 0
        newer: it has format 2, and this version knows 1
        unknown role: unknown variant `owner`, expected one of `aggregate`, `pseudonymous`, `identified`, `admin` at line 8 column 21
        unknown field: unknown field `labels`, expected one of `key_id`, `secret_hash`, `label`, `role`, `created_at`, `expires_at`, `revoked_at`, `sources`, `rate_limit`, `daily_quota`, `purpose` at line 7 column 14
        no rate: invalid value: integer `0`, expected a nonzero u32 at line 15 column 18
        no purpose: the identified key <key id> states no purpose
    "#]].assert_eq(&shown);

    fs::remove_file(store.key_file()).unwrap();
    let error = store
        .authenticate(&secret, now(), Instant::now())
        .unwrap_err();
    assert!(matches!(error, AccessError::NotSetUp { .. }), "{error}");
    assert!(matches!(
        KeyStore::open(&store.folder).unwrap_err(),
        AccessError::NotSetUp { .. }
    ));
    store
        .create(NewKey::new("Eve", Role::Admin), now())
        .unwrap_err();
    assert!(!store.key_file().exists());
}

#[test]
fn fields_that_cannot_be_used_are_named() {
    let (_folder, store) = store();
    let good = NewKey::new("Ada", Role::Pseudonymous);
    let cases = [
        NewKey {
            label: " ".to_owned(),
            ..good.clone()
        },
        NewKey {
            label: "Ada\n{}".to_owned(),
            ..good.clone()
        },
        NewKey {
            label: "x".repeat(201),
            ..good.clone()
        },
        NewKey {
            role: Role::Identified,
            ..good.clone()
        },
        NewKey {
            purpose: Some("curiosity".to_owned()),
            ..good.clone()
        },
        NewKey {
            expires_at: Some(now()),
            ..good.clone()
        },
        NewKey {
            sources: SourceFilter::Only([].into()),
            ..good.clone()
        },
    ];
    let mut shown = String::new();
    for new in cases {
        shown += &format!("{}\n", store.create(new, now()).unwrap_err());
    }
    expect![[r#"
        label cannot be used: it is empty
        label cannot be used: it holds a line end or another control character
        label cannot be used: it has 201 characters; at most 200 are kept
        purpose cannot be used: an identified key must state what it is for
        purpose cannot be used: only identified keys have one
        expires_at cannot be used: the key would have expired already
        sources cannot be used: a key without sources could read nothing; leave the list out to allow all
    "#]].assert_eq(&shown);
    assert_eq!(store.list().unwrap(), []);
}

#[test]
fn keys_are_set_up_once() {
    let (_folder, store) = store();
    store
        .create(NewKey::new("Ada", Role::Admin), now())
        .unwrap();
    let error = KeyStore::initialise(&store.folder).unwrap_err();
    assert!(matches!(error, AccessError::AlreadySetUp { .. }), "{error}");
    assert_eq!(store.list().unwrap().len(), 1);
}
