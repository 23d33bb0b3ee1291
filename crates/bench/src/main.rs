#![doc = include_str!("../README.md")]

mod generate;
mod ingest;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: parvis-bench generate FILE ROWS | read FILE | export FILE FORMAT | ingest FILE FOLDER";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(line) => {
            let written = writeln!(std::io::stdout(), "{line}");
            if written.is_ok() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> anyhow::Result<String> {
    match *arguments {
        ["generate", file, rows] => {
            generate::generate(&PathBuf::from(file), rows.parse()?)?;
            Ok(serde_json::json!({ "bytes": std::fs::metadata(file)?.len() }).to_string())
        }
        ["read", file] => ingest::read(&PathBuf::from(file)),
        ["export", file, format] => ingest::export(&PathBuf::from(file), format),
        ["ingest", file, folder] => ingest::ingest(&PathBuf::from(file), &PathBuf::from(folder)),
        _ => anyhow::bail!(USAGE),
    }
}
