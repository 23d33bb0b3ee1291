### A dataset and its tabs.
dataset-tabs = Datu-multzoaren ikuspegiak
tab-information = Informazioa
tab-table = Taula
tab-map = Mapa
tab-export = Esportatu
tab-api = APIa

## Information
description = Deskribapena
description-none = Datu-multzo honek ez du oraindik deskribapenik.
schema = Eskema
schema-count =
    { $count ->
        [one] eremu { $count }
       *[other] { $count } eremu
    }
schema-caption = Datu-multzoaren eremuak
schema-label = Etiketa
schema-name = Izen teknikoa
schema-type = Mota
schema-description = Deskribapena
schema-several = hainbat balio
type-text = Testua
type-int = Zenbaki osoa
type-double = Zenbaki dezimala
type-boolean = Bai ala ez
type-date = Data
type-datetime = Data eta ordua
type-geo_point_2d = Puntu geografikoa
type-geo_shape = Forma geografikoa
type-json_blob = JSON
versions = Bertsioen historia
versions-text = Argitalpen bakoitza bertsio aldaezina da, bere datuen hatz-markaz identifikatua.
versions-caption = Argitaratutako bertsioak, berriena lehenik
version-date = Argitalpen-data
version-records = Erregistroak
version-size = Tamaina
version-hash = Hatz-marka
version-current = oraingoa
metadata = Fitxa
meta-id = Identifikatzailea
meta-uid = Identifikatzaile iraunkorra
meta-source = Iturria
meta-attributions = Aitortzak
meta-modified = Datuen eguneratzea
meta-processed = Argitalpena
download-data = Deskargatu datuak

## Table
search-records = Bilatu datuetan
records-found =
    { $count ->
        [one] erregistro { $count }
       *[other] { $count } erregistro
    }
records-range = · { $from }–{ $to }
table-export = Esportatu
table-region = “{ $title }”: erregistroen taula
table-caption = “{ $title }”: erregistroak. Zutabe-goiburuek taula ordenatzen dute.
table-beyond = Lehen { $count } erregistroak baino ez dira erakusten: iragazi edo deskargatu dena.
table-empty-title = Ez dago bat datorren erregistrorik
table-empty-text = Saiatu beste hitz batzuekin edo kendu iragazki batzuk.
table-nothing-title = Oraindik ez dago erregistrorik
table-nothing-text = Datu-multzo honek ez du oraindik daturik.
shape-Point = Puntua
shape-MultiPoint = Puntuak
shape-LineString = Lerroa
shape-MultiLineString = Lerroak
shape-Polygon = Azalera
shape-MultiPolygon = Azalerak
shape-GeometryCollection = Forma multzoa
shape-unknown = Forma

## Map
map-no-script = Mapa interaktiboak JavaScript behar du. Hona hemen lekuak taula gisa.
map-places = Datu-multzo honetako lekuak

## Export
export-title = Deskargatu datuak
export-all =
    { $count ->
        [one] Deskargak erregistro { $count } du.
       *[other] Deskargak { $count } erregistro ditu: datu-multzo osoa.
    }
export-filtered =
    { $count ->
        [one] Deskargak erregistro { $count } du, zure iragazkien arabera.
       *[other] Deskargak { $count } erregistro ditu, zure iragazkien arabera.
    }
export-size = CSV gisa gutxi gorabeherako tamaina: { $size }.
export-labels = Zutabeen etiketak, izen teknikoen ordez
export-delimiter = Bereizlea
export-delimiter-semicolon = Puntu eta koma (;)
export-delimiter-comma = Koma (,)
export-delimiter-bar = Barra bertikala (|)
export-bom = Kodetzea
export-bom-yes = UTF-8 kalkulu-orrietarako (BOMarekin)
export-bom-no = UTF-8 BOMik gabe
export-action = Deskargatu { $format } gisa
export-license = Datu hauek lizentzia honekin argitaratzen dira:
format-csv = Kalkulu-orria
format-csv-text = Excel, LibreOffice edo edozein datu-tresnatarako: lerro bat erregistro bakoitzeko.
format-json = JSON taula
format-json-text = Objektu-zerrenda bat, garatzaileentzat.
format-jsonl = JSON lerroak
format-jsonl-text = Objektu bat lerro bakoitzeko, jarioan irakurtzeko.
format-geojson = Datu geografikoak
format-geojson-text = QGISerako eta web-mapetarako.
format-xlsx = Lan-liburua
format-xlsx-text = Excel eta LibreOfficerako, benetako zenbaki eta datekin: 1.048.575 erregistro gehienez.
format-shp = Forma-fitxategia
format-shp-text = Informazio geografikoko sistemetarako: 50.000 erregistro gehienez.
format-fgb = Geruza indexatua
format-fgb-text = QGISerako eta sareko mapetarako: datu multzo handiak azkar irekitzen dira.
format-kml = Leku-markak
format-kml-text = Google Earth eta beste globoetarako.
format-gpx = Puntuak eta ibilbideak
format-gpx-text = Nabigazio-gailuetarako eta ibilaldi-aplikazioetarako.
format-parquet = Zutabe motadunak
format-parquet-text = Trinkoa eta azkarra, analisirako (Python, R, DuckDB).

## API
api-title = Erabili datu hauek API bidez
api-text = API publikoak erregistro berak ematen ditu, iragazki berekin, JSON gisa. Guztiontzat irekia da eta ez du cookierik jartzen.
api-request = Zure iragazkien eskaera
api-open = Ireki erantzuna
console-title = Kontsola
console-text = Idatzi eskaera bat ODSQLn eta exekutatu.
console-select = Zutabeak edo kalkuluak, adibidez: nom, population
console-where = Baldintza, adibidez: population > 10000
console-group = Taldekatzea, adibidez: departement
console-order = Ordena, adibidez: population desc
console-refine = Fazeta-iragazkia, adibidez: departement:"Loiret"
console-run = Exekutatu
embed-refused = Ez da { $host } guneko edukia erakusten: atari honek ez du zerbitzu hori deklaratzen.
map-bases = Mapa-oinarria
map-base-own = Atariarena
