"""Measures searches of a catalogue of ten thousand datasets, with facets: medians over HTTP, one connection.

The datasets are made once: one is imported, and the others are rows of the metadata store with other names, titles, descriptions, themes,
keywords, publishers and licences. They share no files: a search opens none. Every request has other words, and no answers are kept.
"""

import json
import os
import random
import shutil
import sqlite3
import statistics
import sys

from common import CORES, Goals, Server, arguments, parvis, timed

HOST = "catalogue.localhost"
CATALOG = "/api/explore/v2.1/catalog"
MILLISECONDS = 10
WORDS = """accueil adresse agenda aire arbre arrêt atelier berge bibliothèque borne budget bureau canal cantine carrefour centre chemin
cimetière collecte collège commerce commune crèche cycle déchet délibération digue eau école église électrique emplacement énergie
équipement espace façade famille ferme festival fleuve fontaine forêt gare gymnase habitat halle hôpital horaire îlot inventaire jardin
lampadaire ligne logement lycée mairie marché mobilier monument musée navette nuisance observatoire parc parcelle parking passage patrimoine
piscine piste place plage pollution pont population port qualité quai quartier réseau rivière rue salle scolaire sentier signalement
square stade station stationnement subvention théâtre toilettes tram transport travaux vélo verger verre voirie zone""".split()
THEMES = ["Environnement", "Transport", "Culture", "Éducation", "Santé", "Sport", "Budget", "Urbanisme", "Population", "Énergie", "Logement", "Tourisme"]


def described(draw):
    """What is said of a dataset."""
    text = lambda count: " ".join(draw.choice(WORDS) for _ in range(count))
    return {
        "title": {"fr": f"{text(4).capitalize()} {draw.randrange(2000, 2030)}"},
        "description": {"fr": f"<p>{text(60)}.</p>"},
        "theme": draw.sample(THEMES, draw.randrange(1, 3)),
        "keyword": draw.sample(WORDS, draw.randrange(2, 6)),
        "publisher": f"Service {draw.choice(WORDS)}",
        "license": draw.choice(["Licence Ouverte v2.0 (Etalab)", "ODbL", "CC BY 4.0"]),
    }


def prepare(binary, data, count):
    """The catalogue; made once."""
    if (data / "ready").exists():
        return
    shutil.rmtree(data, ignore_errors=True)
    parvis(binary, data, "portal", "add", "catalogue", "--host", HOST)
    first = data / "first.csv"
    first.write_text("nom,date,valeur,lieu\n" + "".join(f"nom {n},2024-01-{n % 28 + 1:02},{n},\"47.{n:03},1.9\"\n" for n in range(500)))
    parvis(binary, data, "import", "--portal", "catalogue", "--id", "premier", "--title", "Le premier", first)
    draw = random.Random(1)
    store = sqlite3.connect(data / "parvis.sqlite")
    names = lambda table: [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
    one = dict(zip(names("datasets"), store.execute("SELECT * FROM datasets").fetchone()))
    version = dict(zip(names("dataset_versions"), store.execute("SELECT * FROM dataset_versions").fetchone()))
    insert = lambda table, row: store.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row.values()))
    for number in range(1, count):
        uid = f"da_b{number:05}"
        metas = json.loads(one["metas"]) | described(draw)
        changed = one["updated_at"] - draw.randrange(10**10)
        insert("datasets", one | {"uid": uid, "slug": f"jeu-{number}", "metas": json.dumps(metas), "updated_at": changed})
        insert("dataset_versions", version | {"dataset": uid, "records": draw.randrange(10**6)})
    store.execute("UPDATE portals SET generation = generation + 1")
    store.commit()
    store.close()
    (data / "ready").touch()


def main():
    parser = arguments(__doc__)
    parser.add_argument("--datasets", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=51)
    args = parser.parse_args()
    os.sched_setaffinity(0, {int(core) for core in CORES.split(",")})
    data = args.folder / f"catalogue-data-{args.datasets}"
    prepare(args.binary, data, args.datasets)
    goals, draw = Goals(), random.Random(2)
    facets = {"facet": ["theme", "keyword", "publisher", "license"]}
    pair = lambda: f"{draw.choice(WORDS)} {draw.choice(WORDS)}"
    with Server(args.binary, data, "--kept-answers", 0) as server:
        searches = {
            "API: a page of datasets with two words": lambda: server.get(HOST, f"{CATALOG}/datasets", where=f'search("{pair()}")', limit=20),
            "API: facets of a search": lambda: server.get(HOST, f"{CATALOG}/facets", where=f'search("{pair()}")', **facets),
            "API: facets of a theme": lambda: server.get(HOST, f"{CATALOG}/facets", refine=f"theme:{draw.choice(THEMES)}", where=f"records_count > {draw.randrange(10**5)}", **facets),
            "the page of the catalogue with words and facets": lambda: server.get(HOST, "/explore/", q=pair()),
        }
        total = json.loads(server.get(HOST, f"{CATALOG}/datasets", limit=0))["total_count"]
        if total != args.datasets:
            sys.exit(f"{total} datasets were made")
        for name, search in searches.items():
            search()
            median = statistics.median(timed(search) for _ in range(args.repeat)) * 1e3
            goals.add(f"{name}, ms", f"{median:.2f}", f"< {MILLISECONDS}", median < MILLISECONDS)
    goals.show(f"A catalogue of {args.datasets:,} datasets, two cores, medians of {args.repeat}, over HTTP")
    sys.exit(0 if goals.good else 1)


if __name__ == "__main__":
    main()
