//! One client of the PostgreSQL protocol: its password, its statements.

use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion_postgres::arrow_pg::datatypes::df::deserialize_parameters;
use datafusion_postgres::arrow_pg::datatypes::{
    arrow_schema_to_pg_fields, encode_recordbatch, into_pg_type,
};
use datafusion_postgres::datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_postgres::datafusion_pg_catalog::setup_pg_catalog;
use datafusion_postgres::datafusion_pg_catalog::sql::PostgresCompatibilityParser;
use datafusion_postgres::pgwire::api::auth::{
    DefaultServerParameterProvider, StartupHandler, finish_authentication, protocol_negotiation,
    save_startup_parameters_to_metadata,
};
use datafusion_postgres::pgwire::api::portal::{Format, Portal};
use datafusion_postgres::pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use datafusion_postgres::pgwire::api::results::{
    DataRowEncoder, FieldFormat, FieldInfo, QueryResponse, Response, Tag,
};
use datafusion_postgres::pgwire::api::stmt::QueryParser;
use datafusion_postgres::pgwire::api::store::PortalStore;
use datafusion_postgres::pgwire::api::{
    ClientInfo, ClientPortalStore, PgWireConnectionState, PgWireServerHandlers, Type,
};
use datafusion_postgres::pgwire::error::{ErrorInfo, PgWireError, PgWireResult};
use datafusion_postgres::pgwire::messages::startup::Authentication;
use datafusion_postgres::pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use entangle_access::Action;
use entangle_engine::reader::sql::{PreparedQuery, SqlRows, SqlSession};
use futures::{Sink, SinkExt, StreamExt, stream};

use super::statement::{SessionStatement, Statement, statement};
use super::transport::Progress;
use crate::caller::Caller;
use crate::error::{ApiError, ErrorCode};
use crate::gate::{admit, append_durable};
use crate::rules::Rule;
use crate::state::ServerState;

const RULE: Rule = Rule::Needs(entangle_access::Permission::RunSql);
/// Options of a table, a part of what psql asks for `\d+`: the planner knows neither, and there are none.
const PSQL_OPTIONS: &str = "pg_catalog.array_to_string(c.reloptions || array(select 'toast.' || x from pg_catalog.unnest(tc.reloptions) x), ', ')";
/// What stands in the audit log for a statement.
const RESOURCE: &str = "postgresql";

/// One client.
pub struct Connection {
    state: ServerState,
    progress: Arc<Progress>,
    parser: PostgresCompatibilityParser,
    session: OnceLock<Session>,
}

/// What a client has once its password was accepted.
struct Session {
    key_text: String,
    sql: SqlSession,
}

/// A statement as it is kept until it is executed.
#[derive(Debug, Clone)]
pub enum Kept {
    /// It is about the session.
    Session(SessionStatement),
    /// It reads.
    Query {
        /// Its plan.
        query: Arc<PreparedQuery>,
        /// Its text, for the digest in the audit log.
        text: Arc<str>,
    },
}

/// The parts of a connection as the library wants them.
pub struct Handlers(pub Arc<Connection>);

impl PgWireServerHandlers for Handlers {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.0)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::new(Extended(Arc::clone(&self.0)))
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        Arc::clone(&self.0)
    }
}

impl Connection {
    /// A client that has not shown its password.
    pub fn new(state: ServerState, progress: Arc<Progress>) -> Self {
        Self {
            state,
            progress,
            parser: PostgresCompatibilityParser::new(),
            session: OnceLock::new(),
        }
    }

    /// Opens the session of who shows this key.
    async fn begin(&self, key_text: String) -> Result<(), ApiError> {
        let caller = self.admitted(&key_text)?;
        let reader = self.state.readers.reader(None, caller.scope()).await?;
        let sql = reader.sql_session(self.state.query_limits)?;
        let catalogue = setup_pg_catalog(sql.context(), "datafusion", EmptyContextProvider);
        catalogue.map_err(|error| {
            tracing::error!(error = %error, "the catalogue of PostgreSQL cannot be made");
            ApiError::new(ErrorCode::Internal, ErrorCode::Internal.about())
        })?;
        sql.describe_tables().await?;
        let opened = caller.record(Action::Sql, RESOURCE);
        self.record(opened).await?;
        let _ = self.session.set(Session { key_text, sql });
        self.progress.admit();
        Ok(())
    }

    fn admitted(&self, key_text: &str) -> Result<Caller, ApiError> {
        admit(&self.state, key_text, None, RULE).map_err(|(error, _)| error)
    }

    async fn record(&self, record: entangle_access::AuditRecord) -> Result<(), ApiError> {
        append_durable(&self.state, record).await.map_err(|error| {
            tracing::error!(error = %error, "the audit log cannot be written");
            ApiError::new(
                ErrorCode::AuditUnavailable,
                ErrorCode::AuditUnavailable.about(),
            )
        })
    }

