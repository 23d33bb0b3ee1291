### The back office "Cookies".
registry-tab = Cookies
registry-title = Registre des cookies
registry-intro = La charte et le bandeau sont produits par ce registre : ce qui n’y figure pas ne peut être ni déposé ni contacté. Chaque modification crée une révision, gardée et publiée.
registry-saved = La révision { $number } est en vigueur.
registry-asking =
    { $count ->
        [0] Rien ne demande le consentement des visiteurs : aucun bandeau ne s’affiche.
        [one] { $count } service demande le consentement des visiteurs.
       *[other] { $count } services demandent le consentement des visiteurs.
    }
registry-charter = Textes de la charte
registry-history = Révisions du registre
registry-services = Services en usage
registry-services-none = Aucun service tiers ni mesure d’audience.
registry-ready = Ajouter un service
registry-ready-text = Chaque service est inactif tant qu’il n’est pas ajouté. Il apporte à la charte les cookies, stockages et serveurs qu’on lui connaît.
registry-add = Ajouter
registry-entries = Autres déclarations
registry-entries-none = Rien n’est déclaré au-delà des services et des cookies de la plateforme.
registry-product = Cookies de la plateforme
registry-retired = Retirés
registry-detail = Prestataire ou finalité
registry-state = Consentement
registry-edit = Modifier
state-necessary = Nécessaire
state-exempt = Exempté
state-consent = Demandé
state-proxied = Sans contact

## Forms
registry-entry-new = Déclarer un élément
registry-entry-edit = Modifier une déclaration
registry-service-new = Ajouter un service
registry-service-edit = Modifier un service
registry-wording = Formulation
registry-wording-text = Le nom, la durée et les attributs de ce cookie sont ceux que le serveur applique : ils ne se modifient pas. Une langue laissée vide garde le texte de la plateforme.
registry-charter-text = Ces textes entourent le tableau de la charte. Le tableau lui-même vient du registre et reste toujours visible.
registry-plain-text = Texte simple ; une ligne vide sépare les paragraphes.
registry-see-also-hint = Par exemple la politique de confidentialité de la collectivité. Le pied de page continue de mener à la charte générée.
registry-durations = Montrer la durée dans une colonne du tableau
registry-problems = Cette révision ne peut pas être publiée
registry-overtaken = Quelqu’un a publié une révision entre-temps. Relisez votre saisie, puis publiez à nouveau.
registry-note = Motif de la révision
registry-note-hint = Public, au plus 500 caractères.
registry-note-error = Donnez un motif d’au plus 500 caractères.
registry-publish = Publier
registry-retire = Retirer
registry-retire-text = Il quitte la charte et devient interdit dès la réponse suivante. Il reste dans l’historique, et peut être remis.
registry-restore = Remettre
registry-restore-text = Il revient dans la charte.
registry-is-retired = Retiré : il n’est plus dans la charte.
registry-none = Aucun
registry-name-hint = Nom exact, ou motif où * remplace ce qui varie, comme _pk_id.*. Pour un serveur : son nom d’hôte.
registry-provider-hint = L’organisme que la charte et le bandeau nomment.
registry-service-hint = Ce qui l’utilise, et où.
registry-purpose-hint = À quoi il sert au visiteur ou au portail.
registry-description-hint = Ce que le service fait pour le visiteur, et ce que le prestataire apprend.
registry-life-hint = Au plus 396 jours (13 mois). Vide : ne survit pas à l’onglet.
registry-unit = Unité
unit-day = jours
unit-hour = heures
unit-minute = minutes
registry-ground = Pourquoi il peut être déposé
registry-ground-hint = Ce qui n’est ni strictement nécessaire, ni une mesure d’audience qui remplit tous les critères, demande le consentement.
ground-consent = Avec le consentement du visiteur
ground-necessary = Strictement nécessaire
ground-measurement = Mesure d’audience
registry-necessity = Usage nécessaire
registry-necessity-hint = À choisir si « Strictement nécessaire » est coché. Ce sont les seuls usages que la CNIL admet.
necessity-authentication = Authentification et sécurité
necessity-choice = Mémoire du choix sur les cookies
necessity-basket = Panier d’achat
necessity-interface = Réglage demandé de l’interface
necessity-load-balancing = Répartition de charge
necessity-paywall = Décompte de contenus gratuits
registry-service-id-hint = Le consentement se donne service par service : ce qui en demande doit en nommer un.
registry-attributes = Domaine et attributs
registry-other-host = Un autre serveur
registry-domain-hint = Nom d’hôte, comme media.example.org ou *.example.org.
registry-more-hosts = Autres serveurs contactés
registry-more-hosts-hint = Un nom d’hôte par ligne, en plus de ceux que le service est connu pour contacter.
registry-brings = Ce que ce service apporte à la charte

