#![doc = include_str!("../README.md")]

pub mod charter;
pub mod choice;
pub mod csrf;
pub mod embed;
pub mod error;
pub mod host;
pub mod jar;
pub mod key;
pub mod language;
pub mod ledger;
pub mod redirect;
pub mod registry;
pub mod service;
pub mod session;
pub mod set_cookie;
pub mod statement;

pub use charter::Charter;
pub use choice::{Choice, ChoiceRules};
pub use csrf::{CsrfKeeper, CsrfReason, Secret, TrustedOrigin};
pub use embed::Embed;
pub use error::Error;
pub use host::{HostError, HostName};
pub use jar::Jar;
pub use key::ServerKey;
pub use redirect::safe_redirect;
pub use registry::{Additions, Entry, EntryId, ProductCookie, Registry};
pub use service::{Purpose, Service, ServiceKind};
pub use set_cookie::SetCookie;
