### La preuve du consentement, au back-office.
consent-tab = Consentement
consent-title = Preuve du consentement
consent-intro = Chaque choix des visiteurs laisse un enregistrement : sans nom, sans adresse, sans compte. On le retrouve par le reçu que le visiteur lit dans « Gérer mes cookies », et par rien d’autre.
consent-figures = Chiffres
consent-records = Enregistrements depuis l’origine
consent-purged = Dont purgés à leur échéance
consent-days = Jours signés
consent-recent = Enregistrements des trente derniers jours
consent-action = Décision
consent-count = Nombre
consent-action-accept = Tout accepté
consent-action-refuse = Tout refusé
consent-action-partial = Accepté en partie
consent-action-change = Modifié
consent-action-withdraw = Retiré
consent-action-expire = Expiré
consent-action-signal = Signal du navigateur suivi
consent-find = Retrouver un choix
consent-find-hint = Le reçu, tel que le visiteur le voit : 22 caractères.
consent-not-found = Aucun choix de ce portail ne porte ce reçu.
consent-record = Enregistrement n° { $seq }
consent-audit = Audit
consent-way = Où
consent-way-banner = Bandeau
consent-way-panel = Page des préférences
consent-way-placeholder = Encart d’un service
consent-way-no-js = Formulaire sans scripts
consent-way-server = Constaté par le serveur
consent-signal = Signal GPC ou DNT
consent-verdicts = Réponses
consent-agreed = accepté
consent-refused = refusé
consent-nothing-asked = Rien ne demandait de consentement.
consent-revision = Révision du registre
consent-shown = Ce qui était affiché
consent-shown-text = le texte ({ $lang })
consent-shown-code = le code
consent-replaces = Remplace le choix
consent-hash = Empreinte
consent-verify = Vérifier
consent-verify-action = Vérifier tous les enregistrements
consent-sound =
    { $count ->
        [0] Il n’y a encore aucun enregistrement, et rien ne manque.
        [one] L’enregistrement est intact, à sa place et signé.
       *[other] Les { $count } enregistrements sont intacts, à leur place et signés.
    }
consent-unsound =
    { $count ->
        [one] { $count } enregistrement lu. Voici ce qui ne va pas :
       *[other] { $count } enregistrements lus. Voici ce qui ne va pas :
    }
consent-more =
    { $count ->
        [one] Et { $count } autre anomalie.
       *[other] Et { $count } autres anomalies.
    }
consent-fault-altered =
    { $last ->
        [0] L’enregistrement { $seq } a été modifié.
       *[other] L’enregistrement { $seq } a été modifié, au plus tôt depuis le { $last }.
    }
consent-fault-unproven = L’enregistrement { $seq } n’est plus prouvé, car le suivant a été modifié.
consent-fault-missing = Il manque les enregistrements { $seq } à { $last }.
consent-fault-inserted = Un enregistrement a été inséré à la place { $last } ; il se dit n° { $seq }.
consent-fault-reordered = L’enregistrement { $seq } a été déplacé à la place { $last }.
consent-fault-forked = L’enregistrement { $seq } ne suit pas ce qui avait été signé avant lui : deux historiques ont été mélangés.
consent-fault-unsigned = Aucune signature ne couvre les enregistrements { $seq } à { $last }.
consent-fault-mislabelled = L’enregistrement { $seq } est classé sous des valeurs qui ne sont pas les siennes.
consent-fault-head = La signature du { $day } est fausse.
consent-fault-checkpoint = La signature de la purge jusqu’à l’enregistrement { $seq } est fausse.
consent-key = Clé publique (Ed25519)
consent-published = Publié pour tous
consent-export = Exporter
consent-export-text = Le fichier JSON contient tout ce qu’il faut pour vérifier sans ce logiciel ; le fichier CSV se lit dans un tableur.
