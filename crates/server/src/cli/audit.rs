//! `parvis audit`.

use std::path::PathBuf;

use clap::Args;
use parvis_audit::Scenario;
use parvis_model::PortalId;
use url::Url;

/// What the help says after the options.
pub const HELP: &str = "Examples:\n  parvis audit https://data.ville.example --html audit.html --json audit.json\n  \
    parvis audit --portal orleans http://orleans.localhost:8080\n  \
    parvis audit https://www.ville.example --charter charter.json --pages 20\n  \
    parvis audit https://www.ville.example --discover > charter.json\n\n\
    Opens the site in Chromium as visitors who click nothing, refuse, accept, withdraw, send signals, and so on, and\n\
    compares what it sees with the charter. docs/audit.md explains the findings and the form of a charter.\n\n\
    Exit codes: 0 no error was found, 1 errors were found, 2 the command line makes no sense, 3 the audit could not be\n\
    carried out.";

/// `parvis audit`.
#[derive(Debug, Args)]
pub struct Audit {
    /// Address of the site; with --portal, where that portal is served. [default: the portal's public address]
    #[arg(required_unless_present = "portal", value_parser = address)]
    pub url: Option<Url>,
    /// Judge against the registry of this portal of the data folder.
    #[arg(long, value_name = "PORTAL", value_parser = super::values::portal_id)]
    pub portal: Option<PortalId>,
    /// Judge against this charter, a JSON file. [default: the one the site publishes]
    #[arg(long, value_name = "FILE", conflicts_with = "portal")]
    pub charter: Option<PathBuf>,
    /// Judge nothing; write a draft charter of what is seen to standard output.
    #[arg(long, conflicts_with_all = ["portal", "charter", "json", "html", "keep"])]
    pub discover: bool,
    /// Keep the report in the data folder and publish it beside the charter.
    #[arg(long, requires = "portal")]
    pub keep: bool,
    /// Write the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the report as one HTML file, in French and English.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Most pages to open in each scenario.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=500))]
    pub pages: u16,
    /// Try this scenario only. Repeat for more. [default: all that make sense]
    #[arg(long = "scenario", value_name = "NAME", value_parser = scenario)]
    pub scenarios: Vec<Scenario>,
    /// Reach a host elsewhere: `data.ville.example=127.0.0.1:8080`. Repeat for more.
    #[arg(long = "host-map", value_name = "HOST=ADDRESS", value_parser = mapping)]
    pub hosts: Vec<(String, String)>,
    /// Also sign in as this account. The password is read from --password-file or PARVIS_PASSWORD.
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// File whose first line is the password; `-` is standard input.
    #[arg(long, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
    /// The browser.
    #[arg(long, env = "CHROMIUM", value_name = "PROGRAM", default_value = "chromium")]
    pub browser: String,
}

fn address(text: &str) -> Result<Url, String> {
    let read = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    read.ok_or_else(|| "write an address that begins with https:// or http://".to_owned())
}

fn scenario(text: &str) -> Result<Scenario, String> {
    let known = Scenario::ALL.into_iter().find(|scenario| scenario.as_str() == text);
    known.ok_or_else(|| {
        let names = Scenario::ALL.map(Scenario::as_str).join(", ");
        format!("use one of {names}")
    })
}

fn mapping(text: &str) -> Result<(String, String), String> {
    let (host, to) = super::values::pair(text)?;
    let good = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".:-*[]".contains(&b))
    };
    if good(&host) && good(&to) {
        Ok((host, to))
    } else {
        Err("write a host name, = and an address with or without port".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_cannot_smuggle_in_another_rule() {
        assert!(mapping("a.example=127.0.0.1:80").is_ok());
        for bad in ["a.example", "a=b,MAP * c", "a b=c", "=c"] {
            assert!(mapping(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn scenarios_are_named_as_in_reports() {
        assert_eq!(scenario("no_script"), Ok(Scenario::NoScript));
        assert!(scenario("none").is_err_and(|why| why.contains("withdraw")));
    }
}
