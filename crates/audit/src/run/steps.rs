//! What the visitor of each scenario does.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::crawl_site::address;
use super::{Auditor, Obstacle, Played, Visit};
use crate::charter::Selectors;
use crate::error::Result;
use crate::facts::PageSeen;
use crate::finding::Code;
use crate::plan::{Consent, Device, Foreign, Scenario};
use crate::tab::Tab;

/// Clicks the first element of a list of selectors, each inside the one before.
const CLICK: &str = "((path) => { let roots = [document]; for (const selector of path) { \
    roots = roots.flatMap(root => { try { return [...root.querySelectorAll(selector)] } catch { return [] } }); } \
    const target = roots.find(one => one.checkVisibility()); if (!target) return false; target.click(); return true; })";
/// Ticks the first box that is not ticked, and gives its value.
const TICK: &str = "((selector) => { const box = [...document.querySelectorAll(selector)].find(one => !one.checked); \
    if (!box) return null; box.click(); return box.value; })";
/// Does all that is no choice.
const SHRUG: &str = "((close) => { for (const kind of ['keydown', 'keyup']) \
    (document.activeElement || document).dispatchEvent(new KeyboardEvent(kind, { key: 'Escape', bubbles: true })); \
    scrollTo(0, document.body ? document.body.scrollHeight : 0); dispatchEvent(new Event('scroll')); \
    const target = [...document.querySelectorAll(close)].find(one => one.checkVisibility()); \
    if (target) target.click(); return true; })";
/// Fills a form in and sends it.
const SIGN_IN: &str = "((user, password) => { const form = [...document.forms].find(one => one.elements.password); \
    if (!form) return false; form.elements.username.value = user; form.elements.password.value = password; \
    const send = form.querySelector('[type=submit], button:not([type])'); if (!send) return false; send.click(); return true; })";

/// A visitor in the middle of a scenario.
struct Visitor<'a, 'b> {
    tab: &'a mut Tab<'b>,
    origin: url::Url,
    selectors: Selectors,
    scenario: Scenario,
    device: Device,
    consent: Consent,
    returning: bool,
    visits: Vec<Visit>,
    obstacles: Vec<Obstacle>,
}

impl Auditor<'_> {
    /// Plays a scenario with one browser.
    pub(super) async fn play(&self, scenario: Scenario, device: Device) -> Result<Played> {
        let origin = self.run.origin.clone();
        let selectors = self.run.charter.selectors.clone();
        let embed = foreign(&origin);
        let mut setup = self.setup(scenario, device);
        if scenario == Scenario::Embed {
            setup.foreign = Some(embed.clone());
        }
        let mut tab = self.tab(setup.clone(), None).await?;
        let mut visitor = Visitor {
            tab: &mut tab,
            origin: origin.clone(),
            selectors: selectors.clone(),
            scenario,
            device,
            consent: if setup.headers.is_empty() {
                Consent::Undecided
            } else {
                Consent::Signalled
            },
            returning: false,
            visits: Vec::new(),
            obstacles: Vec::new(),
        };
        self.follow(&mut visitor, &embed.url).await?;
        let Visitor {
            consent,
            mut visits,
            obstacles,
            ..
        } = visitor;
        let mut context = tab.close().await?;
        if scenario == Scenario::SecondVisit {
            let mut tab = self.tab(setup, Some(context)).await?;
            let mut again = Visitor {
                tab: &mut tab,
                origin,
                selectors,
                scenario,
                device,
                consent,
                returning: true,
                visits: Vec::new(),
                obstacles: Vec::new(),
            };
            again.all(&self.run.pages).await?;
            visits.append(&mut again.visits);
            context = tab.close().await?;
        }
        Tab::dispose(&self.browser, &context).await?;
        Ok((visits, obstacles))
    }

    /// Does what the visitor of a scenario does; `embed` is somebody else's page.
    async fn follow(&self, visitor: &mut Visitor<'_, '_>, embed: &str) -> Result<()> {
        let pages = &self.run.pages;
        let paths = &self.run.charter.paths;
        let selectors = &self.run.charter.selectors;
        let asked = self.run.visits.iter().any(|visit| visit.seen.dom.banner.is_some());
        match visitor.scenario {
            Scenario::Nothing | Scenario::Gpc | Scenario::Dnt => visitor.all(pages).await,
            Scenario::Closed => {
                visitor
                    .act("/", &format!("{SHRUG}({})", quoted(&selectors.close)), Consent::Closed)
                    .await?;
                visitor.all(pages).await
            }
            Scenario::Refuse => visitor.decide(&selectors.refuse, Consent::Refused, pages).await,
            Scenario::Accept => visitor.decide(&selectors.accept, Consent::All, pages).await,
            Scenario::OnePurpose => visitor.choose_one(&paths.manage, pages).await,
            Scenario::Withdraw => {
                visitor.decide(&selectors.accept, Consent::All, pages).await?;
                visitor
                    .click(
                        &paths.manage,
                        &[&selectors.refuse],
                        Consent::Withdrawn,
                        Code::ChoiceImpossible,
                    )
                    .await?;
                visitor.all(pages).await
            }
            Scenario::NoScript => visitor.without_scripts(pages, asked).await,
            Scenario::Language => {
                visitor
                    .act(&paths.language, &clicking(&[&selectors.language]), Consent::Undecided)
                    .await?;
                visitor.all(pages).await
            }
            Scenario::SecondVisit => {
                if asked {
                    visitor.decide(&selectors.refuse, Consent::Refused, pages).await
                } else {
                    visitor.all(pages).await
                }
            }
            Scenario::Embed => visitor.framed(embed, pages).await,
            Scenario::SignedIn => {
                let (user, password) = self.options.credentials.clone().unwrap_or_default();
                visitor.sign_in(&paths.login, &user, &password).await?;
                visitor.all(pages).await?;
                visitor.inside(pages, self.options.pages).await
            }
        }
    }
}

