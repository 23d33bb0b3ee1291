"""Opens the exports in a folder with programs of others and checks what they find.

Called by readers.rs: `read.py places|shapes|texts|grid|catalogue FOLDER`. The values are those of the datasets that it makes.
"""

import csv
import datetime
import gzip
import io
import json
import re
import struct
import sys
import warnings
import xml.etree.ElementTree as ElementTree
from email.utils import parsedate_to_datetime
from pathlib import Path

import frictionless
import icalendar
import openpyxl
import pyarrow
import pyarrow.ipc
import pyarrow.parquet
import pyogrio
import pyproj
import rdflib
import shapely

NAMES = ["Orléans", "Olivet", "Blois", "Mardié", "Chécy", "Semoy", "Nowhere"]
SHAPES = ["Île & lac", 'Deux "morceaux"', "Rue <longue>", "Nulle part"]
ORLEANS = (1.909, 47.9025)
PAGE = "https://data.example.org/explore/dataset/"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCATAP = rdflib.Namespace("http://data.europa.eu/r5r/")
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
DCTERMS = rdflib.Namespace("http://purl.org/dc/terms/")


def same(found, wanted, what):
    if found != wanted:
        sys.exit(f"{what}: found {found!r} instead of {wanted!r}")


def near(found, wanted, what, by=1e-6):
    if len(found) != len(wanted) or any(abs(one - other) > by for one, other in zip(found, wanted)):
        sys.exit(f"{what}: found {found!r} instead of {wanted!r}")


def layer(path, **options):
    """What GDAL reads: metadata, geometries, values by field."""
    warnings.simplefilter("ignore")
    meta, _, geometries, values = pyogrio.raw.read(path, **options)
    fields = {name.lower(): list(column) for name, column in zip(meta["fields"], values)}
    shapes = [None if one is None else shapely.from_wkb(one) for one in geometries]
    return meta, shapes, fields


def in_order(shapes, fields, name, wanted):
    """Features by the value of a field: those of FlatGeobuf lie along a curve."""
    places = [fields[name].index(one) for one in wanted]
    return [shapes[place] for place in places], {key: [column[place] for place in places] for key, column in fields.items()}


def is_crs(meta, code, what):
    if not pyproj.CRS.from_user_input(meta["crs"]).equals(pyproj.CRS.from_epsg(code), ignore_axis_order=True):
        found = pyproj.CRS.from_user_input(meta["crs"]).to_epsg(min_confidence=25)
        same(found, code, f"{what}: system of coordinates")


def tables(folder):
    same(frictionless.Resource(path="places.csv", basepath=str(folder), encoding="utf-8-sig",
                               dialect=frictionless.Dialect.from_descriptor({"csv": {"delimiter": ";"}})
                               ).read_rows()[0]["population"], 116238, "frictionless: population in CSV")
    text = (folder / "places.csv").read_text("utf-8-sig")
    same(gzip.decompress((folder / "packed.csv.gz").read_bytes())[:3], b"\xef\xbb\xbf", "gzip: the byte order mark")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    same([row["name"] for row in rows], NAMES, "CSV: names")
    same(rows[0]["seen"], "2024-03-01T11:00:00+01:00", "CSV: an instant in its time zone")
    same(rows[0]["tags"], "fleuve,cathédrale", "CSV: a text")
    projected = list(csv.DictReader(io.StringIO((folder / "3857.csv").read_text("utf-8-sig")), delimiter=";"))
    north, east = (float(part) for part in projected[0]["geo_point"].split(", "))
    near((east, north), (212508.907924, 6090649.609646), "CSV: projected point", 0.001)
    same(json.loads((folder / "places.json").read_text())[2]["population"], 46086, "JSON: population")
    lines = (folder / "places.jsonl").read_text().splitlines()
    same([json.loads(line)["name"] for line in lines], NAMES, "JSON lines: names")

    sheet = openpyxl.load_workbook(folder / "places.xlsx").active
    same(sheet.title, "places", "XLSX: name of the sheet")
    header, *rows = sheet.iter_rows(values_only=True)
    first = dict(zip(header, rows[0]))
    same(len(rows), 7, "XLSX: rows")
    for name, value in {
        "name": "Orléans", "population": 116238, "area": 27.48, "capital": True,
        "founded": datetime.datetime(1800, 2, 17).date().isoformat(),
        "seen": datetime.datetime(2024, 3, 1, 11, 0),
        "geo_point": "47.9025, 1.909", "tags": "fleuve,cathédrale",
    }.items():
        same(first[name], value, f"XLSX: {name}")
    same(dict(zip(header, rows[6]))["kind"], None, "XLSX: a null")
    labels = openpyxl.load_workbook(folder / "labels.xlsx", read_only=True).active
    same(next(labels.iter_rows(values_only=True))[0], "Libellé name", "XLSX: a label")


