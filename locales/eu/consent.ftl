### Baimenaren froga, kudeaketa-eremuan.
consent-tab = Baimena
consent-title = Baimenaren froga
consent-intro = Bisitarien aukera bakoitzak erregistro bat uzten du: izenik gabe, helbiderik gabe, konturik gabe. Bisitariak «Kudeatu nire cookieak» orrian irakurtzen duen ordezagiriaren bidez aurkitzen da, eta ez beste ezeren bidez.
consent-figures = Zifrak
consent-records = Erregistroak hasieratik
consent-purged = Horietatik, epea amaituta ezabatuak
consent-days = Sinatutako egunak
consent-recent = Azken hogeita hamar egunetako erregistroak
consent-action = Erabakia
consent-count = Kopurua
consent-action-accept = Dena onartua
consent-action-refuse = Dena ukatua
consent-action-partial = Zati bat onartua
consent-action-change = Aldatua
consent-action-withdraw = Kendua
consent-action-expire = Iraungia
consent-action-signal = Nabigatzailearen seinaleari jarraitua
consent-find = Aurkitu aukera bat
consent-find-hint = Ordezagiria, bisitariak ikusten duen bezala: 22 karaktere.
consent-not-found = Atari honetako aukera batek ere ez du ordezagiri hau.
consent-record = { $seq }. erregistroa
consent-audit = Ikuskaritza
consent-way = Non
consent-way-banner = Iragarki-banda
consent-way-panel = Hobespenen orria
consent-way-placeholder = Zerbitzu baten lekua
consent-way-no-js = Scriptik gabeko inprimakia
consent-way-server = Zerbitzariak jasoa
consent-signal = GPC edo DNT seinalea
consent-verdicts = Erantzunak
consent-agreed = onartua
consent-refused = ukatua
consent-nothing-asked = Ezerk ez zuen baimenik eskatzen.
consent-revision = Erregistroaren berrikuspena
consent-shown = Erakutsi zena
consent-shown-text = testua ({ $lang })
consent-shown-code = kodea
consent-replaces = Aukera hau ordezten du
consent-hash = Laburpena
consent-verify = Egiaztatu
consent-verify-action = Egiaztatu erregistro guztiak
consent-sound =
    { $count ->
        [0] Oraindik ez dago erregistrorik, eta ez da ezer falta.
        [one] Erregistroa osorik, bere lekuan eta sinatuta dago.
       *[other] { $count } erregistroak osorik, beren lekuan eta sinatuta daude.
    }
consent-unsound =
    { $count ->
        [one] Erregistro { $count } irakurri da. Hau gaizki dago:
       *[other] { $count } erregistro irakurri dira. Hau gaizki dago:
    }
consent-more =
    { $count ->
        [one] Eta beste akats { $count }.
       *[other] Eta beste { $count } akats.
    }
consent-fault-altered =
    { $last ->
        [0] { $seq }. erregistroa aldatu da.
       *[other] { $seq }. erregistroa aldatu da, edo { $last }.etik aurrerako bat eta haren ondorengo guztiak.
    }
consent-fault-unproven = { $seq }. erregistroa ez dago frogatuta, hurrengoa aldatu delako.
consent-fault-missing = { $seq }.etik { $last }.era bitarteko erregistroak falta dira.
consent-fault-inserted = Erregistro bat sartu da { $last }. lekuan; { $seq }. erregistroa dela dio.
consent-fault-reordered = { $seq }. erregistroa { $last }. lekura mugitu da.
consent-fault-forked = { $seq }. erregistroak ez dio aurretik sinatutakoari jarraitzen: bi historia nahastu dira.
consent-fault-unsigned = Ez dago { $seq }.etik { $last }.era bitarteko erregistroak estaltzen dituen sinadurarik.
consent-fault-mislabelled = { $seq }. erregistroa bereak ez diren balioen arabera sailkatuta dago.
consent-fault-head = { $day } eguneko sinadura okerra da.
consent-fault-checkpoint = { $seq }. erregistrora arteko ezabaketaren sinadura okerra da.
consent-key = Gako publikoa (Ed25519)
consent-published = Guztiontzat argitaratua
consent-export = Esportatu
consent-export-text = JSON fitxategiak programa hau gabe egiaztatzeko behar den guztia dauka; CSV fitxategia kalkulu-orri batean irakurtzekoa da.
