### Texts of every page.

## Frame of every page
skip = Aller au contenu
home = Accueil
breadcrumb = Fil d’Ariane
nav-main = Navigation principale
nav-footer = Informations du site
nav-explore = Jeux de données
nav-backoffice = Back-office
nav-language-label = Français – changer de langue
nav-login = Se connecter
nav-logout = Se déconnecter
nav-charter = Charte cookies
nav-sitemap = Plan du site (XML)
manage-cookies = Gérer mes cookies
back-home = Retour à l’accueil
colon = { "\u00A0: " }

## Words
search = Rechercher
save = Enregistrer
cancel = Annuler
copy = Copier
yes = Oui
no = Non
no-value = Non renseigné
results = Résultats
updated = Mis à jour le
restricted = Accès restreint
has-map = Carte
records-count =
    { $count ->
        [one] { $count } enregistrement
       *[other] { $count } enregistrements
    }

## Lists
pages = Pages de résultats
page = Page
page-previous = Précédente
page-next = Suivante
filters = Filtres
filters-none = Aucun filtre disponible ici.
filters-active = Filtres actifs
filters-clear = Tout effacer
filter-remove = Retirer le filtre
filter-text = Recherche
filter-where = Condition
filter-not = sauf
facet-chosen = Filtre actif :
facet-more =
    { $count ->
        [one] Afficher { $count } autre valeur
       *[other] Afficher { $count } autres valeurs
    }
facet-theme = Thème
facet-keyword = Mot-clé
facet-publisher = Producteur
facet-license = Licence
facet-features = Vue
facet-modified = Modifié
feature-analyze = Analyse
feature-geo = Carte
feature-timeserie = Série temporelle
