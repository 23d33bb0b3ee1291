### The charter and the preferences.
charter-title = Cookie charter
charter-intro = This page says, for { $name }, what the site stores in your browser, why, and for how long.
charter-what-title = What is a cookie?
charter-what-text = A cookie is a small piece of text with a name. A site may hand it to your browser, which keeps it for some time and gives it back with every page you open there.
charter-what-uses = It serves for instance to know you once you have signed in, to keep a shopping basket or a language, but also, on some sites, to measure visits or to follow you for advertising.
charter-kinds-title = The four kinds of cookies
charter-necessary-name = Necessary cookies.
charter-necessary-text = Set by the site itself, they carry something from one visit to the next on the same device: a sign-in, a basket, a display setting.
charter-necessary-consent = Your consent is not needed.
charter-statistics-name = Statistics cookies.
charter-statistics-text = They record what visitors do on a site.
charter-statistics-consent = Your consent is not needed when the figures are anonymous, that is, when nobody can be found from them; otherwise it is.
charter-first-name = First-party cookies.
charter-first-text = Set by the site you visit, on top of the necessary ones, they may collect personal data, follow behaviour or serve advertising.
charter-first-consent = Your consent is needed, unless the law exempts them.
charter-third-name = Third-party cookies.
charter-third-text = Set on one site by another, often an advertising network, they tell that other site which pages you have seen.
charter-third-consent = Your consent is needed.
charter-uses-title = What cookies are used for on the platform
charter-uses-text = A visit without signing in or changing a setting sets no cookie at all. The table below is made from the registry that the server uses to set them: it cannot set any other.
charter-table-title = Cookies that the platform needs to work
charter-caption = Cookies that { $url } may set
charter-details-title = Durations and precautions
charter-life =
    { $days ->
        [one] kept for { $days } day at most.
       *[other] kept for { $days } days at most.
    }
charter-life-visit = does not outlive the visit.
charter-http-only = Out of reach of scripts.
charter-choice-text = You can change your choice at any time:
charter-formats = This charter also exists as
charter-format-text = text
charter-revision = Revision of the registry:

## Preferences
preferences-intro = Choose what { $name } may store in your browser. The details are in the
preferences-saved = Your choice has been recorded.
preferences-necessary-title = Necessary cookies
preferences-necessary-text = They are set only when you sign in, choose a language, open a form or record this choice.
preferences-always = Always on
preferences-nothing = This portal uses nothing that needs your consent: no audience measurement, no advertising, no third-party service. That is why no banner is shown. You can record your choice all the same.
preferences-purposes = Purposes that need your consent
preferences-refuse = Refuse all
preferences-accept = Accept all
preferences-save = Save my choice
preferences-state = Your current choice
preferences-date = Recorded on
preferences-until = Valid until
preferences-receipt = Receipt
preferences-none = No choice is recorded in this browser.
