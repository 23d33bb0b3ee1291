//! Trying everything of the plan, and writing down what was seen.

mod crawl_site;
mod steps;

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use url::Url;

use crate::browser::{Browser, Launch};
use crate::charter::Charter;
use crate::error::{Error, Result};
use crate::facts::PageSeen;
use crate::finding::Code;
use crate::plan::{Consent, Device, Scenario, Setup};
use crate::tab::Tab;

/// What to judge against.
#[derive(Clone, Debug)]
pub enum Declared {
    /// What the site publishes itself.
    Published,
    /// This charter.
    Charter(Box<Charter>),
    /// Nothing: a charter is to be drafted from what is seen.
    Nothing,
}

/// What to audit, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The site; its path is not used.
    pub url: Url,
    /// What to judge against.
    pub declared: Declared,
    /// Most pages to open in each scenario.
    pub pages: usize,
    /// Which scenarios to try.
    pub scenarios: BTreeSet<Scenario>,
    /// User name and password, for the scenario of somebody who has signed in.
    pub credentials: Option<(String, String)>,
    /// What the header that marks the audit's requests says: a token that the audited installation gave out, else `1`.
    pub mark: String,
    /// The browser.
    pub browser: Launch,
}

/// A page, opened once.
#[derive(Clone, Debug)]
pub struct Visit {
    /// What the visitor does.
    pub scenario: Scenario,
    /// With which browser.
    pub device: Device,
    /// What the visitor has decided.
    pub consent: Consent,
    /// Whether this visitor has been here before, in an earlier session.
    pub returning: bool,
    /// Whether it is what an action of the visitor led to.
    pub acted: bool,
    /// What was seen.
    pub seen: PageSeen,
}

/// Something that could not be done, which is a finding in itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle {
    /// Which.
    pub code: Code,
    /// What the visitor was doing.
    pub scenario: Scenario,
    /// With which browser.
    pub device: Device,
    /// On which page.
    pub page: String,
    /// What was looked for.
    pub detail: String,
}

/// A table of the charter page: rows of cells.
pub type Table = Vec<Vec<String>>;

/// Everything that was seen.
#[derive(Clone, Debug)]
pub struct Run {
    /// Address of the site, without a path.
    pub origin: Url,
    /// What it is judged against.
    pub charter: Charter,
    /// Whether the charter was read from the site itself.
    pub published: bool,
    /// The rows of the tables of the charter page, if it has any.
    pub charter_page: Option<Table>,
    /// The pages, in the order in which they were opened first.
    pub pages: Vec<String>,
    /// The scenarios that were tried.
    pub tried: Vec<Scenario>,
    /// Every page of every scenario.
    pub visits: Vec<Visit>,
    /// What could not be done.
    pub obstacles: Vec<Obstacle>,
    /// Name and version of the browser.
    pub browser: String,
    /// The banner as a visitor first sees it, on a desktop and a telephone; none if nothing asks.
    pub pictures: Vec<Picture>,
}

/// The home page with its banner.
#[derive(Clone, Debug)]
pub struct Picture {
    /// With which browser.
    pub device: Device,
    /// PNG.
    pub png: Vec<u8>,
}

impl Run {
    /// Whether there is a charter to judge against.
    pub fn judged(&self) -> bool {
        !self.charter.rows.is_empty() || self.published
    }
}

/// What one visitor saw and could not do.
type Played = (Vec<Visit>, Vec<Obstacle>);

/// The longest that an audit may take.
const LIMIT: Duration = Duration::from_secs(60 * 60);
/// How many visitors are there at once.
const AT_ONCE: usize = 4;

/// A running audit.
struct Auditor<'o> {
    options: &'o Options,
    browser: Browser,
    run: Run,
}

/// What is told of each visitor that begins.
pub type Progress<'a> = dyn Fn(Scenario, Device) + Send + Sync + 'a;

/// Tries everything. `progress` is told what begins.
///
/// # Errors
/// [`Error`] when the browser fails, or there is no charter to judge against. What the site does wrong is no error.
pub fn audit<'a>(options: &'a Options, progress: &'a Progress<'a>) -> BoxFuture<'a, Result<Run>> {
    carry_out(options, progress).boxed()
}

