//! The order of kinds, which every document keeps.

use entangle_export::convokit::{ConvokitFiles, ConvokitWriter};
use entangle_export::gephi_csv::GephiCsvWriter;
use entangle_export::gexf::GexfWriter;
use entangle_export::graphml::GraphmlWriter;
use entangle_export::misp::{MispOptions, MispWriter};
use entangle_export::stix::{StixOptions, StixWriter};
use entangle_export::{ExportError, RecordWriter, Tlp};
use std::io::sink;

use crate::world::{instant, link, small_world};

fn writers() -> Vec<Box<dyn RecordWriter>> {
    let options = StixOptions {
        tlp: Tlp::Red,
        created_at: instant(0),
        modified_at: instant(0),
    };
    let files = ConvokitFiles {
        utterances: sink(),
        speakers: sink(),
        conversations: sink(),
        corpus: sink(),
        index: sink(),
    };
    vec![
        Box::new(StixWriter::new(sink(), &options).unwrap()),
        Box::new(MispWriter::new(sink(), MispOptions::new("x", Tlp::Red, instant(0))).unwrap()),
        Box::new(GexfWriter::new(sink()).unwrap()),
        Box::new(GraphmlWriter::new(sink()).unwrap()),
        Box::new(GephiCsvWriter::new(sink(), sink()).unwrap()),
        Box::new(ConvokitWriter::new(files, "x").unwrap()),
    ]
}

#[test]
fn a_record_of_an_earlier_kind_is_refused() {
    let world = small_world();
    for mut writer in writers() {
        writer.link(&link("left", "right", 0.5)).unwrap();
        let error = writer.account(&world.accounts[0]).unwrap_err();
        assert!(matches!(error, ExportError::OutOfOrder { .. }), "{error}");
    }
}

#[test]
fn nothing_follows_the_end() {
    let world = small_world();
    for mut writer in writers() {
        writer.finish().unwrap();
        assert!(writer.persona(&world.personas[0]).is_err());
        assert!(writer.finish().is_err());
    }
}

#[test]
fn an_instant_that_no_format_can_write_is_refused() {
    let far = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    let options = StixOptions {
        tlp: Tlp::Red,
        created_at: far,
        modified_at: far,
    };
    assert!(StixWriter::new(sink(), &options).is_err());
    assert!(MispWriter::new(sink(), MispOptions::new("x", Tlp::Red, far)).is_err());
}

#[test]
fn instants_of_records_that_no_format_can_write_are_missing() {
    let mut world = small_world();
    for account in &mut world.accounts {
        account.registered_at = Some(chrono::DateTime::<chrono::Utc>::MAX_UTC);
    }
    world.posts[0].posted_at = Some(chrono::DateTime::<chrono::Utc>::MIN_UTC);
    world.edges[0].happened_at = Some(chrono::DateTime::<chrono::Utc>::MAX_UTC);
    for mut writer in writers() {
        world.write_to(writer.as_mut()).unwrap();
    }
    assert!(!crate::world::stix(&world).0.contains("+262"));
    assert!(!crate::world::gexf(&world).0.contains("+262"));
}
