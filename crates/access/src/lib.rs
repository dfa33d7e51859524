//! Who may ask what: keys, roles, quotas, and a log that shows tampering.