def columns(folder):
    for file in ("places.parquet", "zstd.parquet"):
        table = pyarrow.parquet.read_table(folder / file)
        same(table.num_rows, 7, f"{file}: rows")
        arrow(table, file)
    codec = pyarrow.parquet.ParquetFile(folder / "zstd.parquet").metadata.row_group(0).column(0).compression
    same(codec, "ZSTD", "Parquet: compression")
    geo = json.loads(pyarrow.parquet.read_metadata(folder / "places.parquet").metadata[b"geo"])
    same(geo["primary_column"], "geo_point", "GeoParquet: the column")
    same(geo["columns"]["geo_point"]["geometry_types"], ["Point"], "GeoParquet: kinds")
    near(geo["columns"]["geo_point"]["bbox"], [1.3359, 47.5861, 2.0572, 47.9331], "GeoParquet: box")
    with pyarrow.ipc.open_stream(folder / "places.arrow") as stream:
        table = stream.read_all()
    arrow(table, "Arrow")
    same(table.schema.field("geo_point").metadata[b"ARROW:extension:name"], b"geoarrow.wkb", "Arrow: extension")
    with pyarrow.ipc.open_stream(folder / "2154.arrow") as stream:
        table = stream.read_all()
    place = table.schema.field("geo_point").metadata[b"ARROW:extension:metadata"]
    same(json.loads(place), {"crs": "EPSG:2154", "crs_type": "authority_code"}, "Arrow: system of coordinates")
    point = shapely.from_wkb(table.column("geo_point").to_pylist()[0])
    near((point.x, point.y), pyproj.Transformer.from_crs(4326, 2154, always_xy=True).transform(*ORLEANS), "Arrow", 0.001)
    with pyarrow.ipc.open_stream(folder / "page.arrow") as stream:
        table = stream.read_all()
    wanted = json.loads((folder / "page.json").read_text())
    notes = {key.decode(): json.loads(value) for key, value in table.schema.metadata.items()}
    same(notes, {"total_count": wanted["total_count"], "next": wanted["next"]}, "a page in Arrow: notes")
    same(table.column_names, list(wanted["results"][0]), "a page in Arrow: columns")
    for name in ("name", "population", "_id", "_size"):
        same(table.column(name).to_pylist(), [row[name] for row in wanted["results"]], f"a page in Arrow: {name}")


def arrow(table, what):
    types = {field.name: str(field.type) for field in table.schema}
    for name, kind in {
        "name": "string", "population": "int64", "area": "double", "capital": "bool", "founded": "date32[day]",
        "seen": "timestamp[ms, tz=UTC]", "geo_point": "binary",
    }.items():
        same(types[name], kind, f"{what}: type of {name}")
    row = table.slice(0, 1).to_pylist()[0]
    same(row["founded"], datetime.date(1800, 2, 17), f"{what}: a day")
    same(row["tags"], "fleuve,cathédrale", f"{what}: a text")
    point = shapely.from_wkb(row["geo_point"])
    near((point.x, point.y), ORLEANS, f"{what}: point")
    same(table.column("geo_point").to_pylist()[6], None, f"{what}: no point")


