using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.EventStore;

/// <summary>
/// <c>dotnet Marketplace.Ordering.dll rebuild</c>: the service's own program replays its log into its read models and ends, beside the running ones.
/// Nothing else of it is started.
/// </summary>
public static class RebuildVerb
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    public static bool IsAsked(string[] args) => args is ["rebuild"];

    public static async Task<int> RunAsync(IServiceProvider services, TextWriter says, CancellationToken token)
    {
        var rebuild = services.GetRequiredService<ProjectionRebuild>();
        foreach (var projection in services.GetServices<IProjection>())
        {
            says.WriteLine($"{projection.Name}: replaying the log; new events wait meanwhile");
            var watch = Stopwatch.StartNew();
            var rebuilt = await rebuild.RebuildAsync(projection, token, new Lines(projection.Name, says));
            foreach (var (table, rows) in rebuilt.Differences.Reverse())
            {
                says.WriteLine(rows == 0 ? $"{projection.Name}: {table} equals the log" : Text($"{projection.Name}: {table} differed by {rows:N0} rows and was rebuilt"));
            }

            says.WriteLine(Text($"{projection.Name}: {rebuilt.Events:N0} events replayed in {watch.Elapsed.TotalSeconds:0.0} s"));
        }

        return 0;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Lines(string name, TextWriter says) : IProgress<Replayed>
    {
        private readonly Stopwatch _since = Stopwatch.StartNew();

        public void Report(Replayed value)
        {
            if (_since.Elapsed >= Between || value.Events == value.Total)
            {
                says.WriteLine(Text($"{name}: {value.Events:N0} of {value.Total:N0} events"));
                _since.Restart();
            }
        }
    }
}
