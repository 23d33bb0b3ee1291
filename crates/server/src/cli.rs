//! The command line.

pub mod audience;
mod audit;
pub mod consent;
pub mod quota;
mod values;
pub mod version;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use parvis_model::audience::MAX_MONTHS;
use parvis_model::{FieldType, PortalId, Role};
use parvis_web::edge::address::Network;

use values::{delimiter, field_type, host, localized, on, pair, perhaps_localized, portal_id, role, slug};

pub use audit::Audit;

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 the command line makes no sense.\n\
    Logs go to standard error; PARVIS_LOG sets how much (error, warn, info, debug).";

/// Self-hosted open-data portals: one binary, one folder, many portals.
#[derive(Debug, Parser)]
#[command(name = "parvis", version, after_help = EXIT_CODES, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// Folder that holds everything: metadata, datasets, keys.
    #[arg(
        long,
        global = true,
        env = "PARVIS_DATA",
        value_name = "DIR",
        default_value = "./var"
    )]
    pub data: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the portals until SIGTERM or Ctrl-C.
    #[command(
        after_help = "Example:\n  parvis serve --data /srv/parvis --bind 127.0.0.1 --port 8080\n\n\
        Put a reverse proxy that speaks HTTPS in front and let it pass the Host header on."
    )]
    Serve(Serve),
    /// Load the demo if the data folder is empty, then serve it.
    #[command(
        after_help = "Example:\n  DEMO_PASSWORD='a long password' parvis demo --data ./var --port 8080\n\n\
        Without DEMO_PASSWORD a password is drawn at the first run and shown at each."
    )]
    Demo(Demo),
    /// Add and list portals.
    #[command(subcommand)]
    Portal(PortalCommand),
    /// Add people who may sign in, list them, and change what they may do.
    #[command(subcommand)]
    User(UserCommand),
    /// Publish a file as a new version of a dataset.
    #[command(
        after_help = "Examples:\n  parvis import --portal orleans --id communes --title 'Communes de France' communes.csv\n  \
        parvis import --portal orleans --id arbres --field-type code=text --multivalued 'tags=|' arbres.csv\n  \
        parvis import --portal orleans --id arbres --title en=Trees --theme Environnement --facet essence arbres.csv\n  \
        parvis import --portal orleans --id arbres --metadata arbres.json --public arbres.csv\n\n\
        CSV (delimiter and encoding are found out), JSON, JSON lines and GeoJSON. Types are inferred over the whole file.\n\
        Rows that cannot be read in full go to a file beside it, with line, column and reason; their cells are left empty.\n\
        Visitors see the old version until the new one is complete."
    )]
    Import(Import),
    /// Write the records of a dataset to a file or to standard output.
    #[command(
        after_help = "Examples:\n  parvis export --portal orleans --id communes --format parquet --output communes.parquet\n  \
        parvis export --portal orleans --id communes --where 'population > 10000' --format csv > big.csv"
    )]
    Export(Export),
    /// List the versions of a dataset, and remove old ones.
    #[command(subcommand)]
    Version(version::VersionCommand),
    /// The audience of a portal: export its figures, publish them as a dataset.
    #[command(subcommand)]
    Audience(audience::AudienceCommand),
    /// The proof of consent: verify, export, find, purge.
    #[command(subcommand)]
    Consent(consent::ConsentCommand),
    /// Limit how often the API of a portal may be called.
    #[command(subcommand)]
    Quota(quota::QuotaCommand),
    /// Open a site in a browser and compare what it sets and contacts with its cookie charter.
    #[command(after_help = audit::HELP)]
    Audit(Audit),
    /// Bring the metadata store to this version's schema. `serve` does it too.
    #[command(after_help = "Example:\n  parvis migrate --data /srv/parvis")]
    Migrate,
    /// Look for what is wrong with the data folder. Changes nothing.
    #[command(
        after_help = "Example:\n  parvis doctor --data /srv/parvis\n\nExits with 1 when something needs mending."
    )]
    Doctor,
}

