### A dataset and its tabs.
dataset-tabs = Vues du jeu de données
tab-information = Informations
tab-table = Tableau
tab-map = Carte
tab-export = Export
tab-api = API

## Information
description = Description
description-none = Ce jeu de données n’a pas encore de description.
schema = Schéma
schema-count =
    { $count ->
        [one] { $count } champ
       *[other] { $count } champs
    }
schema-caption = Champs du jeu de données
schema-label = Libellé
schema-name = Nom technique
schema-type = Type
schema-description = Description
schema-several = plusieurs valeurs
type-text = Texte
type-int = Nombre entier
type-double = Nombre décimal
type-boolean = Oui ou non
type-date = Date
type-datetime = Date et heure
type-geo_point_2d = Point géographique
type-geo_shape = Forme géographique
type-json_blob = JSON
versions = Historique des versions
versions-text = Chaque publication est une version immuable, identifiée par l’empreinte de ses données.
versions-caption = Versions publiées, la plus récente en premier
version-date = Publiée le
version-records = Enregistrements
version-size = Taille
version-hash = Empreinte
version-current = actuelle
metadata = Fiche d’identité
meta-id = Identifiant
meta-uid = Identifiant permanent
meta-source = Source
meta-attributions = Attributions
meta-modified = Données mises à jour le
meta-processed = Publié le
download-data = Télécharger les données

## Table
search-records = Rechercher dans les données
records-found =
    { $count ->
        [one] { $count } enregistrement
       *[other] { $count } enregistrements
    }
records-range = · de { $from } à { $to }
table-export = Exporter
table-region = Tableau des enregistrements de « { $title } »
table-caption = Enregistrements de « { $title } ». Les en-têtes de colonne trient le tableau.
table-beyond = L’affichage s’arrête aux { $count } premiers enregistrements : filtrez, ou téléchargez le tout.
table-empty-title = Aucun enregistrement ne correspond
table-empty-text = Essayez d’autres mots ou retirez des filtres.
table-nothing-title = Pas encore d’enregistrement
table-nothing-text = Ce jeu de données ne contient pas encore de données.
shape-Point = Point
shape-MultiPoint = Points
shape-LineString = Ligne
shape-MultiLineString = Lignes
shape-Polygon = Surface
shape-MultiPolygon = Surfaces
shape-GeometryCollection = Ensemble de formes
shape-unknown = Forme

## Map
map-no-script = La carte interactive demande JavaScript. Voici les lieux sous forme de tableau.
map-places = Lieux de ce jeu de données

## Export
export-title = Télécharger les données
export-all =
    { $count ->
        [one] Le téléchargement contient { $count } enregistrement.
       *[other] Le téléchargement contient { $count } enregistrements : tout le jeu de données.
    }
export-filtered =
    { $count ->
        [one] Le téléchargement contient { $count } enregistrement, selon vos filtres.
       *[other] Le téléchargement contient { $count } enregistrements, selon vos filtres.
    }
export-size = Taille estimée en CSV : environ { $size }.
export-labels = Libellés des colonnes plutôt que noms techniques
export-delimiter = Séparateur
export-delimiter-semicolon = Point-virgule (;)
export-delimiter-comma = Virgule (,)
export-delimiter-bar = Barre verticale (|)
export-bom = Encodage
export-bom-yes = UTF-8 pour tableur (avec BOM)
export-bom-no = UTF-8 sans BOM
export-action = Télécharger en { $format }
export-license = Ces données sont publiées sous la licence
format-csv = Tableur
format-csv-text = Pour Excel, LibreOffice ou tout outil de données : une ligne par enregistrement.
format-json = Tableau JSON
format-json-text = Une liste d’objets, pour les développeurs.
format-jsonl = Lignes JSON
format-jsonl-text = Un objet par ligne, à lire au fil de l’eau.
format-geojson = Données géographiques
format-geojson-text = Pour QGIS et les cartes en ligne.
format-xlsx = Classeur
format-xlsx-text = Pour Excel et LibreOffice, avec de vrais nombres et de vraies dates : jusqu’à 1 048 575 enregistrements.
format-shp = Fichier de formes
format-shp-text = Pour les systèmes d’information géographique : jusqu’à 50 000 enregistrements.
format-fgb = Couche indexée
format-fgb-text = Pour QGIS et les cartes en ligne : les gros jeux s’ouvrent vite.
format-kml = Repères
format-kml-text = Pour Google Earth et les autres globes.
format-gpx = Points et tracés
format-gpx-text = Pour les appareils de navigation et les applications de randonnée.
format-parquet = Colonnes typées
format-parquet-text = Compact et rapide, pour l’analyse (Python, R, DuckDB).

## API
api-title = Utiliser ces données par l’API
api-text = L’API publique renvoie les mêmes enregistrements, avec les mêmes filtres, en JSON. Elle est libre d’accès et ne dépose aucun cookie.
api-request = Requête correspondant à vos filtres
api-open = Ouvrir la réponse
console-title = Console
console-text = Composez une requête en ODSQL puis exécutez-la.
console-select = Colonnes ou calculs, par exemple : nom, population
console-where = Condition, par exemple : population > 10000
console-group = Regroupement, par exemple : departement
console-order = Ordre, par exemple : population desc
console-refine = Filtre de facette, par exemple : departement:"Loiret"
console-run = Exécuter
embed-refused = Un contenu de { $host } n’est pas affiché : ce portail ne déclare pas ce service.
map-bases = Fond de carte
map-base-own = Fond du portail