    fn session(&self) -> Result<&Session, ApiError> {
        let missing = || ApiError::new(ErrorCode::KeyMissing, "no password was shown");
        self.session.get().ok_or_else(missing)
    }

    /// The statements of a text as the session's own parser understands them.
    fn statements(&self, text: &str) -> Result<Vec<String>, ApiError> {
        let parsed = self.parser.parse(&text.replace(PSQL_OPTIONS, "''"));
        let parsed =
            parsed.map_err(|error| ApiError::new(ErrorCode::InvalidQuery, error.to_string()))?;
        Ok(parsed.iter().map(ToString::to_string).collect())
    }

    async fn kept(&self, text: &str) -> Result<Kept, ApiError> {
        match statement(text) {
            Statement::Session(session) => Ok(Kept::Session(session)),
            Statement::Refused(name) => Err(ApiError::new(
                ErrorCode::QueryNotReading,
                format!("{name:?} cannot be set here"),
            )),
            Statement::Query => {
                let query = self.session()?.sql.prepare(text).await?;
                Ok(Kept::Query {
                    query: Arc::new(query),
                    text: text.into(),
                })
            }
        }
    }

    /// Lets a query through the gate, and notes it before any row is read. What asks for the
    /// catalogue alone shows nothing of the data and is neither counted nor noted.
    async fn permit(&self, query: &PreparedQuery, text: &str) -> Result<(), ApiError> {
        if query.reads_catalogue_only() {
            return Ok(());
        }
        let caller = self.admitted(&self.session()?.key_text)?;
        let mut record = caller.record(Action::Sql, RESOURCE);
        record.parameters_digest = Some(self.state.audit.digest(&[("query", text)]));
        self.record(record).await
    }
}

/// An error in the words of the protocol.
fn wire_error(error: &ApiError) -> PgWireError {
    let state = match error.code {
        ErrorCode::KeyMissing | ErrorCode::KeyRefused => "28P01",
        ErrorCode::RoleInsufficient | ErrorCode::SourceNotAllowed => "42501",
        ErrorCode::QueryNotReading => "25006",
        ErrorCode::InvalidQuery | ErrorCode::InvalidParameter => "42601",
        ErrorCode::QueryFailed => "22000",
        ErrorCode::QueryLimit => "54000",
        ErrorCode::TooManyRequests => "53400",
        ErrorCode::Unavailable | ErrorCode::AuditUnavailable => "57P03",
        _ => "XX000",
    };
    let severity = match error.code {
        ErrorCode::KeyMissing | ErrorCode::KeyRefused => "FATAL",
        _ => "ERROR",
    };
    let mut info = ErrorInfo::new(severity.to_owned(), state.to_owned(), error.message.clone());
    info.hint = Some(
        error
            .hint
            .clone()
            .unwrap_or_else(|| error.code.hint().to_owned()),
    );
    PgWireError::UserError(Box::new(info))
}

fn on_wire<T>(result: Result<T, ApiError>) -> PgWireResult<T> {
    result.map_err(|error| wire_error(&error))
}

