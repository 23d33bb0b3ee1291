### The catalogue.
explore-title = Datasets
explore-description = All the datasets published by { $name }: search, filters, downloads and API.
datasets-found =
    { $count ->
        [one] { $count } dataset
       *[other] { $count } datasets
    }
sort-by = Sort by
sort-modified = Last update
sort-title = Title
sort-records_count = Number of records
explore-empty-title = No dataset matches
explore-empty-text = Check the spelling, try a more general word, or remove some filters.
explore-empty-action = See all datasets
