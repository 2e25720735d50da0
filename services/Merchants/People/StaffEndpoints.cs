using Dapper;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Shops;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Marketplace.Merchants.People;

/// <summary>Who works in a shop, by verified address; the storefront turns it into a role when the person signs in.</summary>
internal static class StaffEndpoints
{
    private static readonly string[] Roles = ["owner", "staff", "read-only"];

    public static RouteGroupBuilder MapStaff(this RouteGroupBuilder api)
    {
        api.MapPut("/shops/{shop}/staff", PutAsync).RequireShop(ApiKeyEndpoints.PeopleOnly, ShopRole.Owner, coordinators: true);
        api.MapGet("/shops/{shop}/staff", ListAsync).RequireShop(ApiKeyEndpoints.PeopleOnly, ShopRole.Owner, coordinators: true);
        api.MapDelete("/shops/{shop}/staff/{email}", RemoveAsync).RequireShop(ApiKeyEndpoints.PeopleOnly, ShopRole.Owner, coordinators: true);
        return api;
    }

    private static async Task<StaffMember> PutAsync(HttpContext context, NpgsqlDataSource database, StaffMember member, CancellationToken token)
    {
        if (!Roles.Contains(member.Role))
        {
            throw Refusal.Invalid("bad-role", "Le rôle est owner, staff ou read-only.", "The role is owner, staff or read-only.").With("roles", Roles);
        }

        var stored = member with { Email = Emails.Normalise(member.Email) };
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into staff (shop_id, email, role) values (@shop, @Email, @Role) on conflict (shop_id, email) do update set role = excluded.role",
            new { shop = context.GetShop().Id.Value, stored.Email, stored.Role }, cancellationToken: token));
        return stored;
    }

    private static async Task<IEnumerable<StaffMember>> ListAsync(HttpContext context, NpgsqlDataSource database, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return await connection.QueryAsync<StaffMember>(new CommandDefinition(
            "select email as \"Email\", role as \"Role\" from staff where shop_id = @shop order by email", new { shop = context.GetShop().Id.Value }, cancellationToken: token));
    }

    private static async Task<NoContent> RemoveAsync(HttpContext context, NpgsqlDataSource database, string email, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition(
            "delete from staff where shop_id = @shop and email = @email", new { shop = context.GetShop().Id.Value, email = Emails.Normalise(email) }, cancellationToken: token));
        return TypedResults.NoContent();
    }
}

internal static class Emails
{
    public static string Normalise(string email)
    {
        var trimmed = email.Trim();
        ShopRules.CheckEmail(trimmed);
        return trimmed.ToLowerInvariant();
    }
}
