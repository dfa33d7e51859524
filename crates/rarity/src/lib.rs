//! How common a name is in a population, and how surprising it is to share it.
