using System.Diagnostics;
using System.Globalization;
using Marketplace.Catalog.Search;
using Marketplace.Load.SearchInProcess;

// dotnet run -c Release --project tests/Load/SearchInProcess -- [--offers 200000] [--threads 2] [--seconds 5]
int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

var offers = Option("--offers", 200_000);
var market = new GeneratedMarket(offers);
using var index = new OfferIndex(TimeProvider.System);
market.FillFrame(index);
var before = GC.GetTotalMemory(forceFullCollection: true);
var watch = Stopwatch.StartNew();
index.BeginLoad();
index.Upsert(market.Offers());
index.EndLoad();
var loaded = watch.Elapsed;
// What the generator keeps for itself is not the index's.
var own = market.Titles.Sum(t => 24L + (2 * t.Length)) + (offers * 20L);
var megabytes = (GC.GetTotalMemory(forceFullCollection: true) - before - own) / (1024 * 1024);
Jobs.Print(new { job = "load", offers = index.Count, seconds = Math.Round(loaded.TotalSeconds, 2), indexMegabytes = megabytes });

var jobs = new Jobs(index, market, Option("--threads", 2), TimeSpan.FromSeconds(Option("--seconds", 5)));
jobs.Run("browse", jobs.Browse);
jobs.Run("search", jobs.Search);
jobs.Run("ean", jobs.Ean);
jobs.Run("suggest", jobs.Suggest);
jobs.Run("mistyped", jobs.Mistype);
jobs.Run("browse in a price range", jobs.BrowseByPrice);
jobs.Run("browse while selling", jobs.Browse, jobs.Trade);
jobs.Run("search while selling", jobs.Search, jobs.Trade);

var slowest = TimeSpan.Zero;
for (var i = 0; i < 20; i++)
{
    var title = $"nouveauté numéro {i}";
    market.Titles[i] = title;
    watch.Restart();
    index.Upsert(market.Offer(i, new Random(i)));
    while (!index.Search(new OfferQuery(GeneratedMarket.Now, null, title)).Ids.Contains(market.Ids[i]))
    {
        Thread.Yield();
    }

    slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
}

Jobs.Print(new { job = "change seen", changes = 20, maxMs = Math.Round(slowest.TotalMilliseconds, 1) });
