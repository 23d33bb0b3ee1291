### A dataset and its tabs.
dataset-tabs = Views of the dataset
tab-information = Information
tab-table = Table
tab-map = Map
tab-export = Export
tab-api = API

## Information
description = Description
description-none = This dataset has no description yet.
schema = Schema
schema-count =
    { $count ->
        [one] { $count } field
       *[other] { $count } fields
    }
schema-caption = Fields of the dataset
schema-label = Label
schema-name = Technical name
schema-type = Type
schema-description = Description
schema-several = several values
type-text = Text
type-int = Whole number
type-double = Decimal number
type-boolean = Yes or no
type-date = Date
type-datetime = Date and time
type-geo_point_2d = Geographic point
type-geo_shape = Geographic shape
type-json_blob = JSON
versions = Version history
versions-text = Each publication is an immutable version, known by the fingerprint of its data.
versions-caption = Published versions, newest first
version-date = Published on
version-records = Records
version-size = Size
version-hash = Fingerprint
version-current = current
metadata = Key facts
meta-id = Identifier
meta-uid = Permanent identifier
meta-source = Source
meta-attributions = Attributions
meta-modified = Data updated on
meta-processed = Published on
download-data = Download the data

## Table
search-records = Search the data
records-found =
    { $count ->
        [one] { $count } record
       *[other] { $count } records
    }
records-range = · { $from } to { $to }
table-export = Export
table-region = Table of the records of “{ $title }”
table-caption = Records of “{ $title }”. Column heads sort the table.
table-beyond = Only the first { $count } records can be shown: filter, or download them all.
table-empty-title = No record matches
table-empty-text = Try other words, or remove some filters.
table-nothing-title = No record yet
table-nothing-text = This dataset holds no data yet.
shape-Point = Point
shape-MultiPoint = Points
shape-LineString = Line
shape-MultiLineString = Lines
shape-Polygon = Area
shape-MultiPolygon = Areas
shape-GeometryCollection = Set of shapes
shape-unknown = Shape

## Map
map-no-script = The interactive map needs JavaScript. Here are the places as a table.
map-places = Places of this dataset

## Export
export-title = Download the data
export-all =
    { $count ->
        [one] The download holds { $count } record.
       *[other] The download holds { $count } records: the whole dataset.
    }
export-filtered =
    { $count ->
        [one] The download holds { $count } record, by your filters.
       *[other] The download holds { $count } records, by your filters.
    }
export-size = Estimated size as CSV: about { $size }.
export-labels = Column labels rather than technical names
export-delimiter = Delimiter
export-delimiter-semicolon = Semicolon (;)
export-delimiter-comma = Comma (,)
export-delimiter-bar = Vertical bar (|)
export-bom = Encoding
export-bom-yes = UTF-8 for spreadsheets (with BOM)
export-bom-no = UTF-8 without BOM
export-action = Download as { $format }
export-license = These data are published under the licence
format-csv = Spreadsheet
format-csv-text = For Excel, LibreOffice or any data tool: one line per record.
format-json = JSON array
format-json-text = A list of objects, for developers.
format-jsonl = JSON lines
format-jsonl-text = One object a line, to be read as a stream.
format-geojson = Geographic data
format-geojson-text = For QGIS and web maps.
format-xlsx = Workbook
format-xlsx-text = For Excel and LibreOffice, with real numbers and dates: up to 1,048,575 records.
format-shp = Shapefile
format-shp-text = For geographic information systems: up to 50,000 records.
format-fgb = Indexed layer
format-fgb-text = For QGIS and web maps: large datasets open fast.
format-kml = Placemarks
format-kml-text = For Google Earth and other globes.
format-gpx = Waypoints and tracks
format-gpx-text = For navigation devices and walking apps.
format-parquet = Typed columns
format-parquet-text = Small and fast, for analysis (Python, R, DuckDB).

## API
api-title = Use these data through the API
api-text = The public API gives the same records, with the same filters, as JSON. It is open to all and sets no cookie.
api-request = Request for your filters
api-open = Open the answer
console-title = Console
console-text = Write a request in ODSQL and run it.
console-select = Columns or sums, such as: nom, population
console-where = Condition, such as: population > 10000
console-group = Grouping, such as: departement
console-order = Order, such as: population desc
console-refine = Facet filter, such as: departement:"Loiret"
console-run = Run
embed-refused = Content from { $host } is not shown: this portal does not declare that service.
map-bases = Base map
map-base-own = The portal’s own
