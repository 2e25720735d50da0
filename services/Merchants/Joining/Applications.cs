using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Shops;
using Npgsql;

namespace Marketplace.Merchants.Joining;

internal sealed class ApplicationRow
{
    public Guid ShopId { get; init; }
    public required string Town { get; init; }
    public required string Applicant { get; init; }
    public required string Language { get; init; }
    public required string State { get; init; }
    public string? Reason { get; init; }
    public required string Terms { get; init; }
    public DateTime TermsAt { get; init; }
    public DateTime AskedAt { get; init; }
    public int Version { get; init; }

    /// <summary>As Catalog last counted.</summary>
    public int Offers { get; init; }

    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Refused = "refused";

    public const string Select =
        """
        select a.shop_id as "ShopId", a.town as "Town", a.applicant as "Applicant", a.language as "Language", a.state as "State", a.reason as "Reason", a.terms as "Terms",
               a.terms_at as "TermsAt", a.asked_at as "AskedAt", a.version as "Version", coalesce(o.offers, 0) as "Offers"
        from applications a left join assortments o using (shop_id)
        """;
}

/// <summary>How shops stand that are not open yet, as the API shows it.</summary>
internal sealed class Applications(NpgsqlDataSource database, LocalDirectory directory, ShopViews views)
{
    public async Task<ShopOpening> OfAsync(ShopId shop, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var row = await connection.QuerySingleOrDefaultAsync<ApplicationRow>(new CommandDefinition(
            ApplicationRow.Select + " where a.shop_id = @shop", new { shop = shop.Value }, cancellationToken: token));
        var record = directory.Now.Shops[shop];
        var shown = row is null ? new ShopOpening(record.Slug, record.Definition.Name, record.Towns[0], record.Status, null, null, 0, null, []) : Show(record, row);
        return record.Status == ShopStatus.Suspended
            ? shown with
            {
                Suspended = await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition("select reason from suspensions where shop_id = @shop", new { shop = shop.Value }, cancellationToken: token)),
            }
            : shown;
    }

    public async Task<IReadOnlyList<PendingApplication>> WaitingAsync(string town, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var rows = (await connection.QueryAsync<ApplicationRow>(new CommandDefinition(
            ApplicationRow.Select + " where a.town = @town and a.state = 'pending' order by a.asked_at, a.shop_id", new { town }, cancellationToken: token))).ToList();
        var (now, waiting) = (directory.Now, new List<PendingApplication>());
        foreach (var row in rows)
        {
            if (now.Shops.GetValueOrDefault(new ShopId(row.ShopId)) is { } shop) // else made a moment ago in another process: the next time
            {
                waiting.Add(new PendingApplication(Show(shop, row), await views.ShowAsync(shop.Slug, token), row.Applicant, row.Terms, row.TermsAt));
            }
        }

        return waiting;
    }

    private static ShopOpening Show(ShopRecord shop, ApplicationRow row) =>
        new(shop.Slug, shop.Definition.Name, row.Town, shop.Status, row.State, row.Reason, row.Version, row.AskedAt, Checklist.Of(shop.Definition, row.Terms, row.Offers));
}
