//! A small world with hostile texts, and every format of it written to a folder.

use std::collections::HashMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use entangle_export::convokit::{ConvokitFiles, ConvokitWriter};
use entangle_export::csv::CsvWriter;
use entangle_export::gephi_csv::GephiCsvWriter;
use entangle_export::gexf::GexfWriter;
use entangle_export::graphml::GraphmlWriter;
use entangle_export::misp::{MispOptions, MispWriter};
use entangle_export::ndjson::NdjsonWriter;
use entangle_export::package::{PackageAbout, PackageWriter};
use entangle_export::records::{
    Account, Edge, EdgeKind, EvidenceRow, Identifier, Link, Persona, Post, Source,
};
use entangle_export::stix::{StixOptions, StixWriter};
use entangle_export::xlsx::{LongText, XlsxOptions, XlsxWriter};
use entangle_export::{Author, Citation, CodebookTable, Records, Tlp};
use entangle_model::{IdentifierKind, IdentifierRole, SourceKind};

/// What people have tried against programs that write documents.
pub const HOSTILE_TEXTS: [&str; 14] = [
    "plain words",
    "<b>&amp;</b> ]]> <![CDATA[x]]> <!-- -->",
    "nul \0 bell \u{7} escape \u{1b}[31m delete \u{7f} next line \u{85}",
    "not characters \u{fffe} \u{ffff}, replaced \u{fffd}",
    "left \u{202e}thgir ot\u{202c} and \u{200b}zero width\u{feff}",
    "=HYPERLINK(\"http://example.org\";\"click\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-1+1",
    "+31",
    "'already quoted",
    "line one\nline two\r\nline \"three\", with comma; and\ttab",
    "_x0041_ and _x000D_ and __x005F_",
    "{\"json\": [1, null]} \\u0000 \\ud800 \u{2028}\u{2029}",
    "Привет, 世界 👩‍👩‍👧 e\u{301}",
];

pub fn instant(year: i32, day: u32, second: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 3, day, 12, 30, second).unwrap()
}

fn account(key: &str, source: &str, label: &str) -> Account {
    Account {
        key: key.to_owned(),
        source: source.to_owned(),
        label: label.to_owned(),
        registered_at: None,
        last_seen_at: None,
        is_staff: None,
        is_bot: None,
        is_banned: None,
        post_count: None,
        persona_key: None,
    }
}

fn identifier(key: &str, kind: IdentifierKind, value: &str, role: IdentifierRole) -> Identifier {
    Identifier {
        account_key: key.to_owned(),
        kind,
        value: value.to_owned(),
        role,
    }
}

/// Two sources, two accounts of one hand, one account for each hostile text, and their posts.
pub fn world() -> Records {
    let mut world = Records {
        sources: vec![
            Source {
                name: "webmasters".into(),
                kind: SourceKind::Public,
                language: Some("en".into()),
            },
            Source {
                name: "dark \"board\" <&>".into(),
                kind: SourceKind::Cybercrime,
                language: None,
            },
        ],
        accounts: vec![
            Account {
                registered_at: Some(instant(2019, 1, 0)),
                last_seen_at: Some(instant(2021, 2, 59)),
                is_staff: Some(false),
                is_bot: Some(false),
                is_banned: Some(true),
                post_count: Some(2),
                persona_key: Some("persona0000000001".into()),
                ..account("account0000000001", "webmasters", "quiet heron")
            },
            Account {
                // Last seen before it was registered: dumps say such things.
                registered_at: Some(instant(2020, 3, 1)),
                last_seen_at: Some(instant(2018, 3, 1)),
                persona_key: Some("persona0000000001".into()),
                ..account("account0000000002", "dark \"board\" <&>", "amber stoat")
            },
        ],
        ..Records::default()
    };
    add_identifiers(&mut world);
    add_hostile(&mut world);
    add_links(&mut world);
    world
}

fn add_identifiers(world: &mut Records) {
    use IdentifierKind as Kind;
    use IdentifierRole as Role;
    let first = "account0000000001";
    let second = "account0000000002";
    world.identifiers = vec![
        identifier(first, Kind::Email, "neo@example.org", Role::Profile),
        identifier(second, Kind::Email, "neo@example.org", Role::Signature),
        identifier(first, Kind::Email, "no address", Role::Mentioned),
        identifier(first, Kind::Jabber, "neo@jabber.example", Role::Introduced),
        identifier(first, Kind::TelegramId, "123456789", Role::Profile),
        identifier(first, Kind::Phone, "+15551234567", Role::Introduced),
        identifier(
            first,
            Kind::Bitcoin,
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            Role::Signature,
        ),
        identifier(first, Kind::PgpKeyId, "0123456789ABCDEF", Role::Profile),
        identifier(second, Kind::Domain, "example.org", Role::Quoted),
        identifier(
            second,
            Kind::Onion,
            "expyuzz4wqqyqhjn.onion",
            Role::Mentioned,
        ),
        identifier(
            second,
            Kind::Url,
            "https://example.org/a?b=c",
            Role::Mentioned,
        ),
        identifier(
            second,
            Kind::Url,
            "https://example.org/\"<hostile>\"",
            Role::Mentioned,
        ),
        identifier(second, Kind::IpAddress, "203.0.113.7", Role::Mentioned),
        identifier(second, Kind::IpAddress, "2001:db8::1", Role::Mentioned),
        identifier(
            second,
            Kind::FileHash,
            "d41d8cd98f00b204e9800998ecf8427e",
            Role::Mentioned,
        ),
        identifier(second, Kind::Cve, "CVE-2021-44228", Role::Mentioned),
        identifier(second, Kind::ApkPackage, "com.example.app", Role::Mentioned),
    ];
}

