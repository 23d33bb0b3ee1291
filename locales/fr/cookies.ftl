### The charter and the preferences.
charter-title = Charte cookies
charter-intro = Cette page dit, pour { $name }, ce que le site enregistre dans votre navigateur, pourquoi et pour combien de temps.
charter-what-title = Qu’est-ce qu’un cookie ?
charter-what-text = Un cookie est un petit texte qui porte un nom. Un site peut le confier à votre navigateur, qui le garde un certain temps et le lui rend à chaque nouvelle page que vous y ouvrez.
charter-what-uses = Il sert par exemple à vous reconnaître une fois connecté, à garder un panier d’achat ou une langue, mais aussi, sur certains sites, à mesurer la fréquentation ou à vous suivre pour de la publicité.
charter-kinds-title = Les quatre sortes de cookies
charter-necessary-name = Cookies nécessaires.
charter-necessary-text = Posés par le site lui-même, ils font passer une information d’une visite à l’autre sur le même appareil : une connexion, un panier, un réglage d’affichage.
charter-necessary-consent = Votre consentement n’est pas requis.
charter-statistics-name = Cookies statistiques.
charter-statistics-text = Ils retracent ce que les visiteurs font sur un site.
charter-statistics-consent = Votre consentement n’est pas requis lorsque la mesure est anonyme, c’est-à-dire qu’elle ne permet de retrouver personne ; sinon, il l’est.
charter-first-name = Cookies internes (« first-party »).
charter-first-text = Posés par le site visité en plus des cookies nécessaires, ils peuvent recueillir des données personnelles, suivre un comportement ou servir à la publicité.
charter-first-consent = Votre consentement est requis, sauf exemption prévue par la loi.
charter-third-name = Cookies tiers (« third-party »).
charter-third-text = Posés sur un site par un autre, souvent une régie publicitaire, ils apprennent à cet autre site quelles pages vous avez vues.
charter-third-consent = Votre consentement est requis.
charter-uses-title = À quoi servent les cookies sur la plateforme
charter-uses-text = Une visite sans connexion ni réglage ne dépose aucun cookie. Le tableau ci-dessous est produit par le registre dont le serveur se sert pour en poser : il ne peut pas en poser d’autres.
charter-table-title = Cookies nécessaires au bon fonctionnement de la plateforme
charter-caption = Cookies que { $url } peut déposer
charter-details-title = Durées et précautions
charter-life =
    { $days ->
        [one] conservé { $days } jour au plus.
       *[other] conservé { $days } jours au plus.
    }
charter-life-visit = ne survit pas à la visite.
charter-http-only = Hors de portée des scripts.
charter-choice-text = Vous pouvez revoir votre choix à tout moment :
charter-formats = Cette charte existe aussi en
charter-format-text = texte
charter-revision = Révision du registre :

## Preferences
preferences-intro = Choisissez ce que { $name } peut enregistrer dans votre navigateur. Le détail est dans la
preferences-saved = Votre choix est enregistré.
preferences-necessary-title = Cookies nécessaires
preferences-necessary-text = Ils ne sont déposés que lorsque vous vous connectez, choisissez une langue, ouvrez un formulaire ou enregistrez ce choix.
preferences-always = Toujours actifs
preferences-nothing = Ce portail n’utilise rien qui demande votre consentement : ni mesure d’audience, ni publicité, ni service tiers. C’est pourquoi aucun bandeau ne s’affiche. Vous pouvez néanmoins enregistrer votre choix.
preferences-purposes = Finalités soumises à votre accord
preferences-refuse = Tout refuser
preferences-accept = Tout accepter
preferences-save = Enregistrer mon choix
preferences-state = Votre choix actuel
preferences-date = Enregistré le
preferences-until = Valable jusqu’au
preferences-receipt = Numéro de reçu
preferences-none = Aucun choix enregistré dans ce navigateur.
