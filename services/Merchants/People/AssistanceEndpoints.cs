using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Joining;
using Marketplace.Merchants.Shops;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Marketplace.Merchants.People;

/// <summary>
/// A shop asks its town for help at the counter: while it lasts the coordinators of its towns are its <c>assistant</c>s, who may do what staff may and
/// not what opens the shop to others. It ends by itself, or when an owner says so; the storefront writes down what an assistant does.
/// </summary>
internal static class AssistanceEndpoints
{
    private const int MostDays = 90;

    public static RouteGroupBuilder MapAssistance(this RouteGroupBuilder api)
    {
        api.MapPut("/shops/{shop}/assistance", AskAsync).RequireShop(ApiKeyEndpoints.PeopleOnly, ShopRole.Owner)
            .WithSummary("The coordinators of the shop’s towns act at its counter, from now for so many days. Asked again it lasts from then on.");
        api.MapGet("/shops/{shop}/assistance", GetAsync).RequireShop(ApiKeyEndpoints.PeopleOnly, ShopRole.ReadOnly, coordinators: true);
        api.MapDelete("/shops/{shop}/assistance", EndAsync).RequireShop(ApiKeyEndpoints.PeopleOnly, ShopRole.Owner);
        api.MapGet("/towns/{town}/assistance", ListAsync).RequireTown();
        return api;
    }

    private static async Task<Assistance> AskAsync(HttpContext context, DirectoryChanges changes, AssistanceRequest request, CancellationToken token)
    {
        if (request.Days is < 1 or > MostDays)
        {
            throw Refusal.Invalid("bad-days", "L’aide dure de 1 à 90 jours.", "Assistance lasts from 1 to 90 days.").With("field", "days");
        }

        return await changes.RunAsync(async change =>
        {
            var (shop, until) = (change.Before.Shop(context.GetShop().Slug)!, change.Now.AddDays(request.Days));
            var lasts = await ReadAsync(change, shop.Id) is { } before && before.Until > change.Now;
            await change.WriteAsync(
                """
                insert into assistance as lasting (shop_id, since, until) values (@shop, @Now, @until)
                on conflict (shop_id) do update set since = case when @lasts then lasting.since else excluded.since end, until = excluded.until
                """, new { shop = shop.Id.Value, change.Now, until, lasts });
            if (!lasts)
            {
                await Letters.ToCoordinatorsAsync(change, shop, "helping");
            }

            return (await ReadAsync(change, shop.Id))!; // as it is stored
        }, token);
    }

    private static async Task<Assistance> GetAsync(HttpContext context, NpgsqlDataSource database, TimeProvider clock, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var row = await connection.QuerySingleOrDefaultAsync<(DateTime Since, DateTime Until)?>(new CommandDefinition(
            "select since, until from assistance where shop_id = @shop and until > @now", new { shop = context.GetShop().Id.Value, now = clock.GetUtcNow() }, cancellationToken: token));
        return row is { } lasts ? new Assistance(lasts.Since, lasts.Until) : new Assistance(null, null);
    }

    private static async Task<NoContent> EndAsync(HttpContext context, NpgsqlDataSource database, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition("delete from assistance where shop_id = @shop", new { shop = context.GetShop().Id.Value }, cancellationToken: token));
        return TypedResults.NoContent();
    }

    private static async Task<IReadOnlyList<AssistedShop>> ListAsync(LocalDirectory directory, NpgsqlDataSource database, TimeProvider clock, string town, CancellationToken token)
    {
        var now = directory.Now;
        if (!now.Towns.ContainsKey(town))
        {
            throw TownEndpoints.UnknownTown();
        }

        await using var connection = await database.OpenConnectionAsync(token);
        var lasting = await connection.QueryAsync<(Guid Shop, DateTime Until)>(new CommandDefinition(
            "select shop_id, until from assistance where until > @now", new { now = clock.GetUtcNow() }, cancellationToken: token));
        return
        [
            .. from row in lasting
               let shop = now.Shops.GetValueOrDefault(new ShopId(row.Shop))
               where shop is not null && shop.Towns.Contains(town)
               orderby shop.Definition.Name
               select new AssistedShop(shop.Slug, shop.Definition.Name, row.Until),
        ];
    }

    private static async Task<Assistance?> ReadAsync(DirectoryChange change, ShopId shop) =>
        await change.ReadAsync<(DateTime Since, DateTime Until)?>("select since, until from assistance where shop_id = @shop", new { shop = shop.Value }) is { } row
            ? new Assistance(row.Since, row.Until) : null;
}
