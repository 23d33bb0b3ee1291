### Texts of every page.

## Frame of every page
skip = Joan edukira
home = Hasiera
breadcrumb = Nabigazio-bidea
nav-main = Nabigazio nagusia
nav-footer = Guneari buruzko informazioa
nav-explore = Datu-multzoak
nav-backoffice = Kudeaketa
nav-language-label = Euskara – aldatu hizkuntza
nav-login = Hasi saioa
nav-logout = Amaitu saioa
nav-charter = Cookieen gutuna
nav-sitemap = Gunearen mapa (XML)
manage-cookies = Kudeatu nire cookieak
back-home = Itzuli hasierara
colon = { ": " }

## Words
search = Bilatu
save = Gorde
cancel = Utzi
copy = Kopiatu
yes = Bai
no = Ez
no-value = Zehaztu gabe
results = Emaitzak
updated = Eguneratua:
restricted = Sarbide mugatua
has-map = Mapa
records-count =
    { $count ->
        [one] erregistro { $count }
       *[other] { $count } erregistro
    }

## Lists
pages = Emaitzen orriak
page = Orria:
page-previous = Aurrekoa
page-next = Hurrengoa
filters = Iragazkiak
filters-none = Hemen ez dago iragazkirik.
filters-active = Iragazki aktiboak
filters-clear = Garbitu denak
filter-remove = Kendu iragazkia
filter-text = Bilaketa
filter-where = Baldintza
filter-not = izan ezik
facet-chosen = Iragazki aktiboa:
facet-more =
    { $count ->
        [one] Erakutsi beste balio { $count }
       *[other] Erakutsi beste { $count } balio
    }
facet-theme = Gaia
facet-keyword = Gako-hitza
facet-publisher = Argitaratzailea
facet-license = Lizentzia
facet-features = Ikuspegia
facet-modified = Aldatua
feature-analyze = Analisia
feature-geo = Mapa
feature-timeserie = Denbora-seriea
