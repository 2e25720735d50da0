using Marketplace.EventStore.Marten;
using Marten;

namespace Marketplace.EventStore.Tests;

public sealed class Marten_store(Servers servers) : StoreContract, IAsyncDisposable
{
    private readonly List<DocumentStore> _stores = [];
    private TestLog? _log;

    private protected override async Task<IEventStore> OpenAsync(EventTypes types)
    {
        _log ??= await TestLog.CreateAsync(servers);
        var store = new DocumentStore(MartenRegistration.Options(_log.Database, types));
        _stores.Add(store);
        return new MartenEventStore(store, _log.Database, types, []);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        if (_log is { } log)
        {
            await log.DisposeAsync();
        }
    }
}