def layers(folder):
    for file in ("places.geojson", "places.fgb", "places.kml", "places.gpx", "/vsizip/places.shp"):
        what = Path(file).suffix
        path = f"/vsizip/{{{folder}/places.shp}}/places.shp" if "vsizip" in file else str(folder / file)
        options = {"layer": "waypoints"} if what == ".gpx" else {}
        meta, shapes, fields = layer(path, **options)
        is_crs(meta, 4326, what)
        # A waypoint has to be somewhere.
        rows = 6 if what == ".gpx" else 7
        same(len(shapes), rows, f"{what}: records")
        if what == ".fgb":
            shapes, fields = in_order(shapes, fields, "name", NAMES)
        near((shapes[0].x, shapes[0].y), ORLEANS, f"{what}: point")
        same(fields["name"][:6], NAMES[:6], f"{what}: names")
        if what != ".gpx":
            same(int(fields["population"][0]), 116238, f"{what}: population")
            same(float(fields["area"][0]), 27.48, f"{what}: area")
            same(bool(fields["capital"][0]), True, f"{what}: a truth")
            same(str(fields["founded"][0])[:10].replace("/", "-"), "1800-02-17", f"{what}: a day")
            if shapes[6] is not None and not shapes[6].is_empty:
                sys.exit(f"{what}: a record without a place has one")
    transformer = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
    for file in ("2154.geojson", "2154.fgb", f"/vsizip/{{{folder}/2154.shp}}/places.shp"):
        path = file if file.startswith("/") else str(folder / file)
        meta, shapes, fields = layer(path)
        is_crs(meta, 2154, file)
        shapes, _ = in_order(shapes, fields, "name", NAMES)
        near((shapes[0].x, shapes[0].y), transformer.transform(*ORLEANS), file, 0.001)
    gpx = ElementTree.parse(folder / "places.gpx").getroot()
    point = gpx.find("{*}wpt")
    same(point.find("{*}extensions/{http://osgeo.org/gdal}population").text, "116238", "GPX: an extension")
    same(point.find("{*}desc"), None, "GPX: description beside extensions")
    point = ElementTree.parse(folder / "desc.gpx").getroot().find("{*}wpt")
    same("population: 116238" in point.find("{*}desc").text, True, "GPX: description")
    ov2 = (folder / "places.ov2").read_bytes()
    kind, length, east, north = struct.unpack_from("<BIii", ov2)
    same((kind, length, east, north), (2, 14 + len("Orléans"), 190900, 4790250), "OV2: first record")
    same(ov2[13:length].decode("cp1252"), "Orléans\0", "OV2: name")


def statements(folder):
    sizes = set()
    for file, kind in (("turtle", "turtle"), ("n3", "n3"), ("rdfxml", "xml"), ("jsonld", "json-ld")):
        graph = rdflib.Graph().parse(folder / f"places.{file}", format=kind)
        field = rdflib.Namespace("https://data.example.org/explore/dataset/places#")
        subject = next(graph.subjects(field["name"], rdflib.Literal("Orléans")))
        same(str(subject).startswith(f"{PAGE}places/records/"), True, f"{file}: name of a record")
        same(graph.value(subject, field.population).toPython(), 116238, f"{file}: population")
        same(graph.value(subject, field.founded).toPython(), datetime.date(1800, 2, 17), f"{file}: a day")
        same(graph.value(subject, field.seen).toPython().isoformat(), "2024-03-01T11:00:00+01:00", f"{file}: a time")
        same(str(graph.value(subject, field.geo_point)), "POINT (1.909 47.9025)", f"{file}: a point")
        sizes.add(len(graph))
    same(len(sizes), 1, "statements in all syntaxes")


def calendar(folder):
    events = icalendar.Calendar.from_ical((folder / "places.ical").read_bytes()).walk("VEVENT")
    same([str(event["SUMMARY"]) for event in events], ["Orléans", "Olivet", "Blois", "Mardié", "Semoy"], "iCal: names")
    same(events[0]["DTSTART"].dt, datetime.date(1800, 2, 17), "iCal: start")
    same("population: 116238" in events[0]["DESCRIPTION"].lower(), True, "iCal: description")
    near((events[0]["GEO"].longitude, events[0]["GEO"].latitude), ORLEANS, "iCal: place")
    same(len({str(event["UID"]) for event in events}), 5, "iCal: identifiers")


def places(folder):
    tables(folder)
    columns(folder)
    layers(folder)
    statements(folder)
    calendar(folder)


