### The front page.
home-title = Open data from { $name }
home-lead = Browse, map and download freely the data published by { $name }.
search-datasets = Search datasets
search-example = Municipalities, facilities, budget…
figure-datasets =
    { $count ->
        [one] dataset
       *[other] datasets
    }
figure-records =
    { $count ->
        [one] record
       *[other] records
    }
figure-publishers =
    { $count ->
        [one] publisher
       *[other] publishers
    }
home-themes = Explore by theme
home-latest = Latest updates
home-all = See all datasets
home-empty-title = No dataset yet
home-empty-text = The first data will be published here soon.
home-video = On video
