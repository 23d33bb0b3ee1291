### What consent is asked for.
## Banner, panel, placeholders
banner-title = Cookies et services tiers
banner-text = { $name } souhaite utiliser les services ci-dessous. Aucun n’est contacté sans votre accord, et le site reste entièrement utilisable si vous refusez.
banner-more = En savoir plus sur { $name }
banner-provider = Responsable
banner-life = Durée
banner-days =
    { $days ->
        [one] { $days } jour au plus
       *[other] { $days } jours au plus
    }
banner-visit = le temps de la visite
banner-hosts = Serveurs contactés
banner-policy = Confidentialité
banner-policy-of = Politique de confidentialité de { $name }
banner-change = Votre choix est gardé six mois. Vous pouvez le changer à tout moment par « Gérer mes cookies », au bas de chaque page. Détails :
banner-customise = Personnaliser
banner-third = Retirer votre accord arrête le service aussitôt et supprime ce qu’il a laissé sur ce site. Les cookies qu’un service tiers a posés sur ses propres serveurs ne peuvent être supprimés que dans votre navigateur ou chez lui : sa politique de confidentialité dit comment.
banner-signal = Votre navigateur envoie le signal { $name } : tant que vous n’avez pas fait d’autre choix ici, nous le tenons pour un refus de tout ce qui demande un accord.
banner-confirm-title = Confirmez votre choix
banner-confirm-accept = Vous avez cliqué sur « Tout accepter ». Sans scripts, une confirmation est nécessaire ; rien n’est encore enregistré.
banner-confirm-refuse = Vous avez cliqué sur « Tout refuser ». Sans scripts, une confirmation est nécessaire ; rien n’est encore enregistré.
banner-blocked-title = Votre choix n’a pas pu être gardé
banner-blocked = Votre navigateur n’accepte pas les cookies de ce site : votre choix ne peut pas être gardé. Rien de ce qui demande un accord ne sera chargé.
placeholder-text = { $name } est fourni par { $provider }. Finalité : { $purpose }. Si vous l’affichez, ce service reçoit votre adresse IP et peut déposer des cookies.
placeholder-once = Afficher cette fois
placeholder-always = Toujours afficher { $name }
placeholder-source = Ouvrir chez le fournisseur
placeholder-again = Sans scripts, confirmez en cliquant une seconde fois ; rien n’est encore enregistré.
embed-missing = Contenu absent
embed-missing-text = Ce contenu n’existe pas, ou ce portail n’utilise plus ce service.
measure-frame = Mesure d’audience : { $name }
purpose-statistics-text = Compter les visites et les pages vues.
purpose-video-text = Lire des vidéos hébergées par un autre site.
purpose-map-text = Afficher des cartes dont les images viennent d’un autre site.
purpose-social-text = Afficher des contenus de réseaux sociaux.
purpose-content-text = Afficher des pages ou des outils hébergés par un autre site.
purpose-comfort-text = Retenir des réglages que vous n’avez pas demandés expressément.
purpose-advertising-text = Afficher de la publicité ou la mesurer.
