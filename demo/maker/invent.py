"""Invented records that follow the public schemas of French local open data.

Every record made here is fiction. Names of associations, streets and venues are made up, SIRET numbers of
beneficiaries start with 000, and telephone numbers come from the ranges kept for fiction.
Each function takes the town and a random generator seeded by portal and dataset, and returns rows.
"""

from datetime import date, datetime, timedelta

from . import geo


def luhn(digits):
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if i % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def siret(siren, office=1):
    """A SIRET whose check digit is right: the siren, an office number, the digit."""
    body = f"{siren}{office:04d}"
    return body + luhn(body)


def fictional_siret(rng):
    body = f"000{rng.randrange(10**6):06d}0001"
    return body + luhn(body)


def phone(rng, prefix):
    return f"+33{prefix}{rng.randrange(10000):04d}"


def weighted(rng, pairs):
    return rng.choices([p[0] for p in pairs], [p[1] for p in pairs])[0]


FIRST = ["Amis", "Ateliers", "Compagnons", "Foyer", "Collectif", "Club", "Union", "Cercle", "Passerelle", "Atelier"]
SUBJECT = ["des jardins partagés", "de la lecture", "du vélo", "de basket", "de judo", "du théâtre de poche",
           "des aînés", "de la chorale", "du patrimoine", "de la photographie", "de natation", "des jeunes",
           "du jumelage", "des parents d'élèves", "de l'entraide alimentaire", "du cirque", "de rugby",
           "de la marche", "du numérique solidaire", "de la danse"]


def associations(town, rng, count):
    names = []
    while len(names) < count:
        name = f"{rng.choice(FIRST)} {rng.choice(SUBJECT)} de {town.short}"
        name = name.replace(" de A", " d'A").replace(" de O", " d'O").replace(" de M", " des M")
        if name not in names:
            names.append(name)
    return [{"nom": n, "siret": fictional_siret(rng), "rna": f"W000{rng.randrange(10**6):06d}"} for n in names]


# --- deliberations -------------------------------------------------------------------------------

MATTERS = [
    ("1.1", "Commande publique/Marchés publics", 7, [
        "Attribution du marché de travaux : {work} – {place}",
        "Groupement de commandes pour la fourniture de {supply}",
        "Avenant n° {n} au marché de maintenance : {work}"]),
    ("2.1", "Urbanisme/Documents d'urbanisme", 4, [
        "Modification simplifiée n° {n} du plan local d'urbanisme",
        "Bilan de la concertation sur l'aménagement du secteur {place}"]),
    ("3.1", "Domaine et patrimoine/Acquisitions", 4, [
        "Acquisition d'une parcelle de {area} m² dans le secteur {place}"]),
    ("3.5", "Domaine et patrimoine/Actes de gestion du domaine public", 4, [
        "Convention d'occupation du domaine public : marché du secteur {place}",
        "Dénomination d'une voie nouvelle dans le secteur {place}"]),
    ("4.1", "Fonction publique/Personnel titulaire et stagiaire", 6, [
        "Mise à jour du tableau des effectifs", "Création de {n} emplois d'adjoint d'animation",
        "Règlement du télétravail des agents"]),
    ("5.2", "Institutions et vie politique/Fonctionnement des assemblées", 4, [
        "Approbation du procès-verbal de la séance précédente",
        "Désignation des représentants au conseil d'école du secteur {place}"]),
    ("5.7", "Institutions et vie politique/Intercommunalité", 3, [
        "Rapport annuel sur le prix et la qualité du service public de l'eau",
        "Convention de mise à disposition de services avec l'intercommunalité"]),
    ("7.1", "Finances locales/Décisions budgétaires", 5, [
        "Vote du budget primitif {year}", "Décision modificative n° {n} – budget principal {year}",
        "Approbation du compte financier unique {past}", "Débat d'orientation budgétaire {next}"]),
    ("7.5", "Finances locales/Subventions", 9, [
        "Subvention de {money} € à l'association « {association} »",
        "Demande de subvention au titre de la rénovation énergétique : {work}"]),
    ("7.10", "Finances locales/Divers", 4, [
        "Tarifs municipaux {next} : restauration, accueil de loisirs et salles",
        "Garantie d'emprunt pour {n}0 logements – secteur {place}"]),
    ("8.1", "Domaines de compétences par thèmes/Enseignement", 4, [
        "Carte scolaire : périmètres de la rentrée {year}", "Forfait communal {year} des écoles sous contrat"]),
    ("8.2", "Domaines de compétences par thèmes/Aide sociale", 3, [
        "Convention d'objectifs avec le centre communal d'action sociale",
        "Mise en place d'une mutuelle de ville"]),
    ("8.4", "Domaines de compétences par thèmes/Aménagement du territoire", 4, [
        "Plan vélo : itinéraire vers le secteur {place}", "Cœur de ville : étude de la place du secteur {place}"]),
    ("8.8", "Domaines de compétences par thèmes/Environnement", 5, [
        "Plantation de {n}00 arbres dans le secteur {place}", "Charte de sobriété de l'éclairage public",
        "Adhésion au contrat de rivière"]),
    ("8.9", "Domaines de compétences par thèmes/Culture", 4, [
        "Programme de la saison culturelle {year}-{next}", "Règlement intérieur de la médiathèque"]),
]
WORKS = ["toiture du gymnase", "réfection de la voirie", "chauffage de l'école", "éclairage public",
         "aire de jeux", "accessibilité de la mairie", "cour d'école végétalisée", "réseau d'eaux pluviales"]
SUPPLIES = ["denrées biologiques", "papier recyclé", "vêtements de travail", "véhicules électriques", "électricité"]


