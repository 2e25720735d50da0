using Dapper;
using Marketplace.Contracts;
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
    private const string Owner = "owner";
    private static readonly string[] Roles = [Owner, "staff", "read-only"];

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
        await WriteAsync(database, context.GetShop().Id, stored.Email, stored.Role == Owner,
            "insert into staff (shop_id, email, role) values (@shop, @email, @Role) on conflict (shop_id, email) do update set role = excluded.role", stored.Role, token);
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
        await WriteAsync(database, context.GetShop().Id, Emails.Normalise(email), staysOwner: false, "delete from staff where shop_id = @shop and email = @email", null, token);
        return TypedResults.NoContent();
    }

    // Under the rows' locks: of two owners who remove each other at once one stays.
    private static async Task WriteAsync(NpgsqlDataSource database, ShopId shop, string email, bool staysOwner, string sql, string? role, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var owners = (await connection.QueryAsync<string>(new CommandDefinition(
            "select email from staff where shop_id = @shop and role = 'owner' order by email for update", new { shop = shop.Value }, cancellationToken: token))).ToList();
        if (!staysOwner && owners is [var last] && last == email)
        {
            throw new Refusal("last-owner", StatusCodes.Status409Conflict,
                "Une boutique garde au moins un propriétaire : nommez-en d’abord un autre.", "A shop keeps at least one owner: name another one first.").With("field", "email");
        }

        await connection.ExecuteAsync(new CommandDefinition(sql, new { shop = shop.Value, email, Role = role }, cancellationToken: token));
        await transaction.CommitAsync(token);
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
