using System.Globalization;

namespace Marketplace.Load;

/// <summary>What to run and for how long. Bounded: at most ten minutes a job.</summary>
internal sealed record Options(string Data, TimeSpan Duration, int Concurrency, int Offers, IReadOnlyList<string> Jobs)
{
    private static readonly string[] All = ["product", "browse", "search", "search-selling", "changes-seen", "checkout", "hot-stock", "hot-slot", "home", "home-uncached"];

    internal static Options Parse(string[] args)
    {
        var options = new Options(".local", TimeSpan.FromSeconds(20), 16, 2000, []);
        var jobs = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--data" => options with { Data = args[++i] },
                "--seconds" => options with { Duration = TimeSpan.FromSeconds(Math.Clamp(Number(args[++i]), 1, 600)) },
                "--concurrency" => options with { Concurrency = Math.Clamp(Number(args[++i]), 1, 512) },
                "--offers" => options with { Offers = Math.Clamp(Number(args[++i]), 200, 500_000) },
                _ => options,
            };
            if (!args[i].StartsWith('-') && (i == 0 || !args[i - 1].StartsWith("--", StringComparison.Ordinal)))
            {
                jobs.AddRange(args[i] == "all" ? All : [args[i]]);
            }
        }

        return options with { Jobs = jobs.Count == 0 ? All : jobs };
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