def deliberations(town, rng, count, seats):
    clubs = associations(town, rng, 24)
    days = []
    day = date(2023, 1, 19)
    while day < date(2026, 11, 1):
        if day.month != 8:
            days.append(day)
        day += timedelta(days=rng.choice([28, 35, 42, 49]))
    share, extra = divmod(count, len(days))
    rows = []
    for i, day in enumerate(days):
        present = seats - rng.randrange(0, 4)
        for n in range(share + (1 if i < extra else 0)):
            code, matter, _, objects = weighted(rng, [(m, m[2]) for m in MATTERS])
            text = rng.choice(objects).format(
                work=rng.choice(WORKS), place=rng.choice(town.quarters), supply=rng.choice(SUPPLIES),
                n=rng.randrange(1, 6), area=rng.randrange(80, 2400), year=day.year, past=day.year - 1,
                next=day.year + 1, money=f"{rng.randrange(5, 240) * 100:,}".replace(",", " "),
                association=rng.choice(clubs)["nom"])
            voting = present + rng.randrange(0, seats - present + 1)
            against = weighted(rng, [(0, 6), (rng.randrange(1, 4), 2), (rng.randrange(3, 9), 1)])
            away = weighted(rng, [(0, 5), (rng.randrange(1, 4), 2), (rng.randrange(2, 7), 1)])
            money = code.startswith("7.")
            rows.append({
                "COLL_NOM": town.body, "COLL_SIRET": siret(town.siren),
                "DELIB_ID": f"{day.year}-{day.month:02d}{day.day:02d}-{n + 1:02d}",
                "DELIB_DATE": day.isoformat(), "DELIB_MATIERE_CODE": code, "DELIB_MATIERE_NOM": matter,
                "DELIB_OBJET": text, "BUDGET_ANNEE": str(day.year) if money else None,
                "BUDGET_NOM": "Budget principal" if money else None,
                "PREF_ID": f"PREF{town.insee[:2]}", "PREF_DATE": (day + timedelta(days=rng.randrange(1, 8))).isoformat(),
                "VOTE_EFFECTIF": seats, "VOTE_REEL": voting, "VOTE_POUR": max(voting - against - away, 0),
                "VOTE_CONTRE": against, "VOTE_ABSTENTION": away,
                "DELIB_URL": f"https://{town.domain}/deliberations/{day.year}{day.month:02d}{day.day:02d}-{n + 1:02d}.pdf",
            })
    return rows


# --- subsidies -----------------------------------------------------------------------------------

PURPOSES = ["Fonctionnement annuel", "Organisation du festival d'été", "Stages pendant les vacances scolaires",
            "Achat de matériel", "Accompagnement à la scolarité", "Rencontres intergénérationnelles",
            "Formation des bénévoles", "Tournoi régional", "Ateliers du samedi", "Réemploi et réparation",
            "Résidence d'artiste", "Distribution alimentaire"]


