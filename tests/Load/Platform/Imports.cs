using System.Diagnostics;
using System.Globalization;
using System.Text;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Load;

/// <summary>A shop's file of 100,000 lines is taken while residents look at the shop's products: how long, in how much memory, and what they wait meanwhile.</summary>
internal static class Imports
{
    private const int Lines = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    internal static async Task<Result> RunAsync(Platform platform, LoadTown town, Options options)
    {
        var shop = town.Shops[^1];
        var imports = $"{platform.At.Catalog}/api/v1/shops/{shop.Slug}/imports";
        var category = await CategoryAsync(platform);
        // Other goods and prices each time: a file of nothing new would measure nothing.
        var turn = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var file = new StringBuilder("Référence;Désignation;Catégorie;Prix TTC;Stock\n", 8_000_000);
        for (var i = 0; i < Lines; i++)
        {
            file.Append(CultureInfo.InvariantCulture, $"f{turn}-{i};Produit du fichier n° {i};{category};{1 + (i % 90)},{i % 100:00};{i % 50}\n");
        }

        var body = Encoding.UTF8.GetBytes(file.ToString());
        var catalog = RunningPart.Find(options.Data, "catalog");
        var before = MemoryOf(catalog.Pid);
        var most = before;
        var watch = Stopwatch.StartNew();
        using var over = new CancellationTokenSource();
        var reads = LookAsync(platform, town, shop, over.Token);
        using var request = platform.Ask(HttpMethod.Post, imports);
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("text/csv") } };
        using var answer = await platform.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var import = (await System.Net.Http.Json.HttpContentJsonExtensions.ReadFromJsonAsync<Import>(answer.Content))!;
        while (import.Status is "queued" or "running")
        {
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException("The import has not ended.");
            }

            await Task.Delay(100);
            most = Math.Max(most, MemoryOf(catalog.Pid));
            import = await platform.AsOperatorAsync<Import>(HttpMethod.Get, $"{imports}/{import.Id}", null);
        }

        var elapsed = watch.Elapsed;
        await over.CancelAsync();
        var (latencies, errors) = await reads;
        return Measure.Summarise("import", 2, elapsed, latencies, errors + (import.Status == "done" && import.Accepted == Lines ? 0 : 1)) with
        {
            More = new Dictionary<string, object>
            {
                ["lines"] = import.Read,
                ["accepted"] = import.Accepted,
                ["importSeconds"] = Math.Round(elapsed.TotalSeconds, 1),
                ["linesPerSecond"] = Math.Round(Lines / elapsed.TotalSeconds),
                ["megabytesBefore"] = before,
                ["megabytesMost"] = most,
                ["fileMegabytes"] = body.Length / 1024 / 1024,
            },
        };
    }

    // One that asks for no allergens.
    private static async Task<string> CategoryAsync(Platform platform)
    {
        var rules = await platform.AsOperatorAsync<SellingRules>(HttpMethod.Get, $"{platform.At.Catalog}/api/v1/selling-rules", null);
        return rules.Categories.First(c => !c.Food).Slug;
    }

    // The shop's list, its first pages in turn, as its page asks for it.
    private static async Task<(List<double> Latencies, int Errors)> LookAsync(Platform platform, LoadTown town, LoadTown.LoadShop shop, CancellationToken over)
    {
        var (latencies, errors) = (new List<double>(), 0);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                var good = await Reads.GetAsync(platform, $"{platform.At.Catalog}/api/v1/towns/{town.Slug}/offers?shop={shop.Slug}");
                lock (latencies)
                {
                    latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                    errors += good ? 0 : 1;
                }

                await Task.Delay(20);
            }
        })));
        return (latencies, errors);
    }

    private static long MemoryOf(int pid) => long.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
}
