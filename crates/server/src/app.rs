//! The endpoints put together, with what every request passes.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::RequestBodyDeadlineLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::endpoints::{
    accounts, jobs, links, operations, personas, posts, search, sources, sql, studies,
};
use crate::error::{ApiError, ErrorCode};
use crate::gate::{guard, observe, one_shape};
use crate::openapi;
use crate::state::ServerState;

/// Bytes of the body of a request at most.
pub const BODY_BYTES_MAX: usize = 256 << 10;
/// Bytes of the path and query of a request at most.
const ADDRESS_BYTES_MAX: usize = 16 << 10;
/// A body has to be there after so long.
const BODY_SECONDS_MAX: u64 = 20;

/// Every endpoint with its part of the OpenAPI document.
fn endpoints() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(operations::health))
        .routes(routes!(operations::ready))
        .routes(routes!(operations::metrics))
        .routes(routes!(operations::document))
        .routes(routes!(operations::me))
        .routes(routes!(operations::keys))
        .routes(routes!(operations::audit))
        .routes(routes!(sources::tables))
        .routes(routes!(sources::snapshots))
        .routes(routes!(sources::list))
        .routes(routes!(sources::get))
        .routes(routes!(sources::activity))
        .routes(routes!(sources::coverage))
        .routes(routes!(accounts::list))
        .routes(routes!(accounts::get))
        .routes(routes!(accounts::names))
        .routes(routes!(accounts::months))
        .routes(routes!(accounts::hours))
        .routes(routes!(accounts::identifiers))
        .routes(routes!(accounts::posts))
        .routes(routes!(accounts::links))
        .routes(routes!(accounts::shown))
        .routes(routes!(accounts::contacts))
        .routes(routes!(posts::threads))
        .routes(routes!(posts::thread))
        .routes(routes!(posts::thread_posts))
        .routes(routes!(posts::list))
        .routes(routes!(posts::get))
        .routes(routes!(posts::versions))
        .routes(routes!(search::search))
        .routes(routes!(search::similar))
        .routes(routes!(search::explain))
        .routes(routes!(links::list))
        .routes(routes!(links::get))
        .routes(routes!(links::source_pairs))
        .routes(routes!(personas::list))
        .routes(routes!(personas::get))
        .routes(routes!(personas::judgements))
        .routes(routes!(sql::run))
        .routes(routes!(search::state))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::study))
        .routes(routes!(jobs::export))
        .routes(routes!(jobs::query))
        .routes(routes!(jobs::package))
        .routes(routes!(jobs::index))
        .routes(routes!(jobs::get, jobs::delete))
        .routes(routes!(jobs::file))
        .routes(routes!(studies::list))
        .routes(routes!(studies::get))
        .routes(routes!(studies::table))
        .routes(routes!(studies::figure))
}

/// The OpenAPI document of all endpoints.
pub fn document() -> Value {
    let (_, api) = endpoints().split_for_parts();
    openapi::document(&api)
}

/// The service that answers requests.
pub fn app(state: ServerState) -> Router {
    let (router, _) = endpoints().split_for_parts();
    router
        .route_layer(from_fn_with_state(state.clone(), guard))
        .fallback(no_such_endpoint)
        .layer(RequestBodyDeadlineLayer::new(Duration::from_secs(
            BODY_SECONDS_MAX,
        )))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(one_shape))
        .layer(from_fn(short_address))
        .layer(from_fn_with_state(state.clone(), observe))
        .with_state(state)
}

async fn no_such_endpoint(uri: Uri) -> ApiError {
    ApiError::new(
        ErrorCode::NoSuchEndpoint,
        format!("there is no endpoint {:?}", uri.path()),
    )
}

async fn short_address(request: Request, next: Next) -> Response {
    match request.uri().to_string().len() > ADDRESS_BYTES_MAX {
        true => ApiError::new(ErrorCode::AddressTooLong, ErrorCode::AddressTooLong.about())
            .into_response(),
        false => next.run(request).await,
    }
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    ApiError::new(ErrorCode::Internal, ErrorCode::Internal.about()).into_response()
}
