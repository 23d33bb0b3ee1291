### Texts of every page.

## Frame of every page
skip = Skip to content
home = Home
breadcrumb = Breadcrumb
nav-main = Main navigation
nav-footer = About this site
nav-explore = Datasets
nav-backoffice = Back office
nav-language-label = English – change language
nav-login = Sign in
nav-logout = Sign out
nav-charter = Cookie charter
nav-sitemap = Sitemap (XML)
manage-cookies = Manage my cookies
back-home = Back to the home page
colon = { ": " }

## Words
search = Search
save = Save
cancel = Cancel
copy = Copy
yes = Yes
no = No
no-value = Not stated
results = Results
updated = Updated on
restricted = Restricted access
has-map = Map
records-count =
    { $count ->
        [one] { $count } record
       *[other] { $count } records
    }

## Lists
pages = Pages of results
page = Page
page-previous = Previous
page-next = Next
filters = Filters
filters-none = There is no filter here.
filters-active = Active filters
filters-clear = Clear all
filter-remove = Remove the filter
filter-text = Search
filter-where = Condition
filter-not = except
facet-chosen = Active filter:
facet-more =
    { $count ->
        [one] Show { $count } more value
       *[other] Show { $count } more values
    }
facet-theme = Theme
facet-keyword = Keyword
facet-publisher = Publisher
facet-license = Licence
facet-features = View
facet-modified = Modified
feature-analyze = Analysis
feature-geo = Map
feature-timeserie = Time series
