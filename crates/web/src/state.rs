//! What every handler shares.

use std::ops::Deref;
use std::sync::Arc;

use parvis_model::{Clock, Rng};
use parvis_portal::Parvis;

use crate::api::ranges::Lengths;
use crate::assets::Assets;
use crate::edge::Edge;
use crate::pages::{Reports, ShownCache};
use crate::render::{self, Templates, Texts};

/// What every handler shares. Cloning is cheap: each layer of each request does.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What an [`AppState`] gives to those who have it.
pub struct Shared {
    /// The use-cases.
    pub parvis: Parvis,
    /// Portals by host, sessions, cookies.
    pub edge: Edge,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub rng: Arc<dyn Rng>,
    /// Templates and texts.
    pub templates: Arc<Templates>,
    /// The files under `/static/`.
    pub assets: Arc<Assets>,
    /// What browsers reported since the start.
    pub reports: Arc<Reports>,
    /// How long exports are, as far as it is known.
    pub lengths: Arc<Lengths>,
    /// What visitors were shown, as far as it is kept already.
    pub shown: Arc<ShownCache>,
}

impl AppState {
    /// Loads what pages are made of. With `reload` a template that changes on disk is read again: for those who work on them.
    ///
    /// # Errors
    /// A text file is wrong.
    pub fn new(
        parvis: Parvis,
        edge: Edge,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        reload: bool,
    ) -> Result<Self, render::Error> {
        let assets = Arc::new(Assets::load());
        let templates = Arc::new(Templates::new(Arc::new(Texts::load()?), Arc::clone(&assets), reload)?);
        Ok(Self(Arc::new(Shared {
            parvis,
            edge,
            clock,
            rng,
            templates,
            assets,
            reports: Arc::default(),
            shown: Arc::default(),
            lengths: Arc::default(),
        })))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