def shapes(folder):
    wanted = [shapely.from_geojson(json.dumps(one["geometry"])) if one["geometry"] else None
              for one in json.loads((folder / "shapes.geojson").read_text())["features"]]
    same([shape and shape.geom_type for shape in wanted], ["Polygon", "MultiPolygon", "LineString", None], "GeoJSON")
    for file in ("shapes.geojson", "shapes.fgb", "shapes.kml"):
        meta, found, fields = layer(str(folder / file))
        is_crs(meta, 4326, file)
        same(len(found), 4, f"{file}: records")
        if file == "shapes.fgb":
            found, fields = in_order(found, fields, "nom", SHAPES)
        for one, other in zip(found, wanted):
            if other is None:
                same(one is None or one.is_empty, True, f"{file}: no place")
            elif not one.equals(other):
                sys.exit(f"{file}: {one} instead of {other}")
        same(fields["nom" if "nom" in fields else "name"][0], "Île & lac", f"{file}: a text")
    meta, found, fields = layer(f"/vsizip/{{{folder}/shapes.shp}}/shapes.shp")
    same([shape and shape.geom_type for shape in found], ["Polygon", "MultiPolygon", None], "SHP: one kind of geometry")
    same([shape.equals(other) for shape, other in zip(found[:2], wanted)], [True, True], "SHP: shapes")
    same(fields["nom"], ["Île & lac", 'Deux "morceaux"', "Nulle part"], "SHP: texts")
    _, tracks, _ = layer(str(folder / "shapes.gpx"), layer="tracks")
    same([len(track.geoms) for track in tracks], [2, 2, 1], "GPX: parts of tracks")
    table = pyarrow.parquet.read_table(folder / "shapes.parquet")
    found = [one and shapely.from_wkb(one) for one in table.column("geo_shape").to_pylist()]
    same([one and one.geom_type for one in found], ["Polygon", "MultiPolygon", "LineString", None], "GeoParquet: shapes")
    geo = json.loads(pyarrow.parquet.read_metadata(folder / "shapes.parquet").metadata[b"geo"])
    same(table.column("mots").to_pylist()[0], ["un", "deux"], "Parquet: a list")
    same(geo["primary_column"], "geo_shape", "GeoParquet: the column")
    same(sorted(geo["columns"]), ["geo_point_2d", "geo_shape"], "GeoParquet: columns")
    meta, found, fields = layer(str(folder / "2154.fgb"))
    is_crs(meta, 2154, "FGB")
    found, _ = in_order(found, fields, "nom", SHAPES)
    near(found[2].coords[0], pyproj.Transformer.from_crs(4326, 2154, always_xy=True).transform(1.0, 47.0), "FGB", 0.001)
    graph = rdflib.Graph().parse(folder / "shapes.turtle", format="turtle")
    words = {str(word) for word in graph.objects(None, rdflib.URIRef(f"{PAGE}shapes#mots"))}
    same(words, {"un", "deux"}, "Turtle: a list")
    texts = [str(text) for text in graph.objects(None, rdflib.URIRef(f"{PAGE}shapes#geo_shape"))]
    same(any(shapely.from_wkt(text).equals(wanted[0]) for text in texts), True, "Turtle: a shape")


def grid(folder):
    """The spatial index of FlatGeobuf finds what looking at every point finds."""
    path = str(folder / "grid.fgb")
    info = pyogrio.read_info(path)
    same(info["capabilities"]["fast_spatial_filter"], True, "FGB: index")
    same(info["features"], 3000, "FGB: number of features")
    points = {}
    for one in json.loads((folder / "grid.geojson").read_text())["features"]:
        points[one["properties"]["number"]] = one["geometry"] and tuple(one["geometry"]["coordinates"])
    placed = [point for point in points.values() if point]
    bounds = [min(x for x, _ in placed), min(y for _, y in placed), max(x for x, _ in placed), max(y for _, y in placed)]
    near(info["total_bounds"], bounds, "FGB: extent")
    meta, shapes, fields = layer(path)
    same(sorted(fields["number"]), sorted(points), "FGB: every feature")
    for box in ((-5, -5, 5, 5), (10.5, -40, 11, 40), (-180, -90, 180, 90), (20.1, 20.1, 20.2, 20.2), (100, 50, 101, 51)):
        meta, shapes, fields = layer(path, bbox=box)
        inside = sorted(number for number, point in points.items()
                        if point and box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3])
        same(sorted(fields["number"]), inside, f"FGB: features in {box}")
        for shape, number in zip(shapes, fields["number"]):
            near((shape.x, shape.y), points[number], "FGB: a point")