def subsidies(town, rng, count):
    clubs = associations(town, rng, min(count // 4, 110))
    rows = []
    for i in range(count):
        day = date(2022, 2, 1) + timedelta(days=rng.randrange(0, 1730))
        club = rng.choice(clubs)
        kind = weighted(rng, [("aide en numéraire", 12), ("aide en nature", 3), ("aide en numéraire;aide en nature", 2)])
        once = rng.random() < 0.7
        rows.append({
            "nomAttribuant": town.body, "idAttribuant": siret(town.siren), "dateConvention": day.isoformat(),
            "referenceDecision": f"{day.year}-{day.month:02d}-{rng.randrange(1, 90):03d}",
            "nomBeneficiaire": club["nom"], "idBeneficiaire": club["siret"] if rng.random() < 0.85 else None,
            "rnaBeneficiaire": club["rna"], "objet": rng.choice(PURPOSES),
            "montant": round(min(rng.lognormvariate(7.6, 1.0), 95000) / 5) * 5 + rng.choice([0, 0, 0, 0.5, 0.2]),
            "nature": kind, "conditionsVersement": "unique" if once else "échelonné",
            "datesPeriodeVersement": (day + timedelta(days=30)).isoformat() if once else
            f"{(day + timedelta(days=30)).isoformat()}/{(day + timedelta(days=390)).isoformat()}",
            "idRAE": None, "notificationUE": "non", "pourcentageSubvention": 1 if rng.random() < 0.6 else round(rng.uniform(0.1, 0.95), 2),
            "dispositifAide": None,
        })
    rows.sort(key=lambda r: (r["dateConvention"], r["referenceDecision"]))
    return rows


# --- public facilities ---------------------------------------------------------------------------

FACILITIES = [
    ("Equipement administratif", "01010401", "Mairie", "Hôtel de ville", 1, "W", "Mo-Fr 08:30-12:00,13:30-17:30; Sa 09:00-12:00"),
    ("Equipement administratif", "01010402", "Mairie annexe", "Mairie annexe {q}", 2, "W", "Mo-Fr 09:00-12:00"),
    ("Equipement sanitaire", "03010101", "Centre de santé", "Centre de santé {q}", 2, "U", "Mo-Sa 08:00-19:00"),
    ("Equipement social et d'animation", "04010101", "Maison de quartier", "Maison de quartier {q}", 5, "L", "Tu-Sa 14:00-19:00"),
    ("Equipement social et d'animation", "04020101", "Crèche", "Crèche {q}", 4, "R", "Mo-Fr 07:30-18:30"),
    ("Equipement sportif et de loisirs", "05010101", "Gymnase", "Gymnase {q}", 5, "X", "Mo-Su 08:00-22:00"),
    ("Equipement sportif et de loisirs", "05020101", "Piscine", "Centre aquatique {q}", 1, "X", "Tu-Su 10:00-20:00"),
    ("Equipement sportif et de loisirs", "05030101", "Stade", "Stade {q}", 3, "PA", "Mo-Su 08:00-21:00"),
    ("Equipement sportif et de loisirs", "05040101", "Aire de jeux", "Aire de jeux {q}", 8, None, "24/7"),
    ("Equipement d'enseignement", "06010101", "École maternelle", "École maternelle {q}", 6, "R", None),
    ("Equipement d'enseignement", "06010201", "École élémentaire", "École élémentaire {q}", 6, "R", None),
    ("Equipement d'enseignement", "06020101", "Collège", "Collège {q}", 2, "R", None),
    ("Equipement culturel", "08010101", "Médiathèque", "Médiathèque {q}", 2, "S", "Tu-Sa 10:00-18:00"),
    ("Equipement culturel", "08020101", "Salle de spectacle", "Salle {q}", 1, "L", None),
    ("Equipement culturel", "08030101", "Conservatoire", "Conservatoire {q}", 1, "R", "Mo-Sa 09:00-21:00"),
    ("Equipement de mobilité", "09010101", "Parking", "Parking {q}", 5, "PS", "24/7"),
    ("Equipement de mobilité", "09020101", "Abri vélos", "Abri vélos {q}", 6, None, "24/7"),
    ("Autre équipement", "10010101", "Déchèterie", "Déchèterie {q}", 1, None, "Mo-Sa 09:00-12:00,14:00-18:00"),
]


def facilities(town, rng):
    rows = []
    for theme, code, kind, name, count, erp, hours in FACILITIES:
        quarters = rng.sample(town.quarters, min(count, len(town.quarters)))
        for n in range(count):
            quarter = quarters[n % len(quarters)]
            number = rng.randrange(1, 140)
            lon, lat = geo.point_in(rng, town.outline, town.centre)
            label = name.format(q=quarter) + (f" {n // len(quarters) + 1}" if n >= len(quarters) else "")
            rows.append({
                "COLL_NOM": town.body, "COLL_SIRET": siret(town.siren),
                "EQUIP_UID": f"{town.insee}-{code}-{n + 1:03d}", "EQUIP_THEME": theme,
                "EQUIP_CODE": f"{code}-{n + 1:03d}", "EQUIP_TYPE": kind, "EQUIP_NOM": label,
                "ADR_NUMERO": str(number) + (" bis" if rng.random() < 0.08 else ""),
                "ADR_NOMVOIE": rng.choice(STREETS), "ADR_CODEPOSTAL": town.postcode, "ADR_COMMUNE": town.name,
                "ADR_CLE_INTEROP": None, "ERP_ID": None, "ERP_TYPE": erp,
                "ERP_CATEGORIE": rng.randrange(3, 6) if erp else None, "EQUIP_LAT": lat, "EQUIP_LONG": lon,
                "EQUIP_OUVERTURE": hours, "EQUIP_TEL": f"+33 {town.phone}{rng.randrange(10000):04d}",
                "EQUIP_EMAIL": f"{kind.split()[0].lower().replace('é', 'e').replace('è', 'e')}{n + 1}@{town.domain}",
                "EQUIP_WEB": f"https://www.{town.domain}/",
            })
    return rows


STREETS = ["Rue des Tilleuls", "Avenue de la Gare", "Rue du Moulin", "Place du Marché", "Rue des Écoles", "Allée des Cerisiers",
           "Boulevard des Peupliers", "Rue de la Fontaine", "Chemin des Vignes", "Rue du Lavoir", "Impasse des Merisiers",
           "Rue des Artisans", "Quai des Promeneurs", "Rue de la Source", "Avenue des Marronniers", "Rue du Verger",
           "Passage du Puits", "Rue des Hirondelles", "Sente des Jardiniers", "Rue du Four", "Cours des Platanes",
           "Rue de l'Abreuvoir", "Allée des Bleuets", "Rue des Tanneurs", "Place des Halles"]


# --- school menus --------------------------------------------------------------------------------

DISHES = {
    "entrée": [("Carottes râpées", [], True), ("Betteraves vinaigrette", ["moutarde"], True), ("Salade de lentilles", [], True),
               ("Œuf dur mayonnaise", ["oeufs", "moutarde"], False), ("Velouté de potiron", ["lait"], True),
               ("Taboulé", ["céréales contenant du gluten"], True), ("Concombres à la crème", ["lait"], True)],
    "plat principal": [("Sauté de dinde", [], False), ("Colin au citron", ["poissons"], False),
                       ("Lasagnes aux légumes", ["céréales contenant du gluten", "lait"], True),
                       ("Bœuf bourguignon", ["anhydride sulfureux et sulfites"], False), ("Omelette aux herbes", ["oeufs"], True),
                       ("Dahl de lentilles corail", [], True), ("Poulet rôti", [], False),
                       ("Brandade de poisson", ["poissons", "lait"], False)],
    "garniture": [("Riz", [], True), ("Haricots verts", [], True), ("Purée", ["lait"], True), ("Semoule", ["céréales contenant du gluten"], True),
                  ("Gratin de courgettes", ["lait"], True), ("Petits pois", [], True)],
    "produit laitier": [("Yaourt nature", ["lait"], True), ("Emmental", ["lait"], True), ("Fromage blanc", ["lait"], True), ("Camembert", ["lait"], True)],
    "dessert": [("Pomme", [], True), ("Compote poire", [], True), ("Clémentines", [], True),
                ("Gâteau au yaourt", ["céréales contenant du gluten", "lait", "oeufs"], True), ("Salade de fruits", [], True),
                ("Crumble aux prunes", ["céréales contenant du gluten", "lait", "fruits à coques"], True)],
}


def menus(town, rng, restaurants, start=date(2026, 9, 1), end=date(2026, 12, 18)):
    holidays = (date(2026, 10, 17), date(2026, 11, 1))
    rows = []
    day = start
    while day <= end:
        closed = day.weekday() in (2, 5, 6) or holidays[0] <= day <= holidays[1] or day == date(2026, 11, 11)
        if not closed:
            vegetarian_day = day.isocalendar()[1] % 2 == 0 and day.weekday() == 3 or rng.random() < 0.2
            meal = []
            for kind, dishes in DISHES.items():
                choices = [d for d in dishes if d[2]] if vegetarian_day else dishes
                meal.append((kind, *rng.choice(choices)))
            published = day - timedelta(days=day.weekday() + 14)
            for index, (name, kind_of_place) in enumerate(restaurants):
                for kind, dish, allergens, vegetarian in meal:
                    organic = rng.random() < 0.35
                    rows.append({
                        "menuCollNom": town.body, "menuCollSiret": siret(town.siren),
                        "menuEtablissementNom": "Cuisine centrale", "menuEtablissementSiret": siret(town.siren, 21),
                        "menuRestaurantNom": name, "menuRestaurantInsee": town.insee,
                        "menuRestaurantId": f"{town.insee}R{index + 1}", "menuRestaurantIdType": "autre",
                        "menuRestaurantType": kind_of_place, "menuRestaurantConvive": "tous",
                        "menuDate": day.isoformat(), "menuRepasType": "déjeuner", "menuPlatType": kind, "menuPlatNom": dish,
                        "menuPlatSiqo": ["agriculture biologique"] if organic else [],
                        "menuPlatRegime": ["végétarien"] if vegetarian else [], "menuPlatAllergene": allergens,
                        "menuPublicationDate": f"{published.isoformat()}T08:30:00Z",
                    })
        day += timedelta(days=1)
    return rows


# --- defibrillators, car sharing, fountains, car parks, trees ------------------------------------

def defibrillators(town, rng, count, spots=None):
    """`spots`: (point, commune, postcode, insee) to choose from; without it, points of the town's outline."""
    places = ["Mairie", "Gymnase", "Salle des fêtes", "Médiathèque", "Stade", "Piscine", "Gare", "Marché couvert", "École", "Église"]
    makers = ["Fabricant Alpha", "Fabricant Bêta", "Fabricant Gamma"]
    rows = []
    for n in range(count):
        if spots:
            (lon, lat), commune, postcode, insee = spots[n % len(spots)]
            lon, lat = round(lon + rng.uniform(-0.006, 0.006), 5), round(lat + rng.uniform(-0.004, 0.004), 5)
        else:
            lon, lat = geo.point_in(rng, town.outline, town.centre)
            commune, postcode, insee = town.name, town.postcode, town.insee
        outside = rng.random() < 0.45
        installed = date(2014, 1, 1) + timedelta(days=rng.randrange(4300))
        checked = date(2026, 1, 5) + timedelta(days=rng.randrange(300))
        rows.append({
            "nom": f"DAE {rng.choice(places)} {n + 1:03d}", "lat_coor1": lat, "long_coor1": lon,
            "adr_num": str(rng.randrange(1, 120)), "adr_voie": rng.choice(STREETS), "com_cp": postcode, "com_insee": insee,
            "com_nom": commune, "acc": "Extérieur" if outside else "Intérieur",
            "acc_lib": "oui" if outside or rng.random() < 0.5 else "non", "acc_pcsec": "non", "acc_acc": rng.choice(["oui", "non"]),
            "acc_etg": "0", "acc_complt": rng.choice(["À droite de l'entrée", "Dans le hall", "Sur la façade", None]),
            "disp_j": "7j/7" if outside else "lundi|mardi|mercredi|jeudi|vendredi",
            "disp_h": "24h/24" if outside else "heures ouvrables", "disp_complt": None, "tel1": phone(rng, town.phone),
            "date_instal": installed.isoformat(), "etat_fonct": weighted(rng, [("En fonctionnement", 20), ("Hors service", 1), ("Absent momentanément", 1)]),
            "fab_rais": rng.choice(makers), "modele": rng.choice(["A1", "B2", "C3"]), "num_serie": f"X{rng.randrange(10**8):08d}",
            "lc_ped": rng.choice(["oui", "non"]), "dermnt": checked.isoformat(), "expt_siren": town.siren,
            "expt_rais": town.body, "expt_tel1": phone(rng, town.phone), "expt_email": f"dae@{town.domain}",
        })
    return rows


def car_sharing(town, rng, spots):
    rows = []
    for n, ((lon, lat), commune, _postcode, insee) in enumerate(spots):
        if rng.random() < 0.3:
            continue
        size = rng.randrange(6, 70)
        rows.append({
            "id_local": f"{insee[:2]}C{n + 1:03d}", "nom_lieu": f"{rng.choice(['Aire', 'Parking', 'Halte'])} {rng.choice(['de la Mairie', 'du Stade', 'des Chênes', 'de la Croix', 'du Pont'])}",
            "ad_lieu": f"{rng.randrange(1, 60)} {rng.choice(STREETS).lower()}", "com_lieu": commune, "insee": insee,
            "type": weighted(rng, [("Aire de covoiturage", 6), ("Parking", 4), ("Supermarché", 2), ("Parking relais", 1), ("Auto-stop", 1)]),
            "date_maj": (date(2026, 1, 1) + timedelta(days=rng.randrange(300))).isoformat(),
            "ouvert": "true" if rng.random() < 0.93 else "false", "source": town.siren,
            "Xlong": round(lon + rng.uniform(-0.01, 0.01), 5), "Ylat": round(lat + rng.uniform(-0.006, 0.006), 5),
            "nbre_pl": size, "nbre_pmr": max(1, size // 25), "duree": rng.choice([None, None, 720, 1440]),
            "horaires": rng.choice(["24/7", "Mo-Sa 06:00-22:00", None]), "proprio": rng.choice(["Commune", "Département", "Privé"]),
            "lumiere": rng.choice(["true", "false"]), "comm": rng.choice([None, None, "Abri vélos à côté", "Arrêt de car à 100 m"]),
        })
    return rows


def fountains(town, rng, count):
    rows = []
    for n in range(count):
        lon, lat = geo.point_in(rng, town.outline, town.centre)
        rows.append({
            "id": f"{town.insee}{n + 1:04d}", "type_fontaine": weighted(rng, [("borne fontaine", 6), ("robinet", 4), ("fontaine type Wallace", 1), ("autre", 1)]),
            "modele": None, "gestionnaire": town.body, "siren_gestionnaire": town.siren, "latitude": lat, "longitude": lon,
            "adresse": f"{rng.randrange(1, 90)} {rng.choice(STREETS).lower()}", "code_commune_insee": town.insee, "precision_geo": None,
            "conditions_acces": weighted(rng, [("aucune", 8), ("établissement soumis à horaires", 2)]),
            "date_installation": (date(2012, 3, 1) + timedelta(days=rng.randrange(5000))).isoformat(),
            "indisponible": (date(2026, 11, 2)).isoformat() if rng.random() < 0.1 else None,
            "accessible_pmr": "true" if rng.random() < 0.8 else "false",
            "remplissage_contenant_possible": "true" if rng.random() < 0.9 else "false",
        })
    return rows


def car_parks(town, rng, count):
    rows = []
    for n in range(count):
        lon, lat = geo.point_in(rng, town.outline, town.centre)
        free = rng.random() < 0.55
        hour = None if free else rng.choice([1.0, 1.2, 1.5, 1.8])
        places = rng.randrange(18, 420)
        rows.append({
            "id": f"{town.insee}-P-{n + 1:03d}", "nom": f"PARKING {town.quarters[n % len(town.quarters)].upper()} {n // len(town.quarters) + 1}",
            "insee": town.insee, "adresse": f"{rng.randrange(1, 90)} {rng.choice(STREETS).lower()}, {town.postcode}, {town.name}",
            "url": f"https://www.{town.domain}/stationnement/", "type_usagers": "tous" if rng.random() < 0.9 else "abonnés",
            "gratuit": "true" if free else "false", "nb_places": places, "nb_pr": 0, "nb_pmr": max(1, places // 50),
            "nb_voitures_electriques": rng.choice([0, 0, 2, 4]), "nb_velo": rng.choice([0, 6, 12, 20]),
            "nb_2r_el": 0, "nb_autopartage": rng.choice([0, 0, 1]), "nb_2_rm": rng.choice([0, 5]), "nb_covoit": 0,
            "hauteur_max": rng.choice(["N/A", "N/A", "190", "210"]), "num_siret": siret(town.siren), "Xlong": lon, "Ylat": lat,
            "tarif_pmr": "gratuit" if free else rng.choice(["gratuit", "normal_payant"]),
            "tarif_1h": hour, "tarif_2h": hour and round(hour * 2, 2), "tarif_3h": hour and round(hour * 2.8, 2),
            "tarif_4h": hour and round(hour * 3.5, 2), "tarif_24h": hour and round(hour * 8, 2),
            "abo_resident": None if free else rng.choice([18.5, 25.0]), "abo_non_resident": None if free else rng.choice([45.0, 60.0]),
            "type_ouvrage": "enclos_en_surface" if rng.random() < 0.7 else "ouvrage", "info": rng.choice([None, "Gratuit le samedi matin pendant le marché"]),
        })
    return rows


SPECIES = [("Sapindaceae", "Acer", "platanoides", "Érable plane"), ("Malvaceae", "Tilia", "cordata", "Tilleul à petites feuilles"),
           ("Platanaceae", "Platanus", "x hispanica", "Platane commun"), ("Fagaceae", "Quercus", "robur", "Chêne pédonculé"),
           ("Betulaceae", "Carpinus", "betulus", "Charme commun"), ("Rosaceae", "Prunus", "avium", "Merisier"),
           ("Pinaceae", "Pinus", "sylvestris", "Pin sylvestre"), ("Ginkgoaceae", "Ginkgo", "biloba", "Ginkgo")]


def trees(town, rng, count):
    rows = []
    for n in range(count):
        lon, lat = geo.point_in(rng, town.outline, town.centre, 0.5)
        family, genus, species, name = rng.choice(SPECIES)
        planted = date(1955, 11, 1) + timedelta(days=rng.randrange(25800))
        age = 2026 - planted.year
        girth = round(18 + age * rng.uniform(1.6, 3.4))
        rows.append({
            "id": n + 1, "longitude": lon, "latitude": lat,
            "date_releve": (date(2025, 4, 1) + timedelta(days=rng.randrange(180))).isoformat(),
            "famille": family, "genre": genus, "espece": species, "nom_vernaculaire": name, "code_insee": town.insee,
            "code_postal": town.postcode, "adresse": rng.choice(STREETS), "matricule": f"A{n + 1:06d}",
            "date_plantation": planted.isoformat() if rng.random() < 0.7 else None,
            "stade_developpement": "Jeune" if age < 12 else "Adulte" if age < 50 else "Mature",
            "hauteur": round(3 + age ** 0.7 * rng.uniform(0.6, 1.3), 1), "circonference": girth,
            "remarquable": "Oui" if girth > 190 and rng.random() < 0.25 else "Non", "protege": "Non",
            "arrosage": "Goutte à goutte" if age < 4 else None,
        })
    return rows


# --- names, budget, addresses --------------------------------------------------------------------

GIRLS = ["Louise", "Jade", "Ambre", "Alba", "Emma", "Rose", "Alma", "Inès", "Léna", "Anna", "Mia", "Chloé", "Aïcha", "Zoé", "Maëlys", "Nour", "Éléonore", "Lucie"]
BOYS = ["Gabriel", "Raphaël", "Léo", "Louis", "Noah", "Arthur", "Adam", "Jules", "Ibrahim", "Maël", "Sacha", "Isaac", "Éden", "Hugo", "Naël", "Côme", "Yanis", "Milo"]


def first_names(town, rng):
    rows = []
    for year in range(2014, 2026):
        for sex, names in (("F", GIRLS), ("M", BOYS)):
            for rank, name in enumerate(rng.sample(names, len(names))):
                count = max(0, round(rng.gauss(14 - rank * 0.7, 2)))
                if count:
                    rows.append({"COMMUNE_NOM": town.name, "COLL_INSEE": town.insee, "ENFANT_SEXE": sex,
                                 "ENFANT_PRENOM": name, "NOMBRE_OCCURRENCES": count, "ANNEE": year})
    return rows


ACCOUNTS = [
    ("60612", "Énergie et électricité", "dépense", "fonctionnement", 900), ("6064", "Fournitures administratives", "dépense", "fonctionnement", 60),
    ("6042", "Achats de prestations de services", "dépense", "fonctionnement", 640), ("61522", "Entretien des bâtiments", "dépense", "fonctionnement", 420),
    ("6232", "Fêtes et cérémonies", "dépense", "fonctionnement", 95), ("64111", "Rémunération principale des titulaires", "dépense", "fonctionnement", 4200),
    ("64131", "Rémunérations des contractuels", "dépense", "fonctionnement", 1700), ("65748", "Subventions aux associations", "dépense", "fonctionnement", 520),
    ("66111", "Intérêts réglés à l'échéance", "dépense", "fonctionnement", 210), ("73111", "Impôts directs locaux", "recette", "fonctionnement", 6800),
    ("74111", "Dotation forfaitaire", "recette", "fonctionnement", 2100), ("7067", "Redevances des services périscolaires", "recette", "fonctionnement", 560),
    ("2128", "Agencements et aménagements de terrains", "dépense", "investissement", 480), ("21312", "Bâtiments scolaires", "dépense", "investissement", 1500),
    ("2151", "Réseaux de voirie", "dépense", "investissement", 1100), ("1641", "Emprunts en euros", "recette", "investissement", 1300),
    ("10222", "Fonds de compensation pour la TVA", "recette", "investissement", 640), ("1321", "Subventions d'investissement de l'État", "recette", "investissement", 430),
]
FUNCTIONS = [("020", "Administration générale"), ("11", "Police, sécurité, justice"), ("212", "Écoles primaires"), ("311", "Activités artistiques et culturelles"),
             ("321", "Salles de sport, gymnases"), ("4212", "Petite enfance"), ("511", "Espaces verts urbains"), ("845", "Voirie communale")]


def budget(town, rng):
    rows = []
    for year in (2023, 2024, 2025):
        for account, label, side, section, size in ACCOUNTS:
            for code, function in FUNCTIONS:
                if rng.random() < 0.35:
                    continue
                planned = round(size * 1000 * rng.uniform(0.03, 0.3), 2)
                rows.append({
                    "BGT_NATDEC": "compte administratif", "BGT_ANNEE": year, "BGT_SIRET": siret(town.siren), "BGT_NOM": town.body,
                    "BGT_CONTNAT": account, "BGT_CONTNAT_LABEL": label, "BGT_NATURE": account, "BGT_NATURE_LABEL": label,
                    "BGT_FONCTION": code, "BGT_FONCTION_LABEL": function, "BGT_OPERATION": None, "BGT_SECTION": section,
                    "BGT_OPBUDG": "réel", "BGT_CODRD": side, "BGT_MTREAL": round(planned * rng.uniform(0.78, 1.02), 2),
                    "BGT_MTBUDGPREC": round(planned * rng.uniform(0.9, 1.05), 2), "BGT_MTRARPREC": 0.0, "BGT_MTPROPNOUV": planned,
                    "BGT_MTPREV": planned, "BGT_CREDOUV": planned, "BGT_MTRAR3112": 0.0, "BGT_ARTSPE": "non spécialisé",
                })
    return rows


def addresses(town, rng):
    rows = []
    for index, street in enumerate(STREETS):
        lon, lat = geo.point_in(rng, town.outline, town.centre, 0.45)
        east, north = rng.uniform(-1, 1), rng.uniform(-1, 1)
        for number in range(1, rng.randrange(18, 60)):
            suffix = "bis" if rng.random() < 0.06 else None
            side = 0.00008 if number % 2 else -0.00008
            x = round(lon + east * number * 0.00006 + north * side, 6)
            y = round(lat + north * number * 0.00005 - east * side, 6)
            if not geo.inside((x, y), town.outline):
                break
            rows.append({
                "cle_interop": f"{town.insee}_{9000 + index:04d}_{number:05d}" + (f"_{suffix}" if suffix else ""),
                "uid_adresse": None, "voie_nom": street, "numero": number, "suffixe": suffix, "commune_nom": town.name,
                "position": weighted(rng, [("entrée", 8), ("segment", 2), ("bâtiment", 1)]), "x": None, "y": None,
                "long": x, "lat": y, "source": town.body,
                "date_der_maj": (date(2024, 1, 1) + timedelta(days=rng.randrange(1000))).isoformat(),
            })
    return rows


# --- sets without a national schema, in the forms that towns really publish ------------------------

def french_date(day):
    return day.strftime("%d/%m/%Y")


def room_bookings(town, rng, count):
    rooms = [("Salle des fêtes", 240), ("Salle du Verger", 80), ("Maison des associations", 60), ("Foyer rural", 120)]
    clubs = associations(town, rng, 18)
    rows = []
    for n in range(count):
        day = date(2025, 1, 4) + timedelta(days=rng.randrange(690))
        room, size = rng.choice(rooms)
        free = rng.random() < 0.6
        rows.append({
            "Date": french_date(day), "Salle": room, "Capacité": size,
            "Bénéficiaire": rng.choice(clubs)["nom"] if free else "Particulier", "Code postal": town.postcode,
            "Gratuit": "oui" if free else "non", "Tarif": None if free else round(size * rng.choice([0.85, 1.25, 1.6]), 2),
            "Durée (h)": rng.choice([2.0, 2.5, 4.0, 8.0, 12.5]),
            "Usages": ";".join(rng.sample(["réunion", "repas", "spectacle", "sport", "exposition"], rng.randrange(1, 4))),
        })
    rows.sort(key=lambda r: (r["Date"][6:], r["Date"][3:5], r["Date"][:2], r["Salle"]))
    return rows


def waste(town, rng, communes):
    streams = [("Ordures ménagères", 14.2), ("Emballages", 5.1), ("Verre", 3.4), ("Papiers", 1.6), ("Biodéchets", 2.2)]
    rows = []
    for year in (2024, 2025, 2026):
        for month in range(1, 13):
            if (year, month) > (2026, 10):
                break
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            for commune in communes:
                for stream, kg in streams:
                    rows.append({
                        "Fin du mois": french_date(last), "Commune": commune["nom"], "Code INSEE": commune["code"], "Flux": stream,
                        "Tonnage": round(commune["population"] * kg / 1000 * rng.uniform(0.85, 1.15) * (1.1 if month in (7, 12) else 1), 2),
                        "Kg par habitant": round(kg * rng.uniform(0.85, 1.15), 2),
                        "Valorisé": "non" if stream == "Ordures ménagères" else "oui",
                    })
    return rows


def bicycle_counts(town, rng):
    """Hourly counts over September and October 2026: the hour of 25 October that comes twice is there twice."""
    counters = [("CV01", "Pont amont", 62), ("CV02", "Quai nord", 44), ("CV03", "Avenue de l'Université", 38),
                ("CV04", "Gare centrale", 71), ("CV05", "Voie verte sud", 29)]
    shape = [1, 0.6, 0.4, 0.3, 0.5, 1.4, 4, 11, 16, 9, 6, 6.5, 8, 7.5, 6.5, 7, 10, 16, 15, 9, 5.5, 3.6, 2.6, 1.7]
    turn = datetime(2026, 10, 25, 1)
    rows = []
    for code, name, size in counters:
        lon, lat = geo.point_in(rng, town.outline, town.centre, 0.3)
        utc = datetime(2026, 8, 31, 22)
        while utc < datetime(2026, 10, 31, 23):
            hours = 2 if utc < turn else 1
            local = utc + timedelta(hours=hours)
            level = size / 10 * shape[local.hour] * (0.55 if local.weekday() > 4 else 1) * (0.6 if local.toordinal() % 9 == 0 else 1)
            rows.append({
                "compteur": code, "nom": name, "horodatage": f"{local.isoformat()}+0{hours}:00",
                "passages": max(0, round(rng.gauss(level, level ** 0.5))), "latitude": lat, "longitude": lon,
            })
            utc += timedelta(hours=1)
    rows.sort(key=lambda r: (r["horodatage"][:10], r["compteur"]))
    return rows


EVENTS = [("Concert du dimanche", "Musique", ["concert", "tout public"]), ("Marché de producteurs", "Marché", ["gastronomie", "plein air"]),
          ("Conte en basque", "Jeunesse", ["langue basque", "enfants", "lecture"]), ("Exposition de photographies", "Exposition", ["image", "patrimoine"]),
          ("Pelote : tournoi amical", "Sport", ["pelote basque", "tout public"]), ("Balade contée sur le port", "Visite", ["patrimoine", "plein air"]),
          ("Atelier d'écriture", "Atelier", ["lecture", "adultes"]), ("Chœur d'hommes", "Musique", ["chant basque", "concert"]),
          ("Cinéma en plein air", "Cinéma", ["image", "plein air", "tout public"]), ("Nettoyage de la plage", "Environnement", ["bénévolat", "plein air"])]


def agenda(town, rng, count):
    venues = [("Espace culturel " + q, geo.point_in(rng, town.outline, town.centre, 0.4)) for q in town.quarters]
    rows = []
    for n in range(count):
        title, kind, tags = rng.choice(EVENTS)
        day = date(2026, 1, 2) + timedelta(days=rng.randrange(364))
        summer = date(2026, 3, 29) <= day < date(2026, 10, 25)
        hour = rng.choice([10, 14, 15, 18, 20])
        venue, (lon, lat) = rng.choice(venues)
        offset = "+02:00" if summer else "+01:00"
        free = rng.random() < 0.6
        rows.append({
            "id": str(n + 1), "titre": title, "categorie": kind, "mots_cles": tags,
            "debut": f"{day.isoformat()}T{hour:02d}:00:00{offset}", "fin": f"{day.isoformat()}T{hour + 2:02d}:30:00{offset}",
            "lieu": venue, "coordonnees": {"lon": lon, "lat": lat}, "gratuit": free,
            "tarif": 0 if free else rng.choice([5, 8, 12.5]), "jauge": rng.choice([None, 40, 80, 200]),
            "langues": rng.choice([["fr"], ["fr", "eu"], ["eu"], ["fr", "es"]]),
        })
    return sorted(rows, key=lambda r: (r["debut"], int(r["id"])))


def pool(town, rng):
    rows = []
    day = date(2025, 1, 1)
    while day <= date(2026, 10, 31):
        shut = day.month in (1, 9) and day.day < 8 or (day.month, day.day) in ((5, 1), (12, 25))
        weekend = day.weekday() > 4
        rows.append({
            "Date": french_date(day), "Ouverture": "non" if shut else "oui",
            "Entrées": 0 if shut else max(0, round(rng.gauss(310 if weekend else 190, 45) * (1.5 if day.month in (7, 8) else 1))),
            "Température de l'eau": None if shut else round(rng.uniform(26.5, 28.9), 1),
            "Recette": None if shut else round(rng.uniform(520, 1650), 2),
        })
        day += timedelta(days=1)
    return rows


# --- shapes --------------------------------------------------------------------------------------

def quarters(town, rng):
    seeds, names = [town.centre], list(town.quarters)
    while len(seeds) < len(names):
        point = geo.point_in(rng, town.outline, town.centre, 0.9)
        if min(geo.km(point, s) for s in seeds) > town.spacing:
            seeds.append(point)
    rows = []
    for n, (name, ring) in enumerate(zip(names, geo.cells(town.outline, seeds))):
        size = geo.area_ha(ring)
        rows.append({
            "code": f"{town.insee}-Q{n + 1:02d}", "nom": name, "type": "Centre" if n == 0 else rng.choice(["Habitat", "Mixte", "Activités"]),
            "surface_ha": size, "habitants": round(size * rng.uniform(8, 30)), "conseil_de_quartier": rng.random() < 0.6,
            "geometry": {"type": "Polygon", "coordinates": [geo.closed(ring)]},
        })
    return rows


def sectors(town, rng, spots):
    """Cells around real places: the seed is real, the limit is invented."""
    rows = []
    for (point, name, insee), ring in zip(spots, geo.cells(town.outline, [s[0] for s in spots])):
        rows.append({
            "code_insee": insee, "nom": name, "secteur": rng.choice(["Nord", "Sud", "Est", "Ouest"]), "surface_ha": geo.area_ha(ring),
            "collecte": rng.choice(["lundi", "mardi", "jeudi", "vendredi"]),
            "geometry": {"type": "Polygon", "coordinates": [geo.closed(ring)]},
        })
    return rows


def parks(town, rng):
    rows = []
    for n, name in enumerate(["Parc du Grand Étang", "Parc des Charmes", "Square des Lilas", "Bois des Chevreuils", "Jardin du Lavoir", "Coulée verte",
                              "Parc de la Meunerie", "Square du Cèdre", "Jardin des Papillons", "Bois des Roches"]):
        centre = geo.point_in(rng, town.outline, town.centre, 0.7)
        parts = [geo.blob(rng, centre, rng.uniform(0.06, 0.2))]
        if n % 3 == 0:
            parts.append(geo.blob(rng, (centre[0] + 0.0058, centre[1] + 0.0012), 0.09, 7))
        hole = geo.blob(rng, centre, 0.03, 6) if n in (0, 6) else None
        polygons = [[geo.closed(ring)] for ring in parts]
        if hole:
            polygons[0].append(geo.closed(hole)[::-1])
        many = len(polygons) > 1
        rows.append({
            "id": str(n + 1), "nom": name, "categorie": name.split()[0], "surface_ha": round(sum(geo.area_ha(r) for r in parts), 2),
            "chiens_admis": rng.random() < 0.4, "ouverture": rng.choice(["24/7", "Mo-Su 08:00-20:00"]),
            "amenagements": rng.sample(["jeux", "bancs", "point d'eau", "parcours sportif", "prairie fleurie", "ruches"], 3),
            "date_ouverture": (date(1972, 5, 1) + timedelta(days=rng.randrange(18000))).isoformat(),
            "geometry": {"type": "MultiPolygon" if many else "Polygon", "coordinates": polygons if many else polygons[0]},
        })
    return rows


def cycle_routes(town, rng, spots):
    rows = []
    for n, (point, name, _) in enumerate(s for s in spots if s[1] != town.short):
        line = geo.meander(rng, town.centre, point)
        length = sum(geo.km(a, b) for a, b in zip(line, line[1:]))
        rows.append({
            "numero": f"V{n + 1}", "nom": f"{town.short} – {name}", "revetement": rng.choice(["enrobé", "stabilisé", "pavé"]),
            "longueur_km": round(length, 2), "eclaire": rng.random() < 0.5, "ouverture": str(rng.randrange(2012, 2027)),
            "geometry": {"type": "LineString", "coordinates": line},
        })
    return rows
