//! What every handler shares.

use std::sync::Arc;

use parvis_model::{Clock, Rng};

/// What every handler shares. Cloning is cheap.
#[derive(Clone)]
pub struct AppState {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub rng: Arc<dyn Rng>,
}
