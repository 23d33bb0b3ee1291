### The back office "Cookies".
registry-tab = Cookies
registry-title = Cookie registry
registry-intro = The charter and the banner are made from this registry: what is not in it can be neither set nor contacted. Every change makes a revision, which is kept and published.
registry-saved = Revision { $number } is in force.
registry-asking =
    { $count ->
        [0] Nothing asks for visitors’ consent: no banner is shown.
        [one] { $count } service asks for visitors’ consent.
       *[other] { $count } services ask for visitors’ consent.
    }
registry-charter = Texts of the charter
registry-history = Revisions of the registry
registry-services = Services in use
registry-services-none = No third-party service and no audience measurement.
registry-ready = Add a service
registry-ready-text = Each service is off until it is added. It brings into the charter the cookies, storage and servers that are known of it.
registry-add = Add
registry-entries = Other entries
registry-entries-none = Nothing is declared beyond the services and the platform’s own cookies.
registry-product = Cookies of the platform
registry-retired = Retired
registry-detail = Provider or purpose
registry-state = Consent
registry-edit = Edit
state-necessary = Necessary
state-exempt = Exempt
state-consent = Asked
state-proxied = No contact

## Forms
registry-entry-new = Declare an entry
registry-entry-edit = Edit an entry
registry-service-new = Add a service
registry-service-edit = Edit a service
registry-wording = Wording
registry-wording-text = The name, life and attributes of this cookie are those that the server obeys: they cannot be edited. A language left empty keeps the platform’s text.
registry-charter-text = These texts stand around the table of the charter. The table itself comes from the registry and is always visible.
registry-plain-text = Plain text; an empty line parts paragraphs.
registry-see-also-hint = For instance the authority’s privacy policy. The foot of the pages still leads to the generated charter.
registry-durations = Show the duration in a column of the table
registry-problems = This revision cannot be published
registry-overtaken = Somebody published a revision in the meantime. Check what you typed, then publish again.
registry-note = Reason for the revision
registry-note-hint = Public, at most 500 characters.
registry-note-error = Give a reason of at most 500 characters.
registry-publish = Publish
registry-retire = Retire
registry-retire-text = It leaves the charter and is forbidden from the next answer on. It stays in the history and can be taken back.
registry-restore = Take back
registry-restore-text = It returns to the charter.
registry-is-retired = Retired: it is in the charter no more.
registry-none = None
registry-name-hint = Exact name, or a pattern in which * stands for what varies, such as _pk_id.*. For a server: its host name.
registry-provider-hint = The body that the charter and the banner name.
registry-service-hint = What uses it, and where.
registry-purpose-hint = What it is for, to the visitor or the portal.
registry-description-hint = What the service does for the visitor, and what the provider learns.
registry-life-hint = At most 396 days (13 months). Empty: does not outlive the tab.
registry-unit = Unit
unit-day = days
unit-hour = hours
unit-minute = minutes
registry-ground = Why it may be set
registry-ground-hint = What is neither strictly necessary nor audience measurement that meets every criterion needs consent.
ground-consent = With the visitor’s consent
ground-necessary = Strictly necessary
ground-measurement = Audience measurement
registry-necessity = Necessary use
registry-necessity-hint = To be chosen if “Strictly necessary” is ticked. These are the only uses that the regulator accepts.
necessity-authentication = Sign-in and security
necessity-choice = Memory of the choice about cookies
necessity-basket = Shopping basket
necessity-interface = Setting of the interface that was asked for
necessity-load-balancing = Load balancing
necessity-paywall = Count of free content
registry-service-id-hint = Consent is given service by service: what needs it must name one.
registry-attributes = Domain and attributes
registry-other-host = Another host
registry-domain-hint = Host name, such as media.example.org or *.example.org.
registry-more-hosts = Other servers contacted
registry-more-hosts-hint = One host name a line, beyond those that the service is known to contact.
registry-brings = What this service brings into the charter

## Settings of services
field-url = Address of the server
field-site-id = Number of the site
field-measurement-id = Measurement ID
field-site = Number of the site
field-collection = Collection server
field-url-prefix = Beginning of the addresses allowed
field-template = Address of tiles
field-attribution = Credit on the map
field-max-zoom = Deepest zoom
field-delivery = Delivery
field-id = Identifier
field-cookie-days = Life of the cookie
registry-matomo-url-hint = https:// and the server’s name, without a final slash.
registry-site-id-hint = A number of this portal’s own.
registry-collection-hint = The host name that Piano gave you.
registry-url-prefix-hint = https://, the server’s name and a folder, with a final slash.
registry-template-hint = https:// with {"{z}"}, {"{x}"} and {"{y}"}, each once.
registry-delivery-hint = Through our server the provider never sees the visitor and no consent is asked.
delivery-proxied = Through our server
delivery-consented = By the browser, with consent

## Kinds of service
value-youtube = YouTube
value-vimeo = Vimeo
value-dailymotion = Dailymotion
value-matomo = Matomo
value-google-analytics = Google Analytics 4
value-piano = Piano Analytics (AT Internet)
value-iframe = Frame (page of another site)
value-tiles = Map layer (tiles)
value-own = Function of the portal

## Exemption of audience measurement
exemption-title = Exemption of audience measurement
exemption-text = Measurement is exempt from consent only if all these statements are true. They are published with the charter.
exemption-own-account = It is made for the publisher of the portal alone.
exemption-listed-uses = It serves only to measure performance, find problems of navigation, improve ergonomics, size the servers and analyse content.
exemption-anonymous = It yields anonymous statistics only.
exemption-no-cross-site = No identifier is common to several sites, and nothing is followed from one site to another.
exemption-no-sharing = Data are neither combined with other processing nor passed on to third parties.
exemption-no-user-id = No identifier of an account or person is given to the tool.
exemption-address-masked = The last two bytes of the IP address are removed before anything is kept.
exemption-not-extended = A new visit does not prolong the cookies.
exemption-opt-out = Visitors can object simply.
exemption-cookie-days = Life of the longest cookie, in days
exemption-cookie-days-hint = At most 396 (13 months); 0 if there is none.
exemption-data-months = Time that data are kept, in months
exemption-data-months-hint = At most 25.
exemption-earned = Exempt: every criterion is met
exemption-unmet = Consent is asked: these criteria are not met

## What can be wrong
problem-slug = Use 1 to 40 lower-case letters, digits and inner hyphens.
problem-taken = This is declared already.
problem-reserved = This name is that of one of the platform’s cookies.
problem-missing = To be filled in, in the portal’s first language at least.
problem-too-long = This is too long.
problem-characters = This holds characters that cannot be there.
problem-too-wide = A pattern needs at least three characters besides its stars, the first one of them, and at most three stars.
problem-host = Give a host name of somebody else, such as media.example.org or *.example.org.
problem-https = Give an address of somebody else that begins with https:// and a host name.
problem-life = Nothing may be kept for more than 13 months (396 days), nor longer than declared for the exemption.
problem-no-life = This kind does not outlive the tab: leave the duration empty.
problem-consent = What needs consent belongs to a service: choose one.
problem-no-service = There is no such service.
problem-too-many = There are too many.
problem-setting = This setting is not what the service expects.
problem-not-exempt = This tool cannot be exempt from consent.
