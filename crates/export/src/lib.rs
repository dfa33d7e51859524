//! Accounts, posts, links and personas as documents of other programs: STIX, MISP, graphs, sheets.