/// Where to listen, and what one visitor may ask for.
#[derive(Debug, Args)]
pub struct Listen {
    /// Port; 0 takes a free one.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Address; 0.0.0.0 is every network of the machine.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// Seconds that one query may take before it ends with an error; 0 is as long as it takes. Exports are not limited.
    #[arg(long, env = "PARVIS_QUERY_SECONDS", value_name = "SECONDS", default_value_t = 30)]
    pub query_seconds: u64,
    /// Queries of one portal that may wait for their turn at a time; one more is refused (503).
    #[arg(long, env = "PARVIS_QUERY_QUEUE", value_name = "QUERIES", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub query_queue: u32,
    /// Seconds that a query may wait for its turn before it is refused (503).
    #[arg(long, env = "PARVIS_QUERY_WAIT", value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub query_wait: u64,
    /// Exports that are read at a time; others wait for their turn as queries do.
    #[arg(long, env = "PARVIS_EXPORTS", value_name = "EXPORTS", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    pub exports: u32,
    /// Mebibytes that all queries under way may hold together to sort and group.
    #[arg(long, env = "PARVIS_QUERY_MEMORY", value_name = "MIB", default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    pub query_memory: u32,
    /// Mebibytes of answers of the API that are kept in memory for those who ask again; 0 keeps none.
    #[arg(long, env = "PARVIS_KEPT_ANSWERS", value_name = "MIB", default_value_t = parvis_portal::KEPT_ANSWERS >> 20, value_parser = clap::value_parser!(u64).range(..=1 << 20))]
    pub kept_answers: u64,
    /// Mebibytes of columns of large datasets that are kept in memory to be scanned.
    #[arg(long, env = "PARVIS_COLUMN_MEMORY", value_name = "MIB", default_value_t = parvis_engine::Settings::default().column_memory >> 20, value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    pub column_memory: u64,
    /// Host on a private network that services may bring tiles from, with plain HTTP too. May be repeated.
    #[arg(
        long = "private-host",
        env = "PARVIS_PRIVATE_HOSTS",
        value_name = "HOST",
        value_delimiter = ','
    )]
    pub private_hosts: Vec<String>,
    /// Address or network of a proxy whose X-Forwarded-For is believed. Repeat for more. [default: 127.0.0.1 and ::1]
    #[arg(long = "trusted-proxy", value_name = "ADDRESS")]
    pub proxies: Vec<Network>,
}

impl Listen {
    /// Settings of the use-cases on the folder `data`.
    pub fn settings(&self, data: &Path) -> parvis_portal::Settings {
        let engine = parvis_engine::Settings {
            query_time: (self.query_seconds > 0).then(|| Duration::from_secs(self.query_seconds)),
            query_queue: usize::try_from(self.query_queue).unwrap_or(usize::MAX),
            query_wait: Duration::from_secs(self.query_wait),
            exports: usize::try_from(self.exports).unwrap_or(usize::MAX),
            query_memory: usize::try_from(u64::from(self.query_memory) << 20).unwrap_or(usize::MAX),
            column_memory: self.column_memory << 20,
            ..parvis_engine::Settings::default()
        };
        let fetch = parvis_fetch::Settings {
            private_hosts: self.private_hosts.clone(),
        };
        parvis_portal::Settings {
            data: data.to_owned(),
            engine,
            fetch,
            kept_answers: self.kept_answers << 20,
        }
    }

    /// The proxies whose word is taken: those given, else this machine's.
    pub fn proxies(&self) -> Arc<[Network]> {
        if self.proxies.is_empty() {
            Network::this_machine().into()
        } else {
            self.proxies.as_slice().into()
        }
    }
}

/// `parvis serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen.
    #[command(flatten)]
    pub listen: Listen,
    /// Visitors come over plain HTTP, without a proxy that speaks HTTPS: cookies are not Secure. For trials only.
    #[arg(long)]
    pub plain_http: bool,
    /// Days that a record of consent is kept after the last day on which its choice can count.
    #[arg(long, value_name = "DAYS", default_value_t = parvis_cookies::ledger::RETENTION_DAYS)]
    pub keep_consent_days: u32,
    /// Months that figures of the audience are kept: 1 to 25.
    #[arg(long, value_name = "MONTHS", default_value_t = MAX_MONTHS, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_MONTHS)))]
    pub keep_audience_months: u32,
    /// Whether portals are audited when their registry or look changes, and once a week, if the browser is there: `on` or `off`.
    #[arg(long, env = "PARVIS_AUDITS", value_name = "ON", default_value = "on", value_parser = on, action = clap::ArgAction::Set)]
    pub audits: bool,
    /// The browser for that.
    #[arg(long, env = "CHROMIUM", value_name = "PROGRAM", default_value = "chromium")]
    pub browser: String,
}

/// `parvis demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where to listen.
    #[command(flatten)]
    pub listen: Listen,
    /// Folder of the demo's manifest and data; by default `demo` here, else where Parvis was built.
    #[arg(long, env = "PARVIS_DEMO", value_name = "DIR")]
    pub from: Option<PathBuf>,
}

