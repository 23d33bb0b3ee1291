### The back office "Cookies".
registry-tab = Cookieak
registry-title = Cookieen erregistroa
registry-intro = Gutuna eta abisua erregistro honetatik sortzen dira: bertan ez dagoena ezin da ez jarri ez kontaktatu. Aldaketa bakoitzak berrikuspen bat sortzen du, gorde eta argitaratzen dena.
registry-saved = { $number } berrikuspena indarrean dago.
registry-asking =
    { $count ->
        [0] Ezerk ez du bisitarien baimenik eskatzen: ez da abisurik agertzen.
        [one] Zerbitzu batek bisitarien baimena eskatzen du ({ $count }).
       *[other] { $count } zerbitzuk bisitarien baimena eskatzen dute.
    }
registry-charter = Gutunaren testuak
registry-history = Erregistroaren berrikuspenak
registry-services = Erabiltzen diren zerbitzuak
registry-services-none = Ez dago hirugarrenen zerbitzurik ez audientzia-neurketarik.
registry-ready = Zerbitzu bat gehitu
registry-ready-text = Zerbitzu bakoitza itzalita dago gehitzen den arte. Ezagutzen zaizkion cookieak, biltegiak eta zerbitzariak ekartzen ditu gutunera.
registry-add = Gehitu
registry-entries = Beste adierazpenak
registry-entries-none = Ez da ezer adierazi zerbitzuez eta plataformaren cookieez harago.
registry-product = Plataformaren cookieak
registry-retired = Kenduak
registry-detail = Hornitzailea edo xedea
registry-state = Baimena
registry-edit = Aldatu
state-necessary = Beharrezkoa
state-exempt = Salbuetsia
state-consent = Eskatzen da
state-proxied = Harremanik gabe

## Forms
registry-entry-new = Elementu bat adierazi
registry-entry-edit = Adierazpen bat aldatu
registry-service-new = Zerbitzu bat gehitu
registry-service-edit = Zerbitzu bat aldatu
registry-wording = Idazkera
registry-wording-text = Cookie honen izena, iraupena eta ezaugarriak zerbitzariak betetzen dituenak dira: ezin dira aldatu. Hutsik utzitako hizkuntzak plataformaren testua gordetzen du.
registry-charter-text = Testu hauek gutunaren taula inguratzen dute. Taula bera erregistrotik dator, eta beti ikusgai dago.
registry-plain-text = Testu soila; lerro huts batek paragrafoak bereizten ditu.
registry-see-also-hint = Adibidez, erakundearen pribatutasun-politika. Orri-oinak sortutako gutunera eramaten jarraitzen du.
registry-durations = Erakutsi iraupena taularen zutabe batean
registry-problems = Berrikuspen hau ezin da argitaratu
registry-overtaken = Bitartean norbaitek berrikuspen bat argitaratu du. Egiaztatu idatzitakoa eta argitaratu berriro.
registry-note = Berrikuspenaren arrazoia
registry-note-hint = Publikoa, gehienez 500 karaktere.
registry-note-error = Eman gehienez 500 karaktereko arrazoia.
registry-publish = Argitaratu
registry-retire = Kendu
registry-retire-text = Gutunetik ateratzen da, eta hurrengo erantzunetik aurrera debekatuta dago. Historian geratzen da eta berriz jar daiteke.
registry-restore = Berriz jarri
registry-restore-text = Gutunera itzultzen da.
registry-is-retired = Kenduta: jada ez dago gutunean.
registry-none = Bat ere ez
registry-name-hint = Izen zehatza, edo eredua, non * ikurrak aldatzen dena ordezkatzen duen, hala nola _pk_id.*. Zerbitzari baterako: ostalariaren izena.
registry-provider-hint = Gutunak eta abisuak aipatzen duten erakundea.
registry-service-hint = Zerk erabiltzen duen, eta non.
registry-purpose-hint = Zertarako balio duen, bisitariarentzat edo atariarentzat.
registry-description-hint = Zerbitzuak bisitariarentzat zer egiten duen, eta hornitzaileak zer jakiten duen.
registry-life-hint = Gehienez 396 egun (13 hilabete). Hutsik: ez du fitxa ixtean irauten.
registry-unit = Unitatea
unit-day = egun
unit-hour = ordu
unit-minute = minutu
registry-ground = Zergatik jar daitekeen
registry-ground-hint = Guztiz beharrezkoa ez denak, eta irizpide guztiak betetzen dituen audientzia-neurketa ez denak, baimena behar du.
ground-consent = Bisitariaren baimenarekin
ground-necessary = Guztiz beharrezkoa
ground-measurement = Audientzia-neurketa
registry-necessity = Beharrezko erabilera
registry-necessity-hint = Aukeratu “Guztiz beharrezkoa” markatuta badago. Hauek dira arautzaileak onartzen dituen erabilera bakarrak.
necessity-authentication = Autentifikazioa eta segurtasuna
necessity-choice = Cookieei buruzko aukeraren memoria
necessity-basket = Erosketa-saskia
necessity-interface = Eskatutako interfaze-ezarpena
necessity-load-balancing = Karga-banaketa
necessity-paywall = Doako edukien zenbaketa
registry-service-id-hint = Baimena zerbitzuz zerbitzu ematen da: behar duenak bat izendatu behar du.
registry-attributes = Domeinua eta ezaugarriak
registry-other-host = Beste zerbitzari bat
registry-domain-hint = Ostalariaren izena, hala nola media.example.org edo *.example.org.
registry-more-hosts = Kontaktatutako beste zerbitzariak
registry-more-hosts-hint = Ostalari-izen bat lerroko, zerbitzuak kontaktatzen dituela jakina denez gain.
registry-brings = Zerbitzu honek gutunera zer dakarren

