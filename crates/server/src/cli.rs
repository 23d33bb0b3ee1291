//! The command line.

pub mod consent;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use parvis_model::{FieldType, PortalId, Role, id::is_slug};

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
    /// Add people who may sign in.
    #[command(subcommand)]
    User(UserCommand),
    /// Publish a file as a new version of a dataset.
    #[command(
        after_help = "Examples:\n  parvis import --portal orleans --id communes --title 'Communes de France' communes.csv\n  \
        parvis import --portal orleans --id arbres --field-type code=text --multivalued 'tags=|' arbres.csv\n\n\
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
    /// The proof of consent: verify, export, find, purge.
    #[command(subcommand)]
    Consent(consent::ConsentCommand),
    /// Bring the metadata store to this version's schema. `serve` does it too.
    #[command(after_help = "Example:\n  parvis migrate --data /srv/parvis")]
    Migrate,
    /// Look for what is wrong with the data folder. Changes nothing.
    #[command(
        after_help = "Example:\n  parvis doctor --data /srv/parvis\n\nExits with 1 when something needs mending."
    )]
    Doctor,
}

/// Where to listen.
#[derive(Debug, Args)]
pub struct Listen {
    /// Port; 0 takes a free one.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Address; 0.0.0.0 is every network of the machine.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,
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
    Add(PortalAdd),
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
}

/// `parvis user add`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("home").required(true))]
pub struct UserAdd {
    /// Mail address.
    pub email: String,
    /// The portal the account belongs to.
    #[arg(long, group = "home", value_name = "PORTAL", value_parser = portal_id)]
    pub portal: Option<PortalId>,
    /// The account belongs to the platform's staff and acts on every portal.
    #[arg(long, group = "home")]
    pub platform: bool,
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
    /// Title in the portal's first language. An existing dataset keeps its other metadata.
    #[arg(long)]
    pub title: Option<String>,
    /// Type of a field, instead of the inferred one: text, int, double, boolean, date, datetime, `geo_point_2d`, `geo_shape`. Repeat for more.
    #[arg(long = "field-type", value_name = "NAME=TYPE", value_parser = field_type)]
    pub field_types: Vec<(String, FieldType)>,
    /// A text field that holds several values, and what separates them. Repeat for more.
    #[arg(long = "multivalued", value_name = "NAME=SEPARATOR", value_parser = pair)]
    pub multivalued: Vec<(String, String)>,
    /// Delimiter of a CSV, instead of the one found out; `tab` is the tabulator.
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Encoding of the file, such as windows-1252, instead of the one found out.
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Time zone of times without offset.
    #[arg(long, value_name = "ZONE", default_value = "Europe/Paris")]
    pub timezone: chrono_tz::Tz,
    /// Only people with a permission see the dataset.
    #[arg(long)]
    pub restricted: bool,
    /// Where the rows go that could not be read in full. [default: beside FILE, `….rejects.csv`]
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
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
    /// csv, json, jsonl, geojson or parquet. [default: by the name of --output, else csv]
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

fn portal_id(text: &str) -> Result<PortalId, String> {
    PortalId::parse(text).ok_or_else(|| "use 1 to 63 lower-case letters, digits and inner hyphens".to_owned())
}

fn slug(text: &str) -> Result<String, String> {
    if is_slug(text) {
        Ok(text.to_owned())
    } else {
        Err(
            "use lower-case letters, digits, hyphens and underscores, beginning and ending with a letter or digit"
                .to_owned(),
        )
    }
}

fn host(text: &str) -> Result<String, String> {
    let host = text.to_ascii_lowercase();
    let good = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if host.len() <= 253 && host.split('.').all(good) {
        Ok(host)
    } else {
        Err("write a host name alone, such as data.orleans.example: no scheme, port, path or trailing dot".to_owned())
    }
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "use reader, publisher or admin".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write a name, = and a value".to_owned()),
    }
}

fn localized(text: &str) -> Result<(String, String), String> {
    let (lang, text) = pair(text).map_err(|_| "write a language, = and the text: fr=Orléans".to_owned())?;
    if lang.len() == 2 && lang.bytes().all(|b| b.is_ascii_lowercase()) {
        Ok((lang, text))
    } else {
        Err(format!(
            "`{lang}` is not a language code: write two lower-case letters, such as fr"
        ))
    }
}

fn field_type(text: &str) -> Result<(String, FieldType), String> {
    let (name, wanted) = pair(text)?;
    let value = serde_json::Value::String(wanted.clone());
    match serde_json::from_value(value) {
        Ok(field_type) => Ok((name, field_type)),
        Err(_) => Err(format!(
            "`{wanted}` is not a type: use text, int, double, boolean, date, datetime, geo_point_2d, geo_shape or json_blob"
        )),
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() => Ok(*byte),
        _ if text == "tab" => Ok(b'\t'),
        _ => Err("write one character that is neither letter nor digit, or tab".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }

    #[test]
    fn hosts_are_names_alone_in_lower_case() {
        assert_eq!(host("Data.Orleans.Example").as_deref(), Ok("data.orleans.example"));
        for bad in ["", "a..b", "a.", "https://a", "a:80", "a/b", "-a.b", "a_b", "é.fr"] {
            assert!(host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn types_have_the_names_of_the_api() {
        assert_eq!(field_type("code=text"), Ok(("code".to_owned(), FieldType::Text)));
        assert_eq!(
            field_type("p=geo_point_2d"),
            Ok(("p".to_owned(), FieldType::GeoPoint2d))
        );
        assert!(field_type("code=string").is_err() && field_type("code").is_err() && field_type("=text").is_err());
    }

    #[test]
    fn a_delimiter_is_one_sign() {
        assert_eq!((delimiter(";"), delimiter("tab")), (Ok(b';'), Ok(b'\t')));
        assert!(delimiter("a").is_err() && delimiter(";;").is_err() && delimiter("").is_err());
    }
}
