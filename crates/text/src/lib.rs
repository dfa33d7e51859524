//! Pure functions over text: name levels, contact identifiers, tokens, language.