impl Visitor<'_, '_> {
    /// Opens every page with scripts turned off, then refuses if asked.
    async fn without_scripts(&mut self, pages: &[String], asked: bool) -> Result<()> {
        self.all(pages).await?;
        if !asked {
            return Ok(());
        }
        let Selectors {
            banner,
            refuse,
            confirm,
            ..
        } = self.selectors.clone();
        self.click("/", &[&banner, &refuse], Consent::Refused, Code::ChoiceNeedsScripts)
            .await?;
        // A page may ask again, in place of what scripts prove elsewhere.
        self.tab.act(&clicking(&[&confirm, &refuse])).await?;
        self.one("/").await?;
        if self.visits.last().is_some_and(|visit| visit.seen.dom.banner.is_some()) {
            self.obstacle(Code::ChoiceNeedsScripts, "/", "the banner is still there");
        }
        Ok(())
    }

    /// Opens every page.
    async fn all(&mut self, pages: &[String]) -> Result<()> {
        for page in pages {
            self.one(page).await?;
        }
        Ok(())
    }

    /// Opens a page.
    async fn one(&mut self, page: &str) -> Result<()> {
        let seen = self
            .tab
            .visit(&address(&self.origin, page), page, &self.selectors)
            .await?;
        self.note(seen, false);
        Ok(())
    }

    fn note(&mut self, seen: PageSeen, acted: bool) {
        self.visits.push(Visit {
            scenario: self.scenario,
            device: self.device,
            consent: self.consent.clone(),
            returning: self.returning,
            acted,
            seen,
        });
    }

    /// Opens a page, notes it, does something there, and notes what that led to as of somebody who has decided `then`.
    /// Answers whether it could be done.
    async fn act(&mut self, page: &str, script: &str, then: Consent) -> Result<bool> {
        let failure = self.tab.arrive(&address(&self.origin, page)).await?;
        let mut before = self.tab.look(page, &self.selectors, failure).await?;
        before.facts = self.tab.facts();
        self.note(before, false);
        let done = self.tab.act(script).await?;
        if done {
            self.consent = then;
        }
        let led_to = self.tab.path().await?;
        let mut after = self.tab.look(&led_to, &self.selectors, None).await?;
        after.facts = self.tab.facts();
        self.note(after, true);
        Ok(done)
    }

    /// Opens a page and clicks something; what cannot be found is an obstacle.
    async fn click(&mut self, page: &str, path: &[&str], then: Consent, obstacle: Code) -> Result<bool> {
        let done = self.act(page, &clicking(path), then).await?;
        if !done {
            self.obstacle(obstacle, page, &path.join(" "));
        }
        Ok(done)
    }

