using System.Text.Json;
using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Merchants.Directory;

/// <summary>
/// Towns, shops, pickup points and key hashes in memory, for every request and every booking. A change in any process arrives by NOTIFY; a
/// booking also compares versions inside its own transaction, so it never decides on hours that are no longer true.
/// </summary>
internal sealed partial class LocalDirectory(NpgsqlDataSource database, ILogger<LocalDirectory> log) : BackgroundService, IShopDirectory
{
    internal const string Channel = "merchants_directory";

    // The writer and the listener may refresh at once; a snapshot never goes back.
    private readonly SemaphoreSlim _refreshing = new(1);
    private volatile Snapshot _now = Snapshot.Empty;

    public Snapshot Now => _now;

    public IReadOnlyCollection<ShopEntry> All => _now.Entries;

    public ShopEntry? Find(string slug) => _now.Shop(slug)?.Entry;

    public ShopEntry? Find(ShopId id) => _now.Shops.GetValueOrDefault(id)?.Entry;

    public ApiKeyEntry? FindApiKey(string sha256Hex) => _now.Keys.GetValueOrDefault(sha256Hex);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads what has changed since the last time.</summary>
    public async Task RefreshAsync(CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await RefreshAsync(connection, token);
    }

    /// <summary>The same on a connection that the caller has already, for who holds one must not wait for a second. It must see committed rows alone.</summary>
    public async Task RefreshAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await _refreshing.WaitAsync(token);
        try
        {
            var known = _now;
            await using var rows = await connection.QueryMultipleAsync(new CommandDefinition(
                """
                select version from directory_version;
                select slug, definition::text as definition from towns where changed > @known;
                select p.town, p.definition::text as definition, p.exceptions::text as exceptions
                    from pickup_points p join towns t on t.slug = p.town where t.changed > @known order by p.ordinal;
                select s.id, s.status, s.definition::text as definition, s.exceptions::text as exceptions, s.version,
                       array(select town from shop_towns where shop_id = s.id order by town) as towns
                    from shops s where s.changed > @known;
                select id, shop_id as ShopId, hash, scopes, revoked_at is not null as revoked from api_keys where changed > @known;
                """, new { known = known.Version }, cancellationToken: token));

            // Read first: what commits between these statements is then read again next time, never missed.
            var version = await rows.ReadSingleAsync<long>();
            var towns = (await rows.ReadAsync<TownRow>()).ToList();
            var points = (await rows.ReadAsync<PointRow>()).ToLookup(p => p.Town);
            var shops = (await rows.ReadAsync<ShopRow>()).Select(s => s.ToRecord()).ToList();
            var keys = (await rows.ReadAsync<KeyRow>()).ToList();
            if (towns.Count + shops.Count + keys.Count == 0 && version == known.Version)
            {
                return;
            }

            var changedTowns = towns.Select(t => t.ToRecord([.. points[t.Slug].Select(p => p.ToRecord())]));
            _now = new Snapshot(
                version,
                known.Towns.Values.ExceptBy(towns.Select(t => t.Slug), t => t.Slug).Concat(changedTowns),
                known.Shops.Values.ExceptBy(shops.Select(s => s.Id), s => s.Id).Concat(shops),
                known.Keys.Select(k => (k.Key, k.Value)).ExceptBy(keys.Select(k => k.Hash), k => k.Key)
                    .Concat(keys.Where(k => !k.Revoked).Select(k => (k.Hash, k.ToEntry()))));
        }
        finally
        {
            _refreshing.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var session = await database.OpenConnectionAsync(stoppingToken);
                await session.ExecuteAsync("listen " + Channel);
                while (true)
                {
                    await RefreshAsync(stoppingToken); // not on the session: a notice that came during a query of its own would wake nobody
                    await session.WaitAsync(TimeSpan.FromMinutes(1), stoppingToken);
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

    public override void Dispose()
    {
        _refreshing.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of shops made elsewhere are not being followed; bookings still check them")]
    private partial void LogInterrupted(Exception failure);

    private sealed class TownRow
    {
        public required string Slug { get; init; }
        public required string Definition { get; init; }

        public TownRecord ToRecord(IReadOnlyList<PointRecord> points) => new(Slug, Stored.Read<TownDefinition>(Definition), points);
    }

    private sealed class PointRow
    {
        public required string Town { get; init; }
        public required string Definition { get; init; }
        public required string Exceptions { get; init; }

        public PointRecord ToRecord() => new(Town, Stored.Read<PickupPointDefinition>(Definition), Stored.Read<ExceptionalHours[]>(Exceptions));
    }

    private sealed class ShopRow
    {
        public Guid Id { get; init; }
        public required string Status { get; init; }
        public required string Definition { get; init; }
        public required string Exceptions { get; init; }
        public long Version { get; init; }
        public required string[] Towns { get; init; }

        public ShopRecord ToRecord() => new(new ShopId(Id), Towns, Status, Stored.Read<ShopDefinition>(Definition), Stored.Read<ExceptionalHours[]>(Exceptions), Version);
    }

    private sealed class KeyRow
    {
        public Guid Id { get; init; }
        public Guid ShopId { get; init; }
        public required string Hash { get; init; }
        public required string[] Scopes { get; init; }
        public bool Revoked { get; init; }

        public ApiKeyEntry ToEntry() => new(Id, new ShopId(ShopId), Scopes.ToHashSet());
    }
}

/// <summary>Documents as the tables keep them.</summary>
internal static class Stored
{
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)!;

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
}
