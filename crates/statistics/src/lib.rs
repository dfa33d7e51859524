//! Estimators and their intervals as pure functions of numbers.
