//! The closed list of error codes. Every error that reaches a client has one of them, and its HTTP status follows from it.

use serde::Serialize;

/// What went wrong, as a client sees it (`error_code` of the API).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum ErrorCode {
    /// An ODSQL expression has no meaning here (unknown field, wrong type).
    ODSQLError,
    /// An ODSQL expression cannot be read.
    ODSQLSyntaxError,
    /// A parameter's value is out of its range.
    InvalidRESTParameterError,
    /// The request is malformed in another way.
    BadRequest,
    /// The caller must sign in, or the key is wrong.
    Unauthorized,
    /// The caller is known but may not do this.
    ForbiddenAccess,
    /// A check against forged requests failed.
    CsrfFailed,
    /// No such dataset, record or object, or the caller may not know of it.
    NotFoundResource,
    /// No such address.
    NotFoundURI,
    /// The address exists, the method does not.
    MethodNotAllowed,
    /// The endpoint existed in an earlier version.
    Gone,
    /// The body is larger than allowed.
    PayloadTooLarge,
    /// The body's type is not the one expected.
    UnsupportedMediaType,
    /// The request is for a host that this installation does not serve.
    MisdirectedRequest,
    /// Too many requests.
    TooManyRequests,
    /// The headers are larger than allowed.
    HeadersTooLarge,
    /// The query needed more memory or time than the portal allows.
    QueryBudgetExceeded,
    /// A feature of the language that is not there yet: documented, never a wrong result.
    NotImplemented,
    /// Our fault. The message is a reference and nothing else.
    InternalServerError,
    /// Another server, which was asked for the client, gave no answer that can be used.
    BadGateway,
    /// The server has too much to do at the moment.
    ServiceUnavailable,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 21] = [
        Self::ODSQLError,
        Self::ODSQLSyntaxError,
        Self::InvalidRESTParameterError,
        Self::BadRequest,
        Self::Unauthorized,
        Self::ForbiddenAccess,
        Self::CsrfFailed,
        Self::NotFoundResource,
        Self::NotFoundURI,
        Self::MethodNotAllowed,
        Self::Gone,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::MisdirectedRequest,
        Self::TooManyRequests,
        Self::HeadersTooLarge,
        Self::QueryBudgetExceeded,
        Self::NotImplemented,
        Self::InternalServerError,
        Self::BadGateway,
        Self::ServiceUnavailable,
    ];

    /// The HTTP status of an answer with this code.
    pub fn status(self) -> u16 {
        match self {
            Self::ODSQLError
            | Self::ODSQLSyntaxError
            | Self::InvalidRESTParameterError
            | Self::BadRequest
            | Self::QueryBudgetExceeded
            | Self::NotImplemented => 400,
            Self::Unauthorized => 401,
            Self::ForbiddenAccess | Self::CsrfFailed => 403,
            Self::NotFoundResource | Self::NotFoundURI => 404,
            Self::MethodNotAllowed => 405,
            Self::Gone => 410,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::MisdirectedRequest => 421,
            Self::TooManyRequests => 429,
            Self::HeadersTooLarge => 431,
            Self::InternalServerError => 500,
            Self::BadGateway => 502,
            Self::ServiceUnavailable => 503,
        }
    }

    /// Whether the cause is told to the client; otherwise only a reference is.
    pub fn is_public(self) -> bool {
        self.status() < 500 || self == Self::ServiceUnavailable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_faults_hide_their_cause() {
        for code in ErrorCode::ALL {
            assert_eq!(code.is_public(), ![500, 502].contains(&code.status()), "{code:?}");
        }
    }
}
