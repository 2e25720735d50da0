using System.Text.Json;
using Marketplace.Load;

// Measures a running platform (`dotnet run --project infra/Local`) over HTTP, on this machine only, and prints one JSON line per job:
//   dotnet run -c Release --project tests/Load/Platform -- [--data .local] [--seconds 20] [--concurrency 16] [--offers 2000] JOB…
// Jobs: product browse search search-selling changes-seen checkout hot-stock hot-slot home home-uncached; "all" runs them in this order.
// And by name alone stock-batches (with --offers 20000), import (a file of 100,000 lines) and catalog-restart, which kills Catalog and waits for it.
// Where orders were placed, the invariants are verified at the end.
var options = Options.Parse(args);
Platform opened;
try
{
    opened = await Platform.OpenAsync(options);
}
catch (Platform.NotRunningException absent)
{
    Console.Error.WriteLine(absent.Message);
    return 2;
}

using var platform = opened;
var town = await LoadTown.PrepareAsync(platform, options.Offers);
var failed = false;
foreach (var job in options.Jobs)
{
    var result = job switch
    {
        "product" => await Reads.ProductAsync(platform, town, options),
        "browse" => await Reads.BrowseAsync(platform, town, options),
        "search" => await Searches.RunAsync(platform, town, options),
        "search-selling" => await Searches.WhileSellingAsync(platform, town, options),
        "changes-seen" => await Changes.SeenAsync(platform, town),
        "stock-batches" => await StockBatches.RunAsync(platform, town, options),
        "import" => await Imports.RunAsync(platform, town, options),
        "catalog-restart" => await CatalogRestart.RunAsync(platform, town, options),
        "checkout" => await Checkouts.SteadyAsync(platform, town, options),
        "hot-stock" => await Checkouts.HotStockAsync(platform, town),
        "hot-slot" => await Checkouts.HotSlotAsync(platform, town),
        "home" => await Pages.HomeAsync(platform, town, options, cached: true),
        "home-uncached" => await Pages.HomeAsync(platform, town, options, cached: false),
        _ => throw new ArgumentException($"Unknown job {job}."),
    };
    Console.WriteLine(result.ToJson());
    failed |= !result.Sound;
}

if (options.Jobs.Any(job => job is "checkout" or "hot-stock" or "hot-slot"))
{
    var verified = await Verify.RunAsync(options.Data);
    Console.WriteLine(JsonSerializer.Serialize(new { job = "verify", sound = verified }));
    failed |= !verified;
}

return failed ? 1 : 0;
