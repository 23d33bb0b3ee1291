### How the portal is used, in the back office.
audience-tab = Audience
audience-title = Audience
audience-intro = How often pages, downloads, the API and searches were asked for. Counted without cookie, address or identifier: these are sums of requests, not of people.
audience-periods = Period
audience-period-7d = 7 days
audience-period-30d = 30 days
audience-period-90d = 90 days
audience-period-12m = 12 months
audience-span = From { $from } to { $to }.
audience-since = Counted since { $day }: there is no whole earlier period to compare with.
audience-empty-title = Nothing counted yet
audience-empty = Figures appear here as soon as somebody opens a page, downloads or calls the API.
audience-totals = Totals
audience-views = Page views
audience-downloads = Downloads
audience-calls = API calls
audience-searches = Searches
audience-fruitless = Searches without results
audience-more = ↑ { $count }% on the period before
audience-less = ↓ { $count }% on the period before
audience-same = As in the period before
audience-before-none = None in the period before
audience-course = Over time
audience-chart = { $total } in all, { $most } at most
audience-table = The same figures as a table
audience-when = Period
audience-count = Number
audience-share = Share
audience-percent = { $count }%
audience-none = None in this period.
audience-datasets = Most used datasets
audience-datasets-more =
    { $count ->
        [one] { $count } other dataset is in the file.
       *[other] { $count } other datasets are in the file.
    }
audience-gone = Dataset that was removed
audience-formats = Downloads by format
audience-format = Format
audience-pages = Views by page
audience-page-home = Home
audience-page-catalog = Catalogue
audience-page-information = Dataset: information
audience-page-table = Dataset: table
audience-page-map = Dataset: map
audience-page-export = Dataset: export
audience-page-api = Dataset: API
audience-page-cookies = Cookie charter and preferences
audience-api-calls = API by call
audience-call = Call
audience-call-api-root = Entry of the API
audience-call-api-source = Entry of the catalogue
audience-call-datasets-index = Datasets, a page
audience-call-catalog-facets = Facets of the catalogue
audience-call-catalog-exports = Formats of the catalogue
audience-call-dataset-lookup = One dataset
audience-call-records-index = Records, a page
audience-call-record-lookup = One record
audience-call-dataset-facets = Facets of a dataset
audience-call-attachments-index = Attachments
audience-call-dataset-exports = Formats of a dataset
audience-errors = Errors
audience-error = Error
audience-error-not-found = Not found
audience-error-refused = Refused
audience-error-failed = Failed on our side
audience-robots =
    { $count ->
        [0] Requests of robots that say so are counted apart: none in this period.
        [one] Requests of robots that say so are counted apart: { $count } in this period.
       *[other] Requests of robots that say so are counted apart: { $count } in this period.
    } Errors count all clients.
audience-export = Download the figures
audience-export-text = One row for each day, kind, dataset and detail of the period; robots are a kind of client.
audience-dataset = As a dataset
audience-dataset-text = The same figures can be queried through the API, exported and shown like any dataset. Only staff see it until an administrator opens it. It never names restricted datasets. It is brought up to date at most once an hour, when figures have changed.
audience-dataset-none = It does not exist yet. It is created by itself the day after the first figures.
audience-dataset-written = Last written on
audience-dataset-create = Create it now
audience-dataset-update = Update it now
audience-dataset-open = Open it to everybody
audience-dataset-restrict = Keep it for staff
audience-dataset-done = The dataset is up to date.
audience-open = Open data

## In the cookie charter
charter-audience-title = How use is counted
charter-audience-text = To know which pages and datasets are used, the portal counts its own answers: how many, by day. This needs no cookie and puts nothing in your browser; neither your address nor what you search for is kept, and nobody is recognised from one page to the next. If your browser sends Global Privacy Control or Do Not Track, your requests are not counted.