/// One account, thread and two posts for each hostile text, which is also in every key.
fn add_hostile(world: &mut Records) {
    for (number, text) in HOSTILE_TEXTS.iter().enumerate() {
        let key = format!("{text} {number}");
        world.accounts.push(account(&key, "webmasters", text));
        let opening = Post {
            key: format!("post {key}"),
            source: "webmasters".into(),
            account_key: Some(key.clone()),
            thread_key: Some(key.clone()),
            parent_key: None,
            posted_at: Some(instant(2020, 4, number as u32)),
            text: Some((*text).to_owned()),
            language: Some("en".into()),
        };
        let answer = Post {
            key: format!("answer {key}"),
            account_key: (number % 2 == 0).then(|| "account0000000001".to_owned()),
            parent_key: (number % 3 == 0).then(|| opening.key.clone()),
            posted_at: None,
            text: (number % 5 != 0).then(|| format!("{text}{text}")),
            language: None,
            ..opening.clone()
        };
        world.edges.push(Edge {
            kind: if number % 2 == 0 {
                EdgeKind::Reply
            } else {
                EdgeKind::Quote
            },
            from_account_key: "account0000000001".into(),
            to_account_key: key.clone(),
            post_key: answer.key.clone(),
            happened_at: (number % 3 != 0).then(|| instant(2020, 5, number as u32)),
        });
        world.posts.extend([opening, answer]);
    }
}

fn add_links(world: &mut Records) {
    let evidence = |comparison: &str, level: &str, bits: f64, is_counted| EvidenceRow {
        comparison: comparison.into(),
        level: level.into(),
        match_weight_bits: bits,
        is_counted,
    };
    world.links = vec![
        Link {
            left_key: "account0000000001".into(),
            right_key: "account0000000002".into(),
            match_probability: 0.9951,
            match_probability_low: 0.98,
            match_probability_high: 0.9992,
            match_weight_bits: 24.75,
            evidence: vec![
                evidence("name", "skeleton", 11.5, true),
                evidence("contact", "email profile signature", 13.25, true),
                evidence("style", "en 4200 words", 1.0, false),
            ],
        },
        Link {
            left_key: "account0000000002".into(),
            right_key: format!("{} 1", HOSTILE_TEXTS[1]),
            match_probability: 0.0004,
            match_probability_low: 0.0,
            match_probability_high: 0.01,
            match_weight_bits: -3.5,
            evidence: vec![evidence("name", HOSTILE_TEXTS[1], -3.5, true)],
        },
    ];
    world.personas = vec![Persona {
        key: "persona0000000001".into(),
        label: "quiet heron & amber stoat".into(),
        member_keys: vec!["account0000000001".into(), "account0000000002".into()],
        weakest_link_probability: 0.9951,
    }];
}

/// A table with a column of every type that the tables of a workspace use.
pub fn table() -> RecordBatch {
    let stated = |key: &str, value: &str| HashMap::from([(key.to_owned(), value.to_owned())]);
    let instants = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let schema = Schema::new(vec![
        Field::new("row", DataType::Int64, false),
        Field::new("text", DataType::Utf8, true)
            .with_metadata(stated("null_means", "the source has no text")),
        Field::new("=2+3", DataType::Utf8, false),
        Field::new("match_weight_bits", DataType::Float64, true),
        Field::new("is_staff", DataType::Boolean, true),
        Field::new("posted_at", instants, true),
        Field::new("copy_key", DataType::Int64, true),
    ]);
    let mut texts: Vec<Option<&str>> = HOSTILE_TEXTS.iter().copied().map(Some).collect();
    texts.extend([None, Some("")]);
    let count = texts.len();
    let some = |row: &usize| row % 4 != 3;
    let rows: Vec<usize> = (0..count).collect();
    let numbers = [0.1, -1.5e300, f64::NAN, f64::NEG_INFINITY];
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(0..count as i64)),
        Arc::new(StringArray::from(texts)),
        Arc::new(StringArray::from_iter_values(
            rows.iter().map(|row| format!("={row}")),
        )),
        Arc::new(Float64Array::from_iter_values(
            rows.iter().map(|row| numbers[row % 4]),
        )),
        Arc::new(BooleanArray::from_iter(
            rows.iter().map(|row| some(row).then_some(row % 2 == 0)),
        )),
        Arc::new(
            TimestampMicrosecondArray::from_iter(rows.iter().map(|row| {
                some(row)
                    .then(|| instant(1800 + 20 * *row as i32, 1, 5).timestamp_micros() + 123_456)
            }))
            .with_timezone("UTC"),
        ),
        Arc::new(Int64Array::from_iter(
            rows.iter()
                .map(|row| some(row).then_some(i64::MAX - *row as i64)),
        )),
    ];
    RecordBatch::try_new(Arc::new(schema), columns).unwrap()
}

