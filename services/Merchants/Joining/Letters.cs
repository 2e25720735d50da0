using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Marketplace.Merchants.Joining;

/// <summary>
/// Mails about shops. Written with what they tell of, in one transaction; the storefront, which writes to people, fetches them and says when it has
/// each. So no address is in a message or a log.
/// </summary>
internal static class Letters
{
    private const int MostAtOnce = 50;

    public static RouteGroupBuilder MapLetters(this RouteGroupBuilder api)
    {
        api.MapGet("/letters", ListAsync).RequireStorefront();
        api.MapDelete("/letters/{letter:guid}", RemoveAsync).RequireStorefront();
        return api;
    }

    /// <summary>To who asked: the application is there.</summary>
    public static Task ConfirmAsync(DirectoryChange change, ShopId shop, ApplicationRow application) => change.WriteAsync(
        "insert into letters (letter_id, recipient, language, kind, shop_id, town) values (@letter, @Applicant, @Language, 'applied', @shop, @Town)",
        new { letter = Guid.CreateVersion7(), application.Applicant, application.Language, shop = shop.Value, application.Town });

    /// <summary>A shop asks to come in, to each coordinator of the town; where nobody coordinates it, to who runs it.</summary>
    public static Task TellTownAsync(DirectoryChange change, ShopId shop, string town) => change.WriteAsync(
        """
        insert into letters (letter_id, recipient, language, kind, shop_id, town)
        select gen_random_uuid(), d.email, 'fr', 'asking', @shop, @town
        from (select email from coordinators where town = @town
              union all
              select @Email where not exists (select from coordinators where town = @town)) d
        """, new { shop = shop.Value, town, change.Before.Towns[town].Definition.Operator.Email });

    /// <summary>To each owner; where nobody is named, to the address that the shop shows.</summary>
    public static Task ToOwnersAsync(DirectoryChange change, ShopRecord shop, string kind, string? reason) => change.WriteAsync(
        """
        insert into letters (letter_id, recipient, language, kind, shop_id, town, reason)
        select gen_random_uuid(), o.email, coalesce(a.language, 'fr'), @kind, @shop, coalesce(a.town, @town), @reason
        from (select email from staff where shop_id = @shop and role = 'owner'
              union all
              select @Email where @Email is not null and not exists (select from staff where shop_id = @shop and role = 'owner')) o
            left join applications a on a.shop_id = @shop
        """, new { kind, shop = shop.Id.Value, town = shop.Towns[0], reason, shop.Definition.Email });

    /// <summary>To each coordinator of the shop's towns, once.</summary>
    public static Task ToCoordinatorsAsync(DirectoryChange change, ShopRecord shop, string kind) => change.WriteAsync(
        """
        insert into letters (letter_id, recipient, language, kind, shop_id, town)
        select gen_random_uuid(), email, 'fr', @kind, @shop, min(town) from coordinators where town = any(@towns) group by email
        """, new { kind, shop = shop.Id.Value, towns = shop.Towns.ToArray() });

    /// <param name="after">One that is still listed: only what was written after it. So what cannot be written out is stepped over.</param>
    private static async Task<IReadOnlyList<ShopLetter>> ListAsync(Guid? after, LocalDirectory directory, NpgsqlDataSource database, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            """
            select letter_id as "LetterId", recipient as "Recipient", language as "Language", kind as "Kind", shop_id as "ShopId", town as "Town", reason as "Reason"
            from letters where number > coalesce((select number from letters where letter_id = @after), 0) order by number limit @MostAtOnce
            """, new { after, MostAtOnce }, cancellationToken: token))).ToList();
        var now = directory.Now;
        return
        [
            .. from row in rows
               let shop = now.Shops.GetValueOrDefault(new ShopId(row.ShopId))
               where shop is not null // made a moment ago in another process: the next time
               select new ShopLetter(row.LetterId, row.Recipient, row.Language, row.Kind, row.Town, shop.Slug, shop.Definition.Name, row.Reason),
        ];
    }

    private static async Task<NoContent> RemoveAsync(NpgsqlDataSource database, Guid letter, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition("delete from letters where letter_id = @letter", new { letter }, cancellationToken: token));
        return TypedResults.NoContent();
    }

    private sealed class Row
    {
        public Guid LetterId { get; init; }
        public required string Recipient { get; init; }
        public required string Language { get; init; }
        public required string Kind { get; init; }
        public Guid ShopId { get; init; }
        public required string Town { get; init; }
        public string? Reason { get; init; }
    }
}
