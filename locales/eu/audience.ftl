### Atariaren erabilera, kudeaketan.
audience-tab = Erabilera
audience-title = Erabilera
audience-intro = Zenbat aldiz eskatu diren orriak, deskargak, APIa eta bilaketak. Cookierik, helbiderik eta identifikatzailerik gabe zenbatuta: eskaeren baturak dira, ez pertsonenak.
audience-periods = Aldia
audience-period-7d = 7 egun
audience-period-30d = 30 egun
audience-period-90d = 90 egun
audience-period-12m = 12 hilabete
audience-span = Hasiera: { $from }; amaiera: { $to }.
audience-since = Zenbaketaren hasiera: { $day }. Ez dago konparatzeko aurreko aldi osorik.
audience-empty-title = Oraindik ez da ezer zenbatu
audience-empty = Norbaitek orri bat ireki, deskargatu edo APIari deitu bezain laster agertuko dira zenbakiak.
audience-totals = Guztira
audience-views = Ikusitako orriak
audience-downloads = Deskargak
audience-calls = APIaren deiak
audience-searches = Bilaketak
audience-fruitless = Emaitzarik gabeko bilaketak
audience-more = ↑ % { $count } aurreko aldiaren aldean
audience-less = ↓ % { $count } aurreko aldiaren aldean
audience-same = Aurreko aldian bezala
audience-before-none = Bat ere ez aurreko aldian
audience-course = Bilakaera
audience-chart = { $total } guztira, { $most } gehienez
audience-table = Zenbaki berak taula batean
audience-when = Aldia
audience-count = Kopurua
audience-share = Zatia
audience-percent = % { $count }
audience-none = Bat ere ez aldi honetan.
audience-datasets = Gehien erabilitako datu-multzoak
audience-datasets-more =
    { $count ->
        [one] Beste datu-multzo { $count } fitxategian dago.
       *[other] Beste { $count } datu-multzo fitxategian daude.
    }
audience-gone = Kendutako datu-multzoa
audience-formats = Deskargak formatuaren arabera
audience-format = Formatua
audience-pages = Ikustaldiak orriaren arabera
audience-page-home = Hasiera
audience-page-catalog = Katalogoa
audience-page-information = Datu-multzoa: informazioa
audience-page-table = Datu-multzoa: taula
audience-page-map = Datu-multzoa: mapa
audience-page-export = Datu-multzoa: esportazioa
audience-page-api = Datu-multzoa: APIa
audience-page-cookies = Cookieen gutuna eta hobespenak
audience-api-calls = APIa deiaren arabera
audience-call = Deia
audience-call-api-root = APIaren sarrera
audience-call-api-source = Katalogoaren sarrera
audience-call-datasets-index = Datu-multzoak, orrika
audience-call-catalog-facets = Katalogoaren iragazkiak
audience-call-catalog-exports = Katalogoaren formatuak
audience-call-dataset-lookup = Datu-multzo bat
audience-call-records-index = Erregistroak, orrika
audience-call-record-lookup = Erregistro bat
audience-call-dataset-facets = Datu-multzo baten iragazkiak
audience-call-attachments-index = Eranskinak
audience-call-dataset-exports = Datu-multzo baten formatuak
audience-errors = Erroreak
audience-error = Errorea
audience-error-not-found = Ez da aurkitu
audience-error-refused = Ukatua
audience-error-failed = Gure aldetik huts egin du
audience-robots =
    { $count ->
        [0] Robot direla dioten bezeroen eskaerak aparte zenbatzen dira: bat ere ez aldi honetan.
        [one] Robot direla dioten bezeroen eskaerak aparte zenbatzen dira: { $count } aldi honetan.
       *[other] Robot direla dioten bezeroen eskaerak aparte zenbatzen dira: { $count } aldi honetan.
    } Erroreek bezero guztiak zenbatzen dituzte.
audience-export = Zenbakiak deskargatu
audience-export-text = Lerro bat aldiko egun, mota, datu-multzo eta xehetasun bakoitzeko; robotak bezero mota bat dira.
audience-dataset = Datu-multzo gisa
audience-dataset-text = Zenbaki berak APIaren bidez galdetu, esportatu eta erakutsi daitezke, edozein datu-multzo bezala. Taldeak bakarrik ikusten du, administratzaile batek ireki arte. Ez ditu inoiz sarbide mugatuko datu-multzoak izendatzen. Orduan behin gehienez eguneratzen da, zenbakiak aldatu badira.
audience-dataset-none = Oraindik ez dago. Berez sortzen da lehen zenbakien biharamunean.
audience-dataset-written = Azken idazketa:
audience-dataset-create = Sortu orain
audience-dataset-update = Eguneratu orain
audience-dataset-open = Ireki denontzat
audience-dataset-restrict = Gorde taldearentzat
audience-dataset-done = Datu-multzoa eguneratuta dago.
audience-open = Datu irekia

## In the cookie charter
charter-audience-title = Nola zenbatzen den erabilera
charter-audience-text = Zer orri eta datu-multzo erabiltzen diren jakiteko, atariak bere erantzunak zenbatzen ditu: zenbat, egunez. Horretarako ez da cookierik behar eta ez da ezer jartzen zure nabigatzailean; ez zure helbidea ez bilatzen duzuna gordetzen dira, eta inor ez da ezagutzen orri batetik bestera. Zure nabigatzaileak Global Privacy Control edo Do Not Track bidaltzen badu, zure eskaerak ez dira zenbatzen.