fn create(path: &Path) -> Result<BufWriter<File>, Box<dyn Error>> {
    Ok(BufWriter::new(File::create(path)?))
}

/// What the samples say about their package.
pub fn about() -> PackageAbout {
    PackageAbout {
        citation: Citation {
            title: "A planted world: \"quotes\", #hashes and \u{85} odd \u{2028} characters".into(),
            summary: "Accounts that nobody has.\nMade to test exports.".into(),
            version: "1.0".into(),
            released_on: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
            authors: vec![
                Author::Person {
                    given_names: "Ada".into(),
                    family_names: "O'Example: née \"Y\"".into(),
                    orcid: Some("https://orcid.org/0000-0002-1825-0097".into()),
                },
                Author::Entity {
                    name: "The planters".into(),
                },
            ],
            licence_identifier: Some("CC-BY-4.0".into()),
            doi: None,
        },
        licence_text: "Do with it what you like.\n".into(),
        study_file: "population = \"webmasters\"\n".into(),
    }
}

/// Writes every format below `folder`, which must be empty.
pub fn write_samples(folder: &Path) -> Result<(), Box<dyn Error>> {
    // What readers must find again.
    serde_json::to_writer(create(&folder.join("expected.json"))?, &HOSTILE_TEXTS)?;
    let world = world();
    let options = StixOptions {
        tlp: Tlp::AmberStrict,
        created_at: instant(2026, 1, 0),
        modified_at: instant(2026, 2, 0),
    };
    world.write_to(&mut StixWriter::new(
        create(&folder.join("world.stix.json"))?,
        &options,
    )?)?;
    let options = MispOptions::new("A planted world", Tlp::Amber, instant(2026, 2, 0));
    world.write_to(&mut MispWriter::new(
        create(&folder.join("world.misp.json"))?,
        options,
    )?)?;
    world.write_to(&mut GexfWriter::new(create(&folder.join("world.gexf"))?)?)?;
    world.write_to(&mut GraphmlWriter::new(create(
        &folder.join("world.graphml"),
    )?)?)?;
    let nodes = create(&folder.join("nodes.csv"))?;
    let edges = create(&folder.join("edges.csv"))?;
    world.write_to(&mut GephiCsvWriter::new(nodes, edges)?)?;
    let corpus = folder.join("corpus");
    fs::create_dir(&corpus)?;
    let files = ConvokitFiles::create(&corpus)?;
    world.write_to(&mut ConvokitWriter::new(files, "a planted world")?)?;
    write_tables(folder)?;
    write_package(&folder.join("package"))
}

fn write_tables(folder: &Path) -> Result<(), Box<dyn Error>> {
    let table = table();
    let mut csv = CsvWriter::new(create(&folder.join("table.csv"))?, table.schema())?;
    csv.write(&table)?;
    csv.finish()?;
    let mut ndjson = NdjsonWriter::new(create(&folder.join("table.ndjson"))?, table.schema());
    ndjson.write(&table)?;
    ndjson.finish()?;
    let options = XlsxOptions {
        long_text: LongText::Cut,
        sheet_row_count_max: 11,
        ..XlsxOptions::new(instant(2026, 2, 0))
    };
    let mut xlsx = XlsxWriter::new("a/b: table?", table.schema(), options)?;
    xlsx.write(&table)?;
    xlsx.finish(create(&folder.join("table.xlsx"))?)?;
    Ok(())
}

/// Writes a package with one table.
pub fn write_package(folder: &Path) -> Result<(), Box<dyn Error>> {
    let table = table();
    let mut package = PackageWriter::create(folder, about())?;
    let entry = CodebookTable::from_schema("data/table.csv", "one row per | text", &table.schema());
    package.add_table(entry, |out| {
        let mut csv = CsvWriter::new(out, table.schema())?;
        csv.write(&table)?;
        csv.finish()?;
        Ok(())
    })?;
    package.finish()?;
    Ok(())
}
