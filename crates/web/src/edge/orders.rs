//! Carries out what handlers ordered for the visitor's cookies.

use std::collections::BTreeSet;

use parvis_cookies::set_cookie::{self, Life};
use parvis_cookies::{Choice, Entry, EntryId};
use parvis_model::ErrorCode;

use super::{Cx, Failure, SignIn};
use crate::visit::{CookieOrder, CookieOrders};

/// Most cookies deleted for one entry: a pattern may be met by many.
const MAX_NAMES: usize = 8;

/// Turns the orders of an answer into cookies of the registry.
pub(super) async fn carry_out(cx: &Cx, orders: &CookieOrders) -> Result<(), Failure> {
    for order in &orders.0 {
        match order {
            CookieOrder::SignIn(id) => sign_in(cx, id).await?,
            CookieOrder::SignOut => cx.sign_out(),
            CookieOrder::Choice(choice) => {
                let value = cx.site().choices.sign(choice);
                // What is left of the six months: an answer to one more service does not begin them anew (R-CON-05).
                let life = Life::AtMost(choice.seconds_left(cx.edge().now()));
                cx.set_cookie(EntryId::Preferences, &value, life)?;
                forget(cx, choice);
            }
        }
    }
    Ok(())
}

/// Deletes what the services that are not accepted left on this portal's host, with the same answer (R-CON-08): the cookies
/// that came along, and those that may be hidden under another path where the service had been accepted before.
fn forget(cx: &Cx, choice: &Choice) {
    let held = cx.choice();
    let withdrawn = |entry: &Entry| {
        let service = entry.service_id.as_deref().unwrap_or_default();
        held.as_ref().is_some_and(|held| held.accepts(service))
    };
    let refused = |entry: &&Entry| entry.service_id.as_ref().is_some_and(|id| !choice.accepts(id));
    let path = cx.referer_path().unwrap_or_default();
    for entry in cx.registry().entries().iter().filter(refused) {
        let seen = cx.jar().names().filter(|name| entry.name.matches(name));
        let exact = Some(entry.name.as_str()).filter(|_| withdrawn(entry) && !entry.name.is_pattern());
        let names: BTreeSet<&str> = seen.chain(exact).collect();
        for name in names.into_iter().take(MAX_NAMES) {
            let deletions = set_cookie::forget(entry, name, cx.site().canonical_host(), &path, cx.https());
            cx.outcome().forgotten.extend(deletions);
        }
    }
}

async fn sign_in(cx: &Cx, id: &str) -> Result<(), Failure> {
    // Ended between its beginning and here: the visitor stays signed out (R-SES-07).
    let found = cx.edge().accounts().find(&cx.portal().id, id).await?;
    let found = found.ok_or_else(|| Failure {
        code: ErrorCode::BadRequest,
        message: "The session ended while it began: sign in again.".to_owned(),
    })?;
    cx.sign_in(SignIn {
        id,
        csrf: &found.csrf,
        expires_at: found.expires_at,
    })
}
