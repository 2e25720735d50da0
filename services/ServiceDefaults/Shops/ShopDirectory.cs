using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ServiceDefaults.Shops;

/// <summary>
/// This service's copy of the shops, their pickup outlook and API keys: tables fed by the bus, held in memory by every process, refreshed on
/// NOTIFY and, in case one was missed, every minute.
/// </summary>
public sealed partial class ShopDirectory(NpgsqlDataSource database, ILogger<ShopDirectory> log) : BackgroundService, IShopDirectory
{
    internal const string Channel = "shop_directory";
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(20);
    private readonly SemaphoreSlim _loading = new(1);
    private volatile Snapshot _now = Snapshot.Empty;

    /// <summary>Raised after the copy changed, with the shops that did.</summary>
    public event Action<IReadOnlyCollection<ShopId>>? Changed;

    /// <summary>Raised after keys changed, with the shops whose keys they are.</summary>
    public event Action<IReadOnlyCollection<ShopId>>? KeysChanged;

    public IReadOnlyCollection<ShopEntry> All => _now.Shops.Values.ToArray();

    public ShopEntry? Find(string slug) => _now.Slugs.TryGetValue(slug, out var id) ? Find(id) : null;

    public ShopEntry? Find(ShopId id) => _now.Shops.GetValueOrDefault(id);

    public ApiKeyEntry? FindApiKey(string sha256Hex) => _now.Keys.GetValueOrDefault(sha256Hex);

    /// <summary>The shop's coming pickup slots, as last told; empty when unknown.</summary>
    public IReadOnlyList<PickupOutlookChanged.Slot> Outlook(ShopId id) => _now.Outlooks.GetValueOrDefault(id)?.Slots ?? [];

    /// <summary>The latest hour of a batch on each day on which its goods can be collected, as last told; null when unknown.</summary>
    public IReadOnlyList<DateTimeOffset>? LastReady(ShopId id) => _now.Outlooks.GetValueOrDefault(id)?.LastReady;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads the tables again; the consumers' NOTIFY does this by itself.</summary>
    public async Task LoadAsync(CancellationToken token)
    {
        // One after the other: what was read earlier is never put in place later.
        await _loading.WaitAsync(token);
        try
        {
            await ReadAsync(token);
        }
        finally
        {
            _loading.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _loading.Dispose();
    }

    private async Task ReadAsync(CancellationToken token)
    {
        var before = _now;
        var shops = ImmutableDictionary.CreateBuilder<ShopId, ShopEntry>();
        var outlooks = ImmutableDictionary.CreateBuilder<ShopId, PickupOutlookChanged>();
        var keys = ImmutableDictionary.CreateBuilder<string, ApiKeyEntry>();
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select data::text from directory_shops"),
                new("select data::text from directory_outlooks"),
                new("select key_id, hash, shop_id, scopes from directory_api_keys where not revoked and hash is not null"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var shop = ShopEntry.From(JsonSerializer.Deserialize<ShopChanged>(reader.GetString(0), JsonSerializerOptions.Web)!);
            shops[shop.Id] = shop;
        }

        await reader.NextResultAsync(token);
        while (await reader.ReadAsync(token))
        {
            var outlook = JsonSerializer.Deserialize<PickupOutlookChanged>(reader.GetString(0), JsonSerializerOptions.Web)!;
            outlooks[outlook.ShopId] = outlook;
        }

        await reader.NextResultAsync(token);
        while (await reader.ReadAsync(token))
        {
            keys[reader.GetString(1)] = new ApiKeyEntry(reader.GetGuid(0), new ShopId(reader.GetGuid(2)), reader.GetFieldValue<string[]>(3).ToHashSet());
        }

        var loaded = new Snapshot(shops.ToImmutable(), shops.Values.ToImmutableDictionary(s => s.Slug, s => s.Id), outlooks.ToImmutable(), keys.ToImmutable());
        _now = loaded;
        var changed = loaded.Shops.Where(s => before.Shops.GetValueOrDefault(s.Key)?.Details?.Version != s.Value.Details?.Version).Select(s => s.Key)
            .Union(loaded.Outlooks.Where(o => before.Outlooks.GetValueOrDefault(o.Key)?.Version != o.Value.Version).Select(o => o.Key)).ToList();
        if (changed.Count > 0)
        {
            Changed?.Invoke(changed);
        }

        var keysOf = before.Keys.Where(k => !loaded.Keys.TryGetValue(k.Key, out var now) || !now.Scopes.SetEquals(k.Value.Scopes)).Select(k => k.Value.ShopId)
            .Union(loaded.Keys.Where(k => !before.Keys.ContainsKey(k.Key)).Select(k => k.Value.ShopId)).ToList();
        if (keysOf.Count > 0)
        {
            KeysChanged?.Invoke(keysOf);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var session = await database.OpenConnectionAsync(stoppingToken);
                await using (var listen = new NpgsqlCommand("listen " + Channel, session))
                {
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }

                while (true)
                {
                    await LoadAsync(stoppingToken);
                    if (await session.WaitAsync(TimeSpan.FromMinutes(1), stoppingToken))
                    {
                        // What changes together (every shop's outlook, at night) is loaded once: the answer to a statement brings the notices of the moment along.
                        await Task.Delay(Together, stoppingToken);
                    }

                    await using var catchUp = new NpgsqlCommand("select", session);
                    await catchUp.ExecuteNonQueryAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogInterrupted(failure);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The shop directory is not being refreshed; it goes on with what it knows")]
    private partial void LogInterrupted(Exception failure);

    private sealed record Snapshot(
        ImmutableDictionary<ShopId, ShopEntry> Shops,
        ImmutableDictionary<string, ShopId> Slugs,
        ImmutableDictionary<ShopId, PickupOutlookChanged> Outlooks,
        ImmutableDictionary<string, ApiKeyEntry> Keys)
    {
        public static readonly Snapshot Empty = new(
            ImmutableDictionary<ShopId, ShopEntry>.Empty, ImmutableDictionary<string, ShopId>.Empty,
            ImmutableDictionary<ShopId, PickupOutlookChanged>.Empty, ImmutableDictionary<string, ApiKeyEntry>.Empty);
    }
}
