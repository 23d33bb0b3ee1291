### Les audits, à côté de la charte et au back-office.
audit-tab = Audits
audit-title = Audits de la charte
audit-intro = Un navigateur ouvre { $name } comme le feraient différents visiteurs, et compare ce qui est déposé et contacté avec la charte.
audit-none = Aucun audit n’a encore eu lieu.
audit-last = Révision { $revision } de la charte, vérifiée le
audit-agrees = rien d’autre que ce qui est déclaré n’a été trouvé.
audit-differs = { $count ->
    [one] { $count } écart a été trouvé.
   *[other] { $count } écarts ont été trouvés.
}
audit-failed = l’audit n’a pas pu avoir lieu, ce qui ne dit rien du site.
audit-changed = Depuis, le registre, l’apparence du portail ou le logiciel ont changé : un nouvel audit est attendu.
audit-signed = Le rapport est signé et conservé.
audit-findings = Écarts trouvés
audit-finding = Écart
audit-subject = Sur quoi
audit-detail = Précision
audit-scope = { $pages } pages ont été ouvertes dans chacun des { $scenarios } scénarios.
audit-history = Audits précédents
audit-number = Audit n° { $number }
audit-link = Audits
audit-pictures = Le bandeau tel que les visiteurs l’ont vu :
audit-picture-desktop = sur ordinateur
audit-picture-mobile = sur téléphone
audit-how = Le serveur audite de lui-même après chaque changement et une fois par semaine, s’il trouve un navigateur. En ligne de commande :