/// `parvis portal`.
#[derive(Debug, Subcommand)]
pub enum PortalCommand {
    /// Add a portal, or change what is given of an existing one.
    #[command(
        after_help = "Example:\n  parvis portal add orleans --host data.orleans.example --name fr='Orléans Métropole' \\\n      \
        --language fr --language en --accent '#1f4fa3' --logo orleans.svg"
    )]
    Add(Box<PortalAdd>),
    /// List the portals.
    #[command(after_help = "Example:\n  parvis portal list --json | jq '.[].hosts'")]
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `parvis portal add`.
#[derive(Debug, Args)]
pub struct PortalAdd {
    /// Short name: lower-case letters, digits and hyphens.
    #[arg(value_parser = portal_id)]
    pub id: PortalId,
    /// Host name it is served on, without port; the first is canonical, the others redirect to it. Repeat for more.
    #[arg(long = "host", value_name = "HOST", value_parser = host)]
    pub hosts: Vec<String>,
    /// Name shown to people, per language: `fr=Orléans Métropole`. Repeat for more.
    #[arg(long = "name", value_name = "LANG=TEXT", value_parser = localized)]
    pub names: Vec<(String, String)>,
    /// One sentence under the name, per language. Repeat for more.
    #[arg(long = "tagline", value_name = "LANG=TEXT", value_parser = localized)]
    pub taglines: Vec<(String, String)>,
    /// Language; the first is the default. Repeat for more. [default: fr, en]
    #[arg(long = "language", value_name = "LANG")]
    pub languages: Vec<String>,
    /// Address that absolute links and the cookie charter state. [default: https:// and the first host]
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Accent colour. [default: #0b5394]
    #[arg(long, value_name = "#RRGGBB")]
    pub accent: Option<String>,
    /// Logo, an SVG file.
    #[arg(long, value_name = "FILE")]
    pub logo: Option<PathBuf>,
    /// Another website whose forms may write on this portal: scheme, host and port, no wildcard. Repeat for more; `none` trusts
    /// no other.
    #[arg(long = "trusted-origin", value_name = "ORIGIN")]
    pub trusted_origins: Vec<String>,
    /// Video on the home page: its address, as its provider's page gives it. Empty takes it away. It is shown only if the
    /// portal's cookie registry declares a service that plays it.
    #[arg(long, value_name = "URL")]
    pub video: Option<String>,
}

/// `parvis user`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person. The password is read from --password-file or PARVIS_PASSWORD; else one is drawn and printed.
    #[command(
        after_help = "Examples:\n  parvis user add ana@orleans.example --portal orleans --role publisher\n  \
        parvis user add ops@platform.example --platform --role admin --password-file - < secret.txt"
    )]
    Add(UserAdd),
    /// List people: mail address, home, role, open or closed, separated by tabs.
    #[command(after_help = "Examples:\n  parvis user list\n  parvis user list --portal orleans --json")]
    List(UserList),
    /// Change what somebody may do, and end their sessions.
    #[command(after_help = "Example:\n  parvis user role ana@orleans.example publisher --portal orleans")]
    Role {
        /// Whose.
        #[command(flatten)]
        account: Account,
        /// What the account may do from now on: reader, publisher or admin.
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Close an account: its sessions end, and neither its password nor its API keys count any more.
    #[command(after_help = "Example:\n  parvis user close ana@orleans.example --portal orleans")]
    Close(Account),
    /// Open a closed account again, with the password and the API keys that it had.
    #[command(after_help = "Example:\n  parvis user reopen ana@orleans.example --portal orleans")]
    Reopen(Account),
    /// Set a new password for somebody who has forgotten theirs, and end their sessions. It is read from --password-file or
    /// PARVIS_PASSWORD; else one is drawn and printed.
    #[command(after_help = "Example:\n  parvis user password ana@orleans.example --portal orleans")]
    Password {
        /// Whose.
        #[command(flatten)]
        account: Account,
        /// File whose first line is the password; `-` is standard input.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
}

/// Where an account belongs.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Home {
    /// The portal the account belongs to.
    #[arg(long, value_name = "PORTAL", value_parser = portal_id)]
    pub portal: Option<PortalId>,
    /// The account belongs to the platform's staff and acts on every portal.
    #[arg(long)]
    pub platform: bool,
}

/// An account that is there.
#[derive(Debug, Args)]
pub struct Account {
    /// Mail address.
    pub email: String,
    /// Where it belongs.
    #[command(flatten)]
    pub home: Home,
}