def texts(folder):
    wanted = [json.loads(line)["texte"] for line in (folder / "source.jsonl").read_text().split("\n")[:-1]]
    # XML 1.0 has no way to say these.
    plain = [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text) for text in wanted]
    with open(folder / "texts.csv", encoding="utf-8-sig", newline="") as file:
        csv.field_size_limit(1 << 20)
        same([row["texte"] for row in csv.DictReader(file, delimiter=";")], wanted, "CSV")
    same([row["texte"] for row in json.loads((folder / "texts.json").read_text())], wanted, "JSON")
    lines = (folder / "texts.jsonl").read_text().split("\n")[:-1]
    same([json.loads(line)["texte"] for line in lines], wanted, "JSON lines")
    same(pyarrow.parquet.read_table(folder / "texts.parquet").column("texte").to_pylist(), wanted, "Parquet")
    with pyarrow.ipc.open_stream(folder / "texts.arrow") as stream:
        same(stream.read_all().column("texte").to_pylist(), wanted, "Arrow")
    _, *rows = openpyxl.load_workbook(folder / "texts.xlsx").active.iter_rows(values_only=True)
    found = [re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), row[1]) for row in rows]
    same(found[:-1], wanted[:-1], "XLSX")
    cells = len(found[-1].encode("utf-16-le")) // 2
    same((wanted[-1].startswith(found[-1]), cells in (32766, 32767)), (True, True), "XLSX: a long text")
    for file in ("texts.geojson", "texts.fgb"):
        same(layer(str(folder / file))[2]["texte"], wanted, file)
    same(layer(str(folder / "texts.kml"))[2]["texte"], plain, "KML")
    root = ElementTree.parse(folder / "texts.gpx").getroot()
    found = [point.find("{*}extensions/{http://osgeo.org/gdal}texte").text for point in root.findall("{*}wpt")]
    same(found, plain, "GPX")
    found = layer(f"/vsizip/{{{folder}/texts.shp}}/texts.shp")[2]["texte"]
    same([text.startswith(cut.rstrip()) for text, cut in zip(wanted, found)], [True] * len(wanted), "SHP")
    for file, kind, values in (("turtle", "turtle", wanted), ("n3", "n3", wanted), ("jsonld", "json-ld", wanted),
                               ("rdfxml", "xml", plain)):
        graph = rdflib.Graph().parse(folder / f"texts.{file}", format=kind)
        found = {str(text) for text in graph.objects(None, rdflib.URIRef(f"{PAGE}texts#texte"))}
        same(found, set(values), file)
    events = icalendar.Calendar.from_ical((folder / "texts.ical").read_bytes()).walk("VEVENT")
    same([str(event["SUMMARY"]) for event in events], [re.sub("[\x00-\x08\x0b-\x1f]", "", text) for text in wanted], "iCal")


