### La fréquentation du portail, au back-office.
audience-tab = Fréquentation
audience-title = Fréquentation
audience-intro = Combien de fois ont été demandés des pages, des téléchargements, l’API et des recherches. Compté sans cookie, sans adresse et sans identifiant : ce sont des sommes de requêtes, non de personnes.
audience-periods = Période
audience-period-7d = 7 jours
audience-period-30d = 30 jours
audience-period-90d = 90 jours
audience-period-12m = 12 mois
audience-span = Du { $from } au { $to }.
audience-since = Compté depuis le { $day } : il n’y a pas de période précédente entière à comparer.
audience-empty-title = Rien n’est encore compté
audience-empty = Des chiffres apparaissent dès que quelqu’un ouvre une page, télécharge ou appelle l’API.
audience-totals = Totaux
audience-views = Pages vues
audience-downloads = Téléchargements
audience-calls = Appels de l’API
audience-searches = Recherches
audience-fruitless = Recherches sans résultat
audience-more = ↑ { $count } % par rapport à la période précédente
audience-less = ↓ { $count } % par rapport à la période précédente
audience-same = Comme pendant la période précédente
audience-before-none = Aucun pendant la période précédente
audience-course = Évolution
audience-chart = { $total } au total, { $most } au plus
audience-table = Les mêmes chiffres en tableau
audience-when = Période
audience-count = Nombre
audience-share = Part
audience-percent = { $count } %
audience-none = Aucun pendant cette période.
audience-datasets = Jeux de données les plus utilisés
audience-datasets-more =
    { $count ->
        [one] { $count } autre jeu de données est dans le fichier.
       *[other] { $count } autres jeux de données sont dans le fichier.
    }
audience-gone = Jeu de données supprimé
audience-formats = Téléchargements par format
audience-format = Format
audience-pages = Vues par page
audience-page-home = Accueil
audience-page-catalog = Catalogue
audience-page-information = Jeu de données : informations
audience-page-table = Jeu de données : tableau
audience-page-map = Jeu de données : carte
audience-page-export = Jeu de données : export
audience-page-api = Jeu de données : API
audience-page-cookies = Charte et préférences des cookies
audience-api-calls = API par appel
audience-call = Appel
audience-call-api-root = Entrée de l’API
audience-call-api-source = Entrée du catalogue
audience-call-datasets-index = Jeux de données, par page
audience-call-catalog-facets = Facettes du catalogue
audience-call-catalog-exports = Formats du catalogue
audience-call-dataset-lookup = Un jeu de données
audience-call-records-index = Enregistrements, par page
audience-call-record-lookup = Un enregistrement
audience-call-dataset-facets = Facettes d’un jeu de données
audience-call-attachments-index = Pièces jointes
audience-call-dataset-exports = Formats d’un jeu de données
audience-errors = Erreurs
audience-error = Erreur
audience-error-not-found = Introuvable
audience-error-refused = Refusée
audience-error-failed = Échouée de notre fait
audience-robots =
    { $count ->
        [0] Les requêtes des robots qui se déclarent sont comptées à part : aucune pendant cette période.
        [one] Les requêtes des robots qui se déclarent sont comptées à part : { $count } pendant cette période.
       *[other] Les requêtes des robots qui se déclarent sont comptées à part : { $count } pendant cette période.
    } Les erreurs comptent tous les clients.
audience-export = Télécharger les chiffres
audience-export-text = Une ligne par jour, nature, jeu de données et détail de la période ; les robots sont une sorte de client.
audience-dataset = En jeu de données
audience-dataset-text = Les mêmes chiffres s’interrogent par l’API, s’exportent et s’affichent comme tout jeu de données. Seule l’équipe le voit tant qu’un administrateur ne l’a pas ouvert. Il ne nomme jamais les jeux de données à accès restreint. Il est mis à jour une fois par heure au plus, si les chiffres ont changé.
audience-dataset-none = Il n’existe pas encore. Il se crée de lui-même le lendemain des premiers chiffres.
audience-dataset-written = Écrit pour la dernière fois le
audience-dataset-create = Le créer maintenant
audience-dataset-update = Le mettre à jour maintenant
audience-dataset-open = L’ouvrir à tous
audience-dataset-restrict = Le réserver à l’équipe
audience-dataset-done = Le jeu de données est à jour.
audience-open = Donnée ouverte

## In the cookie charter
charter-audience-title = Comment la fréquentation est comptée
charter-audience-text = Pour savoir quelles pages et quels jeux de données servent, le portail compte ses propres réponses : combien, par jour. Cela ne demande aucun cookie et ne met rien dans votre navigateur ; ni votre adresse ni ce que vous cherchez n’est gardé, et personne n’est reconnu d’une page à l’autre. Si votre navigateur envoie Global Privacy Control ou Do Not Track, vos requêtes ne sont pas comptées.
