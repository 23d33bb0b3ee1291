//! Carries out what handlers ordered for the visitor's cookies.

use parvis_cookies::EntryId;
use parvis_cookies::set_cookie::Life;
use parvis_model::ErrorCode;

use super::{Cx, Failure, SignIn};
use crate::visit::{CookieOrder, CookieOrders};

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
            }
        }
    }
    Ok(())
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
