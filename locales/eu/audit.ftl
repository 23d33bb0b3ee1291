### Auditoriak, gutunaren ondoan eta back-officean.
audit-tab = Auditoriak
audit-title = Gutunaren auditoriak
audit-intro = Nabigatzaile batek { $name } irekitzen du, bisitari desberdinek egingo luketen bezala, eta gordetzen eta kontaktatzen dena gutunarekin alderatzen du.
audit-none = Oraindik ez da auditoriarik egin.
audit-last = Gutunaren { $revision }. berrikuspena, data honetan egiaztatua:
audit-agrees = ez da aurkitu adierazitakoaz besterik.
audit-differs = { $count ->
    [one] desadostasun { $count } aurkitu da.
   *[other] { $count } desadostasun aurkitu dira.
}
audit-failed = auditoria ezin izan da egin, eta horrek ez du ezer esaten guneari buruz.
audit-changed = Harrezkero erregistroa, atariaren itxura edo softwarea aldatu da: beste auditoria bat egin behar da.
audit-signed = Txostena sinatuta eta gordeta dago.
audit-findings = Aurkitutako desadostasunak
audit-finding = Desadostasuna
audit-subject = Zeri buruz
audit-detail = Xehetasuna
audit-scope = { $pages } orri ireki dira { $scenarios } agertokietako bakoitzean.
audit-history = Aurreko auditoriak
audit-number = { $number }. auditoria
audit-link = Auditoriak
audit-pictures = Abisua, bisitariek ikusi zuten bezala:
audit-picture-desktop = ordenagailuan
audit-picture-mobile = telefonoan
audit-how = Zerbitzariak bere kabuz ikuskatzen du aldaketen ondoren eta astean behin, nabigatzailerik aurkitzen badu. Komando-lerrotik:
