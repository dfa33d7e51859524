//! `bench validation`: whether what a study states is true, over many planted worlds.
//!
//! Each *setting* is a kind of world, and each world of it is simulated, imported, linked and studied
//! like any other. What a setting's intervals should hold is the mean of the shares realised in its worlds:
//! everybody is a crossover user with the planted probability, so a world's share varies about it as it
//! does in a sample of a population.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use entangle_model::Estimate;
use entangle_model::study::{StudyResult, Verdict};
use entangle_population::{StudyConfig, run_study};
use entangle_statistics::interval::Bounded;
use entangle_statistics::proportion::wilson_interval;
use entangle_store::Workspace;
use serde::{Deserialize, Serialize};

use crate::bench::temporary_folder;
use crate::demo::import_sources;
use crate::link::{LinkRequest, link};
use crate::query::session;
use crate::study::template;
use crate::world::{BehaviouralDifference, WorldOptions, WorldSummary, simulate};
use crate::{EngineError, Progress, ProgressUnit, Silent};

/// A kind of world.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in records and tables.
    pub name: &'static str,
    /// What is special about it.
    pub about: &'static str,
    /// Probability of being a crossover user.
    crossover_share: f64,
    /// Share of people under names that many bear.
    common_name_share: f64,
    /// Share of the target sources that the study has.
    studied_target_share: f64,
    difference: BehaviouralDifference,
}

const USUAL: Setting = Setting {
    name: "share 7.2 %",
    about: "rare names, every target at hand, no difference in behaviour",
    crossover_share: 0.072,
    common_name_share: 0.0,
    studied_target_share: 1.0,
    difference: BehaviouralDifference::None,
};

/// Every setting; each differs from the usual one in what its name says.
pub const SETTINGS: [Setting; 8] = [
    Setting {
        name: "share 1 %",
        about: "one in a hundred is a crossover user",
        crossover_share: 0.01,
        ..USUAL
    },
    Setting {
        name: "share 5 %",
        about: "one in twenty is",
        crossover_share: 0.05,
        ..USUAL
    },
    USUAL,
    Setting {
        name: "share 15 %",
        about: "three in twenty are",
        crossover_share: 0.15,
        ..USUAL
    },
    Setting {
        name: "common names",
        about: "half of the people bear names that many bear",
        common_name_share: 0.5,
        ..USUAL
    },
    Setting {
        name: "missing targets",
        about: "half of the target sources are not at hand",
        studied_target_share: 0.5,
        ..USUAL
    },
    Setting {
        name: "slight difference",
        about: "a tenth of the posts of crossover users moved to the night, texts .85 as long, 1.3 times as many threads",
        difference: BehaviouralDifference::Slight,
        ..USUAL
    },
    Setting {
        name: "large difference",
        about: "45 % of them moved, texts .55 as long, 2.5 times as many threads",
        difference: BehaviouralDifference::Planted,
        ..USUAL
    },
];

/// Value and interval of a form of prevalence, as shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    /// The estimate; none where the study gives none.
    pub value: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl Stated {
    fn of(estimate: &Estimate) -> Self {
        Self {
            value: estimate.value,
            low: estimate.low,
            high: estimate.high,
        }
    }

    fn holds(&self, truth: f64) -> bool {
        matches!((self.low, self.high), (Some(low), Some(high)) if (low..=high).contains(&truth))
    }
}

/// What a study said of one feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureSaid {
    /// Cliff's delta; none where it could not be computed.
    pub delta: Option<f64>,
    /// What was said of it.
    pub verdict: Verdict,
}

/// One world: what was true and what the study said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValidatedWorld {
    /// Its setting.
    pub setting: String,
    /// Its seed.
    pub seed: u64,
    /// Posts asked for.
    pub post_count: u64,
    /// Share of the population with an account on the studied targets.
    pub realised: f64,
    /// The forms in the order of [`FORMS`].
    pub forms: [Stated; 5],
    /// By feature.
    pub features: BTreeMap<String, FeatureSaid>,
    /// Area under the curve of the classifier two-sample test.
    pub auc: Option<f64>,
    /// Its p value under permutation.
    pub auc_p: Option<f64>,
}

/// The forms of prevalence.
pub const FORMS: [&str; 5] = [
    "strict",
    "expected",
    "expected, with unseen",
    "corrected",
    "equal names",
];

/// Simulates, imports, links and studies one world.
///
/// # Errors
/// Those of the stages.
pub async fn validate_world(
    setting: &Setting,
    seed: u64,
    post_count: u64,
) -> Result<ValidatedWorld, EngineError> {
    let folder = temporary_folder()?;
    let world_folder = folder.path().join("world");
    let mut options = WorldOptions::new(seed, post_count);
    options.crossover_share = setting.crossover_share;
    options.is_crossover_drawn = true;
    options.common_name_share = setting.common_name_share;
    options.behavioural_difference = setting.difference;
    let world = simulate(&world_folder, &options, &mut Silent)?;
    let studied = studied_targets(&world, setting);
    let is_wanted = |source: &str| source == world.public_source || studied.contains(source);
    let workspace = Workspace::create(folder.path().join("workspace")).await?;
    import_sources(&workspace, &world_folder, is_wanted, &mut Silent).await?;
    link(&workspace, &LinkRequest::default(), &mut Silent).await?;
    let config = StudyConfig {
        // Topics are not validated here, and take longest.
        topic_count: 0,
        ..StudyConfig::parse(&template(&workspace).await?)?
    };
    let snapshot = workspace.latest_snapshot().await?;
    let context = session(&workspace, &snapshot).await?;
    let result = run_study(&context, &config, snapshot.number(), &mut |_| ()).await?;
    Ok(ValidatedWorld::of(
        setting,
        &options,
        realised(&world, &studied),
        &result,
    ))
}

/// Every so-manyth target of the world, so that kinds and languages are among them.
fn studied_targets(world: &WorldSummary, setting: &Setting) -> BTreeSet<String> {
    let step = (1.0 / setting.studied_target_share).round() as usize;
    world
        .target_sources
        .iter()
        .step_by(step.max(1))
        .cloned()
        .collect()
}

/// Share of the population whose person has an account on one of the studied targets.
fn realised(world: &WorldSummary, studied: &BTreeSet<String>) -> f64 {
    let sets = world.crossover_count_by_target_set.iter();
    let hit = sets.filter(|set| set.targets.iter().any(|target| studied.contains(target)));
    let hits: u64 = hit.map(|set| set.crossover_count).sum();
    hits as f64 / world.population_count.max(1) as f64
}

impl ValidatedWorld {
    fn of(setting: &Setting, options: &WorldOptions, realised: f64, result: &StudyResult) -> Self {
        let prevalence = &result.prevalence;
        let said = result.behaviour.features.iter().map(|feature| {
            let said = FeatureSaid {
                delta: feature.cliffs_delta.value,
                verdict: feature.verdict,
            };
            (feature.feature.clone(), said)
        });
        Self {
            setting: setting.name.to_owned(),
            seed: options.seed,
            post_count: options.post_count,
            realised,
            forms: [
                Stated::of(&prevalence.strict),
                Stated::of(&prevalence.expected),
                Stated::of(&prevalence.expected_with_unseen),
                Stated::of(&prevalence.corrected),
                Stated::of(&prevalence.name_equality),
            ],
            features: said.collect(),
            auc: result.behaviour.classifier_auc.value,
            auc_p: result.behaviour.classifier_p,
        }
    }
}

/// Studies `world_count` worlds of each setting and appends what came of each to `records`, a file of JSON
/// lines; worlds that it holds are not studied again, so that an interrupted run goes on. Returns all.
///
/// # Errors
/// Those of the stages, and a file that cannot be read, written or understood.
pub async fn validate(
    records: &Path,
    world_count: u64,
    first_seed: u64,
    post_count: u64,
    progress: &mut dyn Progress,
) -> Result<Vec<ValidatedWorld>, EngineError> {
    let (mut worlds, is_cut_off) = read_records(records)?;
    let failed = |source| EngineError::File {
        action: "write",
        path: records.to_owned(),
        source,
    };
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(records)
        .map_err(failed)?;
    if is_cut_off {
        writeln!(file).map_err(failed)?;
    }
    let total = world_count * SETTINGS.len() as u64;
    progress.stage("worlds", Some(total), ProgressUnit::Uncounted);
    // Settings in turn, so that a run that is cut off has as many worlds of each.
    for number in 0..total {
        let setting = &SETTINGS[(number % SETTINGS.len() as u64) as usize];
        let seed = first_seed + number;
        let is_same = |world: &ValidatedWorld| {
            world.setting == setting.name && world.seed == seed && world.post_count == post_count
        };
        if !worlds.iter().any(is_same) {
            let world = validate_world(setting, seed, post_count).await?;
            let line = serde_json::to_string(&world).map_err(|error| failed(error.into()))?;
            writeln!(file, "{line}").map_err(failed)?;
            worlds.push(world);
        }
        progress.advance_to(number + 1);
    }
    Ok(worlds)
}

