using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Marketplace.Merchants.People;

/// <summary>Who looks after a town, and what a person may do anywhere.</summary>
internal static class CoordinatorEndpoints
{
    public static RouteGroupBuilder MapCoordinators(this RouteGroupBuilder api)
    {
        api.MapPut("/towns/{town}/coordinators", PutAsync).RequireOperator();
        api.MapGet("/towns/{town}/coordinators", ListAsync).RequireOperator();
        api.MapDelete("/towns/{town}/coordinators/{email}", RemoveAsync).RequireOperator();
        api.MapGet("/memberships", MembershipsAsync).RequireStorefront();
        return api;
    }

    private static async Task<Coordinator> PutAsync(LocalDirectory directory, NpgsqlDataSource database, string town, Coordinator coordinator, CancellationToken token)
    {
        Demand(directory, town);
        var stored = new Coordinator(Emails.Normalise(coordinator.Email));
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into coordinators (town, email) values (@town, @Email) on conflict do nothing", new { town, stored.Email }, cancellationToken: token));
        return stored;
    }

    private static async Task<IEnumerable<Coordinator>> ListAsync(LocalDirectory directory, NpgsqlDataSource database, string town, CancellationToken token)
    {
        Demand(directory, town);
        await using var connection = await database.OpenConnectionAsync(token);
        var emails = await connection.QueryAsync<string>(new CommandDefinition("select email from coordinators where town = @town order by email", new { town }, cancellationToken: token));
        return emails.Select(email => new Coordinator(email));
    }

    private static async Task<NoContent> RemoveAsync(LocalDirectory directory, NpgsqlDataSource database, string town, string email, CancellationToken token)
    {
        Demand(directory, town);
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition(
            "delete from coordinators where town = @town and email = @email", new { town, email = Emails.Normalise(email) }, cancellationToken: token));
        return TypedResults.NoContent();
    }

    private static async Task<Memberships> MembershipsAsync(LocalDirectory directory, NpgsqlDataSource database, TimeProvider clock, string email, CancellationToken token)
    {
        var address = Emails.Normalise(email);
        await using var connection = await database.OpenConnectionAsync(token);
        await using var rows = await connection.QueryMultipleAsync(new CommandDefinition(
            """
            select shop_id, role from staff where email = @address;
            select town from coordinators where email = @address order by town;
            select shop_id, until from assistance where until > @now and exists (select from coordinators where email = @address);
            """, new { address, now = clock.GetUtcNow() }, cancellationToken: token));
        var shops = (await rows.ReadAsync<(Guid Id, string Role)>()).ToList();
        var towns = (await rows.ReadAsync<string>()).ToList();
        var assisted = (await rows.ReadAsync<(Guid Id, DateTime Until)>()).ToList();
        var now = directory.Now;
        var own = shops.Select(s => (Shop: now.Shops.GetValueOrDefault(new ShopId(s.Id)), s.Role, Until: (DateTimeOffset?)null));
        var helped = assisted.ExceptBy(shops.Select(s => s.Id), a => a.Id) // who works there is no assistant there
            .Select(a => (Shop: now.Shops.GetValueOrDefault(new ShopId(a.Id)), Role: "assistant", Until: (DateTimeOffset?)a.Until))
            .Where(a => a.Shop?.Towns.Any(towns.Contains) == true);
        return new Memberships(
            [.. from row in own.Concat(helped)
                where row.Shop is not null
                orderby row.Shop.Definition.Name
                select new Memberships.OfShop(row.Shop.Id, row.Shop.Slug, row.Shop.Definition.Name, row.Role, row.Until)],
            towns);
    }

    private static void Demand(LocalDirectory directory, string town)
    {
        if (!directory.Now.Towns.ContainsKey(town))
        {
            throw TownEndpoints.UnknownTown();
        }
    }
}
