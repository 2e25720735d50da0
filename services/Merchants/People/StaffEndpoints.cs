using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
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

    // Who is new in the team is told so by mail, once: it is written with the row, by whoever comes first of two, and names the role of when it leaves. What a program sets up tells nobody, and so does a shop that nobody has let in yet.
    private static async Task<StaffMember> PutAsync(HttpContext context, NpgsqlDataSource database, LocalDirectory directory, StaffMember member, CancellationToken token)
    {
        if (!Roles.Contains(member.Role))
        {
            throw Refusal.Invalid("bad-role", "Le rôle est owner, staff ou read-only.", "The role is owner, staff or read-only.").With("roles", Roles);
        }

        var stored = member with { Email = Emails.Normalise(member.Email), Name = member.Name?.Trim() };
        if (stored.Name is { Length: > 0 } name)
        {
            ShopRules.CheckName(name, "name");
        }

        var (shop, caller) = (context.GetShop(), new Caller(context.User));
        var told = caller.Person is not null && !string.Equals(caller.Email, stored.Email, StringComparison.OrdinalIgnoreCase);
        var record = directory.Now.Shops.GetValueOrDefault(shop.Id);
        var town = record?.Towns[0];
        await WriteAsync(database, shop.Id, stored.Email, stored.Role == Owner,
            """
            with put as (insert into staff (shop_id, email, role, name) values (@shop, @email, @Role, nullif(@Name, ''))
                          on conflict (shop_id, email) do update set role = excluded.role, name = case when @Name::text is null then staff.name else excluded.name end returning xmax = 0 as is_new),
                 mended as (update letters set reason = @Role from put where not is_new and shop_id = @shop and recipient = @email and kind = 'joined')
            insert into letters (letter_id, recipient, language, kind, shop_id, town, reason)
            select gen_random_uuid(), @email, @language, 'joined', @shop, @town, @Role from put where is_new and @told
            """, new { shop = shop.Id.Value, email = stored.Email, stored.Role, stored.Name, language = context.PrefersEnglish() ? "en" : "fr", town, told = told && record is { Status: not ShopStatus.Draft } }, token);
        return stored;
    }

    private static async Task<IEnumerable<StaffMember>> ListAsync(HttpContext context, NpgsqlDataSource database, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return await connection.QueryAsync<StaffMember>(new CommandDefinition(
            "select email as \"Email\", role as \"Role\", name as \"Name\" from staff where shop_id = @shop order by email", new { shop = context.GetShop().Id.Value }, cancellationToken: token));
    }

    private static async Task<NoContent> RemoveAsync(HttpContext context, NpgsqlDataSource database, string email, CancellationToken token)
    {
        var (shop, gone) = (context.GetShop().Id, Emails.Normalise(email));
        await WriteAsync(database, shop, gone, staysOwner: false,
            "delete from staff where shop_id = @shop and email = @email; delete from letters where shop_id = @shop and recipient = @email and kind = 'joined'", new { shop = shop.Value, email = gone }, token);
        return TypedResults.NoContent();
    }

    // Under the rows' locks: of two owners who remove each other at once one stays.
    private static async Task WriteAsync(NpgsqlDataSource database, ShopId shop, string email, bool staysOwner, string sql, object values, CancellationToken token)
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

        await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: token));
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