    /// Decides with a button of the banner, then opens every page.
    async fn decide(&mut self, button: &str, then: Consent, pages: &[String]) -> Result<()> {
        let banner = self.selectors.banner.clone();
        if self
            .click("/", &[&banner, button], then, Code::ChoiceImpossible)
            .await?
        {
            self.all(pages).await?;
        }
        Ok(())
    }

    /// Accepts the first service, then opens every page.
    async fn choose_one(&mut self, manage: &str, pages: &[String]) -> Result<()> {
        let Selectors {
            banner,
            customise,
            service,
            save,
            ..
        } = self.selectors.clone();
        // The panel may be in the page of the banner, or a page of its own.
        let opened = self
            .click(
                "/",
                &[&banner, &customise],
                self.consent.clone(),
                Code::CustomiseMissing,
            )
            .await?;
        let mut ticked = self.tab.eval(&format!("{TICK}({})", quoted(&service))).await?;
        if !opened || !ticked.is_string() {
            self.tab.arrive(&address(&self.origin, manage)).await?;
            ticked = self.tab.eval(&format!("{TICK}({})", quoted(&service))).await?;
        }
        let Some(id) = ticked.as_str().map(str::to_owned) else {
            self.obstacle(Code::ChoiceImpossible, manage, &service);
            return Ok(());
        };
        if !self.tab.act(&clicking(&[&save])).await? {
            self.obstacle(Code::ChoiceImpossible, manage, &save);
            return Ok(());
        }
        self.consent = Consent::Some(BTreeSet::from([id]));
        let led_to = self.tab.path().await?;
        let mut after = self.tab.look(&led_to, &self.selectors, None).await?;
        after.facts = self.tab.facts();
        self.note(after, true);
        self.all(pages).await
    }

    fn obstacle(&mut self, code: Code, page: &str, detail: &str) {
        self.obstacles.push(Obstacle {
            code,
            scenario: self.scenario,
            device: self.device,
            page: page.to_owned(),
            detail: detail.to_owned(),
        });
    }

    /// Opens every page in a frame of somebody else's page.
    async fn framed(&mut self, foreign: &str, pages: &[String]) -> Result<()> {
        for page in pages {
            let failure = self.tab.arrive(foreign).await?;
            let script = format!(
                "(() => {{ const frame = document.createElement('iframe'); frame.src = {}; document.body.replaceChildren(frame); return true; }})()",
                quoted(&address(&self.origin, page))
            );
            self.tab.act(&script).await?;
            let mut seen = self.tab.look(page, &self.selectors, failure).await?;
            seen.facts = self.tab.facts();
            self.note(seen, false);
        }
        Ok(())
    }

    async fn sign_in(&mut self, login: &str, user: &str, password: &str) -> Result<()> {
        let script = format!("{SIGN_IN}({}, {})", quoted(user), quoted(password));
        let done = self.act(login, &script, self.consent.clone()).await?;
        // A form that comes back is a sign-in that failed.
        let inside = self.tab.eval("!document.querySelector('form [name=password]')").await? == true;
        if !done || !inside {
            self.obstacle(Code::PageFailed, login, "signing in");
        }
        Ok(())
    }

    /// Opens pages that only somebody who has signed in is led to.
    async fn inside(&mut self, known: &[String], limit: usize) -> Result<()> {
        let mut pages = crate::crawl::Pages::new(&self.origin, known, known.len() + limit);
        let links = self
            .visits
            .iter()
            .flat_map(|visit| visit.seen.dom.links.clone())
            .collect::<Vec<_>>();
        let before: BTreeSet<String> = known.iter().cloned().collect();
        pages.add(
            &links
                .into_iter()
                .filter(|link| !link.contains("/logout"))
                .collect::<Vec<_>>(),
        );
        while let Some(page) = pages.next() {
            if !before.contains(&page) {
                self.one(&page).await?;
            }
        }
        Ok(())
    }
}

/// A script that clicks.
fn clicking(path: &[&str]) -> String {
    format!("{CLICK}({})", json!(path))
}

/// A text as JavaScript writes it.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}

/// The page of somebody else that frames the site's pages. It is not served: the audit answers for it.
fn foreign(origin: &url::Url) -> Foreign {
    let url = if origin.scheme() == "https" {
        "https://embedder.example/"
    } else {
        "http://embedder.localhost/"
    };
    let body = "<!doctype html><html lang=\"en\"><title>Somebody else's page</title><body></body></html>";
    Foreign {
        url: url.to_owned(),
        body: STANDARD.encode(body),
    }
}