/// `parvis user add`.
#[derive(Debug, Args)]
pub struct UserAdd {
    /// Who.
    #[command(flatten)]
    pub account: Account,
    /// What the account may do: reader, publisher or admin.
    #[arg(long, default_value = "reader", value_parser = role)]
    pub role: Role,
    /// Name shown. [default: the part of the address before @]
    #[arg(long)]
    pub name: Option<String>,
    /// File whose first line is the password; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// `parvis user list`.
#[derive(Debug, Args)]
pub struct UserList {
    /// Only the accounts of this portal.
    #[arg(long, value_name = "PORTAL", value_parser = portal_id)]
    pub portal: Option<PortalId>,
    /// Only those of the platform's staff.
    #[arg(long, conflicts_with = "portal")]
    pub platform: bool,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `parvis import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The file.
    pub file: PathBuf,
    /// The portal.
    #[arg(long, value_parser = portal_id)]
    pub portal: PortalId,
    /// Name of the dataset in addresses; it is made if there is none.
    #[arg(long, value_parser = slug)]
    pub id: String,
    /// What is said of the dataset.
    #[command(flatten)]
    pub metadata: Metadata,
    /// Delimiter of a CSV, instead of the one found out; `tab` is the tabulator.
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Encoding of the file, such as windows-1252, instead of the one found out.
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Time zone of times without offset.
    #[arg(long, value_name = "ZONE", default_value = "Europe/Paris")]
    pub timezone: chrono_tz::Tz,
    /// Where the rows go that could not be read in full. [default: beside FILE, `….rejects.csv`]
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}

/// What is said of a dataset and its fields. Whatever is left out stays as it is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Metadata: what is left out stays as it is")]
pub struct Metadata {
    /// JSON file with titles, descriptions, themes, licence, labels, facets and so on (docs/publishers.md). The options below win.
    #[arg(long = "metadata", value_name = "FILE")]
    pub document: Option<PathBuf>,
    /// Title, in the portal's first language or the one named: `en=Trees`. Repeat for more languages.
    #[arg(long = "title", value_name = "[LANG=]TEXT", value_parser = perhaps_localized)]
    pub titles: Vec<(Option<String>, String)>,
    /// Description, as HTML, in the portal's first language or the one named. Repeat for more languages.
    #[arg(long = "description", value_name = "[LANG=]HTML", value_parser = perhaps_localized)]
    pub descriptions: Vec<(Option<String>, String)>,
    /// Theme, in the portal's first language. Repeat for more; together they replace the earlier ones.
    #[arg(long = "theme", value_name = "TEXT")]
    pub themes: Vec<String>,
    /// Name of the licence.
    #[arg(long, visible_alias = "license", value_name = "NAME")]
    pub licence: Option<String>,
    /// A field that is offered as a filter, by its header or name. Repeat for more.
    #[arg(long = "facet", value_name = "FIELD")]
    pub facets: Vec<String>,
    /// Name of a field shown to people, in the portal's first language. Repeat for more.
    #[arg(long = "label", value_name = "FIELD=TEXT", value_parser = pair)]
    pub labels: Vec<(String, String)>,
    /// Unit of a field's values. Repeat for more.
    #[arg(long = "unit", value_name = "FIELD=TEXT", value_parser = pair)]
    pub units: Vec<(String, String)>,
    /// Type of a field, instead of the inferred one: text, int, double, boolean, date, datetime, `geo_point_2d`, `geo_shape`. Repeat for more.
    #[arg(long = "field-type", value_name = "FIELD=TYPE", value_parser = field_type)]
    pub field_types: Vec<(String, FieldType)>,
    /// A text field that holds several values, and what separates them. Repeat for more.
    #[arg(long = "multivalued", value_name = "FIELD=SEPARATOR", value_parser = pair)]
    pub multivalued: Vec<(String, String)>,
    /// Only people with a permission see the dataset.
    #[arg(long, conflicts_with = "public")]
    pub restricted: bool,
    /// Everybody sees the dataset, also if it was restricted.
    #[arg(long)]
    pub public: bool,
}

/// `parvis export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The portal.
    #[arg(long, value_parser = portal_id)]
    pub portal: PortalId,
    /// The dataset's name in addresses.
    #[arg(long)]
    pub id: String,
    /// csv, json, jsonl, geojson, parquet, xlsx or another format of the API. [default: by the name of --output, else csv]
    #[arg(long)]
    pub format: Option<String>,
    /// Columns or expressions (ODSQL).
    #[arg(long)]
    pub select: Option<String>,
    /// Only the records that match (ODSQL).
    #[arg(long = "where", value_name = "CONDITION")]
    pub filter: Option<String>,
    /// Order (ODSQL).
    #[arg(long)]
    pub order_by: Option<String>,
    /// Most records.
    #[arg(long)]
    pub limit: Option<u64>,
    /// File to write; it appears when it is complete. [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }
}