/// The worlds of a file of records, and whether its last line was cut off; none where there is no
/// file. A line that is no record is left out, and its world is studied again.
fn read_records(path: &Path) -> Result<(Vec<ValidatedWorld>, bool), EngineError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(missing) if missing.kind() == ErrorKind::NotFound => String::new(),
        Err(source) => {
            return Err(EngineError::File {
                action: "read",
                path: path.to_owned(),
                source,
            });
        }
    };
    let worlds = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let is_cut_off = !text.is_empty() && !text.ends_with('\n');
    Ok((worlds.collect(), is_cut_off))
}

/// A share of worlds, or of tests, with its Wilson interval; none of nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many.
    pub hits: u64,
    /// Of how many.
    pub trials: u64,
    /// The share with its 95 % interval.
    pub share: Option<Bounded>,
}

impl Rate {
    fn of(outcomes: impl Iterator<Item = bool>) -> Self {
        let (mut hits, mut trials) = (0, 0);
        for is_hit in outcomes {
            hits += u64::from(is_hit);
            trials += 1;
        }
        Self {
            hits,
            trials,
            share: wilson_interval(hits as f64, trials as f64),
        }
    }
}

/// One form of prevalence over the worlds of a setting.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidatedForm {
    /// Which of [`FORMS`].
    pub form: &'static str,
    /// Worlds whose interval holds the truth, of those that state one.
    pub coverage: Rate,
    /// Mean of the estimate less the realised share; none where no world has an estimate.
    pub bias: Option<f64>,
    /// Root of the mean squared error against the realised share.
    pub root_mean_squared_error: Option<f64>,
    /// Mean width of the intervals.
    pub mean_width: Option<f64>,
}

/// What was said of behaviour over the worlds of a setting.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidatedBehaviour {
    /// Worlds in which at least one feature was called distinguishable.
    pub any_distinguishable: Rate,
    /// Features called distinguishable, of all compared, whose mean delta over the worlds is smaller
    /// than a tenth of the margin: nothing was planted in them.
    pub distinguishable_without_effect: Rate,
    /// Features called equivalent, of those whose mean delta over the worlds lies outside the margin.
    pub equivalent_despite_effect: Rate,
    /// Features called distinguishable, of the same.
    pub distinguishable_with_effect: Rate,
    /// Features called equivalent, of those whose mean delta lies inside the margin.
    pub equivalent_inside: Rate,
    /// Mean area under the curve of the classifier.
    pub mean_auc: Option<f64>,
    /// Worlds whose classifier has a p below .05.
    pub classifier_below_5_percent: Rate,
    /// The features whose mean delta lies outside the margin, with that mean.
    pub outside_margin: Vec<(String, f64)>,
}

/// All worlds of one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidatedSetting {
    /// Its name.
    pub name: &'static str,
    /// What is special about it.
    pub about: &'static str,
    /// Worlds.
    pub world_count: u64,
    /// What the intervals should hold: mean of the realised shares.
    pub truth: f64,
    /// By form.
    pub forms: Vec<ValidatedForm>,
    /// Behaviour.
    pub behaviour: ValidatedBehaviour,
}

/// Sums up records; settings without a world are left out.
pub fn validated_settings(worlds: &[ValidatedWorld], margin: f64) -> Vec<ValidatedSetting> {
    let settings = SETTINGS.iter().filter_map(|setting| {
        let of_setting: Vec<_> = worlds
            .iter()
            .filter(|world| world.setting == setting.name)
            .collect();
        let truth = mean(of_setting.iter().map(|world| world.realised))?;
        let form = |position: usize| validated_form(position, &of_setting, truth);
        Some(ValidatedSetting {
            name: setting.name,
            about: setting.about,
            world_count: of_setting.len() as u64,
            truth,
            forms: (0..FORMS.len()).map(form).collect(),
            behaviour: validated_behaviour(&of_setting, margin),
        })
    });
    settings.collect()
}

fn validated_form(position: usize, worlds: &[&ValidatedWorld], truth: f64) -> ValidatedForm {
    let stated = |world: &&ValidatedWorld| world.forms[position];
    let with_interval = worlds.iter().filter(|world| stated(world).low.is_some());
    let errors = || {
        worlds
            .iter()
            .filter_map(|world| Some(stated(world).value? - world.realised))
    };
    let widths = worlds
        .iter()
        .filter_map(|world| Some(stated(world).high? - stated(world).low?));
    ValidatedForm {
        form: FORMS[position],
        coverage: Rate::of(with_interval.map(|world| stated(world).holds(truth))),
        bias: mean(errors()),
        root_mean_squared_error: mean(errors().map(|error| error * error)).map(f64::sqrt),
        mean_width: mean(widths),
    }
}

