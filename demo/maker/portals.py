"""The six portals: who they are, and which datasets each of them publishes."""

import random
from dataclasses import dataclass, field

from . import cookies, geo, invent, labels as L, write
from .fetch import DECOUPAGE, GEONAMES

LO = ("Licence Ouverte v2.0 (Etalab)", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/")
CC_BY = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
FROM_DECOUPAGE = {
    "references": f"npm {DECOUPAGE[0]} {DECOUPAGE[1]}",
    "source_note": f"Paquet npm {DECOUPAGE[0]} {DECOUPAGE[1]} : code officiel géographique et populations légales (Insee), "
                   "intercommunalités (DGCL), codes postaux (La Poste). Licence Ouverte.",
    "attributions": ["Insee", "DGCL", "La Poste", "Etalab – découpage administratif"],
}
FROM_GEONAMES = {
    "references": f"pypi {GEONAMES[0]} {GEONAMES[1]}",
    "source_note": f"Paquet PyPI {GEONAMES[0]} {GEONAMES[1]}, tiré de GeoNames. CC BY 4.0.",
    "attributions": ["GeoNames (geonames.org), CC BY 4.0"],
}
FROM_BOTH = {
    "references": f"{FROM_DECOUPAGE['references']} ; {FROM_GEONAMES['references']}",
    "source_note": FROM_DECOUPAGE["source_note"] + f" Coordonnées : paquet PyPI {GEONAMES[0]} {GEONAMES[1]}, tiré de GeoNames, CC BY 4.0.",
    "attributions": FROM_DECOUPAGE["attributions"] + FROM_GEONAMES["attributions"],
}
COORDINATES = {
    "fr": "<p>Coordonnées © GeoNames, CC BY 4.0.</p>",
    "en": "<p>Coordinates © GeoNames, CC BY 4.0.</p>",
    "eu": "<p>Koordenatuak © GeoNames, CC BY 4.0.</p>",
}
INVENTED = {
    "fr": "<p><strong>Données inventées pour la démonstration :</strong> ne les utilisez pas comme une information sur {where}.</p>",
    "en": "<p><strong>Data invented for the demonstration:</strong> do not use it as information about {where}.</p>",
    "eu": "<p><strong>Erakusketarako asmatutako datuak:</strong> ez erabili benetako informazio gisa.</p>",
}


@dataclass
class Town:
    """What the records of a portal need to know of its territory."""

    id: str
    name: str
    short: str
    body: str
    insee: str
    postcode: str
    siren: str
    centre: tuple
    outline: list
    quarters: list
    phone: str
    domain: str
    spacing: float = 0.6
    languages: list = field(default_factory=lambda: ["fr", "en"])


def octagon(centre, dlon, dlat):
    cx, cy = centre
    return [(cx + dlon * x, cy + dlat * y) for x, y in
            ((1, 0.4), (0.5, 1), (-0.45, 0.95), (-1, 0.35), (-0.95, -0.5), (-0.4, -1), (0.55, -0.95), (1, -0.4))]


class Portal:
    def __init__(self, town, name, tagline, host, public_url, accent, purpose, added=None):
        self.town = town
        self.datasets = []
        self.manifest = {
            "id": town.id, "name": name, "tagline": tagline, "host": host, "public_url": public_url,
            "languages": town.languages, "accent": accent, "logo": f"logos/{town.id}.svg",
            "cookies_preferences_purpose": purpose,
        }
        if added:
            self.manifest["video"] = cookies.VIDEO
            self.manifest["cookies"] = added
        self.manifest["datasets"] = self.datasets

    def rng(self, dataset):
        return random.Random(f"{self.town.id}/{dataset}")

    def add(self, id, file, rows, columns, title, text, theme, keyword, modified, licence=LO, publisher=None,
            invented=False, schema=None, point=None, source=None):
        """Describe one dataset. `rows` is the number of records the file holds."""
        description = {lang: f"<p>{body}</p>" for lang, body in text.items()}
        where = {"fr": self.town.short, "en": self.town.short}
        if schema:
            description["fr"] += f"<p>Le fichier suit le schéma « {schema} » de schema.data.gouv.fr.</p>"
            description["en"] += f"<p>The file follows the schema “{schema}” of schema.data.gouv.fr.</p>"
        if source is FROM_BOTH:
            for lang in description:
                description[lang] += COORDINATES[lang]
        if invented:
            for lang in description:
                description[lang] += INVENTED[lang].format(where=where.get(lang, ""))
        entry = {
            "id": id, "file": file, "title": title, "description": description, "theme": theme, "keyword": keyword,
            "publisher": publisher or self.town.body, "license": licence[0], "license_url": licence[1],
        }
        entry |= source or {
            "references": f"https://schema.data.gouv.fr/{schema.split()[0]}/" if schema else "demo/make-data.py",
            "source_note": "Inventé par demo/make-data.py pour la démonstration.",
            "attributions": ["Données inventées pour la démonstration de Parvis"],
        }
        if schema:
            entry["schema"] = schema
        entry["modified"] = modified
        entry["records"] = rows
        if point:
            entry["point"] = {"name": "geo_point_2d", "lat": point[0], "lon": point[1]}
        entry["fields"] = columns
        self.datasets.append(entry)


def names(columns):
    return [column["name"] for column in columns]


def with_separator(columns, field, separator):
    return [{**c, "multivalued": separator} if c["name"] == field else c for c in columns]


def joined(rows, field, separator="|"):
    return [{**row, field: separator.join(row[field])} for row in rows]


def towns(france):
    epci = {e["nom"]: e["code"] for e in france.epci}

    def siren(code):
        return france.by_code[code]["siren"]

    cesson = Town("cesson", "Cesson", "Cesson", "Ville de Cesson", "77067", "77240", siren("77067"), (2.60816, 48.56204),
                  octagon((2.601, 48.563), 0.027, 0.019),
                  ["Centre", "La Gare", "Les Hauts", "Les Étangs", "La Plaine", "Les Vergers"], "19900", "cesson.example", 0.9)
    mauges = Town("mauges", "Mauges", "Mauges", "Mauges Communauté", "49023", "49600", epci["CA Mauges Communauté"], (-0.99, 47.20),
                  [(-1.33, 47.25), (-1.20, 47.10), (-0.98, 47.06), (-0.72, 47.10), (-0.66, 47.22), (-0.72, 47.34), (-0.90, 47.38), (-1.12, 47.37), (-1.29, 47.33)],
                  [], "26191", "mauges.example", 3)
    orleans = Town("orleans", "Orléans", "Orléans", "Orléans Métropole", "45234", "45000", epci["Orléans Métropole"], (1.90407, 47.90248),
                   [(1.765, 47.90), (1.79, 47.84), (1.85, 47.80), (1.95, 47.80), (2.03, 47.84), (2.07, 47.90), (2.05, 47.96), (1.98, 48.00), (1.89, 48.00), (1.80, 47.96)],
                   ["Centre", "Gare", "Bords de Loire", "Université", "Faubourg Nord", "Faubourg Est", "Jardins du Sud", "Canal"], "26191", "orleans.example", 2)
    ris = Town("ris-orangis", "Ris-Orangis", "Ris-Orangis", "Ville de Ris-Orangis", "91521", "91130", siren("91521"), (2.41406, 48.6511),
               [(2.378, 48.655), (2.381, 48.640), (2.395, 48.634), (2.413, 48.638), (2.426, 48.650), (2.421, 48.664), (2.404, 48.668), (2.387, 48.665)],
               ["Centre", "Plateau", "Bords de Seine", "Gare", "Grand Bois", "Les Aunettes", "Moulin"], "19900", "ris-orangis.example", 0.7)
    luz = Town("saint-jean-de-luz", "Saint-Jean-de-Luz", "Saint-Jean-de-Luz", "Ville de Saint-Jean-de-Luz", "64483", "64500", siren("64483"), (-1.655, 43.388),
               [(-1.668, 43.3875), (-1.655, 43.373), (-1.628, 43.369), (-1.604, 43.390), (-1.606, 43.413), (-1.622, 43.4150), (-1.660, 43.3955)],
               ["Centre", "Port", "La Colline", "Les Corsaires", "Bord de mer", "Les Chênes"], "53649", "saint-jean-de-luz.example", 0.7,
               ["fr", "eu", "en"])
    anglet = Town("anglet", "Anglet", "Anglet", "Ville d'Anglet", "64024", "64600", siren("64024"), (-1.51921, 43.48921),
                  [(-1.549, 43.488), (-1.540, 43.468), (-1.520, 43.456), (-1.500, 43.466), (-1.497, 43.492), (-1.510, 43.512), (-1.528, 43.525), (-1.535, 43.520)],
                  ["Centre", "Cinq Pins", "Les Plages", "La Forêt", "Le Lac", "Les Cantons", "L'Adour"], "53649", "anglet.example", 0.8)
    return cesson, mauges, orleans, ris, luz, anglet


def build(france):
    cesson, mauges, orleans, ris, luz, anglet = towns(france)
    permits = "Permet de se souvenir du choix opéré par le visiteur concernant les cookies"
    remembers = "Se souvenir du choix opéré par le visiteur concernant les cookies"
    portals = {
        "cesson": Portal(cesson, {"fr": "Cesson", "en": "Cesson"},
                         {"fr": "Les données ouvertes d'une ville entre forêt et étangs", "en": "Open data from a town between forest and ponds"},
                         "cesson.localhost", "https://data.ville-cesson.fr", "#1f7a3d", permits),
        "mauges": Portal(mauges, {"fr": "Mauges Communauté", "en": "Mauges Communauté"},
                         {"fr": "Six communes, soixante-quatre villages, des données pour tous", "en": "Six municipalities, sixty-four villages, data for all"},
                         "mauges.localhost", "https://data.maugescommunaute.fr", "#9a4a00", remembers),
        "orleans": Portal(orleans, {"fr": "Orléans Métropole", "en": "Orléans Métropole"},
                          {"fr": "Les données de vingt-deux communes au bord de la Loire", "en": "Data from twenty-two municipalities on the Loire"},
                          "orleans.localhost", "https://data.orleans-metropole.fr", "#1f4fa3", remembers, cookies.ORLEANS),
        "ris-orangis": Portal(ris, {"fr": "Ris-Orangis", "en": "Ris-Orangis"},
                              {"fr": "Comprendre sa ville, chiffre après chiffre", "en": "Understand your town, figure by figure"},
                              "ris-orangis.localhost", "https://data.mairie-ris-orangis.fr", "#a3195b", permits),
        "saint-jean-de-luz": Portal(luz, {"fr": "Saint-Jean-de-Luz", "en": "Saint-Jean-de-Luz", "eu": "Donibane Lohizune"},
                                    {"fr": "Les données ouvertes de la ville, de la baie aux collines", "en": "The town's open data, from the bay to the hills",
                                     "eu": "Hiriko datu irekiak, badiatik muinoetara"},
                                    "saint-jean-de-luz.paysbasque.localhost", "https://saint-jean-de-luz-opendatapaysbasque.opendatasoft.com",
                                    "#b3202a", remembers),
        "anglet": Portal(anglet, {"fr": "Anglet", "en": "Anglet"},
                         {"fr": "Les données d'une ville entre océan et pinède", "en": "Data from a town between ocean and pine forest"},
                         "anglet.paysbasque.localhost", "https://anglet-opendatapaysbasque.opendatasoft.com", "#00707a", remembers),
    }
    shared = national(france)
    fill_cesson(portals["cesson"], france, shared)
    fill_mauges(portals["mauges"], france, shared)
    fill_orleans(portals["orleans"], france, shared)
    fill_ris(portals["ris-orangis"], france, shared)
    fill_luz(portals["saint-jean-de-luz"], france, shared)
    fill_anglet(portals["anglet"], france)
    return [portal.manifest for portal in portals.values()]


# --- datasets that several portals publish ---------------------------------------------------------

def national(france):
    rows = france.rows()
    file = write.csv_file("data/commun/communes-de-france.csv", names(L.COMMUNES), rows)
    return file, len(rows)


COMMUNES_TEXT = {
    "fr": "Toutes les communes actuelles de France, outre-mer compris : codes officiels, département, région, intercommunalité, population municipale "
          "et codes postaux. Les coordonnées ne sont données que pour les communes qu'un lieu GeoNames désigne sans ambiguïté : un seul lieu de ce nom "
          "dans la région, une population du même ordre et une commune voisine de la même intercommunalité.",
    "en": "Every present-day municipality of France, overseas included: official codes, department, region, intercommunal body, municipal population and "
          "postcodes. Coordinates are given only for municipalities that one GeoNames place matches without ambiguity: the only place of that name in the region, "
          "with a population of the same order and a neighbour of the same intercommunal body.",
}


def add_communes(portal, shared, eu=None):
    file, count = shared
    title = {"fr": "Communes de France", "en": "Municipalities of France (communes)"}
    text = dict(COMMUNES_TEXT)
    if eu:
        title["eu"], text["eu"] = eu
    portal.add("communes-de-france", file, count, L.COMMUNES, title, text, ["Territoire"],
               ["communes", "population", "code officiel géographique", "intercommunalités", "codes postaux"], "2026-03-09",
               publisher="Insee, DGCL, La Poste", source=FROM_BOTH, point=("latitude", "longitude"))


LOCAL_COLUMNS = ["code_insee", "nom", "arrondissement", "epci", "type_epci", "siren", "population", "codes_postaux", "prefecture", "latitude", "longitude"]


def add_local_communes(portal, france, wanted, id, title, text, columns=LOCAL_COLUMNS, **dialect):
    rows = france.rows(wanted)
    spec = L.pick(L.LOCAL_COMMUNES, *columns)
    if dialect.get("delimiter") == ";":
        rows = [{**r, "codes_postaux": r["codes_postaux"].replace(";", ",")} for r in rows]
        spec = with_separator(spec, "codes_postaux", ",")
    file = write.csv_file(f"data/{portal.town.id}/{id}.csv", columns, rows, **dialect)
    portal.add(id, file, len(rows), spec, title, text, ["Territoire"], ["communes", "population", "codes postaux"], "2026-03-09",
               publisher="Insee, DGCL, La Poste", source=FROM_BOTH, point=("latitude", "longitude"))


def places_title(where_fr, where_en):
    return ({"fr": f"Lieux habités autour {where_fr}", "en": f"Populated places around {where_en}"},
            {"fr": f"Les villes, bourgs et villages que GeoNames recense autour {where_fr}, avec leur population, leurs autres noms et leur distance du centre.",
             "en": f"The towns and villages that GeoNames lists around {where_en}, with their population, other names and distance from the centre."})


def add_places(portal, file, rows, columns, title, text, point=("latitude", "longitude")):
    portal.add("lieux-habites", file, len(rows), columns, title, text, ["Territoire"], ["villes", "population", "GeoNames", "carte"], "2026-10-05",
               licence=CC_BY, publisher="GeoNames", source=FROM_GEONAMES, point=point)


AROUND = ["geonameid", "nom", "autres_noms", "pays", "region", "population", "distance_km", "latitude", "longitude"]


def add_deliberations(portal, count, seats, modified, eu=None, **dialect):
    town = portal.town
    rows = invent.deliberations(town, portal.rng("deliberations"), count, seats)
    file = write.csv_file(f"data/{town.id}/deliberations.csv", names(L.DELIBERATIONS), rows, **dialect)
    title = {"fr": "Délibérations du conseil", "en": "Council decisions"}
    text = {"fr": "Les délibérations adoptées depuis janvier 2023 : objet, matière, budget et résultat du vote.",
            "en": "Decisions adopted since January 2023: object, subject, budget and result of the vote."}
    if eu:
        title["eu"], text["eu"] = eu
    portal.add("deliberations", file, len(rows), L.DELIBERATIONS, title, text, ["Citoyenneté"], ["délibérations", "conseil", "vote", "SCDL"], modified,
               invented=True, schema="scdl/deliberations 2.1.5")


def add_facilities(portal, modified, eu=None, **dialect):
    town = portal.town
    rows = invent.facilities(town, portal.rng("equipements"))
    file = write.csv_file(f"data/{town.id}/equipements.csv", names(L.FACILITIES), rows, **dialect)
    title = {"fr": "Équipements publics", "en": "Public facilities"}
    text = {"fr": "Mairies, écoles, gymnases, médiathèques, parkings : l'adresse, les horaires et la position de chaque équipement.",
            "en": "Town halls, schools, gymnasiums, libraries, car parks: address, opening hours and position of each facility."}
    if eu:
        title["eu"], text["eu"] = eu
    portal.add("equipements", file, len(rows), L.FACILITIES, title, text, ["Équipements"], ["équipements", "services publics", "SCDL"], modified,
               invented=True, schema="scdl/equipements 0.1.5", point=("EQUIP_LAT", "EQUIP_LONG"))


def add_subsidies(portal, count, modified, **dialect):
    town = portal.town
    rows = invent.subsidies(town, portal.rng("subventions"), count)
    file = write.csv_file(f"data/{town.id}/subventions.csv", names(L.SUBSIDIES), rows, **dialect)
    portal.add("subventions", file, len(rows), L.SUBSIDIES, {"fr": "Subventions aux associations", "en": "Grants to associations"},
               {"fr": "Les subventions attribuées depuis 2022 : bénéficiaire, objet, montant et conditions de versement.",
                "en": "Grants awarded since 2022: beneficiary, object, amount and payment terms."},
               ["Finances", "Citoyenneté"], ["subventions", "associations", "SCDL"], modified, invented=True, schema="scdl/subventions 2.1.1")


def add_menus(portal, restaurants, writer, extension, modified):
    town = portal.town
    rows = invent.menus(town, portal.rng("menus"), restaurants)
    file = writer(f"data/{town.id}/menus-collectifs.{extension}", names(L.MENUS), rows)
    portal.add("menus-collectifs", file, len(rows), L.MENUS, {"fr": "Menus des restaurants scolaires", "en": "School menus"},
               {"fr": "Les plats servis à midi de septembre à décembre 2026, avec les allergènes, les régimes et les signes de qualité.",
                "en": "Dishes served at lunch from September to December 2026, with allergens, diets and quality labels."},
               ["Éducation"], ["cantine", "menus", "allergènes", "SCDL"], modified, invented=True, schema="scdl/menus-collectifs 1.2.3")


def add_quarters(portal, modified, eu=None):
    town = portal.town
    rows = invent.quarters(town, portal.rng("quartiers"))
    file = write.geojson_file(f"data/{town.id}/quartiers.geojson", names(L.QUARTERS), rows)
    title = {"fr": "Quartiers", "en": "Quarters"}
    text = {"fr": "Un découpage de la ville en quartiers, dont les noms et les limites sont imaginaires.",
            "en": "A division of the town into quarters, whose names and limits are imaginary."}
    if eu:
        title["eu"], text["eu"] = eu
    portal.add("quartiers", file, len(rows), L.QUARTERS, title, text, ["Territoire"], ["quartiers", "carte"], modified, invented=True)


# --- each portal ---------------------------------------------------------------------------------

def fill_cesson(p, france, shared):
    town = p.town
    add_communes(p, shared)
    add_local_communes(p, france, lambda c: c["departement"] == "77", "communes-du-departement",
                       {"fr": "Communes de Seine-et-Marne", "en": "Municipalities of Seine-et-Marne"},
                       {"fr": "Les communes du département, leur intercommunalité, leur population et leurs codes postaux.",
                        "en": "The municipalities of the department, with their intercommunal body, population and postcodes."},
                       delimiter=";", comma=True, newline="\r\n")
    rows = france.places_around(town.centre, 25)
    file = write.json_file("data/cesson/lieux-habites.json", AROUND, rows)
    add_places(p, file, rows, L.pick(L.PLACES, *AROUND), *places_title("de Cesson", "Cesson"))
    add_deliberations(p, 320, 29, "2026-11-05", delimiter=";", encoding="cp1252", newline="\r\n")
    add_facilities(p, "2026-09-14")
    add_menus(p, [("Restaurant scolaire des Étangs", "élémentaire")], write.jsonl_file, "jsonl", "2026-11-16")
    rows = invent.room_bookings(town, p.rng("salles"), 420)
    file = write.csv_file("data/cesson/reservations-de-salles.csv", names(L.ROOMS), rows, delimiter=";", newline="\r\n", comma=True)
    p.add("reservations-de-salles", file, len(rows), L.ROOMS, {"fr": "Réservations de salles", "en": "Room bookings"},
          {"fr": "Les réservations des salles municipales depuis 2025 : date, usage, durée et tarif.",
           "en": "Bookings of the town's rooms since 2025: date, use, duration and price."},
          ["Équipements", "Citoyenneté"], ["salles", "associations", "réservation"], "2026-11-12", invented=True)
    add_quarters(p, "2026-06-01")


def fill_mauges(p, france, shared):
    town = p.town
    delegated = france.delegated(town.siren)
    spots = [(r["point"], r["commune_nouvelle"], france.by_code[r["code_commune_nouvelle"]]["codesPostaux"][0], r["code_commune_nouvelle"])
             for r in delegated if r["point"]]
    add_communes(p, shared)
    file = write.csv_file("data/mauges/communes-deleguees.csv", names(L.DELEGATED), delegated)
    p.add("communes-deleguees", file, len(delegated), L.DELEGATED, {"fr": "Communes déléguées des Mauges", "en": "Delegated municipalities of the Mauges"},
          {"fr": "Les soixante-quatre communes déléguées et leur commune nouvelle. La position est celle du seul lieu GeoNames de ce nom dans la région ; "
                 "elle manque quand plusieurs lieux portent ce nom ou qu'aucun ne le porte.",
           "en": "The sixty-four delegated municipalities and the new municipality each belongs to. The position is that of the only GeoNames place of that "
                 "name in the region; it is empty where several places, or none, bear the name."},
          ["Territoire"], ["communes", "communes déléguées", "communes nouvelles"], "2026-03-09", publisher="Insee",
          source=FROM_BOTH)
    rows = france.groups()
    file = write.jsonl_file("data/mauges/intercommunalites-de-france.jsonl", names(L.GROUPS), rows)
    p.add("intercommunalites-de-france", file, len(rows), L.GROUPS, {"fr": "Intercommunalités de France", "en": "Intercommunal bodies of France"},
          {"fr": "Les intercommunalités à fiscalité propre, leur type, leur population et leurs communes membres. Le département et la région sont ceux de leur première commune.",
           "en": "The intercommunal bodies with their own taxes: type, population and member municipalities. Department and region are those of the first member."},
          ["Territoire"], ["intercommunalités", "EPCI", "population"], "2026-03-09", publisher="DGCL", source=FROM_DECOUPAGE)
    rows = joined(france.places_around(town.centre, 32), "autres_noms")
    file = write.csv_file("data/mauges/lieux-habites.csv", AROUND, rows)
    add_places(p, file, rows, with_separator(L.pick(L.PLACES, *AROUND), "autres_noms", "|"), *places_title("des Mauges", "the Mauges"))
    rows = invent.car_sharing(town, p.rng("covoiturage"), spots)
    file = write.csv_file("data/mauges/lieux-covoiturage.csv", names(L.CAR_SHARING), rows)
    p.add("lieux-covoiturage", file, len(rows), L.CAR_SHARING, {"fr": "Lieux de covoiturage", "en": "Car-pooling places"},
          {"fr": "Où se retrouver pour covoiturer : places, horaires, éclairage et accessibilité.", "en": "Where to meet to share a car: spaces, hours, lighting and accessibility."},
          ["Mobilité"], ["covoiturage", "stationnement"], "2026-10-20", invented=True, schema="etalab/schema-lieux-covoiturage 0.3.0", point=("Ylat", "Xlong"))
    add_defibrillators(p, 118, "2026-10-28", spots)
    add_subsidies(p, 260, "2026-11-03", delimiter=";")
    communes = [france.by_code[code] for code in sorted(france.members(town.siren))]
    rows = invent.waste(town, p.rng("dechets"), communes)
    file = write.csv_file("data/mauges/collecte-des-dechets.csv", names(L.WASTE), rows, delimiter=";", comma=True, newline="\r\n")
    p.add("collecte-des-dechets", file, len(rows), L.WASTE, {"fr": "Collecte des déchets", "en": "Waste collection"},
          {"fr": "Les tonnages collectés chaque mois depuis janvier 2024, par commune et par flux.", "en": "Weights collected each month since January 2024, by municipality and stream."},
          ["Environnement"], ["déchets", "tri", "recyclage"], "2026-11-10", invented=True)
    seats = [next((r["point"], r["commune_nouvelle"], code) for r in delegated if r["code_commune_nouvelle"] == code and r["point"])
             for code in sorted(france.members(town.siren))]
    rows = invent.sectors(town, p.rng("secteurs"), seats)
    file = write.geojson_file("data/mauges/secteurs-de-collecte.geojson", names(L.SECTORS), rows)
    p.add("secteurs-de-collecte", file, len(rows), L.SECTORS, {"fr": "Secteurs de collecte", "en": "Collection sectors"},
          {"fr": "Six secteurs autour des six communes. Leurs limites sont imaginaires : ce ne sont pas celles des communes.",
           "en": "Six sectors around the six municipalities. Their limits are imaginary: they are not those of the municipalities."},
          ["Environnement", "Territoire"], ["déchets", "carte"], "2026-06-01", invented=True)


def add_defibrillators(p, count, modified, spots=None, eu=None, **dialect):
    rows = invent.defibrillators(p.town, p.rng("dae"), count, spots)
    file = write.csv_file(f"data/{p.town.id}/defibrillateurs.csv", names(L.DEFIBRILLATORS), rows, **dialect)
    title = {"fr": "Défibrillateurs", "en": "Defibrillators"}
    text = {"fr": "Les défibrillateurs en accès public : où ils sont, quand on peut les prendre et leur dernière maintenance.",
            "en": "Defibrillators open to the public: where they are, when they can be reached and their last maintenance."}
    if eu:
        title["eu"], text["eu"] = eu
    p.add("defibrillateurs", file, len(rows), L.DEFIBRILLATORS, title, text, ["Santé"], ["DAE", "défibrillateurs", "urgence"], modified,
          invented=True, schema="arsante/schema-dae 1.0.3", point=("lat_coor1", "long_coor1"))


def fill_orleans(p, france, shared):
    town = p.town
    members = france.members(town.siren)
    add_communes(p, shared)
    add_local_communes(p, france, lambda c: c["code"] in members, "communes-de-la-metropole",
                       {"fr": "Communes de la métropole", "en": "Municipalities of the metropolis"},
                       {"fr": "Les vingt-deux communes d'Orléans Métropole, leur population et leurs codes postaux.",
                        "en": "The twenty-two municipalities of Orléans Métropole, with their population and postcodes."})
    rows = france.places_in_france()
    columns = ["geonameid", "nom", "region", "population", "latitude", "longitude"]
    file = write.csv_file("data/orleans/lieux-habites-de-france.csv", columns, rows)
    add_places(p, file, rows, L.pick(L.PLACES, *columns),
               {"fr": "Lieux habités de France", "en": "Populated places of France"},
               {"fr": "Les villes, bourgs et villages que GeoNames recense en France, avec leur position et leur population.",
                "en": "The towns and villages that GeoNames lists in France, with their position and population."})
    add_deliberations(p, 640, 95, "2026-11-06")
    add_subsidies(p, 520, "2026-11-02")
    add_facilities(p, "2026-10-01", delimiter=";")
    rows = invent.bicycle_counts(town, p.rng("velo"))
    file = write.csv_file("data/orleans/comptages-velo.csv", names(L.BICYCLES), rows)
    p.add("comptages-velo", file, len(rows), L.BICYCLES, {"fr": "Comptages de vélos", "en": "Bicycle counts"},
          {"fr": "Les passages relevés chaque heure par cinq compteurs, de septembre à octobre 2026. Le dimanche du changement d'heure, la même heure revient deux fois.",
           "en": "Passages counted every hour by five counters from September to October 2026. On the Sunday when clocks change, the same hour comes twice."},
          ["Mobilité"], ["vélo", "comptage", "mobilité"], "2026-11-02", invented=True, point=("latitude", "longitude"))
    spots = [(france.position[c], france.by_code[c]["nom"], c) for c in sorted(members) if c in france.position]
    rows = invent.cycle_routes(town, p.rng("itineraires"), spots)
    file = write.geojson_file("data/orleans/itineraires-cyclables.geojson", names(L.ROUTES), rows)
    p.add("itineraires-cyclables", file, len(rows), L.ROUTES, {"fr": "Itinéraires cyclables", "en": "Cycle routes"},
          {"fr": "Les itinéraires entre le centre et les communes. Leurs tracés sont imaginaires.", "en": "Routes between the centre and the municipalities. Their lines are imaginary."},
          ["Mobilité"], ["vélo", "itinéraires", "carte"], "2026-09-21", invented=True)
    rows = invent.sectors(town, p.rng("secteurs"), spots)
    file = write.geojson_file("data/orleans/secteurs.geojson", names(L.SECTORS), rows)
    p.add("secteurs", file, len(rows), L.SECTORS, {"fr": "Secteurs de la métropole", "en": "Sectors of the metropolis"},
          {"fr": "Un secteur autour du centre de chaque commune dont la position est connue. Leurs limites sont imaginaires : ce ne sont pas celles des communes.",
           "en": "One sector around the centre of each municipality whose position is known. Their limits are imaginary: they are not those of the municipalities."},
          ["Territoire"], ["secteurs", "carte"], "2026-06-01", invented=True)


def fill_ris(p, france, shared):
    town = p.town
    add_communes(p, shared)
    add_local_communes(p, france, lambda c: c["departement"] == "91", "communes-du-departement",
                       {"fr": "Communes de l'Essonne", "en": "Municipalities of Essonne"},
                       {"fr": "Les communes du département, leur intercommunalité, leur population et leurs codes postaux.",
                        "en": "The municipalities of the department, with their intercommunal body, population and postcodes."})
    rows = france.places_around(town.centre, 20)
    file = write.jsonl_file("data/ris-orangis/lieux-habites.jsonl", AROUND, rows)
    add_places(p, file, rows, L.pick(L.PLACES, *AROUND), *places_title("de Ris-Orangis", "Ris-Orangis"))
    rows = invent.first_names(town, p.rng("prenoms"))
    file = write.csv_file("data/ris-orangis/prenoms.csv", names(L.FIRST_NAMES), rows)
    p.add("prenoms", file, len(rows), L.FIRST_NAMES, {"fr": "Prénoms des nouveau-nés", "en": "First names of newborns"},
          {"fr": "Les prénoms donnés chaque année depuis 2014.", "en": "First names given each year since 2014."},
          ["Citoyenneté"], ["prénoms", "état civil", "SCDL"], "2026-02-10", invented=True, schema="scdl/prenoms 1.1.6")
    rows = invent.budget(town, p.rng("budget"))
    file = write.csv_file("data/ris-orangis/budget.csv", names(L.BUDGET), rows, delimiter=";")
    p.add("budget", file, len(rows), L.BUDGET, {"fr": "Budget", "en": "Budget"},
          {"fr": "Les comptes des exercices 2023 à 2025, par nature et par fonction : crédits prévus et réalisés.",
           "en": "The accounts of the years 2023 to 2025, by nature and function: planned and actual amounts."},
          ["Finances"], ["budget", "comptes", "SCDL"], "2026-07-01", invented=True, schema="scdl/budget 0.8.3")
    add_menus(p, [("Restaurant du Plateau", "maternelle"), ("Restaurant du Moulin", "élémentaire")], write.json_file, "json", "2026-11-09")
    rows = invent.addresses(town, p.rng("adresses"))
    file = write.csv_file("data/ris-orangis/adresses.csv", names(L.ADDRESSES), rows, delimiter=";")
    p.add("adresses", file, len(rows), L.ADDRESSES, {"fr": "Base adresse locale", "en": "Local address base"},
          {"fr": "Les adresses de la ville et leur position.", "en": "The addresses of the town and their position."},
          ["Territoire"], ["adresses", "BAL", "SCDL"], "2026-10-15", invented=True, schema="scdl/adresses 1.1.4", point=("lat", "long"))
    rows = invent.trees(town, p.rng("arbres"), 1400)
    file = write.csv_file("data/ris-orangis/arbres.csv", names(L.TREES), rows)
    p.add("arbres", file, len(rows), L.TREES, {"fr": "Arbres", "en": "Trees"},
          {"fr": "Les arbres plantés sur l'espace public : espèce, hauteur, circonférence et date de plantation.",
           "en": "Trees planted in public space: species, height, girth and date of planting."},
          ["Environnement"], ["arbres", "nature en ville"], "2026-10-12", invented=True, schema="NaturalSolutions/schema-arbre 0.3.1", point=("latitude", "longitude"))
    rows = invent.parks(town, p.rng("parcs"))
    file = write.geojson_file("data/ris-orangis/espaces-verts.geojson", names(L.PARKS), rows)
    p.add("espaces-verts", file, len(rows), L.PARKS, {"fr": "Espaces verts", "en": "Green spaces"},
          {"fr": "Les parcs, squares et bois ouverts au public. Leurs noms et leurs contours sont imaginaires.",
           "en": "Parks, squares and woods open to the public. Their names and outlines are imaginary."},
          ["Environnement"], ["parcs", "jardins", "carte"], "2026-06-01", invented=True)


def fill_luz(p, france, shared):
    town = p.town
    basque = france.epci_of[town.insee]["code"]
    add_communes(p, shared, ("Frantziako udalerriak", "Frantziako udalerri guziak, kodeekin, biztanleekin eta posta kodeekin."))
    add_local_communes(p, france, lambda c: france.epci_of.get(c["code"], {}).get("code") == basque, "communes-du-pays-basque",
                       {"fr": "Communes du Pays basque", "en": "Municipalities of the Basque Country", "eu": "Euskal Hirigune Elkargoko udalerriak"},
                       {"fr": "Les communes de la communauté d'agglomération du Pays basque, leur population et leurs codes postaux.",
                        "en": "The municipalities of the Pays basque intercommunal body, with their population and postcodes.",
                        "eu": "Euskal Hirigune Elkargoko udalerriak, biztanleekin eta posta kodeekin."})
    rows = france.places_around(town.centre, 35)
    columns = ["geonameid", "nom", "autres_noms", "pays", "population", "fuseau", "distance_km"]
    for row in rows:
        row["geometry"] = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
    file = write.geojson_file("data/saint-jean-de-luz/lieux-habites.geojson", columns, rows)
    title, text = places_title("de Saint-Jean-de-Luz", "Saint-Jean-de-Luz")
    title["eu"] = "Donibane Lohizune inguruko herriak"
    text["eu"] = "GeoNames datu-basearen arabera inguruan dauden hiri eta herriak."
    add_places(p, file, rows, L.pick(L.PLACES, *columns), title, text, point=None)
    add_deliberations(p, 410, 33, "2026-11-04", ("Herriko kontseiluaren erabakiak", "2023ko urtarriletik hartutako erabakiak: gaia eta bozketaren emaitza."))
    add_facilities(p, "2026-10-08", ("Ekipamendu publikoak", "Herriko etxeak, eskolak, kiroldegiak eta mediatekak: helbidea, ordutegia eta kokapena."))
    rows = invent.agenda(town, p.rng("agenda"), 340)
    file = write.json_file("data/saint-jean-de-luz/agenda.json", names(L.AGENDA), rows)
    p.add("agenda", file, len(rows), L.AGENDA, {"fr": "Agenda culturel", "en": "Cultural agenda", "eu": "Kultur agenda"},
          {"fr": "Les concerts, visites, ateliers et marchés de l'année 2026.", "en": "Concerts, visits, workshops and markets of the year 2026.",
           "eu": "2026ko kontzertuak, bisitak, tailerrak eta merkatuak."},
          ["Culture et sports"], ["agenda", "culture", "sorties"], "2026-11-18", invented=True)
    add_defibrillators(p, 46, "2026-10-30", eu=("Desfibriladoreak", "Jendeari irekitako desfibriladoreak: non dauden eta noiz erabil daitezkeen."),
                       delimiter=";")
    add_quarters(p, "2026-06-01", ("Auzoak", "Hiriaren zatiketa auzoka; izenak eta mugak asmatuak dira."))


def fill_anglet(p, france):
    town = p.town
    rows = france.postcodes()
    file = write.csv_file("data/anglet/codes-postaux-de-france.csv", names(L.POSTCODES), rows, delimiter=";")
    p.add("codes-postaux-de-france", file, len(rows), L.POSTCODES, {"fr": "Codes postaux de France", "en": "Postcodes of France"},
          {"fr": "Une ligne par commune et code postal ; Paris, Lyon et Marseille par arrondissement.",
           "en": "One row for each municipality and postcode; Paris, Lyon and Marseille by district."},
          ["Territoire"], ["codes postaux", "communes"], "2026-03-09", publisher="La Poste", source=FROM_DECOUPAGE)
    add_local_communes(p, france, lambda c: c["departement"] == "64", "communes-du-departement",
                       {"fr": "Communes des Pyrénées-Atlantiques", "en": "Municipalities of Pyrénées-Atlantiques"},
                       {"fr": "Les communes du département, leur intercommunalité, leur population et leurs codes postaux.",
                        "en": "The municipalities of the department, with their intercommunal body, population and postcodes."},
                       delimiter=";", comma=True)
    rows = joined(france.places_around(town.centre, 30), "autres_noms")
    file = write.csv_file("data/anglet/lieux-habites.csv", AROUND, rows, delimiter=";", comma=True)
    add_places(p, file, rows, with_separator(L.pick(L.PLACES, *AROUND), "autres_noms", "|"), *places_title("d'Anglet", "Anglet"))
    add_deliberations(p, 380, 39, "2026-10-30", delimiter=";")
    add_facilities(p, "2026-08-27")
    rows = invent.car_parks(town, p.rng("stationnement"), 36)
    file = write.csv_file("data/anglet/stationnement.csv", names(L.CAR_PARKS), rows)
    p.add("stationnement", file, len(rows), L.CAR_PARKS, {"fr": "Parkings", "en": "Car parks"},
          {"fr": "Les parkings de la ville : places, tarifs, hauteur et accessibilité.", "en": "The town's car parks: spaces, prices, height limit and accessibility."},
          ["Mobilité"], ["stationnement", "parkings"], "2026-10-19", invented=True, schema="etalab/schema-stationnement 0.1.5", point=("Ylat", "Xlong"))
    rows = invent.fountains(town, p.rng("fontaines"), 64)
    file = write.csv_file("data/anglet/fontaines-a-eau.csv", names(L.FOUNTAINS), rows)
    p.add("fontaines-a-eau", file, len(rows), L.FOUNTAINS, {"fr": "Fontaines à eau", "en": "Water fountains"},
          {"fr": "Où boire et remplir sa gourde.", "en": "Where to drink and fill a bottle."},
          ["Environnement", "Santé"], ["eau", "fontaines"], "2026-11-02", invented=True, schema="datagouv/schema-fontaine-eau 0.1.0", point=("latitude", "longitude"))
    rows = invent.pool(town, p.rng("piscine"))
    file = write.csv_file("data/anglet/frequentation-de-la-piscine.csv", names(L.POOL), rows, delimiter=";", comma=True, newline="\r\n")
    p.add("frequentation-de-la-piscine", file, len(rows), L.POOL, {"fr": "Fréquentation de la piscine", "en": "Swimming-pool attendance"},
          {"fr": "Les entrées de chaque jour depuis janvier 2025, la température de l'eau et la recette.",
           "en": "Visits each day since January 2025, water temperature and takings."},
          ["Culture et sports"], ["piscine", "sport", "fréquentation"], "2026-11-01", invented=True)
    add_quarters(p, "2026-06-01")
