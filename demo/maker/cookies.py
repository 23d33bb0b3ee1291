"""What a portal adds to the cookie registry: services that need the visitor's consent."""

ORLEANS = {
    "services": [
        {
            "id": "youtube",
            "purpose": "video",
            "provider": "Google Ireland Limited",
            "label": {"fr": "Vidéos YouTube", "en": "YouTube videos"},
            "description": {
                "fr": "Lit les vidéos de la métropole, hébergées par YouTube. Google reçoit votre adresse IP et sait quelle vidéo vous regardez.",
                "en": "Plays the metropolis's videos, hosted by YouTube. Google receives your IP address and learns which video you watch.",
            },
            "policy_url": "https://policies.google.com/privacy",
            "kind": {"type": "youtube"},
        },
        {
            "id": "plan-ign",
            "purpose": "map",
            "provider": "IGN",
            "label": {"fr": "Plan IGN", "en": "Plan IGN (detailed map)"},
            "description": {
                "fr": "Affiche le fond de carte détaillé de l’IGN. L’IGN reçoit votre adresse IP et sait quelle partie de la carte vous regardez.",
                "en": "Shows the detailed base map of the IGN, the French mapping agency. It receives your IP address and learns which part of the map you look at.",
            },
            "policy_url": "https://geoservices.ign.fr/mentions-legales",
            "kind": {
                "type": "tiles",
                "template": "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=normal"
                            "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&FORMAT=image/png"
                            "&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
                "attribution": "© IGN – Géoplateforme",
                "max_zoom": 19,
                "delivery": "consented",
            },
        },
    ],
}

# Big Buck Bunny, by the Blender Foundation (CC BY 3.0): a film that may be shown anywhere.
VIDEO = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
