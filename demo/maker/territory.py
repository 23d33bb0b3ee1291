"""Real data: communes, postcodes and intercommunal bodies of France, and GeoNames places."""

import re
import unicodedata
from collections import defaultdict

from .geo import km

# GeoNames codes French overseas departments as countries; the official code is by region.
OVERSEAS = {"GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06"}


def key(name):
    """A name without case, accents, punctuation or the short forms of Saint."""
    name = name.lower().replace("œ", "oe").replace("æ", "ae")
    name = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    name = re.sub(r"[^a-z0-9]+", " ", name).strip()
    name = re.sub(r"\bste\b", "sainte", name)
    return re.sub(r"\bst\b", "saint", name)


class France:
    """The two packages, joined where the join is certain."""

    def __init__(self, sources):
        self.departements = {d["code"]: d["nom"] for d in sources["departements"]}
        self.prefectures = {d["chefLieu"] for d in sources["departements"]}
        self.regions = {r["code"]: r["nom"] for r in sources["regions"]}
        self.epci = sources["epci"]
        self.epci_of = {m["code"]: e for e in self.epci for m in e["membres"]}
        self.entities = sources["communes"]
        self.communes = [c for c in self.entities if c["type"] == "commune-actuelle"]
        self.by_code = {c["code"]: c for c in self.communes}
        self.places = sources["places"]
        self.position = self._positions()

    @staticmethod
    def place_region(place):
        if place["countrycode"] == "FR":
            return place["admin1code"]
        return OVERSEAS.get(place["countrycode"])

    def _positions(self):
        """Coordinates of the communes that one GeoNames place matches without ambiguity.

        Without ambiguity means: the name is borne by one commune and by one place of the region, the two
        populations agree within a factor of two, and another commune of the same intercommunal body lies
        within 25 km (overseas, where distances are of another kind, the last rule does not apply).
        Everything else stays without coordinates.
        """
        places, communes = defaultdict(list), defaultdict(list)
        for place in self.places:
            region = self.place_region(place)
            if region:
                places[region, key(place["name"])].append(place)
        for commune in self.communes:
            communes[commune["region"], key(commune["nom"])].append(commune)
        found = {}
        for name, same in communes.items():
            here = places.get(name, [])
            if len(same) != 1 or len(here) != 1:
                continue
            ours, theirs = same[0].get("population", 0), here[0]["population"]
            if ours and theirs and 0.5 <= theirs / ours <= 2:
                found[same[0]["code"]] = (here[0]["longitude"], here[0]["latitude"])
        groups = defaultdict(list)
        for code, point in found.items():
            if code in self.epci_of:
                groups[self.epci_of[code]["code"]].append((code, point))
        for members in groups.values():
            for code, point in members:
                near = any(other != code and km(point, there) < 25 for other, there in members)
                if len(members) > 1 and not near and self.by_code[code]["zone"] == "metro":
                    del found[code]
        return found

    def commune_row(self, commune):
        code = commune["code"]
        group = self.epci_of.get(code)
        lon, lat = self.position.get(code, (None, None))
        return {
            "code_insee": code,
            "nom": commune["nom"],
            "code_departement": commune["departement"],
            "departement": self.departements[commune["departement"]],
            "code_region": commune["region"],
            "region": self.regions[commune["region"]],
            "code_epci": group["code"] if group else None,
            "epci": group["nom"] if group else None,
            "type_epci": group["type"] if group else None,
            "siren": commune.get("siren"),
            "arrondissement": commune.get("arrondissement"),
            "population": commune.get("population"),
            "codes_postaux": ";".join(commune.get("codesPostaux", [])),
            "prefecture": "oui" if code in self.prefectures else "non",
            "latitude": lat,
            "longitude": lon,
        }

    def rows(self, wanted=lambda commune: True):
        return [self.commune_row(c) for c in sorted(self.communes, key=lambda c: c["code"]) if wanted(c)]

    def members(self, epci_code):
        return {code for code, group in self.epci_of.items() if group["code"] == epci_code}

    def postcodes(self):
        wanted = ("commune-actuelle", "arrondissement-municipal")
        rows = []
        for c in self.entities:
            if c["type"] not in wanted or (c["type"] == "commune-actuelle" and c["code"] in ("13055", "69123", "75056")):
                continue  # Paris, Lyon and Marseille come by arrondissement
            for postcode in sorted(set(c.get("codesPostaux", []))):
                rows.append({
                    "code_postal": postcode,
                    "code_insee": c["code"],
                    "nom_commune": c["nom"],
                    "departement": self.departements[c["departement"]],
                })
        return sorted(rows, key=lambda r: (r["code_postal"], r["code_insee"]))

    def groups(self):
        rows = []
        for e in sorted(self.epci, key=lambda e: e["code"]):
            members = [m["code"] for m in e["membres"]]
            first = self.by_code[members[0]]
            rows.append({
                "siren": e["code"],
                "nom": e["nom"],
                "type": e["type"],
                "financement": e["modeFinancement"],
                "departement": self.departements[first["departement"]],
                "region": self.regions[first["region"]],
                "nombre_communes": len(members),
                "population_municipale": e["populationMunicipale"],
                "population_totale": e["populationTotale"],
                "communes": [m["nom"] for m in e["membres"]],
            })
        return rows

    def delegated(self, epci_code):
        """The delegated communes inside the communes of one intercommunal body."""
        members = self.members(epci_code)
        region = self.by_code[next(iter(members))]["region"]
        places = defaultdict(list)
        for place in self.places:
            if self.place_region(place) == region:
                places[key(place["name"])].append(place)
        rows = []
        for c in sorted(self.entities, key=lambda c: c["code"]):
            if c["type"] == "commune-actuelle" or c.get("chefLieu") not in members:
                continue
            here = places.get(key(c["nom"]), [])
            place = here[0] if len(here) == 1 else None
            rows.append({
                "code_insee": c["code"],
                "nom": c["nom"],
                "type": c["type"].replace("-", " ").replace("deleguee", "déléguée").replace("associee", "associée"),
                "code_commune_nouvelle": c["chefLieu"],
                "commune_nouvelle": self.by_code[c["chefLieu"]]["nom"],
                "chef_lieu": "oui" if c["code"] == c["chefLieu"] else "non",
                "geo_point_2d": f"{place['latitude']}, {place['longitude']}" if place else None,
                "point": (place["longitude"], place["latitude"]) if place else None,
            })
        return rows

    def place_row(self, place, centre=None):
        region = self.place_region(place)
        names = {n for n in place["alternatenames"]
                 if n != place["name"] and re.fullmatch(r"[A-ZÀ-ÖØ-ÞŒ][A-Za-zÀ-ÿœŒ' \-]{2,39}", n) and not n.isupper()}
        row = {
            "geonameid": str(place["geonameid"]),
            "nom": place["name"],
            "autres_noms": sorted(names)[:4],
            "pays": place["countrycode"],
            "region": self.regions.get(region) if region else None,
            "population": place["population"] or None,
            "fuseau": place["timezone"],
            "latitude": place["latitude"],
            "longitude": place["longitude"],
        }
        if centre:
            row["distance_km"] = round(km(centre, (place["longitude"], place["latitude"])), 1)
        return row

    def places_in_france(self):
        rows = [self.place_row(p) for p in self.places if self.place_region(p)]
        return sorted(rows, key=lambda r: (-(r["population"] or 0), int(r["geonameid"])))

    def places_around(self, centre, radius):
        rows = [self.place_row(p, centre) for p in self.places
                if abs(p["latitude"] - centre[1]) < 1 and abs(p["longitude"] - centre[0]) < 1.5]
        rows = [r for r in rows if r["distance_km"] <= radius]
        return sorted(rows, key=lambda r: (r["distance_km"], int(r["geonameid"])))
