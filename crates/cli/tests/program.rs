//! The built program from outside: what it is given, what it prints, how it exits and what it
//! leaves behind. One binary, so that everything is linked once.
//!
//! Not for what one crate does: its own tests are in that crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod program {
    mod architecture;
    mod behaviour;
    mod browser;
    mod clients;
    mod coding;
    mod command_surface;
    mod concept_figures;
    mod damaged_input;
    mod demo;
    mod exports;
    mod forget;
    mod full_disk;
    mod hostile_input;
    mod interruption;
    mod judgements;
    mod mariadb;
    mod personas;
    mod real_data;
    mod registration;
    mod repetition;
    mod search;
    mod serving;
    mod support;
}
