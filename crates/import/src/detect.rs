//! Which importer fits an input.

use entangle_dump::{FileReader, Input, InputError};

use crate::{ImportError, Importer, importers};

/// Bytes of a file by which it is recognised.
pub(crate) const HEAD_BYTES: usize = 64 << 10;
const HEAD_COUNT_MAX: usize = 32;

/// Confidence below which a format is not taken without being asked for.
pub const CONFIDENCE_MIN: f64 = 0.5;

/// Lead over the second best below which a format is not taken without being asked for.
pub const CONFIDENCE_MARGIN_MIN: f64 = 0.2;

/// What importers see of an input to recognise it.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// The files, sorted by name.
    pub files: Vec<SampleFile>,
}

/// What importers see of a file.
#[derive(Debug, Clone)]
pub struct SampleFile {
    /// Last part of the name, without `.gz` or `.zst`, lower case.
    pub base_name: String,
    /// The first 64 KiB as text; empty for a file that was not looked into, because there were
    /// many or because opening it is costly.
    pub head: String,
}

impl Sample {
    /// Looks at an input.
    ///
    /// # Errors
    ///
    /// Where a file cannot be opened.
    pub fn of(input: &Input) -> Result<Self, InputError> {
        let mut sample = Self::default();
        let mut head_count = 0;
        for entry in input.files() {
            let is_looked_into = entry.is_cheap_to_open && head_count < HEAD_COUNT_MAX;
            let head = if is_looked_into {
                head_count += 1;
                let read = |file: &mut FileReader<'_>| file.read_head(HEAD_BYTES);
                input.read_file(entry, read)?
            } else {
                String::new()
            };
            sample.files.push(SampleFile {
                base_name: entry.base_name().to_lowercase(),
                head,
            });
        }
        Ok(sample)
    }

    /// The highest confidence that a rule gives to any file; 0 without files.
    pub fn best_file(&self, rule: impl Fn(&SampleFile) -> f64) -> f64 {
        self.files.iter().map(rule).fold(0.0, f64::max)
    }
}

/// The importer that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// Its name.
    pub format: &'static str,
    /// Its confidence in [0, 1].
    pub confidence: f64,
    /// Name and confidence of the second best; `None` if no other fits at all.
    pub runner_up: Option<(&'static str, f64)>,
}

/// Finds the importer that fits an input.
///
/// # Errors
///
/// [`ImportError::FormatNotRecognised`] where none fits at all, [`ImportError::FormatInDoubt`] where the best fits with less than [`CONFIDENCE_MIN`] or leads
/// by less than [`CONFIDENCE_MARGIN_MIN`]; and where a file cannot be opened.
pub fn detect(input: &Input) -> Result<Detection, ImportError> {
    decide(&Sample::of(input)?, importers())
}

fn decide(sample: &Sample, importers: &[&'static dyn Importer]) -> Result<Detection, ImportError> {
    let mut fits: Vec<(&'static str, f64)> = importers
        .iter()
        .map(|importer| (importer.name(), importer.detect(sample).clamp(0.0, 1.0)))
        .collect();
    fits.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(right.0)));
    let (format, confidence) = fits.first().copied().unwrap_or(("no importer", 0.0));
    let runner_up = fits
        .get(1)
        .copied()
        .filter(|(_, confidence)| *confidence > 0.0);
    let runner_up_confidence = runner_up.map_or(0.0, |(_, confidence)| confidence);
    if confidence <= 0.0 {
        return Err(ImportError::FormatNotRecognised);
    }
    if confidence < CONFIDENCE_MIN || confidence - runner_up_confidence < CONFIDENCE_MARGIN_MIN {
        return Err(ImportError::FormatInDoubt {
            best: format,
            best_confidence: confidence,
            runner_up: runner_up.map_or("nothing else", |(name, _)| name),
            runner_up_confidence,
        });
    }
    Ok(Detection {
        format,
        confidence,
        runner_up,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{folder_of, real_data};
    use entangle_dump::InputOptions;
    use expect_test::expect;

    fn described(input: &Input) -> String {
        match detect(input) {
            Ok(found) => format!("{} {:.2}", found.format, found.confidence),
            Err(error) => error.to_string(),
        }
    }

    fn detected(files: &[(&str, &str)]) -> String {
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, text)| (*name, text.as_bytes()))
            .collect();
        let folder = folder_of(&files);
        described(&Input::open(folder.path(), InputOptions::default()).unwrap())
    }

    #[test]
    fn every_format_is_recognised_by_a_small_example() {
        let jabber = "{\"ts\":\"2020\",\"from\":\"a\",\"to\":\"b\",\"body\":\"c\"}";
        let examples = [
            (
                "Posts.xml",
                "<?xml version=\"1.0\"?>\n<posts>\n<row Id=\"1\"/></posts>",
            ),
            ("x.jsonl", "{\"type\":\"account\",\"native_id\":1}\n"),
            ("posts.csv", "native_id,body\n1,x\n"),
            ("x.csv", "native_id,name,registered_at\n1,x,\n"),
            (
                "result.json",
                "{\"name\":\"x\",\"type\":\"private_group\",\"id\":1,\"messages\":[]}",
            ),
            ("chat.json", jabber),
            ("page.html", "<!DOCTYPE html><html id=\"XF\" lang=\"en\">"),
        ];
        let table: String = examples
            .iter()
            .map(|(name, text)| format!("{name}: {}\n", detected(&[(name, text)])))
            .collect();
        expect![[r#"
            Posts.xml: stackexchange 0.95
            x.jsonl: canonical_jsonl 0.90
            posts.csv: canonical_csv 0.95
            x.csv: canonical_csv 0.80
            result.json: telegram_desktop 0.95
            chat.json: jabber_json 0.95
            page.html: forum_pages 0.95
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn doubt_asks_for_the_format() {
        expect!["no importer recognises the input; hint: pass --format with a name that `entangle formats` lists, or --guess to begin a mapping of tables"].assert_eq(&detected(&[("x.txt", "hello")]));
        let two = [
            ("posts.csv", "native_id,body\n"),
            ("Users.xml", "<users><row Id=\"1\"/></users>"),
        ];
        expect!["cannot tell the format: canonical_csv fits with confidence 0.95, stackexchange with 0.95; hint: pass --format with a name that `entangle formats` lists"].assert_eq(&detected(&two));
    }

    #[test]
    fn real_data_are_recognised() {
        for (part, format) in [
            ("stackexchange/bicycles.meta", "stackexchange 0.95"),
            ("stackexchange/martialarts", "stackexchange 0.95"),
            (
                "telegram/desktop_export/telegram-test-json",
                "telegram_desktop 0.95",
            ),
            ("forum_pages", "forum_pages 0.95"),
            (
                "telegram/hand_made/personal_chat.json",
                "telegram_desktop 0.95",
            ),
        ] {
            let Some(path) = real_data(part) else { return };
            let input = Input::open(path, InputOptions::default()).unwrap();
            assert_eq!(described(&input), format, "{part}");
        }
    }

    #[test]
    fn real_data_of_other_systems_are_not_taken() {
        for part in ["udhr", "misp_galaxy", "warc"] {
            let Some(path) = real_data(part) else { return };
            let input = Input::open(path, InputOptions::default()).unwrap();
            assert!(described(&input).contains("pass --format"), "{part}");
        }
    }
}
