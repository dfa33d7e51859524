//! One module per system: rows of a dump to records of the model, or to a reject with its reason.
