//! The crossover study: statistics of a population of accounts and their links.
