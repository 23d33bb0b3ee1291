### The front page.
home-title = { $name }: datu irekiak
home-lead = Kontsultatu, kokatu mapan eta deskargatu libreki { $name } atariak argitaratutako datuak.
search-datasets = Bilatu datu-multzo bat
search-example = Udalerriak, ekipamenduak, aurrekontua…
figure-datasets =
    { $count ->
        [one] datu-multzo
       *[other] datu-multzo
    }
figure-records =
    { $count ->
        [one] erregistro
       *[other] erregistro
    }
figure-publishers =
    { $count ->
        [one] argitaratzaile
       *[other] argitaratzaile
    }
home-themes = Arakatu gaika
home-latest = Azken eguneratzeak
home-all = Ikusi datu-multzo guztiak
home-empty-title = Oraindik ez dago datu-multzorik
home-empty-text = Lehen datuak laster argitaratuko dira hemen.
home-video = Bideoan
