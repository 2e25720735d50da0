using System.Net;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Addresses;

/// <summary>
/// The French public geocoder (Géoplateforme; before it api-adresse.data.gouv.fr, and whoever runs the same software): <c>GET {base}/search?q=</c>. Asked once for each press, for two
/// seconds; after some failures in a row it is left alone for a while. Redirects are not followed, and neither what was asked nor what was answered is ever logged.
/// </summary>
internal sealed partial class PublicGeocoder(HttpClient http, TimeProvider clock, ILogger<PublicGeocoder> log) : IAddressFinder, IDisposable
{
    internal static readonly Setting Url = new("Geocoder:Url", "the address of the public geocoder, https://data.geopf.fr/geocodage; without it nobody is asked, and shops are placed on the map")
    {
        Optional = true,
        Fault = Settings.NoAddress,
    };

    internal const int MostBytes = 256 * 1024;
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);
    private const int MostFailures = 3;
    private const int MostPlaces = 5;
    private const int LongestQuery = 200; // its own limit

    private int _failures;
    private long _restsUntil; // in UTC ticks

    /// <summary>As the configuration has it: none without an address.</summary>
    public static IAddressFinder Create(IServiceProvider services) =>
        services.GetRequiredService<IConfiguration>()[Url.Name] is { Length: > 0 } url
            ? new PublicGeocoder(ClientOf(url), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<PublicGeocoder>>())
            : new NoAddressFinder();

    // Not of the factory's clients, which write addresses into the log.
    internal static HttpClient ClientOf(string url) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = System.Diagnostics.DistributedContextPropagator.CreateNoOutputPropagator(), // it need not know which of our calls it is
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = Patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), // names move
        MaxResponseHeadersLength = 32, // KiB
    })
    {
        BaseAddress = new Uri(url.TrimEnd('/') + "/"),
        Timeout = Patience,
        MaxResponseContentBufferSize = MostBytes,
    };

    public async Task<IReadOnlyList<KnownPlace>?> FindAsync(WantedAddress wanted, CancellationToken token)
    {
        if (clock.GetUtcNow().UtcTicks < Volatile.Read(ref _restsUntil))
        {
            return null;
        }

        try
        {
            using var answer = await http.GetAsync(QueryOf(wanted), token);
            if (answer.StatusCode == HttpStatusCode.BadRequest)
            {
                return []; // it does not understand what was typed
            }

            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return Failed(((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), answer.StatusCode == HttpStatusCode.TooManyRequests);
            }

            using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(token), default, token);
            if (Read(body.RootElement) is not { } places)
            {
                return Failed("unreadable", atOnce: false);
            }

            Volatile.Write(ref _failures, 0);
            return places;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return Failed("timeout", atOnce: false);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or IOException)
        {
            return Failed(failure is HttpRequestException { HttpRequestError: var error } ? error.ToString() : failure.GetType().Name, atOnce: false);
        }
    }

    internal static string QueryOf(WantedAddress wanted)
    {
        var text = $"{wanted.Street} {wanted.Postcode} {wanted.City}".AtMost(LongestQuery);
        var place = wanted.Commune is { } commune ? "citycode=" + Uri.EscapeDataString(commune) : "postcode=" + Uri.EscapeDataString(wanted.Postcode);
        return $"search?q={Uri.EscapeDataString(text)}&index=address&autocomplete=0&limit={MostPlaces}&{place}";
    }

    /// <summary>Null: this is no answer of a geocoder. A place that cannot be read is left out.</summary>
    internal static IReadOnlyList<KnownPlace>? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("features", out var features) || features.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return [.. features.EnumerateArray().Select(PlaceOf).OfType<KnownPlace>().OrderByDescending(p => p.Score).Take(MostPlaces)];
    }

    private static KnownPlace? PlaceOf(JsonElement feature) =>
        feature.ValueKind == JsonValueKind.Object
        && feature.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && TextOf(properties, "label") is { Length: > 0 and <= 200 } label && !label.Any(char.IsControl)
        && properties.TryGetProperty("score", out var score) && score.ValueKind == JsonValueKind.Number && score.TryGetDouble(out var sure) && sure is >= 0 and <= 1
        && TextOf(properties, "type") is { } kind && TextOf(properties, "citycode") is { } commune
        && feature.TryGetProperty("geometry", out var geometry) && geometry.ValueKind == JsonValueKind.Object
        && geometry.TryGetProperty("coordinates", out var coordinates) && coordinates.ValueKind == JsonValueKind.Array && coordinates.GetArrayLength() >= 2
        && DegreesOf(coordinates[0], 180) is { } lon && DegreesOf(coordinates[1], 90) is { } lat
            ? new KnownPlace(label, sure, kind, commune, new Position(Math.Round(lat, 5), Math.Round(lon, 5))) : null;

    private static string? TextOf(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? DegreesOf(JsonElement number, double most) => number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var degrees) && Math.Abs(degrees) <= most ? degrees : null;

    /// <param name="atOnce">It asked to be left alone.</param>
    private IReadOnlyList<KnownPlace>? Failed(string how, bool atOnce)
    {
        if (Interlocked.Increment(ref _failures) >= MostFailures || atOnce)
        {
            Volatile.Write(ref _failures, 0);
            Volatile.Write(ref _restsUntil, (clock.GetUtcNow() + Rest).UtcTicks);
        }

        LogFailed(how);
        return null;
    }

    public void Dispose() => http.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The geocoder did not answer ({How}); shops are placed by hand meanwhile")]
    private partial void LogFailed(string how);
}
