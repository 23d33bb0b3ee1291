//! The first visitor: reads the charter, finds the pages, and clicks nothing.

use serde_json::json;

use super::{Auditor, Declared, Table, Visit};
use crate::browser::settled;
use crate::charter::Charter;
use crate::crawl::Pages;
use crate::error::{Error, Result};
use crate::plan::{Consent, Device, Scenario, Setup};
use crate::tab::Tab;

/// Gives the rows of every table of a page, without those that are heads only.
const TABLES: &str = "JSON.stringify([...document.querySelectorAll('table tr')]\
    .filter(row => [...row.cells].some(cell => cell.tagName === 'TD'))\
    .map(row => [...row.cells].map(cell => cell.textContent.replace(/\\s+/g, ' ').trim())))";
/// Gives the addresses of a site map.
const LOCATIONS: &str = "[...document.getElementsByTagName('loc')].map(place => place.textContent.trim()).join('\\n')";
/// Gives the text of a document that is no page: browsers wrap it.
const TEXT: &str = "(document.querySelector('pre') || document.documentElement).textContent";

impl Auditor<'_> {
    /// Reads the charter and the page that shows it.
    pub(super) async fn prepare(&mut self) -> Result<()> {
        let method = "Browser.getVersion";
        let version = settled(method, self.browser.ask("", method, json!({})).await);
        let version = version.map_err(|error| match error {
            Error::Gone => Error::Start {
                program: self.options.browser.program.clone(),
                cause: std::io::Error::other("it ended at once"),
            },
            other => other,
        })?;
        self.run.browser = version["product"].as_str().unwrap_or_default().to_owned();
        if let Declared::Charter(charter) = &self.options.declared {
            self.run.charter = (**charter).clone();
        }
        let setup = self.setup(Scenario::Nothing, Device::Desktop);
        let address = self.address(&self.run.charter.paths.charter.clone());
        let published = matches!(self.options.declared, Declared::Published);
        let mut tab = self.tab(setup, None).await?;
        let charter = if published {
            Some(read_charter(&mut tab, &format!("{address}?format=json")).await?)
        } else {
            None
        };
        let failure = tab.arrive(&address).await?;
        let told = tab.eval(TABLES).await?;
        let rows: Table = told
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let shown = failure.is_none() && tab.status() == 200 && !rows.is_empty();
        let context = tab.close().await?;
        Tab::dispose(&self.browser, &context).await?;
        self.run.published = published;
        self.run.charter_page = shown.then_some(rows);
        if let Some(charter) = charter {
            self.run.charter = charter;
        }
        Ok(())
    }

    /// Opens pages as they are found, as somebody who clicks nothing.
    pub(super) async fn crawl(&mut self) -> Result<()> {
        let setup = self.setup(Scenario::Nothing, Device::Desktop);
        let origin = self.run.origin.clone();
        let selectors = self.run.charter.selectors.clone();
        let mut pages = Pages::new(&origin, &self.run.charter.pages, self.options.pages);
        let mut visits = Vec::new();
        let mut tab = self.tab(setup, None).await?;
        if tab.arrive(&address(&origin, "/sitemap.xml")).await?.is_none() && tab.status() == 200 {
            let told = tab.eval(LOCATIONS).await?;
            let places: Vec<String> = told.as_str().unwrap_or_default().lines().map(str::to_owned).collect();
            pages.add(&on_site(&places, &origin));
        }
        // What the site map itself set, if anything, belongs to no page.
        tab.facts();
        let mut at = 0;
        while at < pages.chosen.len() || pages.next().is_some() {
            let page = pages.chosen[at].clone();
            let seen = tab.visit(&address(&origin, &page), &page, &selectors).await?;
            pages.add(&seen.dom.links);
            visits.push(Visit {
                scenario: Scenario::Nothing,
                device: Device::Desktop,
                consent: Consent::Undecided,
                returning: false,
                acted: false,
                seen,
            });
            at += 1;
        }
        let context = tab.close().await?;
        Tab::dispose(&self.browser, &context).await?;
        // What never ends is told once, and not waited for in every scenario.
        let endless = |path: &String| {
            visits
                .iter()
                .any(|visit| visit.seen.page == *path && visit.seen.failure.is_some())
        };
        self.run.pages = pages.chosen.into_iter().filter(|path| !endless(path)).collect();
        self.run.visits.append(&mut visits);
        Ok(())
    }

    pub(super) fn setup(&self, scenario: Scenario, device: Device) -> Setup {
        let origin = self.run.origin.origin().ascii_serialization();
        Setup::new(&origin, &self.options.mark, scenario, device)
    }

    pub(super) fn address(&self, path: &str) -> String {
        address(&self.run.origin, path)
    }
}

/// The address of a path of the site.
pub(super) fn address(origin: &url::Url, path: &str) -> String {
    origin
        .join(path)
        .map_or_else(|_| origin.to_string(), |url| url.to_string())
}

/// A site map states public addresses; the audited copy may be reached by another.
fn on_site(places: &[String], origin: &url::Url) -> Vec<String> {
    let paths = places.iter().filter_map(|place| origin.join(place).ok());
    paths
        .map(|url| url[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
        .collect()
}

async fn read_charter(tab: &mut Tab<'_>, url: &str) -> Result<Charter> {
    let failure = tab.arrive(url).await?;
    if let Some(failure) = failure {
        return Err(Error::Charter(format!("{url}: {failure}")));
    }
    if tab.status() != 200 {
        let status = tab.status();
        return Err(Error::Charter(format!(
            "{url} answers {status}: give one with --charter, or draft one with --discover"
        )));
    }
    let told = tab.eval(TEXT).await?;
    Charter::parse(told.as_str().unwrap_or_default())
}
