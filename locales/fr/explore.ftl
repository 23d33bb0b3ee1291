### The catalogue.
explore-title = Jeux de données
explore-description = Tous les jeux de données publiés par { $name } : recherche, filtres, téléchargement et API.
datasets-found =
    { $count ->
        [one] { $count } jeu de données
       *[other] { $count } jeux de données
    }
sort-by = Trier par
sort-modified = Date de mise à jour
sort-title = Titre
sort-records_count = Nombre d’enregistrements
explore-empty-title = Aucun jeu de données ne correspond
explore-empty-text = Vérifiez l’orthographe, essayez un mot plus général ou retirez des filtres.
explore-empty-action = Voir tous les jeux de données
