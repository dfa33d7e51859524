//! Parameters of a request; whatever is wrong with them is said in the one shape of errors.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Json, Path, Query, Request};
use axum::http::request::Parts;
use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::error::{ApiError, ErrorCode};

/// The query of an address.
#[derive(Debug)]
pub struct ApiQuery<T>(pub T);

/// The parts of a path.
#[derive(Debug)]
pub struct ApiPath<T>(pub T);

/// The body.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(value) = Query::from_request_parts(parts, state).await?;
        Ok(Self(value))
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(value) = Path::from_request_parts(parts, state).await?;
        Ok(Self(value))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Json(value) = Json::from_request(request, state).await?;
        Ok(Self(value))
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(ErrorCode::InvalidParameter, rejection.body_text())
    }
}

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        Self::new(ErrorCode::InvalidParameter, rejection.body_text())
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection.status().as_u16() {
            413 => ErrorCode::BodyTooLarge,
            415 => ErrorCode::UnsupportedMediaType,
            408 => ErrorCode::RequestTimeout,
            _ => ErrorCode::InvalidBody,
        };
        Self::new(code, rejection.body_text())
    }
}

/// Reads an instant in RFC 3339, or a day as its first instant in UTC.
///
/// # Errors
/// A text that is neither.
pub fn instant<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let of_day = || {
        let day: NaiveDate = text.parse().ok()?;
        Some(day.and_hms_opt(0, 0, 0)?.and_utc())
    };
    let instant = DateTime::parse_from_rfc3339(&text).map(|instant| instant.to_utc());
    let found = instant.ok().or_else(of_day).filter(is_storable);
    found.map(Some).ok_or_else(|| {
        serde::de::Error::custom(
            "give an instant such as 2015-06-01T12:00:00Z, or a day such as 2015-06-01",
        )
    })
}

/// Tables keep instants of the years 1 to 9999.
fn is_storable(instant: &DateTime<Utc>) -> bool {
    (1..=9999).contains(&chrono::Datelike::year(instant))
}

/// A probability.
///
/// # Errors
/// A number that does not lie between 0 and 1.
pub fn probability<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match Option::<f64>::deserialize(deserializer)? {
        Some(number) if !(0.0..=1.0).contains(&number) => Err(serde::de::Error::custom(
            "a probability lies between 0 and 1",
        )),
        other => Ok(other),
    }
}
