//! Any error of a command, and who must act on it.

use std::fmt;

use entangle_engine::{EngineError, Responsible};
use entangle_server::ServeError;
use entangle_server::access::{self, AccessError};

/// Any error of a command.
#[derive(Debug)]
pub enum Failure {
    /// Of the engine.
    Engine(EngineError),
    /// Of the server.
    Serve(ServeError),
    /// Of keys or the audit log.
    Access(AccessError),
    /// A damaged audit log; what does not fit.
    Audit(String),
}

impl Failure {
    /// Who must act.
    pub fn responsible(&self) -> Responsible {
        match self {
            Self::Engine(error) | Self::Serve(ServeError::Engine(error)) => error.responsible(),
            Self::Access(error) | Self::Serve(ServeError::Access(error)) => {
                match error.responsible() {
                    access::Responsible::User => Responsible::User,
                    access::Responsible::Data => Responsible::Data,
                    access::Responsible::Operator => Responsible::Operator,
                }
            }
            Self::Serve(
                ServeError::Exposed { .. }
                | ServeError::Listen { .. }
                | ServeError::Certificate { .. },
            ) => Responsible::User,
            Self::Serve(ServeError::Ended(_) | ServeError::Jobs { .. }) => Responsible::Operator,
            Self::Audit(_) => Responsible::Data,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => error.fmt(formatter),
            Self::Serve(error) => error.fmt(formatter),
            Self::Access(error) => error.fmt(formatter),
            Self::Audit(damage) => write!(
                formatter,
                "the audit log does not hold together: {damage}\nhint: compare it with a backup; entries up to this place are as they were written"
            ),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        Self::Serve(error)
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        Self::Access(error)
    }
}