## Settings of services
field-url = Adresse du serveur
field-site-id = Numéro du site
field-measurement-id = Identifiant de mesure
field-site = Numéro du site
field-collection = Serveur de collecte
field-url-prefix = Début des adresses admises
field-template = Adresse des tuiles
field-attribution = Mention sur la carte
field-max-zoom = Zoom maximal
field-delivery = Acheminement
field-id = Identifiant
field-cookie-days = Durée du cookie
registry-matomo-url-hint = https:// et le nom du serveur, sans barre oblique finale.
registry-site-id-hint = Un numéro propre à ce portail.
registry-collection-hint = Le nom d’hôte que Piano vous a donné.
registry-url-prefix-hint = https://, le nom du serveur et un dossier, avec une barre oblique finale.
registry-template-hint = https:// avec {"{z}"}, {"{x}"} et {"{y}"}, chacun une fois.
registry-delivery-hint = Par notre serveur, le prestataire ne voit jamais le visiteur et aucun consentement n’est demandé.
delivery-proxied = Par notre serveur
delivery-consented = Par le navigateur, avec accord

## Kinds of service
value-youtube = YouTube
value-vimeo = Vimeo
value-dailymotion = Dailymotion
value-matomo = Matomo
value-google-analytics = Google Analytics 4
value-piano = Piano Analytics (AT Internet)
value-iframe = Cadre (page d’un autre site)
value-tiles = Fond de carte (tuiles)
value-own = Fonction du portail

## Exemption of audience measurement
exemption-title = Exemption de la mesure d’audience
exemption-text = La mesure n’est exemptée de consentement que si toutes ces affirmations sont vraies. Elles sont publiées avec la charte.
exemption-own-account = Elle est faite pour le seul compte de l’éditeur du portail.
exemption-listed-uses = Elle ne sert qu’à mesurer la performance, détecter des problèmes de navigation, améliorer l’ergonomie, dimensionner les serveurs et analyser les contenus.
exemption-anonymous = Elle ne produit que des statistiques anonymes.
exemption-no-cross-site = Aucun identifiant n’est commun à plusieurs sites, et rien n’est suivi d’un site à l’autre.
exemption-no-sharing = Les données ne sont ni recoupées avec d’autres traitements ni transmises à des tiers.
exemption-no-user-id = Aucun identifiant de compte ou de personne n’est transmis à l’outil.
exemption-address-masked = Les deux derniers octets de l’adresse IP sont effacés avant tout enregistrement.
exemption-not-extended = Une nouvelle visite ne prolonge pas les cookies.
exemption-opt-out = Les visiteurs peuvent s’y opposer simplement.
exemption-cookie-days = Durée du plus long cookie, en jours
exemption-cookie-days-hint = Au plus 396 (13 mois) ; 0 s’il n’y en a pas.
exemption-data-months = Conservation des données, en mois
exemption-data-months-hint = Au plus 25.
exemption-earned = Exemptée : tous les critères sont remplis
exemption-unmet = Consentement demandé : ces critères ne sont pas remplis

## What can be wrong
problem-slug = De 1 à 40 lettres minuscules sans accent, chiffres et tirets.
problem-taken = Déjà déclaré.
problem-reserved = Ce nom est celui d’un cookie de la plateforme.
problem-missing = À remplir, au moins dans la première langue du portail.
problem-too-long = Trop long.
problem-characters = Contient des caractères qui ne peuvent pas y être.
problem-too-wide = Un motif demande au moins trois caractères en plus des étoiles, dont le premier, et au plus trois étoiles.
problem-host = Donnez le nom d’hôte d’un tiers, comme media.example.org ou *.example.org.
problem-https = Donnez une adresse d’un tiers qui commence par https:// et un nom de serveur.
problem-life = Rien ne peut être gardé plus de 13 mois (396 jours), ni plus longtemps que déclaré pour l’exemption.
problem-no-life = Ce genre ne survit pas à l’onglet : laissez la durée vide.
problem-consent = Ce qui demande le consentement appartient à un service : choisissez-en un.
problem-no-service = Ce service n’existe pas.
problem-too-many = Il y en a trop.
problem-setting = Ce réglage n’est pas celui que le service attend.
problem-not-exempt = Cet outil ne peut pas être exempté de consentement.
