using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Chaos;

internal sealed record ChaosOptions(string Data, int Rounds, TimeSpan Calm, bool Doubled, TimeSpan HeldRelay, TimeSpan FullDisk)
{
    internal static ChaosOptions Parse(string[] args)
    {
        var options = new ChaosOptions(".local", 20, TimeSpan.FromSeconds(5), false, TimeSpan.Zero, TimeSpan.Zero);
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--data" => options with { Data = args[++i] },
                "--rounds" => options with { Rounds = Math.Clamp(Number(args[++i]), 0, 100) },
                "--calm" => options with { Calm = TimeSpan.FromSeconds(Math.Clamp(Number(args[++i]), 1, 60)) },
                "--held-relay" => options with { HeldRelay = TimeSpan.FromSeconds(Math.Clamp(Number(args[++i]), 1, 120)) },
                "--full-disk" => options with { FullDisk = TimeSpan.FromSeconds(Math.Clamp(Number(args[++i]), 1, 300)) },
                "--doubled" => options with { Doubled = true },
                _ => throw new ArgumentException($"Unknown option {args[i]}."),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Line(object line) => Console.WriteLine(JsonSerializer.Serialize(line, Json));
}
