### What consent is asked for.
## Banner, panel, placeholders
banner-title = Cookies and third-party services
banner-text = { $name } would like to use the services below. None is contacted without your agreement, and the site works in full if you refuse.
banner-more = More about { $name }
banner-provider = Controller
banner-life = Duration
banner-days =
    { $days ->
        [one] { $days } day at most
       *[other] { $days } days at most
    }
banner-visit = as long as the visit
banner-hosts = Servers contacted
banner-policy = Privacy
banner-policy-of = Privacy policy of { $name }
banner-change = Your choice is kept for six months. You can change it at any time with “Manage my cookies” at the foot of every page. Details:
banner-customise = Customise
banner-third = Withdrawing your agreement stops the service at once and removes what it left on this site. Cookies that a third-party service has set on its own servers can only be removed in your browser or with that service: its privacy policy says how.
banner-signal = Your browser sends the { $name } signal: as long as you have made no other choice here, we take it as a refusal of everything that needs agreement.
banner-confirm-title = Confirm your choice
banner-confirm-accept = You clicked “Accept all”. Without scripts a confirmation is needed; nothing has been recorded yet.
banner-confirm-refuse = You clicked “Refuse all”. Without scripts a confirmation is needed; nothing has been recorded yet.
banner-blocked-title = Your choice could not be kept
banner-blocked = Your browser does not accept cookies from this site: your choice cannot be kept. Nothing that needs agreement will be loaded.
placeholder-text = { $name } is provided by { $provider }. Purpose: { $purpose }. If you show it, this service receives your IP address and may set cookies.
placeholder-once = Show this time
placeholder-always = Always show { $name }
placeholder-source = Open at the provider’s
placeholder-again = Without scripts, confirm with a second click; nothing has been recorded yet.
embed-missing = Missing content
embed-missing-text = There is no such content, or this portal no longer uses the service.
measure-frame = Audience measurement: { $name }
purpose-statistics-text = Counting visits and the pages seen.
purpose-video-text = Playing videos hosted by another site.
purpose-map-text = Showing maps whose images come from another site.
purpose-social-text = Showing content of social networks.
purpose-content-text = Showing pages or tools hosted by another site.
purpose-comfort-text = Remembering settings that you did not expressly ask for.
purpose-advertising-text = Showing advertising, or measuring it.
