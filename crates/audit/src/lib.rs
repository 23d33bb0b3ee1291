#![doc = include_str!("../README.md")]

mod browser;
pub mod charter;
mod cookie_line;
mod crawl;
pub mod discover;
pub mod error;
pub mod facts;
pub mod finding;
mod hints;
mod judge;
pub mod plan;
pub mod report;
pub mod run;
mod tab;
mod texts;

pub use browser::Launch;
pub use charter::Charter;
pub use error::Error;
pub use finding::{Code, Finding, Severity};
pub use judge::judge;
pub use plan::{Device, Scenario};
pub use report::{Pictured, Report};
pub use run::{Declared, Options, Picture, Progress, Run, audit};
pub use tab::HEADER;