fn validated_behaviour(worlds: &[&ValidatedWorld], margin: f64) -> ValidatedBehaviour {
    let mut deltas: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (feature, said) in worlds.iter().flat_map(|world| &world.features) {
        deltas.entry(feature).or_default().extend(said.delta);
    }
    let means: BTreeMap<&str, f64> = deltas
        .into_iter()
        .filter_map(|(feature, deltas)| Some((feature, mean(deltas.into_iter())?)))
        .collect();
    let rate = |verdict: Verdict, is_counted: &dyn Fn(f64) -> bool| {
        let said = worlds.iter().flat_map(|world| &world.features);
        let counted = said.filter(|(feature, said)| {
            said.delta.is_some()
                && means
                    .get(feature.as_str())
                    .is_some_and(|&mean| is_counted(mean.abs()))
        });
        Rate::of(counted.map(|(_, said)| said.verdict == verdict))
    };
    let any = |world: &&ValidatedWorld| {
        world
            .features
            .values()
            .any(|said| said.verdict == Verdict::Distinguishable)
    };
    let outside = means.iter().filter(|(_, mean)| mean.abs() >= margin);
    ValidatedBehaviour {
        any_distinguishable: Rate::of(worlds.iter().map(any)),
        distinguishable_without_effect: rate(Verdict::Distinguishable, &|mean| {
            mean < margin / 10.0
        }),
        equivalent_despite_effect: rate(Verdict::Equivalent, &|mean| mean >= margin),
        distinguishable_with_effect: rate(Verdict::Distinguishable, &|mean| mean >= margin),
        equivalent_inside: rate(Verdict::Equivalent, &|mean| mean < margin),
        mean_auc: mean(worlds.iter().filter_map(|world| world.auc)),
        classifier_below_5_percent: Rate::of(
            worlds
                .iter()
                .filter_map(|world| world.auc_p)
                .map(|p| p < 0.05),
        ),
        outside_margin: outside
            .map(|(feature, mean)| ((*feature).to_owned(), *mean))
            .collect(),
    }
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for number in numbers {
        sum += number;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(
        seed: u64,
        realised: f64,
        expected: [f64; 3],
        delta: f64,
        verdict: Verdict,
    ) -> ValidatedWorld {
        let nothing = Stated {
            value: None,
            low: None,
            high: None,
        };
        let [value, low, high] = expected.map(Some);
        let said = FeatureSaid {
            delta: Some(delta),
            verdict,
        };
        ValidatedWorld {
            setting: USUAL.name.to_owned(),
            seed,
            post_count: 2_000,
            realised,
            forms: [
                nothing,
                Stated { value, low, high },
                nothing,
                nothing,
                nothing,
            ],
            features: BTreeMap::from([("night_share".to_owned(), said)]),
            auc: Some(0.5),
            auc_p: Some(0.04 * seed as f64),
        }
    }

    #[test]
    fn rates_are_counted_against_the_mean_of_the_realised_shares() {
        let worlds = [
            world(1, 0.06, [0.07, 0.05, 0.09], 0.3, Verdict::Equivalent),
            world(2, 0.08, [0.10, 0.08, 0.12], 0.1, Verdict::Distinguishable),
        ];
        let [setting] = &validated_settings(&worlds, 0.147)[..] else {
            panic!("one setting");
        };
        assert!((setting.truth - 0.07).abs() < 1e-12);
        let expected = &setting.forms[1];
        // The second interval holds its own world's share and not that of the population.
        assert_eq!((expected.coverage.hits, expected.coverage.trials), (1, 2));
        assert!((expected.bias.unwrap() - 0.015).abs() < 1e-12);
        assert_eq!(setting.forms[0].coverage.trials, 0);
        let behaviour = &setting.behaviour;
        assert_eq!(behaviour.outside_margin, [("night_share".to_owned(), 0.2)]);
        assert_eq!(behaviour.equivalent_despite_effect.hits, 1);
        assert_eq!(behaviour.classifier_below_5_percent.hits, 1);
    }

    #[test]
    fn a_record_that_was_cut_off_is_no_record() {
        let folder = tempfile::tempdir().unwrap();
        let records = folder.path().join("records.jsonl");
        let kept = world(100, 0.06, [0.07, 0.05, 0.09], 0.3, Verdict::Undecided);
        let line = serde_json::to_string(&kept).unwrap();
        std::fs::write(&records, format!("{line}\n{}", &line[..40])).unwrap();
        assert_eq!(read_records(&records).unwrap(), (vec![kept], true));
    }
}
