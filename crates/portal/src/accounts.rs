//! Accounts: making them, what their owners may change, and what those who manage them may.

use parvis_model::{Actor, Permission, PortalId, Role, UserId};
use parvis_store::{Session, User};

use crate::passwords::Passwords;
use crate::{Error, Parvis, Result};

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Its portal; `None` makes a member of the platform's staff.
    pub portal: Option<PortalId>,
    /// Mail address.
    pub email: String,
    /// Name shown.
    pub display_name: String,
    /// Password in clear; it is hashed before it is stored.
    pub password: String,
    /// What the account may do.
    pub role: Role,
}

/// Whether `email` looks like a mail address: one `@`, something on both sides, no space, at most 254 bytes (RFC 5321).
fn is_email(email: &str) -> bool {
    let mut halves = email.split('@');
    let (local, domain, rest) = (halves.next(), halves.next(), halves.next());
    email.len() <= 254
        && rest.is_none()
        && local.is_some_and(|local| !local.is_empty())
        && domain.is_some_and(|domain| domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.'))
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
}

impl Parvis {
    /// Makes an account. The command line calls it; people cannot sign up.
    ///
    /// # Errors
    /// The address or the password is not acceptable, or the address is taken.
    pub async fn add_user(&self, new: NewUser) -> Result<User> {
        if !is_email(new.email.trim()) {
            return Err(Error::Invalid(format!(
                "`{}` is not a mail address: write name@example.org",
                new.email
            )));
        }
        Passwords::check_rules(&new.password)?;
        self.insert_account(new).await
    }

    /// Makes an account for which the operator answers (the demo's): its password may be weak. An account that is there already
    /// keeps what it is and gets this password, unless it has it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn put_account(&self, new: NewUser) -> Result<User> {
        let Some(user) = self.store().user_by_email(new.portal.as_ref(), &new.email).await? else {
            return self.insert_account(new).await;
        };
        if !self
            .passwords()
            .verify(&new.password, Some(&user.password_hash))
            .await?
        {
            let hash = self.passwords().hash(&new.password).await?;
            self.store()
                .set_password(user.portal.as_ref(), &user.id, &hash, None, self.now())
                .await?;
        }
        Ok(user)
    }

    async fn insert_account(&self, new: NewUser) -> Result<User> {
        let now = self.now();
        let user = User {
            id: UserId::generate(now.timestamp_millis(), self.rng()),
            portal: new.portal,
            email: new.email.trim().to_owned(),
            display_name: new.display_name,
            password_hash: self.passwords().hash(&new.password).await?,
            password_changed_at: now,
            role: new.role,
            active: true,
            language: None,
            created_at: now,
        };
        self.store().insert_user(&user).await?;
        Ok(user)
    }

    /// Changes the owner's password. Every other session of the account ends; `session` goes on (R-SES-05).
    ///
    /// # Errors
    /// The current password is wrong, or the new one is not acceptable.
    pub async fn change_password(&self, user: &User, session: &Session, current: &str, new: &str) -> Result<()> {
        if !self.passwords().verify(current, Some(&user.password_hash)).await? {
            return Err(Error::Unauthorized("The current password is wrong."));
        }
        Passwords::check_rules(new)?;
        let now = self.now();
        let hash = self.passwords().hash(new).await?;
        self.store()
            .set_password(user.portal.as_ref(), &user.id, &hash, Some(&session.hash), now)
            .await?;
        let changed = User {
            password_hash: hash,
            ..user.clone()
        };
        let stamped = Session {
            password_stamp: self.password_stamp(&changed),
            ..session.clone()
        };
        Ok(self.store().update_session(&stamped, now).await?)
    }

    /// Changes what the owner may change of the profile.
    ///
    /// # Errors
    /// The name is empty or longer than 150 characters.
    pub async fn change_profile(&self, user: &User, display_name: &str, language: Option<&str>) -> Result<()> {
        let name = display_name.trim();
        if name.is_empty() || name.chars().count() > 150 {
            return Err(Error::Invalid("Give a name of 1 to 150 characters.".to_owned()));
        }
        Ok(self
            .store()
            .set_profile(user.portal.as_ref(), &user.id, name, language)
            .await?)
    }
}

/// Refuses unless `actor` manages the accounts of `home`: a portal's, or the platform's (`None`).
fn require_manager(actor: &Actor, home: Option<&PortalId>) -> Result<()> {
    let may = match home {
        Some(portal) => actor.may(Permission::ManageUsers, portal),
        None => actor.may_on_platform(Permission::ManageUsers),
    };
    if may {
        Ok(())
    } else {
        Err(Error::Forbidden("only administrators manage accounts"))
    }
}

/// What administrators do with the accounts whose home is a portal, or the platform (`None`).
impl Parvis {
    /// The accounts, by address.
    ///
    /// # Errors
    /// `Forbidden` for those who do not manage them.
    pub async fn accounts(&self, actor: &Actor, home: Option<&PortalId>) -> Result<Vec<User>> {
        require_manager(actor, home)?;
        Ok(self.store().users(home).await?)
    }

    /// Changes what an account may do. If that is a change its sessions end (R-SES-05). Answers the account as it was.
    ///
    /// # Errors
    /// `Forbidden` for those who do not manage it; there is no such account.
    pub async fn change_role(&self, actor: &Actor, home: Option<&PortalId>, email: &str, role: Role) -> Result<User> {
        let user = self.managed_account(actor, home, email).await?;
        self.store().set_role(home, &user.id, role).await?;
        Ok(user)
    }

    /// Opens or closes an account. Closing ends its sessions, and its API keys count no longer (R-SES-05). Answers the account
    /// as it was.
    ///
    /// # Errors
    /// `Forbidden` for those who do not manage it; there is no such account.
    pub async fn set_open(&self, actor: &Actor, home: Option<&PortalId>, email: &str, open: bool) -> Result<User> {
        let user = self.managed_account(actor, home, email).await?;
        self.store().set_active(home, &user.id, open).await?;
        Ok(user)
    }

    /// Sets a new password for an account whose owner has forgotten it. Its sessions end (R-SES-05).
    ///
    /// # Errors
    /// `Forbidden` for those who do not manage it; there is no such account; the password is not acceptable.
    pub async fn reset_password(
        &self,
        actor: &Actor,
        home: Option<&PortalId>,
        email: &str,
        password: &str,
    ) -> Result<User> {
        let user = self.managed_account(actor, home, email).await?;
        Passwords::check_rules(password)?;
        let hash = self.passwords().hash(password).await?;
        self.store()
            .set_password(home, &user.id, &hash, None, self.now())
            .await?;
        Ok(user)
    }

    async fn managed_account(&self, actor: &Actor, home: Option<&PortalId>, email: &str) -> Result<User> {
        require_manager(actor, home)?;
        let user = self.store().user_by_email(home, email).await?;
        user.ok_or_else(|| {
            let name = email.trim().to_owned();
            Error::Store(parvis_store::Error::NotFound { what: "account", name })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn mail_addresses_are_checked_for_shape_only() {
        for good in ["a@b.fr", "prénom.nom@ville.example", "a+b@sub.ville.fr"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "", "a", "@b.fr", "a@", "a@b", "a@@b.fr", "a b@c.fr", "a@.fr", "a@b.fr\n",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
