//! When audience measurement needs no consent: a form whose answers are checked, not a label (R-REG-09, R-GATE-04).
//!
//! The criteria are those of CNIL 2020-091 (article 5), 2020-092 and the page of July 2025 on audience measurement.

use serde::{Deserialize, Serialize};

/// Longest life of a measurement cookie, in days: 13 months.
pub const COOKIE_DAYS: u32 = 396;
/// Longest time measurement data may be kept, in months.
pub const DATA_MONTHS: u16 = 25;

/// What an administrator answers about a measurement tool. `Default` answers nothing, which earns nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Exemption {
    /// It measures for the publisher's own account only.
    pub own_account: bool,
    /// It serves the listed uses only: performance, navigation, ergonomics, capacity, content.
    pub listed_uses: bool,
    /// It gives anonymous statistics only.
    pub anonymous: bool,
    /// No identifier is common to several sites, and nothing is followed across them.
    pub no_cross_site: bool,
    /// Data are neither combined with other processing nor passed on.
    pub no_sharing: bool,
    /// No identifier of an account or person is given to the tool.
    pub no_user_id: bool,
    /// The last two bytes of the address are removed before anything is kept.
    pub address_masked: bool,
    /// Life of its longest cookie, in days; 0 when it sets none.
    pub cookie_days: u32,
    /// New visits do not prolong its cookies.
    pub not_extended: bool,
    /// Months that its data are kept; 0 is no answer.
    pub data_months: u16,
    /// Visitors can object, simply.
    pub opt_out: bool,
}

/// One criterion of exemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Own account only.
    OwnAccount,
    /// Listed uses only.
    ListedUses,
    /// Anonymous statistics only.
    Anonymous,
    /// Nothing across sites.
    NoCrossSite,
    /// Nothing combined or passed on.
    NoSharing,
    /// No identifier of a person.
    NoUserId,
    /// Addresses are masked.
    AddressMasked,
    /// Cookies of 13 months at most.
    CookieDays,
    /// Cookies are not prolonged.
    NotExtended,
    /// Data for 25 months at most.
    DataMonths,
    /// A way to object.
    OptOut,
}

impl Criterion {
    /// The name it has in forms and keys of texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnAccount => "own_account",
            Self::ListedUses => "listed_uses",
            Self::Anonymous => "anonymous",
            Self::NoCrossSite => "no_cross_site",
            Self::NoSharing => "no_sharing",
            Self::NoUserId => "no_user_id",
            Self::AddressMasked => "address_masked",
            Self::CookieDays => "cookie_days",
            Self::NotExtended => "not_extended",
            Self::DataMonths => "data_months",
            Self::OptOut => "opt_out",
        }
    }
}

impl Exemption {
    /// Each criterion, and whether the answers meet it.
    pub fn criteria(&self) -> [(Criterion, bool); 11] {
        [
            (Criterion::OwnAccount, self.own_account),
            (Criterion::ListedUses, self.listed_uses),
            (Criterion::Anonymous, self.anonymous),
            (Criterion::NoCrossSite, self.no_cross_site),
            (Criterion::NoSharing, self.no_sharing),
            (Criterion::NoUserId, self.no_user_id),
            (Criterion::AddressMasked, self.address_masked),
            (Criterion::CookieDays, self.cookie_days <= COOKIE_DAYS),
            (Criterion::NotExtended, self.not_extended),
            (Criterion::DataMonths, (1..=DATA_MONTHS).contains(&self.data_months)),
            (Criterion::OptOut, self.opt_out),
        ]
    }

    /// The criteria that are not met.
    pub fn unmet(&self) -> Vec<Criterion> {
        let unmet = self.criteria().into_iter().filter(|(_, met)| !met);
        unmet.map(|(criterion, _)| criterion).collect()
    }

    /// Whether every criterion is met, so that consent is not needed.
    pub fn is_earned(&self) -> bool {
        self.unmet().is_empty()
    }
}
