using System.Diagnostics;
using System.Text.Json;
using Marketplace.Catalog.Search;

namespace Marketplace.Load.SearchInProcess;

/// <summary>One job: the same question kinds over and over on every thread, every answer timed.</summary>
internal sealed class Jobs(OfferIndex index, GeneratedMarket market, int threads, TimeSpan duration)
{
    public void Run(string job, Func<Random, bool> ask, Action<CancellationToken>? meanwhile = null)
    {
        Measure(TimeSpan.FromSeconds(1), ask, meanwhile, out _);
        var cpu = Environment.CpuUsage.TotalTime;
        var latencies = Measure(duration, ask, meanwhile, out var failures);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        Array.Sort(latencies);
        Print(new
        {
            job,
            threads,
            seconds = duration.TotalSeconds,
            requests = latencies.Length,
            perSecond = (int)(latencies.Length / duration.TotalSeconds),
            cpuMicroseconds = Math.Round(cpu.TotalMicroseconds / latencies.Length, 1),
            p50Ms = At(latencies, 0.5),
            p99Ms = At(latencies, 0.99),
            maxMs = At(latencies, 1),
            failures,
        });
    }

    public static void Print(object line) => Console.WriteLine(JsonSerializer.Serialize(line));

    public bool Browse(Random random)
    {
        var query = new OfferQuery(GeneratedMarket.Now, Town(random), AvailableToday: random.Next(3) == 0, Page: random.Next(10) == 0 ? random.Next(1, 40) : 1,
            Category: random.Next(2) == 0 ? GeneratedMarket.Category(random.Next(80)) : null, Shop: random.Next(3) == 0 ? $"boutique-{random.Next(500)}" : null,
            Sort: random.Next(4) == 0 ? (OfferSort)random.Next(5) : null);
        return index.Search(query) is { Facets: not null };
    }

    public bool BrowseByPrice(Random random) =>
        index.Search(new OfferQuery(GeneratedMarket.Now, Town(random), MinPriceCents: 500, MaxPriceCents: 600 + random.Next(2_000))).Total > 0;

    public bool Search(Random random)
    {
        var offer = random.Next(market.Titles.Length);
        var words = market.Titles[offer].Split(' ');
        var text = random.Next(4) switch
        {
            0 => market.Titles[offer],
            1 => words[0],
            2 => $"{words[^1]} {words[0]}",
            _ => FrenchFolding.Fold(string.Join(' ', words.Take(2))),
        };
        return index.Search(new OfferQuery(GeneratedMarket.Now, Town(market, offer), text, AvailableToday: random.Next(4) == 0)).Facets is not null;
    }

    public bool Mistype(Random random)
    {
        var words = market.Titles[random.Next(market.Titles.Length)].Split(' ').Where(w => w.Length > 4).Take(2).ToArray();
        if (words.Length > 0)
        {
            var at = random.Next(words[0].Length);
            words[0] = words[0].Remove(at, 1);
        }

        return index.Search(new OfferQuery(GeneratedMarket.Now, Town(random), string.Join(' ', words))).Ids is not null;
    }

    public bool Ean(Random random)
    {
        var offer = random.Next(market.Ids.Length);
        return index.Search(new OfferQuery(GeneratedMarket.Now, null, $"2{offer:D12}")).Ids.Contains(market.Ids[offer]);
    }

    public bool Suggest(Random random)
    {
        var offer = random.Next(market.Titles.Length);
        var title = market.Titles[offer];
        return index.Suggest(Town(market, offer), title[..Math.Min(title.Length, random.Next(1, 12))], 10) is not null;
    }

    /// <summary>800 orders a second of two lines, and five offers a second changed by their merchants.</summary>
    public void Trade(CancellationToken token)
    {
        var random = new Random(9);
        var watch = Stopwatch.StartNew();
        for (var tick = 1; !token.IsCancellationRequested; tick++)
        {
            for (var line = 0; line < 16; line++)
            {
                index.SetStock(market.Ids[random.Next(market.Ids.Length)], random.Next(4), StockState.InStock);
            }

            if (tick % 20 == 0)
            {
                index.Upsert(market.Offer(random.Next(market.Ids.Length), random));
            }

            var next = TimeSpan.FromMilliseconds(tick * 10) - watch.Elapsed;
            if (next > TimeSpan.Zero)
            {
                token.WaitHandle.WaitOne(next);
            }
        }
    }

    private string Town(Random random) => market.Towns[random.Next(market.Towns.Length)];

    private static string Town(GeneratedMarket market, int offer) => market.Shops[market.ShopOf[offer]].Towns[0];

    private double[] Measure(TimeSpan time, Func<Random, bool> ask, Action<CancellationToken>? meanwhile, out int failures)
    {
        using var end = new CancellationTokenSource();
        var aside = meanwhile is null ? null : Task.Factory.StartNew(() => meanwhile(end.Token), end.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var failed = 0;
        var watch = Stopwatch.StartNew();
        var latencies = new List<double>[threads];
        var workers = Enumerable.Range(0, threads).Select(worker => new Thread(() =>
        {
            var random = new Random(worker);
            var mine = latencies[worker] = new List<double>(1 << 16);
            while (watch.Elapsed < time)
            {
                var started = Stopwatch.GetTimestamp();
                if (!ask(random))
                {
                    Interlocked.Increment(ref failed);
                }

                mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        })).ToList();
        workers.ForEach(w => w.Start());
        workers.ForEach(w => w.Join());
        end.Cancel();
        aside?.Wait();
        failures = failed;
        return [.. latencies.SelectMany(l => l)];
    }

    private static double At(double[] sorted, double quantile) => Math.Round(sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))], 3);
}
