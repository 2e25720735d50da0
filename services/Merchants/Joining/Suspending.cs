using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Shops;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Marketplace.Merchants.Joining;

/// <summary>The town's coordination takes a shop out of sight, with a reason, and lets it back. The other services hear it as they hear of every shop; Ordering then declines what is not ready.</summary>
internal static class Suspending
{
    public static RouteGroupBuilder MapSuspensions(this RouteGroupBuilder api)
    {
        api.MapPut("/shops/{shop}/suspension", SuspendAsync).RequireCoordinatorOfShop()
            .WithSummary("The shop is seen nowhere any more. Its orders that are not ready are declined and their goods and slots given back; what is ready is still handed over.");
        api.MapDelete("/shops/{shop}/suspension", LiftAsync).RequireCoordinatorOfShop();
        api.MapGet("/towns/{town}/suspensions", ListAsync).RequireTown();
        return api;
    }

    /// <summary>What the coordination suspended stays so whatever a definition says of it, until the coordination lifts it.</summary>
    public static async Task<bool> LastsAsync(DirectoryChange change, ShopRecord before) =>
        before.Status == ShopStatus.Suspended && await change.ReadAsync<string>("select reason from suspensions where shop_id = @shop", new { shop = before.Id.Value }) is not null;

    private static async Task<Suspension> SuspendAsync(HttpContext context, DirectoryChanges changes, Suspension suspension, CancellationToken token)
    {
        var reason = Reasons.Check(suspension.Reason);
        await changes.RunAsync(async change =>
        {
            var shop = change.Before.Shop(context.GetShop().Slug)!;
            if (shop.Status == ShopStatus.Draft)
            {
                throw new Refusal("not-published", StatusCodes.Status409Conflict, "Cette boutique n’est pas publiée : rien n’est à suspendre.", "This shop is not published: there is nothing to suspend.");
            }

            var said = await change.ReadAsync<string>("select reason from suspensions where shop_id = @shop", new { shop = shop.Id.Value });
            if (shop.Status == ShopStatus.Suspended && said == reason)
            {
                return false; // the button pressed twice
            }

            await change.WriteAsync(
                "insert into suspensions (shop_id, reason, since) values (@shop, @reason, @Now) on conflict (shop_id) do update set reason = excluded.reason",
                new { shop = shop.Id.Value, reason, change.Now });
            await Letters.ToOwnersAsync(change, shop, "suspended", reason);
            return await ShopWriting.ChangeAsync(change, shop.Slug, s => (s.Definition with { Published = false }, s.Exceptions));
        }, token);
        return new Suspension(reason);
    }

    private static async Task<NoContent> LiftAsync(HttpContext context, DirectoryChanges changes, CancellationToken token)
    {
        await changes.RunAsync(async change =>
        {
            var shop = change.Before.Shop(context.GetShop().Slug)!;
            if (shop.Status != ShopStatus.Suspended)
            {
                return false; // lifted before, or never suspended: it is as wanted
            }

            await change.WriteAsync("delete from suspensions where shop_id = @shop", new { shop = shop.Id.Value });
            await Letters.ToOwnersAsync(change, shop, "lifted", null);
            return await ShopWriting.ChangeAsync(change, shop.Slug, s => (s.Definition with { Published = true }, s.Exceptions));
        }, token);
        return TypedResults.NoContent();
    }

    private static async Task<IReadOnlyList<SuspendedShop>> ListAsync(LocalDirectory directory, NpgsqlDataSource database, string town, CancellationToken token)
    {
        var now = directory.Now;
        if (!now.Towns.ContainsKey(town))
        {
            throw TownEndpoints.UnknownTown();
        }

        await using var connection = await database.OpenConnectionAsync(token);
        var said = (await connection.QueryAsync<(Guid Shop, string Reason, DateTime Since)>(new CommandDefinition("select shop_id, reason, since from suspensions", cancellationToken: token)))
            .ToDictionary(s => new ShopId(s.Shop));
        return
        [
            .. from shop in now.Shops.Values
               where shop.Status == ShopStatus.Suspended && shop.Towns.Contains(town)
               orderby shop.Definition.Name
               select said.TryGetValue(shop.Id, out var why) ? new SuspendedShop(shop.Slug, shop.Definition.Name, why.Reason, why.Since) : new SuspendedShop(shop.Slug, shop.Definition.Name, null, null),
        ];
    }
}

/// <summary>Why a town says no, in words that the shop will read.</summary>
internal static class Reasons
{
    private const int Longest = 1000;

    public static string Check(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw Refusal.Invalid("reason-missing", "Dites pourquoi : la boutique lira vos mots.", "Say why: the shop will read your words.").With("field", "reason");
        }

        return reason.Trim() is { Length: <= Longest } said ? said
            : throw Refusal.Invalid("too-long", "Le motif tient en 1 000 caractères.", "A reason has at most 1,000 characters.").With("field", "reason");
    }
}
