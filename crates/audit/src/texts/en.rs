//! English.

use super::{Ui, Words};
use crate::finding::Code;
use crate::plan::Scenario;

pub(super) static WORDS: Words = Words {
    findings: [
        (
            Code::UndeclaredCookie,
            "A cookie that the charter does not declare",
            "Declare it with its purpose and life, or remove what sets it.",
        ),
        (
            Code::UndeclaredLocalStorage,
            "A key of localStorage that the charter does not declare",
            "Declare it, or remove the script that writes it.",
        ),
        (
            Code::UndeclaredSessionStorage,
            "A key of sessionStorage that the charter does not declare",
            "Declare it, or remove the script that writes it.",
        ),
        (
            Code::UndeclaredIndexedDb,
            "An IndexedDB database that the charter does not declare",
            "Declare it, or remove the script or worker that opens it.",
        ),
        (
            Code::UndeclaredCache,
            "A cache that the charter does not declare",
            "Declare it, or remove the script or worker that opens it.",
        ),
        (
            Code::UndeclaredServiceWorker,
            "A service worker that the charter does not declare",
            "Declare it, or stop registering it.",
        ),
        (
            Code::UndeclaredHost,
            "A host was contacted that the charter does not declare",
            "Declare it as a service that waits for consent, serve its content yourself, or remove it.",
        ),
        (
            Code::UndeclaredHint,
            "The page prepares a connection to a host that the charter does not declare",
            "Remove the preconnect, prefetch or preload.",
        ),
        (
            Code::BeforeConsent,
            "Seen before any choice, although it needs consent",
            "Let it wait until the visitor has agreed.",
        ),
        (
            Code::AfterClosing,
            "Seen after the banner was closed without a choice",
            "Treat closing, Escape and scrolling as a refusal.",
        ),
        (
            Code::AfterRefusal,
            "Seen after a refusal",
            "Obey the refusal, and delete what was kept.",
        ),
        (
            Code::AfterWithdrawal,
            "Seen after consent was withdrawn",
            "Stop the service in the same answer, and delete what it kept.",
        ),
        (
            Code::BeyondChoice,
            "Seen although the choice did not cover it",
            "Bind it to its own service, not to any choice.",
        ),
        (
            Code::DespiteSignal,
            "Seen although the browser signals refusal (GPC or DNT)",
            "Treat the signal as a refusal until the visitor chooses otherwise.",
        ),
        (
            Code::NotAskedFor,
            "Appeared when nothing asked for it",
            "Set it only on the occasion that it is declared for.",
        ),
        (
            Code::StoredInEmbed,
            "Kept although the page is framed by somebody else's page",
            "Set nothing in framed pages.",
        ),
        (
            Code::WrongPath,
            "The path of the cookie is not the declared one",
            "Set it with the declared path.",
        ),
        (
            Code::WrongDomain,
            "The cookie goes to other hosts than declared",
            "Leave the Domain attribute out.",
        ),
        (Code::WrongSecure, "The cookie is not Secure", "Set it with Secure."),
        (
            Code::WrongHttpOnly,
            "HttpOnly is not as declared",
            "Set the cookie with the declared HttpOnly.",
        ),
        (
            Code::WrongSameSite,
            "SameSite is not as declared",
            "Set the cookie with the declared SameSite.",
        ),
        (
            Code::WrongWriter,
            "The cookie is written by somebody else than declared",
            "Write it where the charter says.",
        ),
        (
            Code::LongerLife,
            "The cookie lives longer than declared",
            "Shorten its life, or declare the true one.",
        ),
        (
            Code::LifeOverLimit,
            "The cookie lives longer than 13 months",
            "Shorten its life.",
        ),
        (
            Code::LifeExtended,
            "A visit lengthened the life of the cookie",
            "Do not set it again while it is there.",
        ),
        (
            Code::DuplicateCookie,
            "Two cookies have the same name",
            "Set it with one path and no Domain, and delete the other.",
        ),
        (
            Code::InvalidCookie,
            "A cookie that browsers ignore or cut",
            "Give it a name, and less than 4,096 bytes.",
        ),
        (
            Code::CacheableSetCookie,
            "An answer that sets a cookie may be stored by caches",
            "Send Cache-Control: no-store with it.",
        ),
        (
            Code::TrackingEtag,
            "An ETag that differs from visitor to visitor can recognise them",
            "Derive the ETag from the content alone.",
        ),
        (
            Code::PolicyViolation,
            "The content security policy stopped something that the page tried",
            "Remove what was stopped, or declare it and open the policy for it.",
        ),
        (
            Code::BannerMissing,
            "Something needs consent and nobody asks for it",
            "Show the banner until there is a choice.",
        ),
        (
            Code::BannerNeedless,
            "A banner asks although there is nothing to ask",
            "Show no banner.",
        ),
        (
            Code::RefuseMissing,
            "The banner has no button to refuse",
            "Put it beside the one that accepts.",
        ),
        (
            Code::AcceptMissing,
            "The banner has no button to accept",
            "Put it beside the one that refuses.",
        ),
        (
            Code::CustomiseMissing,
            "The banner has no way to choose one by one",
            "Add a button that opens the choice.",
        ),
        (
            Code::ButtonsUnequal,
            "Accepting and refusing do not look alike",
            "Give both buttons the same size, letters and colours.",
        ),
        (
            Code::ButtonTooSmall,
            "A button is smaller than 24 × 24 pixels",
            "Enlarge it.",
        ),
        (
            Code::ButtonContrast,
            "The text of a button is hard to read",
            "Raise its contrast to 4.5:1 at least.",
        ),
        (
            Code::PrecheckedBox,
            "A box is ticked before the visitor ticked it",
            "Leave every box empty.",
        ),
        (
            Code::BannerReturns,
            "The banner comes back after a choice",
            "Keep the choice for six months, refusals too.",
        ),
        (
            Code::ChoiceNeedsScripts,
            "The choice cannot be made without scripts",
            "Make the banner a form.",
        ),
        (
            Code::ChoiceImpossible,
            "The choice could not be made",
            "Follow the markup of the banner in the documentation, or give its selectors in the charter.",
        ),
        (
            Code::ManageLinkMissing,
            "The page has no link to the choice",
            "Put the link at the foot of every page.",
        ),
        (
            Code::CharterLinkMissing,
            "The page has no link to the charter",
            "Put the link at the foot of every page.",
        ),
        (
            Code::CharterDiffers,
            "The charter page and the charter do not agree",
            "Make the page from the registry.",
        ),
        (
            Code::CharterHash,
            "The charter does not have the hash that it states",
            "Publish it as it was generated.",
        ),
        (
            Code::PageFailed,
            "A page could not be opened",
            "Mend the page, and audit again.",
        ),
        (
            Code::NeverSeen,
            "Declared, and never seen",
            "Retire it from the charter if it is not used any more.",
        ),
    ],
    scenarios: [
        (Scenario::Nothing, "clicks nothing"),
        (Scenario::Closed, "closes the banner without a choice"),
        (Scenario::Refuse, "refuses everything"),
        (Scenario::Accept, "accepts everything"),
        (Scenario::OnePurpose, "accepts one service"),
        (Scenario::Withdraw, "accepts, then withdraws"),
        (Scenario::Gpc, "sends Global Privacy Control"),
        (Scenario::Dnt, "sends Do Not Track"),
        (Scenario::NoScript, "has scripts turned off"),
        (Scenario::Language, "chooses another language"),
        (Scenario::SecondVisit, "comes back later"),
        (Scenario::Embed, "sees the pages in a frame of another site"),
        (Scenario::SignedIn, "has signed in"),
    ],
    ui: Ui {
        language: "English",
        title: "Cookie audit",
        pass: "Passed: what was seen is what is declared.",
        fail: "Failed: what was seen is not what is declared.",
        nothing: "Nothing was found.",
        site: "Site",
        revision: "Revision of the charter",
        date: "Date",
        browser: "Browser",
        errors: "Errors",
        warnings: "Warnings",
        what: "Finding",
        subject: "About",
        places: "Where",
        mend: "How to mend it",
        hint: "By its name it may belong to",
        tried: "What was tried",
        pages: "Pages opened",
        more: "more",
    },
};
