#![doc = include_str!("../README.md")]

mod auditing;
mod cli;
mod commands;
mod compression;
mod demo;
mod housekeeping;
mod http;
mod lenient;
mod neighbours;
mod patient;
mod progress;
mod terminal;
mod wiring;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("PARVIS_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal::error(&anyhow::Error::new(error).context("the threads of the server could not be started"));
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(commands::run(cli));
    // Work that was handed to threads and given up (an import that was interrupted) must not hold the process.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(error) => {
            terminal::error(&error);
            ExitCode::FAILURE
        }
    }
}
