//! Limits as administrators see and set them.

use parvis_model::{Permission, QuotaScope, UserId};

use crate::{Error, Parvis, Result, Viewer};

/// A limit, and how far it is used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Whose calls.
    pub scope: QuotaScope,
    /// Identifier of the user, key or dataset; empty is each that has none of its own.
    pub subject: String,
    /// What people call the subject: a mail address, a dataset's name; the identifier where there is no name (any more).
    pub name: String,
    /// Most calls in a day.
    pub calls: u64,
    /// Calls of today, as far as they are stored.
    pub today: u64,
}

impl Parvis {
    /// The limits of the viewer's portal with their use, in a fixed order.
    ///
    /// # Errors
    /// `Forbidden` for those who do not administer the portal.
    pub async fn limits(&self, viewer: &Viewer) -> Result<Vec<Limit>> {
        let quotas = self.quotas(viewer).await?;
        let counts = self.quota_counts_today(viewer).await?;
        let mut limits = Vec::with_capacity(quotas.len());
        for quota in quotas {
            let today = counts
                .iter()
                .filter(|count| count.scope == quota.scope && count.subject == quota.subject);
            limits.push(Limit {
                name: self.name_of_subject(viewer, quota.scope, &quota.subject).await?,
                today: today.map(|count| count.calls).sum(),
                scope: quota.scope,
                subject: quota.subject,
                calls: quota.calls,
            });
        }
        Ok(limits)
    }

    async fn name_of_subject(&self, viewer: &Viewer, scope: QuotaScope, subject: &str) -> Result<String> {
        let portal = &viewer.portal.id;
        let known = match scope {
            QuotaScope::User => {
                let user = self.store().user(portal, &UserId::new(subject)).await?;
                user.map(|user| user.email)
            }
            QuotaScope::Dataset => {
                let catalogue = self.catalogue(viewer).await?;
                catalogue.find(subject).map(|dataset| dataset.slug.clone())
            }
            QuotaScope::Key | QuotaScope::Portal | QuotaScope::Anonymous => None,
        };
        Ok(known.unwrap_or_else(|| subject.to_owned()))
    }

    /// The identifier of the user with a mail address, of the dataset with a name, or of the key with an identifier.
    ///
    /// # Errors
    /// `Forbidden` for those who do not administer the portal; there is no such user or dataset, or the scope is of no one in
    /// particular.
    pub async fn quota_subject(&self, viewer: &Viewer, scope: QuotaScope, name: &str) -> Result<String> {
        viewer.require(Permission::EditDomain, "only administrators set quotas")?;
        match scope {
            QuotaScope::User => {
                let user = self.store().user_by_email(Some(&viewer.portal.id), name).await?;
                let missing = || Error::Invalid(format!("there is no user `{name}` on this portal"));
                Ok(user.ok_or_else(missing)?.id.as_str().to_owned())
            }
            QuotaScope::Dataset => Ok(self.dataset(viewer, name).await?.uid.as_str().to_owned()),
            QuotaScope::Key => Ok(name.to_owned()),
            QuotaScope::Portal | QuotaScope::Anonymous => {
                let scope = scope.name();
                Err(Error::Invalid(format!(
                    "a quota of the scope {scope} is for no one in particular"
                )))
            }
        }
    }
}
