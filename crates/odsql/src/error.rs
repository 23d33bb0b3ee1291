//! Why a clause was refused, in the wording that clients of the Explore API already know.

use std::fmt;

use crate::ast::Span;

/// Characters of a clause that a message quotes at most.
const QUOTED_CHARS: usize = 200;

/// The parameter that a text was received in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clause {
    /// `select`
    Select,
    /// `where`
    Where,
    /// `group_by`
    GroupBy,
    /// `order_by`
    OrderBy,
    /// `facet`
    Facet,
    /// `refine`
    Refine,
    /// `exclude`
    Exclude,
    /// `qv1`, in the language of the API v1
    Qv1,
}

impl Clause {
    /// The name of the parameter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Where => "where",
            Self::GroupBy => "group_by",
            Self::OrderBy => "order_by",
            Self::Facet => "facet",
            Self::Refine => "refine",
            Self::Exclude => "exclude",
            Self::Qv1 => "qv1",
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What kind of mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The text cannot be read.
    Syntax,
    /// The text can be read but means nothing for this dataset.
    Semantic,
}

impl ErrorKind {
    /// The `error_code` of the Explore API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "ODSQLSyntaxError",
            Self::Semantic => "ODSQLError",
        }
    }
}

/// A clause that was refused. `Display` gives the whole message for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What kind of mistake it is.
    pub kind: ErrorKind,
    /// Where it was found.
    pub clause: Clause,
    /// The whole message for the client.
    pub message: String,
    /// The part of the clause that is wrong, in bytes.
    pub span: Span,
    /// The same start counted in characters; `None` where only the tree was at hand (`check`).
    pub position: Option<usize>,
}

impl Error {
    /// Whether the text could not even be read.
    pub fn is_syntax(&self) -> bool {
        self.kind == ErrorKind::Syntax
    }

    /// `text` cannot be read because of `what` (a token as typed, or a few words) at `span`.
    pub(crate) fn unexpected(what: &str, span: Span, text: &str, clause: Clause) -> Self {
        let position = text.get(..span.start).unwrap_or(text).chars().count();
        let message = format!(
            "ODSQL syntax exception: unexpected {} at position {position} in {}. Clause(s) containing the error(s): {clause}.",
            shorten(what),
            shorten(text),
        );
        Self {
            kind: ErrorKind::Syntax,
            clause,
            message,
            span,
            position: Some(position),
        }
    }

    /// `text` is over a limit of the parser from `span` on.
    pub(crate) fn limit(detail: &str, span: Span, text: &str, clause: Clause) -> Self {
        let position = text.get(..span.start).unwrap_or(text).chars().count();
        let message = format!(
            "ODSQL syntax exception: {detail} at position {position} in {}. Clause(s) containing the error(s): {clause}.",
            shorten(text)
        );
        Self {
            kind: ErrorKind::Syntax,
            clause,
            message,
            span,
            position: Some(position),
        }
    }

    /// The clause can be read and means nothing. `detail` ends with its own punctuation.
    pub(crate) fn semantic(detail: &str, span: Span, clause: Clause) -> Self {
        let message = format!("ODSQL query is malformed: {detail} Clause(s) containing the error(s): {clause}.");
        Self {
            kind: ErrorKind::Semantic,
            clause,
            message,
            span,
            position: None,
        }
    }

    /// A statistic of something that is neither a number nor a date. The recorded wording names no clause.
    pub(crate) fn statistic(span: Span, clause: Clause) -> Self {
        let message = "ODSQL query is malformed: StatAggregation only supports numeric or date expression.".to_owned();
        Self {
            kind: ErrorKind::Semantic,
            clause,
            message,
            span,
            position: None,
        }
    }

    /// Fills in the position from the text that the tree was read from.
    pub(crate) fn located(mut self, text: &str) -> Self {
        self.position = Some(text.get(..self.span.start).unwrap_or(text).chars().count());
        self
    }
}

/// The start of `text`, so that a message stays readable.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
