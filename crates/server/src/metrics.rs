//! What the server measures of itself, for Prometheus. No label names a person, key or source.

use std::sync::atomic::{AtomicI64, AtomicU64};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// The request that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Answered {
    /// Method.
    pub method: String,
    /// Template of the path; `none` where no endpoint has it.
    pub endpoint: String,
    /// Status.
    pub status: u16,
}

/// The endpoint that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Endpoint {
    /// Template of the path.
    pub endpoint: String,
}

/// All measurements.
pub struct Metrics {
    registry: Registry,
    /// Requests answered.
    pub requests: Family<Answered, Counter<u64, AtomicU64>>,
    /// Time until the answer begins, by endpoint, seconds.
    pub durations: Family<Endpoint, Histogram, fn() -> Histogram>,
    /// Rows in answers.
    pub rows: Counter<u64, AtomicU64>,
    /// Requests being answered.
    pub in_flight: Gauge<i64, AtomicI64>,
    /// Connections of the PostgreSQL protocol.
    pub wire_connections: Gauge<i64, AtomicI64>,
}

fn duration_histogram() -> Histogram {
    // From one millisecond to about a minute.
    Histogram::new(exponential_buckets(0.001, 2.0, 17))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("entangle");
        let requests = Family::default();
        let durations = Family::new_with_constructor(duration_histogram as fn() -> Histogram);
        let (rows, in_flight, wire_connections) =
            (Counter::default(), Gauge::default(), Gauge::default());
        registry.register("requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time until the answer begins",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("rows", "Rows in answers", rows.clone());
        registry.register(
            "requests_in_flight",
            "Requests being answered",
            in_flight.clone(),
        );
        registry.register(
            "postgresql_connections",
            "Connections of the PostgreSQL protocol",
            wire_connections.clone(),
        );
        Self {
            registry,
            requests,
            durations,
            rows,
            in_flight,
            wire_connections,
        }
    }
}

impl Metrics {
    /// The measurements as OpenMetrics text.
    ///
    /// # Errors
    /// Never in practice: writing to a text does not fail.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