## Settings of services
field-url = Zerbitzariaren helbidea
field-site-id = Gunearen zenbakia
field-measurement-id = Neurketa-identifikatzailea
field-site = Gunearen zenbakia
field-collection = Bilketa-zerbitzaria
field-url-prefix = Onartutako helbideen hasiera
field-template = Lauzen helbidea
field-attribution = Maparen aipamena
field-max-zoom = Zoom handiena
field-delivery = Bidalketa
field-id = Identifikatzailea
field-cookie-days = Cookiearen iraupena
registry-matomo-url-hint = https:// eta zerbitzariaren izena, amaierako barrarik gabe.
registry-site-id-hint = Atari honen zenbaki propioa.
registry-collection-hint = Pianok eman dizun ostalari-izena.
registry-url-prefix-hint = https://, zerbitzariaren izena eta karpeta bat, amaierako barrarekin.
registry-template-hint = https://, {"{z}"}, {"{x}"} eta {"{y}"} barne, bakoitza behin.
registry-delivery-hint = Gure zerbitzariaren bidez, hornitzaileak ez du inoiz bisitaria ikusten, eta ez da baimenik eskatzen.
delivery-proxied = Gure zerbitzariaren bidez
delivery-consented = Nabigatzaileak, baimenarekin

## Kinds of service
value-youtube = YouTube
value-vimeo = Vimeo
value-dailymotion = Dailymotion
value-matomo = Matomo
value-google-analytics = Google Analytics 4
value-piano = Piano Analytics (AT Internet)
value-iframe = Markoa (beste gune bateko orria)
value-tiles = Mapa-geruza (lauzak)
value-own = Atariaren funtzioa

## Exemption of audience measurement
exemption-title = Audientzia-neurketaren salbuespena
exemption-text = Neurketa baimenetik salbuetsita dago baieztapen hauek guztiak egia badira bakarrik. Gutunarekin argitaratzen dira.
exemption-own-account = Atariaren argitaratzailearentzat bakarrik egiten da.
exemption-listed-uses = Errendimendua neurtzeko, nabigazio-arazoak aurkitzeko, ergonomia hobetzeko, zerbitzariak neurrira jartzeko eta edukiak aztertzeko bakarrik balio du.
exemption-anonymous = Estatistika anonimoak bakarrik sortzen ditu.
exemption-no-cross-site = Ez dago hainbat gunetan partekatutako identifikatzailerik, eta ez da ezer jarraitzen gune batetik bestera.
exemption-no-sharing = Datuak ez dira beste tratamendu batzuekin gurutzatzen, ez hirugarrenei ematen.
exemption-no-user-id = Ez zaio tresnari kontu edo pertsona baten identifikatzailerik ematen.
exemption-address-masked = IP helbidearen azken bi byteak ezabatzen dira ezer gorde aurretik.
exemption-not-extended = Bisita berri batek ez ditu cookieak luzatzen.
exemption-opt-out = Bisitariek erraz egin diezaiokete uko.
exemption-cookie-days = Cookierik luzeenaren iraupena, egunetan
exemption-cookie-days-hint = Gehienez 396 (13 hilabete); 0 bat ere ez badago.
exemption-data-months = Datuak gordetzen diren denbora, hilabetetan
exemption-data-months-hint = Gehienez 25.
exemption-earned = Salbuetsita: irizpide guztiak betetzen dira
exemption-unmet = Baimena eskatzen da: irizpide hauek ez dira betetzen

## What can be wrong
problem-slug = 1 eta 40 artean letra xehe, digitu eta marratxo.
problem-taken = Jada adierazita dago.
problem-reserved = Izen hori plataformaren cookie batena da.
problem-missing = Bete behar da, gutxienez atariaren lehen hizkuntzan.
problem-too-long = Luzeegia da.
problem-characters = Hor egon ezin diren karaktereak ditu.
problem-too-wide = Eredu batek gutxienez hiru karaktere behar ditu izarrez gain, lehena barne, eta gehienez hiru izar.
problem-host = Eman beste norbaiten ostalari-izena, hala nola media.example.org edo *.example.org.
problem-https = Eman https:// eta ostalari-izen batekin hasten den beste norbaiten helbidea.
problem-life = Ezin da ezer 13 hilabete (396 egun) baino gehiago gorde, ezta salbuespenerako adierazitakoa baino gehiago ere.
problem-no-life = Mota honek ez du fitxa ixtean irauten: utzi iraupena hutsik.
problem-consent = Baimena behar duena zerbitzu batena da: aukeratu bat.
problem-no-service = Ez dago zerbitzu hori.
problem-too-many = Gehiegi dira.
problem-setting = Ezarpen hau ez da zerbitzuak espero duena.
problem-not-exempt = Tresna hau ezin da baimenetik salbuetsi.
