### Audits, beside the charter and in the back office.
audit-tab = Audits
audit-title = Audits of the charter
audit-intro = A browser opens { $name } as different visitors would, and compares what is stored and contacted with the charter.
audit-none = There has been no audit yet.
audit-last = Revision { $revision } of the charter, checked on
audit-agrees = nothing but what is declared was found.
audit-differs = { $count ->
    [one] { $count } difference was found.
   *[other] { $count } differences were found.
}
audit-failed = the audit could not be carried out, which says nothing about the site.
audit-changed = Since then the registry, the look of the portal or the software has changed: another audit is due.
audit-signed = The report is signed and kept.
audit-findings = What was found
audit-finding = Finding
audit-subject = About
audit-detail = Detail
audit-scope = { $pages } pages were opened in each of { $scenarios } scenarios.
audit-history = Earlier audits
audit-number = Audit no. { $number }
audit-link = Audits
audit-pictures = The banner as visitors saw it:
audit-picture-desktop = on a desktop
audit-picture-mobile = on a telephone
audit-how = The server audits by itself after changes and once a week, where it finds a browser. From the command line:
