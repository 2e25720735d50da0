using System.Collections.Concurrent;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Marketplace.ServiceDefaults.Limits;

/// <summary>The storefront relays this call for a visitor.</summary>
internal sealed class RelayedCall
{
    internal static readonly RelayedCall Instance = new();
}

/// <summary>
/// Knows the storefront by its own token in <see cref="CallerLimits.RelayHeader"/>. What a visitor may do stays what nobody known may do. Checked once a
/// token: the storefront sends the same one for some minutes.
/// </summary>
internal sealed partial class RelayedCalls(IOptionsMonitor<JwtBearerOptions> bearer, TimeProvider clock, ILogger<RelayedCalls> log, StorefrontKeys? keys = null)
{
    private const int MostKnown = 64;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);
    private readonly JsonWebTokenHandler _handler = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _known = new(StringComparer.Ordinal);
    private long _askAgainAt;

    internal Task RecogniseAsync(HttpContext context, RequestDelegate next)
    {
        var header = context.Request.Headers[CallerLimits.RelayHeader];
        if (header.Count == 0)
        {
            return next(context);
        }

        if (header is [{ Length: > 0 } token] && _known.TryGetValue(token, out var until) && clock.GetUtcNow() < until)
        {
            context.Features.Set(RelayedCall.Instance);
            return next(context);
        }

        return CheckAsync(context, header.ToString(), next);
    }

    private async Task CheckAsync(HttpContext context, string token, RequestDelegate next)
    {
        if (clock.GetUtcNow().UtcTicks >= Volatile.Read(ref _askAgainAt) && await ExpiryAsync(token, context.RequestAborted) is { } until)
        {
            Forget();
            _known[token] = until;
            context.Features.Set(RelayedCall.Instance);
        }

        await next(context);
    }

    private async Task<DateTimeOffset?> ExpiryAsync(string token, CancellationToken cancellation)
    {
        try
        {
            await (keys?.PrepareAsync(token, cancellation) ?? Task.CompletedTask);
        }
        catch (SigningKeysAway away)
        {
            Pause(away);
            return null;
        }

        var result = await _handler.ValidateTokenAsync(token, bearer.Get(JwtBearerDefaults.AuthenticationScheme).TokenValidationParameters);
        return result is { IsValid: true, SecurityToken: JsonWebToken valid } && valid.Claims.Any(c => c is { Type: MarketplaceClaims.Role, Value: "storefront" })
            ? new DateTimeOffset(valid.ValidTo, TimeSpan.Zero)
            : null;
    }

    // The storefront's keys cannot be read: reads of visitors must not each wait for them. Meanwhile the storefront counts as the address it comes from.
    private void Pause(Exception failure)
    {
        Volatile.Write(ref _askAgainAt, (clock.GetUtcNow() + PauseAfterFailure).UtcTicks);
        LogNoKeys(failure);
    }

    private void Forget()
    {
        if (_known.Count >= MostKnown)
        {
            _known.Clear();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storefront's keys cannot be read; its calls are limited by address for a moment")]
    private partial void LogNoKeys(Exception failure);
}
