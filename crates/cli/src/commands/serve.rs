//! `entangle serve`.

use std::time::Duration;

use entangle_server::{QueryLimits, ServeOptions, Server, TlsFiles};
use serde_json::json;

use super::open;
use crate::arguments::{Global, Serve};
use crate::failure::Failure;
use crate::output::{self, Output};

pub async fn run(global: &Global, output: &Output, arguments: Serve) -> Result<(), Failure> {
    let workspace = open(global).await?;
    output::log_to_standard_error(output.is_json);
    let server = Server::start(workspace, options(&arguments)).await?;
    output.show(
        || {
            json!({
                "address": server.address().to_string(),
                "postgresql_address": server.postgresql_address().map(|address| address.to_string()),
                "key": server.local_key(),
            })
        },
        || greeting(&server, arguments.tls_certificate.is_some()),
    );
    server.run_until(asked_to_end()).await?;
    Ok(())
}

fn options(arguments: &Serve) -> ServeOptions {
    let tls = arguments
        .tls_certificate
        .clone()
        .zip(arguments.tls_key.clone());
    ServeOptions {
        postgresql_address: arguments.postgresql,
        tls: tls.map(|(certificate, key)| TlsFiles { certificate, key }),
        query_limits: QueryLimits {
            memory_bytes: arguments.query_memory_mib << 20,
            duration: Duration::from_secs(arguments.query_seconds),
            row_count: arguments.query_rows,
            spill_bytes: arguments
                .query_spill_mib
                .map_or(u64::MAX, |mib| mib.saturating_mul(1 << 20)),
            ..QueryLimits::default()
        },
        running_query_count: arguments.running_queries,
        studies_folder: arguments.studies.clone(),
        reports_folder: arguments.reports.clone(),
        queued_job_count: arguments.queued_jobs,
        job_age_max: Duration::from_secs(u64::from(arguments.job_days) * 86_400),
        follows_index: !arguments.without_indexing,
        ..ServeOptions::on(arguments.address)
    }
}

fn greeting(server: &Server, is_encrypted: bool) -> String {
    let scheme = if is_encrypted { "https" } else { "http" };
    let mut text = format!("listening on {scheme}://{}\n", server.address());
    if let Some(address) = server.postgresql_address() {
        text += &format!("PostgreSQL protocol on {address}\n");
    }
    if let Some(key) = server.local_key() {
        text += &format!(
            "this workspace has no keys, so one was made for this run; it shows everything, and ends with it:\n  {key}\n"
        );
    }
    text
}

/// Waits for the signals by which a person or a system asks a program to end.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
