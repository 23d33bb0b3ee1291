//! What every handler shares.

use std::sync::Arc;

use parvis_model::{Clock, Rng};
use parvis_portal::Parvis;

use crate::edge::Edge;

/// What every handler shares. Cloning is cheap.
#[derive(Clone)]
pub struct AppState {
    /// The use-cases.
    pub parvis: Parvis,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub rng: Arc<dyn Rng>,
    /// Portals by host, sessions, cookies.
    pub edge: Edge,
}