def catalogue(folder):
    wanted = ["places", "shapes"]
    rows = list(csv.DictReader(io.StringIO((folder / "catalogue.csv").read_text("utf-8-sig")), delimiter=";"))
    same([row["datasetid"] for row in rows], wanted, "CSV: datasets")
    header, *rows = openpyxl.load_workbook(folder / "catalogue.xlsx").active.iter_rows(values_only=True)
    same([row[header.index("datasetid")] for row in rows], wanted, "XLSX: datasets")
    same(rows[0][header.index("default.records_count")], 7, "XLSX: number of records")
    same([one["dataset_id"] for one in json.loads((folder / "catalogue.json").read_text())], wanted, "JSON: datasets")

    project = json.loads((folder / "catalogue.data.json").read_text())
    same(project["conformsTo"], "https://project-open-data.cio.gov/v1.1/schema", "data.json: schema")
    first = project["dataset"][0]
    same(first["identifier"], f"{PAGE}places/", "data.json: identifier")
    for name in ("title", "description", "keyword", "modified", "accessLevel"):
        same(bool(first[name]), True, f"data.json: {name}")
    contact = {"@type": "vcard:Contact", "fn": "Service Géomatique", "hasEmail": "mailto:sig@example.org"}
    same([one.get("contactPoint") for one in project["dataset"]], [None, contact], "data.json: contact")
    same("text/csv" in [one["mediaType"] for one in first["distribution"]], True, "data.json: a distribution")

    channel = ElementTree.parse(folder / "catalogue.rss").getroot().find("channel")
    items = channel.findall("item")
    same([item.find("link").text for item in items], [f"{PAGE}{name}/" for name in wanted], "RSS: links")
    same(items[0].find("title").text, "Titre places", "RSS: title")
    parsedate_to_datetime(items[0].find("pubDate").text)

    core = rdflib.Graph().parse(folder / "catalogue.dublin_core", format="xml")
    elements = rdflib.Namespace("http://purl.org/dc/elements/1.1/")
    same(str(core.value(rdflib.URIRef(f"{PAGE}places/"), elements.title)), "Titre places", "Dublin Core: title")
    graphs = []
    for file, kind in (("dcat", "xml"), ("rdf", "xml"), ("ttl", "turtle"), ("jsonld", "json-ld")):
        graph = rdflib.Graph().parse(folder / f"catalogue.{file}", format=kind)
        dcat(graph, file)
        graphs.append(graph)
    same([graphs[0].isomorphic(other) for other in graphs[1:]], [True] * 3, "DCAT in all syntaxes")
    few = rdflib.Graph().parse(folder / "few.ttl", format="turtle")
    files = sorted(str(one).split("/exports/")[1] for one in few.objects(None, DCAT.distribution))
    same(files, ["csv", "csv", "geojson", "geojson"], "DCAT: include_exports without labels")
    nested = ElementTree.parse(folder / "catalogue.dcat").getroot()
    same(len(nested.findall(f"{{{DCAT}}}Catalog/{{{DCAT}}}dataset/{{{DCAT}}}Dataset")), 2, "DCAT: datasets within")


def dcat(graph, what):
    whole = rdflib.URIRef("https://data.example.org/explore/")
    same(graph.value(whole, rdflib.RDF.type), DCAT.Catalog, f"{what}: the catalogue")
    same(len(list(graph.objects(whole, DCAT.dataset))), 2, f"{what}: datasets")
    dataset = rdflib.URIRef(f"{PAGE}places/")
    same(graph.value(dataset, DCTERMS.title), rdflib.Literal("Titre places", lang="fr"), f"{what}: title")
    same(isinstance(graph.value(dataset, DCTERMS.modified).toPython(), datetime.datetime), True, f"{what}: modified")
    address = "https://data.example.org/api/explore/v2.1/catalog/datasets/places/exports/csv?use_labels=true"
    distribution = rdflib.URIRef(address)
    same((dataset, DCAT.distribution, distribution) in graph, True, f"{what}: distribution")
    same(graph.value(distribution, DCAT.downloadURL), distribution, f"{what}: address")
    media = "https://www.iana.org/assignments/media-types/text/csv"
    same(str(graph.value(distribution, DCAT.mediaType)), media, f"{what}: media type")
    same(list(graph.objects(dataset, DCATAP.hvdCategory)), [], f"{what}: no category")
    valuable = rdflib.URIRef(f"{PAGE}shapes/")
    categories = {str(one) for one in graph.objects(valuable, DCATAP.hvdCategory)}
    same(categories, {"http://data.europa.eu/bna/c_ac64a52d", "http://data.europa.eu/bna/c_b79e35eb"}, f"{what}: HVD")
    laws = {"http://data.europa.eu/eli/reg_impl/2023/138/oj", "http://data.europa.eu/eli/dir/2007/2/oj"}
    for subject in [valuable, *graph.objects(valuable, DCAT.distribution)]:
        same({str(one) for one in graph.objects(subject, DCATAP.applicableLegislation)}, laws, f"{what}: legislation")
    card = graph.value(valuable, DCAT.contactPoint)
    same(graph.value(card, rdflib.RDF.type), VCARD.Kind, f"{what}: contact")
    same(str(graph.value(card, VCARD.fn)), "Service Géomatique", f"{what}: name of the contact")
    same(str(graph.value(card, VCARD.hasEmail)), "mailto:sig@example.org", f"{what}: mail of the contact")
    same(str(graph.value(card, VCARD.hasURL)), "https://example.org/sig", f"{what}: page of the contact")


if __name__ == "__main__":
    _, what, folder = sys.argv
    {"places": places, "shapes": shapes, "texts": texts, "grid": grid, "catalogue": catalogue}[what](Path(folder))
