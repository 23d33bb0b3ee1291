### The catalogue.
explore-title = Datu-multzoak
explore-description = { $name } atariak argitaratutako datu-multzo guztiak: bilaketa, iragazkiak, deskargak eta APIa.
datasets-found =
    { $count ->
        [one] datu-multzo { $count }
       *[other] { $count } datu-multzo
    }
sort-by = Ordenatu honela:
sort-modified = Eguneratze-data
sort-title = Izenburua
sort-records_count = Erregistro kopurua
explore-empty-title = Ez dago bat datorren datu-multzorik
explore-empty-text = Egiaztatu idazkera, saiatu hitz orokorrago batekin edo kendu iragazki batzuk.
explore-empty-action = Ikusi datu-multzo guztiak
