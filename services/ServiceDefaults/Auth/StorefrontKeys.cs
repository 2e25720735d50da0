using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.ServiceDefaults.Auth;

/// <summary>
/// The storefront's public keys. They are fetched before a token is looked at, one fetch for all who need it, so that checking the token, which the library
/// does synchronously, holds up no thread.
/// </summary>
internal sealed partial class StorefrontKeys(Uri address, TimeProvider clock, ILogger<StorefrontKeys> log) : IDisposable
{
    /// <summary>A key is published an hour before it signs: it must be known by then.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(30);

    /// <summary>Anybody can send a token that names a key which is not there: the storefront is not asked about each.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly HttpClient _http = new() { Timeout = Patience, MaxResponseContentBufferSize = 256 * 1024 };
    private readonly Lock _asking = new();
    private Task? _fetch;
    private long _answeredAt;
    private volatile Exception? _failure;
    private volatile Known? _known;

    /// <summary>Completes when the key that this token names is known, or as much as can be; fails when it can be neither accepted nor refused.</summary>
    internal async Task PrepareAsync(string token, CancellationToken cancellation)
    {
        var keyId = KeyIdOf(token);
        var has = Has(keyId);
        if (has && clock.GetElapsedTime(_known!.At) < Fresh)
        {
            return;
        }

        var fetch = FetchAsync();
        if (has)
        {
            return; // old, and still good: nobody waits for its renewal
        }

        await fetch.WaitAsync(cancellation);
        if (!Has(keyId) && _failure is { } away)
        {
            throw new SigningKeysAway(away);
        }
    }

    internal IEnumerable<SecurityKey> Find(string? keyId) => _known?.Keys.Where(k => keyId is null || k.KeyId == keyId) ?? [];

    public void Dispose() => _http.Dispose();

    private bool Has(string? keyId) => _known is { } known && (keyId is null || known.Keys.Any(k => k.KeyId == keyId));

    // The one under way, or another if the last ended some seconds ago.
    private Task FetchAsync()
    {
        lock (_asking)
        {
            return _fetch = _fetch is null || (_fetch.IsCompleted && clock.GetElapsedTime(_answeredAt) >= Apart) ? ReadAsync() : _fetch;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var set = new JsonWebKeySet(await _http.GetStringAsync(address));
            _known = new Known([.. set.GetSigningKeys()], clock.GetTimestamp());
            _failure = null;
        }
        catch (Exception failure)
        {
            _failure = failure; // for whoever waits; what is known stays known
            LogAway(failure);
        }

        _answeredAt = clock.GetTimestamp();
    }

    // A token that cannot be read names no key, and is refused for that.
    private static string? KeyIdOf(string token)
    {
        try
        {
            return new JsonWebToken(token).Kid is { Length: > 0 } id ? id : null;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storefront's signing keys cannot be read")]
    private partial void LogAway(Exception failure);

    private sealed record Known(IReadOnlyList<SecurityKey> Keys, long At);
}

/// <summary>The storefront's keys cannot be read now: a token can be neither accepted nor refused.</summary>
internal sealed class SigningKeysAway(Exception inner) : InvalidOperationException("The storefront's signing keys cannot be read.", inner);
