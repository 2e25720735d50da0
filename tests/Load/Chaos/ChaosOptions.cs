using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Chaos;

internal sealed record ChaosOptions(string Data, int Rounds, IReadOnlyList<string> Victims, TimeSpan Calm, bool Doubled, TimeSpan HeldRelay, TimeSpan FullDisk)
{
    internal const string Usage = "--data DIR (.local) · --rounds N (20, about five minutes) · --victims a,b · --calm SECONDS (5) · --doubled · --held-relay SECONDS · --full-disk SECONDS";

    /// <returns>What is wrong with them, if anything is.</returns>
    internal static string? TryParse(string[] args, out ChaosOptions options)
    {
        options = null!;
        try
        {
            options = Parse(args);
            return null;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or OverflowException)
        {
            return unreadable.Message;
        }
        catch (IndexOutOfRangeException)
        {
            return $"{args[^1]} needs a value.";
        }
    }

    private static ChaosOptions Parse(string[] args)
    {
        var options = new ChaosOptions(".local", 20, Chaos.Victims.All, TimeSpan.FromSeconds(5), false, TimeSpan.Zero, TimeSpan.Zero);
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--data" => options with { Data = args[++i] },
                "--rounds" => options with { Rounds = Math.Clamp(Number(args[++i]), 0, 100) },
                "--victims" => options with { Victims = Known(args[++i].Split(',')) },
                "--calm" => options with { Calm = TimeSpan.FromSeconds(Math.Clamp(Number(args[++i]), 1, 60)) },
                "--held-relay" => options with { HeldRelay = TimeSpan.FromSeconds(Math.Clamp(Number(args[++i]), 1, 120)) },
                "--full-disk" => options with { FullDisk = TimeSpan.FromSeconds(Math.Clamp(Number(args[++i]), 1, 300)) },
                "--doubled" => options with { Doubled = true },
                _ => throw new ArgumentException($"Unknown option {args[i]}."),
            };
        }

        return options;
    }

    /// <summary>Who is killed in a round: each in turn.</summary>
    internal string Victim(int round) => Victims[(round - 1) % Victims.Count];

    private static string[] Known(string[] names) =>
        names.Except(Chaos.Victims.All).FirstOrDefault() is { } unknown ? throw new ArgumentException($"Nobody is called {unknown}: {string.Join(", ", Chaos.Victims.All)}.") : names;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Line(object line) => Console.WriteLine(JsonSerializer.Serialize(line, Json));
}