#[async_trait]
impl StartupHandler for Connection {
    async fn on_startup<C>(
        &self,
        client: &mut C,
        message: PgWireFrontendMessage,
    ) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        match message {
            PgWireFrontendMessage::Startup(ref startup) => {
                protocol_negotiation(client, startup).await?;
                save_startup_parameters_to_metadata(client, startup);
                client.set_state(PgWireConnectionState::AuthenticationInProgress);
                let ask = Authentication::CleartextPassword;
                client
                    .send(PgWireBackendMessage::Authentication(ask))
                    .await?;
            }
            PgWireFrontendMessage::PasswordMessageFamily(password) => {
                let password = password.into_password()?.password;
                let begun = self.begin(password.trim().to_owned()).await;
                // Whatever keeps a session from beginning ends the connection.
                on_wire(begun).map_err(fatal)?;
                let parameters = parameters();
                finish_authentication(client, &parameters).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn fatal(error: PgWireError) -> PgWireError {
    match error {
        PgWireError::UserError(mut info) => {
            info.severity = "FATAL".to_owned();
            PgWireError::UserError(info)
        }
        other => other,
    }
}

fn parameters() -> DefaultServerParameterProvider {
    let mut parameters = DefaultServerParameterProvider::default();
    parameters.server_version = "16.6 (Entangle)".to_owned();
    parameters.is_superuser = false;
    parameters.default_transaction_read_only = true;
    parameters
}

fn session_response(statement: &SessionStatement) -> PgWireResult<Response> {
    Ok(match statement {
        SessionStatement::Begin => Response::TransactionStart(Tag::new("BEGIN")),
        SessionStatement::End(tag) => Response::TransactionEnd(Tag::new(tag)),
        SessionStatement::Acknowledge(tag) => Response::Execution(Tag::new(tag)),
        SessionStatement::Show { name, value } => {
            let fields = Arc::new(vec![shown_field(name)]);
            let mut encoder = DataRowEncoder::new(Arc::clone(&fields));
            encoder.encode_field(&Some(value.as_str()))?;
            let row = encoder.take_row();
            let rows = stream::once(async move { Ok(row) });
            Response::Query(QueryResponse::new(fields, rows))
        }
    })
}

fn shown_field(name: &str) -> FieldInfo {
    FieldInfo::new(
        name.to_owned(),
        None,
        None,
        Type::VARCHAR,
        FieldFormat::Text,
    )
}

/// The rows of a query in the words of the protocol.
fn query_response(state: &ServerState, rows: SqlRows, format: &Format) -> PgWireResult<Response> {
    let fields = Arc::new(arrow_schema_to_pg_fields(&rows.schema(), format, None)?);
    let of_rows = Arc::clone(&fields);
    let metrics = Arc::clone(&state.metrics);
    let encoded = rows.into_batches().map(move |batch| {
        let rows: Vec<_> = match batch {
            Ok(batch) => {
                metrics.rows.inc_by(batch.num_rows() as u64);
                encode_recordbatch(Arc::clone(&of_rows), batch).collect()
            }
            Err(error) => vec![Err(wire_error(&ApiError::from(error)))],
        };
        stream::iter(rows)
    });
    Ok(Response::Query(QueryResponse::new(
        fields,
        encoded.flatten(),
    )))
}

#[async_trait]
impl SimpleQueryHandler for Connection {
    async fn do_query<C>(&self, _client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let mut responses = Vec::new();
        for text in on_wire(self.statements(query))? {
            responses.push(match on_wire(self.kept(&text).await)? {
                Kept::Session(statement) => session_response(&statement)?,
                Kept::Query { query, text } => {
                    on_wire(self.permit(&query, &text).await)?;
                    let session = on_wire(self.session())?;
                    let rows = session.sql.run(&query, None).await;
                    let rows = on_wire(rows.map_err(ApiError::from))?;
                    query_response(&self.state, rows, &Format::UnifiedText)?
                }
            });
        }
        if responses.is_empty() {
            responses.push(Response::EmptyQuery);
        }
        Ok(responses)
    }
}

/// The same connection for statements that are prepared first.
pub struct Extended(Arc<Connection>);

#[async_trait]
impl QueryParser for Extended {
    type Statement = Kept;

    async fn parse_sql<C>(
        &self,
        _client: &C,
        sql: &str,
        _types: &[Option<Type>],
    ) -> PgWireResult<Option<Kept>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let mut statements = on_wire(self.0.statements(sql))?;
        match statements.len() {
            0 => Ok(None),
            1 => Ok(Some(on_wire(self.0.kept(&statements.remove(0)).await)?)),
            _ => on_wire(Err(ApiError::new(
                ErrorCode::InvalidQuery,
                "a prepared statement is one statement",
            ))),
        }
    }

    fn get_parameter_types(&self, kept: &Kept) -> PgWireResult<Vec<Type>> {
        let Kept::Query { query, .. } = kept else {
            return Ok(Vec::new());
        };
        let types = on_wire(query.parameter_types().map_err(ApiError::from))?;
        let of = |data_type: Option<_>| match data_type {
            Some(data_type) => into_pg_type(&data_type),
            None => Ok(Type::UNKNOWN),
        };
        types.into_iter().map(of).collect()
    }

    fn get_result_schema(
        &self,
        kept: &Kept,
        format: Option<&Format>,
    ) -> PgWireResult<Vec<FieldInfo>> {
        match kept {
            Kept::Query { query, .. } => {
                let format = format.unwrap_or(&Format::UnifiedText);
                arrow_schema_to_pg_fields(&query.schema(), format, None)
            }
            Kept::Session(SessionStatement::Show { name, .. }) => Ok(vec![shown_field(name)]),
            Kept::Session(_) => Ok(Vec::new()),
        }
    }
}

#[async_trait]
impl ExtendedQueryHandler for Extended {
    type Statement = Kept;
    type QueryParser = Extended;

    fn query_parser(&self) -> Arc<Extended> {
        Arc::new(Extended(Arc::clone(&self.0)))
    }

    async fn do_query<C>(
        &self,
        _client: &mut C,
        portal: &Portal<Kept>,
        _max_rows: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Kept>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        match &portal.statement.statement {
            Kept::Session(statement) => session_response(statement),
            Kept::Query { query, text } => {
                let types = on_wire(query.parameter_types().map_err(ApiError::from))?;
                let types: Vec<_> = types.iter().map(Option::as_ref).collect();
                let parameters = deserialize_parameters(portal, &types)?;
                on_wire(self.0.permit(query, text).await)?;
                let session = on_wire(self.0.session())?;
                let rows = session.sql.run(query, Some(parameters)).await;
                let rows = on_wire(rows.map_err(ApiError::from))?;
                query_response(&self.0.state, rows, &portal.result_column_format)
            }
        }
    }
}
