### The charter and the preferences.
charter-title = Cookieen gutuna
charter-intro = Orri honek azaltzen du, { $name } atariaren kasuan, guneak zer gordetzen duen zure nabigatzailean, zergatik eta zenbat denboraz.
charter-what-title = Zer da cookie bat?
charter-what-text = Cookie bat izena duen testu txiki bat da. Gune batek zure nabigatzaileari eman diezaioke; honek denbora batez gordetzen du eta bertan irekitzen duzun orri bakoitzarekin itzultzen dio.
charter-what-uses = Balio du, adibidez, saioa hasi ondoren zu ezagutzeko, erosketa-saskia edo hizkuntza gordetzeko, baina baita, gune batzuetan, bisitak neurtzeko edo publizitaterako zu jarraitzeko ere.
charter-kinds-title = Lau cookie mota
charter-necessary-name = Beharrezko cookieak.
charter-necessary-text = Guneak berak jarriak, informazioa bisita batetik bestera eramaten dute gailu berean: saio-hasiera bat, saski bat, bistaratze-ezarpen bat.
charter-necessary-consent = Ez da zure baimenik behar.
charter-statistics-name = Estatistika-cookieak.
charter-statistics-text = Bisitariek gune batean egiten dutena jasotzen dute.
charter-statistics-consent = Ez da zure baimenik behar neurketa anonimoa denean, hau da, inor identifikatzeko balio ez duenean; bestela, bai.
charter-first-name = Barneko cookieak (“first-party”).
charter-first-text = Bisitatutako guneak jarriak, beharrezkoez gain; datu pertsonalak bildu, portaera jarraitu edo publizitaterako erabil daitezke.
charter-first-consent = Zure baimena behar da, legeak salbuesten ez baditu.
charter-third-name = Hirugarrenen cookieak (“third-party”).
charter-third-text = Gune batean beste batek jarriak, askotan publizitate-sare batek; ikusitako orriak zein diren jakinarazten diote beste gune horri.
charter-third-consent = Zure baimena behar da.
charter-uses-title = Zertarako erabiltzen diren cookieak plataforman
charter-uses-text = Saiorik hasi eta ezarpenik aldatu gabeko bisita batek ez du cookierik jartzen. Beheko taula zerbitzariak cookieak jartzeko erabiltzen duen erregistrotik sortzen da: ezin du besterik jarri.
charter-table-title = Plataformak funtzionatzeko behar dituen cookieak
charter-caption = { $url } guneak jar ditzakeen cookieak
charter-details-title = Iraupenak eta neurriak
charter-life =
    { $days ->
        [one] gehienez egun { $days } gordetzen da.
       *[other] gehienez { $days } egun gordetzen da.
    }
charter-life-visit = ez du bisitak baino gehiago irauten.
charter-http-only = Scripten eskumenetik kanpo.
charter-choice-text = Zure aukera edozein unetan alda dezakezu:
charter-formats = Gutun hau honela ere badago:
charter-format-text = testua
charter-revision = Erregistroaren berrikuspena:

## Preferences
preferences-intro = Aukeratu { $name } atariak zer gorde dezakeen zure nabigatzailean. Xehetasunak hemen daude:
preferences-saved = Zure aukera gorde da.
preferences-necessary-title = Beharrezko cookieak
preferences-necessary-text = Saioa hasten duzunean, hizkuntza aukeratzen duzunean, formulario bat irekitzen duzunean edo aukera hau gordetzen duzunean baino ez dira jartzen.
preferences-always = Beti aktibo
preferences-nothing = Atari honek ez du zure baimena behar duen ezer erabiltzen: ez bisita-neurketarik, ez publizitaterik, ez hirugarrenen zerbitzurik. Horregatik ez da inolako iragarkirik agertzen. Hala ere, zure aukera gorde dezakezu.
preferences-purposes = Zure baimena behar duten xedeak
preferences-refuse = Ukatu denak
preferences-accept = Onartu denak
preferences-save = Gorde nire aukera
preferences-state = Zure oraingo aukera
preferences-date = Gordetze-data
preferences-until = Noiz arte
preferences-receipt = Ordezagiria
preferences-none = Ez dago aukerarik gordeta nabigatzaile honetan.
