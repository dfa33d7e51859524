//! Pairs of accounts to evidence, match weights, links and personas.