async fn carry_out(options: &Options, progress: &Progress<'_>) -> Result<Run> {
    let origin = origin_of(&options.url)?;
    let browser = Browser::launch(&options.browser)?;
    let mut auditor = Auditor {
        options,
        browser,
        run: Run {
            origin,
            charter: Charter::default(),
            published: false,
            charter_page: None,
            pages: Vec::new(),
            tried: Vec::new(),
            visits: Vec::new(),
            obstacles: Vec::new(),
            browser: String::new(),
            pictures: Vec::new(),
        },
    };
    let done = tokio::time::timeout(LIMIT, auditor.everything(progress)).await;
    let done = done.unwrap_or(Err(Error::TooLong {
        minutes: LIMIT.as_secs() / 60,
    }));
    let Auditor { browser, run, .. } = auditor;
    browser.close().await;
    done.map(|()| run)
}

impl Auditor<'_> {
    async fn everything(&mut self, progress: &Progress<'_>) -> Result<()> {
        self.prepare().await?;
        // The first one also finds the pages.
        progress(Scenario::Nothing, Device::Desktop);
        self.crawl().await?;
        let tried = self.possible();
        let others = visitors(&tried);
        // Visitors know nothing of each other, so several are there at once; what they saw is put down in the order of the plan.
        let auditor = &*self;
        let played: Vec<Played> = futures::stream::iter(others)
            .map(|(scenario, device)| {
                progress(scenario, device);
                auditor.play(scenario, device)
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        for (visits, obstacles) in played {
            self.run.visits.extend(visits);
            self.run.obstacles.extend(obstacles);
        }
        self.run.tried = tried;
        self.photograph().await
    }

    /// Takes pictures of the banner, if there is one (R-PRF-03). They are no evidence that anything is judged by.
    async fn photograph(&mut self) -> Result<()> {
        if !self.run.visits.iter().any(|visit| visit.seen.dom.banner.is_some()) {
            return Ok(());
        }
        let mut pictures = Vec::new();
        for device in [Device::Desktop, Device::Mobile] {
            let mut tab = self.tab(self.setup(Scenario::Nothing, device), None).await?;
            if tab.arrive(&self.address("/")).await?.is_none() {
                let png = tab.picture().await?;
                pictures.push(Picture { device, png });
            }
            let context = tab.close().await?;
            Tab::dispose(&self.browser, &context).await?;
        }
        self.run.pictures = pictures;
        Ok(())
    }

    /// The scenarios that are wanted and make sense here, now that the first visitor has seen the pages.
    fn possible(&self) -> Vec<Scenario> {
        let asked = self.run.charter.asks() || self.run.visits.iter().any(|visit| visit.seen.dom.banner.is_some());
        let possible = |scenario: &Scenario| match scenario {
            Scenario::Nothing => true,
            _ if !self.options.scenarios.contains(scenario) => false,
            Scenario::SignedIn => self.options.credentials.is_some(),
            _ => asked || !scenario.needs_a_question(),
        };
        Scenario::ALL.into_iter().filter(possible).collect()
    }

    /// Opens a tab for a visitor.
    async fn tab(&self, setup: Setup, context: Option<String>) -> Result<Tab<'_>> {
        Tab::open(&self.browser, setup, context).await
    }
}

/// Who is to be played beside the first visitor, in the order of the plan.
fn visitors(tried: &[Scenario]) -> Vec<(Scenario, Device)> {
    let mut visitors = Vec::new();
    for scenario in tried {
        for device in scenario.browsers() {
            visitors.push((*scenario, *device));
        }
    }
    visitors.retain(|visitor| *visitor != (Scenario::Nothing, Device::Desktop));
    visitors
}

/// Scheme, host and port.
fn origin_of(url: &Url) -> Result<Url> {
    let refused = |why: &str| Error::Address {
        address: url.to_string(),
        why: why.to_owned(),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused("write an address that begins with https:// or http://"));
    }
    if url.host_str().is_none() || !url.username().is_empty() || url.password().is_some() {
        return Err(refused("write a host name, without a user name or password"));
    }
    url.join("/").map_err(|error| refused(&error.to_string()))
}
