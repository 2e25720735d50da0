using System.Collections.Concurrent;
using Marketplace.Contracts.Merchants;
using Marketplace.EventStore.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.ServiceDefaults.Auth;

/// <summary>
/// That a shop's key was used, told to Merchants: at most once an hour for each key and process, and never waited for. What gets lost is told at the next use after that
/// hour, so an owner sees whether a key is still in use, not each time that it was.
/// </summary>
internal sealed class KeyUse(TimeProvider clock, IServiceProvider services)
{
    internal static readonly TimeSpan Apart = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _told = new();

    // A host that keeps no log knows no shop's keys.
    private readonly RepeatablePublisher? _publisher = services.GetService<RepeatablePublisher>();

    internal void Note(Guid key)
    {
        var now = clock.GetUtcNow();
        if (!_told.TryGetValue(key, out var told) || now - told >= Apart)
        {
            _told[key] = now;
            _publisher?.Say(new ApiKeyUsed(key, now), trace: null);
        }
    }
}
