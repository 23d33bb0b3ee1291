### What consent is asked for.
## Banner, panel, placeholders
banner-title = Cookieak eta hirugarrenen zerbitzuak
banner-text = { $name } atariak beheko zerbitzuak erabili nahi ditu. Ez da inor kontaktatzen zure baimenik gabe, eta guneak oso-osorik funtzionatzen du ukatzen baduzu ere.
banner-more = { $name } zerbitzuari buruz gehiago
banner-provider = Arduraduna
banner-life = Iraupena
banner-days =
    { $days ->
        [one] gehienez egun { $days }
       *[other] gehienez { $days } egun
    }
banner-visit = bisitak irauten duen artean
banner-hosts = Kontaktatzen diren zerbitzariak
banner-policy = Pribatutasuna
banner-policy-of = Pribatutasun-politika: { $name }
banner-change = Zure aukera sei hilabetez gordetzen da. Edozein unetan alda dezakezu, orri bakoitzaren behealdeko “Kudeatu nire cookieak” estekaren bidez. Xehetasunak:
banner-customise = Pertsonalizatu
banner-third = Baimena kentzen baduzu, zerbitzua berehala gelditzen da eta gune honetan utzi duena ezabatzen da. Hirugarren batek bere zerbitzarietan jarritako cookieak zure nabigatzailean edo haren gunean baino ezin dira ezabatu: haren pribatutasun-politikak azaltzen du nola.
banner-signal = Zure nabigatzaileak { $name } seinalea bidaltzen du: hemen beste aukerarik egin ez duzun artean, baimena behar duen guztiaren ukapentzat hartzen dugu.
banner-confirm-title = Berretsi zure aukera
banner-confirm-accept = “Onartu denak” sakatu duzu. Scriptik gabe berrespena behar da; oraindik ez da ezer gorde.
banner-confirm-refuse = “Ukatu denak” sakatu duzu. Scriptik gabe berrespena behar da; oraindik ez da ezer gorde.
banner-blocked-title = Zure aukera ezin izan da gorde
banner-blocked = Zure nabigatzaileak ez ditu gune honen cookieak onartzen: zure aukera ezin da gorde. Baimena behar duen ezer ez da kargatuko.
placeholder-text = { $name } zerbitzuaren hornitzailea: { $provider }. Xedea: { $purpose }. Erakusten baduzu, zerbitzu horrek zure IP helbidea jasotzen du eta cookieak jar ditzake.
placeholder-once = Erakutsi oraingoan
placeholder-always = Erakutsi beti { $name }
placeholder-source = Ireki hornitzailearen gunean
placeholder-again = Scriptik gabe, berretsi bigarren klik batekin; oraindik ez da ezer gorde.
embed-missing = Edukia falta da
embed-missing-text = Eduki hori ez dago, edo atari honek ez du zerbitzu hori gehiago erabiltzen.
measure-frame = Audientzia-neurketa: { $name }
purpose-statistics-text = Bisitak eta ikusitako orriak zenbatzea.
purpose-video-text = Beste gune batean ostatatutako bideoak erreproduzitzea.
purpose-map-text = Irudiak beste gune batetik datozkien mapak erakustea.
purpose-social-text = Sare sozialetako edukiak erakustea.
purpose-content-text = Beste gune batean ostatatutako orriak edo tresnak erakustea.
purpose-comfort-text = Berariaz eskatu ez dituzun ezarpenak gogoratzea.
purpose-advertising-text = Publizitatea erakustea edo neurtzea.
