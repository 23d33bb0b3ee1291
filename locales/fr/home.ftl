### The front page.
home-title = Les données ouvertes de { $name }
home-lead = Consultez, cartographiez et téléchargez librement les données publiées par { $name }.
search-datasets = Rechercher un jeu de données
search-example = Communes, équipements, budget…
figure-datasets =
    { $count ->
        [one] jeu de données
       *[other] jeux de données
    }
figure-records =
    { $count ->
        [one] enregistrement
       *[other] enregistrements
    }
figure-publishers =
    { $count ->
        [one] producteur
       *[other] producteurs
    }
home-themes = Explorer par thème
home-latest = Dernières mises à jour
home-all = Voir tous les jeux de données
home-empty-title = Aucun jeu de données pour le moment
home-empty-text = Les premières données seront bientôt publiées ici.
home-video = En vidéo
