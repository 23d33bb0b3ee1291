//! The names of days and months, in the languages of dates: French, English, Basque.

const DAYS_FR: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const SHORT_DAYS_FR: [&str; 7] = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SHORT_MONTHS_FR: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
];
const DAYS_EU: [&str; 7] = [
    "astelehena",
    "asteartea",
    "asteazkena",
    "osteguna",
    "ostirala",
    "larunbata",
    "igandea",
];
const SHORT_DAYS_EU: [&str; 7] = ["al.", "ar.", "az.", "og.", "or.", "lr.", "ig."];
const MONTHS_EU: [&str; 12] = [
    "urtarrila",
    "otsaila",
    "martxoa",
    "apirila",
    "maiatza",
    "ekaina",
    "uztaila",
    "abuztua",
    "iraila",
    "urria",
    "azaroa",
    "abendua",
];
const SHORT_MONTHS_EU: [&str; 12] = [
    "urt.", "ots.", "mar.", "api.", "mai.", "eka.", "uzt.", "abu.", "ira.", "urr.", "aza.", "abe.",
];
const DAYS_EN: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const SHORT_DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const SHORT_MONTHS_EN: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Names of days and months in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// Days of the week, from Monday.
    pub days: &'static [&'static str; 7],
    /// The same, shortened.
    pub short_days: &'static [&'static str; 7],
    /// Months, from January.
    pub months: &'static [&'static str; 12],
    /// The same, shortened.
    pub short_months: &'static [&'static str; 12],
}

impl Names {
    /// Those of a language code. French is the documented default of `date_format`.
    pub fn of(lang: &str) -> Self {
        let (days, short_days, months, short_months) = match lang {
            "en" => (&DAYS_EN, &SHORT_DAYS_EN, &MONTHS_EN, &SHORT_MONTHS_EN),
            "eu" => (&DAYS_EU, &SHORT_DAYS_EU, &MONTHS_EU, &SHORT_MONTHS_EU),
            _ => (&DAYS_FR, &SHORT_DAYS_FR, &MONTHS_FR, &SHORT_MONTHS_FR),
        };
        Self {
            days,
            short_days,
            months,
            short_months,
        }
    }
}
