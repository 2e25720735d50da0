using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Auth;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// One thing in several sizes and colours. Each is an offer like any other; that they belong together is a word of their shop's on each of them, and the same size and
/// colour of it is on sale once.
/// </summary>
internal static class Variants
{
    internal const string Key = "offers_variant_key";
    internal const string Taken = "variant-taken";
    private const int LongestGroup = 64;
    private const int LongestWord = 40;
    private const int MostWords = 50;

    /// <summary>Of no model.</summary>
    internal static readonly Variant None = new(null);

    // As the index that guards it writes them.
    private const string Same =
        """
        o.shop_id = $1 and o.variant_group = d.grp and o.variant_group is not null and o.status = 'active'
            and lower(coalesce(o.variant_size, '') collate "fr-x-icu") = lower(coalesce(d.size, '') collate "fr-x-icu")
            and lower(coalesce(o.variant_colour, '') collate "fr-x-icu") = lower(coalesce(d.colour, '') collate "fr-x-icu")
        """;

    internal static void MapVariants(this RouteGroupBuilder api) =>
        api.MapGet("/shops/{shop}/variants", UsedAsync).RequireShop("offers:read", ShopRole.ReadOnly).Produces<UsedVariants>();

    internal static Fault TakenBy(string sku, Variant variant)
    {
        var words = string.Join(", ", new[] { variant.Size, variant.Colour }.OfType<string>());
        return new(Taken, $"« {words} » de ce modèle est déjà en vente sous la référence « {sku} » : archivez-la ou changez la taille ou la couleur.",
            $"“{words}” of this model is on sale already under the reference “{sku}”: archive it, or change the size or the colour.");
    }

    internal static Variant? Read(NpgsqlDataReader r, int column) =>
        r.IsDBNull(column) ? null : new(r.GetString(column), r.IsDBNull(column + 1) ? null : r.GetString(column + 1), r.IsDBNull(column + 2) ? null : r.GetString(column + 2));

    /// <summary>As it is kept, or what is wrong with it. Null where nothing is said of it.</summary>
    internal static (Variant? Variant, Fault? Fault) Check(Variant? given, string sku)
    {
        if (given is null)
        {
            return (null, null);
        }

        var (group, size, colour) = (Tidy(given.Group), Tidy(given.Size), Tidy(given.Colour));
        if (group?.Length > LongestGroup || size?.Length > LongestWord || colour?.Length > LongestWord || $"{group}{size}{colour}".Any(char.IsControl))
        {
            return (null, new("variant-invalid", $"Une taille et une couleur ont {LongestWord} caractères au plus, le nom du modèle {LongestGroup}.",
                $"A size and a colour have {LongestWord} characters at most, the name of the model {LongestGroup}."));
        }

        return (group, size, colour) switch
        {
            (null, null, null) => (None, null),
            (_, null, null) => (null, new("variant-incomplete", "Dites la taille ou la couleur, ou laissez le modèle vide.", "Say the size or the colour, or leave the model empty.")),
            _ => (new(group ?? sku.Trim(), size, colour), null),
        };
    }

    /// <summary>Those of the offers whose size and colour another reference has on sale, or one before them in the batch, each with that reference.</summary>
    internal static async Task<Dictionary<string, Fault>> TakenAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, IReadOnlyList<CheckedOffer> offers, CancellationToken token) =>
        (await FindTakenAsync(session, transaction, shop, offers, token)).ToDictionary(t => t.Key, t => TakenBy(t.Value.Other, t.Value.Variant), StringComparer.Ordinal);

    /// <summary>The same, each with the reference that has it.</summary>
    internal static async Task<Dictionary<string, (string Other, Variant Variant)>> FindTakenAsync(NpgsqlConnection session, NpgsqlTransaction? transaction, Guid shop, IReadOnlyList<CheckedOffer> offers, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with d as (
                select w.sku, case when w.said then w.grp else k.variant_group end as grp, case when w.said then w.size else k.variant_size end as size,
                    case when w.said then w.colour else k.variant_colour end as colour
                from unnest($2::text[], $3::boolean[], $4::text[], $5::text[], $6::text[], $7::text[]) as w(sku, said, grp, size, colour, status)
                left join offers k on k.shop_id = $1 and k.sku = w.sku
                where (w.said and w.grp is not null or not w.said and k.variant_group is not null and k.status <> 'active')
                    and coalesce(w.status, case when k.status = 'draft' then 'draft' end, 'active') = 'active')
            select d.sku, o.sku, d.grp, d.size, d.colour from d join offers o on {Same} and o.sku <> d.sku
            union all
            select d.sku, min(o.sku), d.grp, d.size, d.colour from d join d o on o.grp = d.grp and lower(coalesce(o.size, '') collate "fr-x-icu") = lower(coalesce(d.size, '') collate "fr-x-icu")
                and lower(coalesce(o.colour, '') collate "fr-x-icu") = lower(coalesce(d.colour, '') collate "fr-x-icu") and o.sku < d.sku group by d.sku, d.grp, d.size, d.colour
            """, session, transaction)
        {
            Parameters =
            {
                new() { Value = shop }, new() { Value = offers.Select(o => o.Sku).ToArray() }, new() { Value = offers.Select(o => o.Variant is not null).ToArray() },
                Texts(o => o.Variant?.Group), Texts(o => o.Variant?.Size), Texts(o => o.Variant?.Colour), Texts(o => o.Status),
            },
        };
        var taken = new Dictionary<string, (string, Variant)>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            taken.TryAdd(reader.GetString(0), (reader.GetString(1), Read(reader, 2)!));
        }

        return taken;

        NpgsqlParameter Texts(Func<CheckedOffer, string?> text) => new() { Value = offers.Select(text).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
    }

    /// <summary>Refuses that an offer goes on sale as what another is already.</summary>
    internal static async Task DemandFreeAsync(NpgsqlConnection session, NpgsqlTransaction transaction, OfferRow row, CancellationToken token)
    {
        if (row.Variant is not { } variant)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            $"select o.sku from offers o, (select $2::text as grp, $3::text as size, $4::text as colour) d where {Same} and o.sku <> $5", session, transaction)
        {
            Parameters =
            {
                new() { Value = row.ShopId.Value }, new() { Value = variant.Group }, Text(variant.Size), Text(variant.Colour), new() { Value = row.Sku },
            },
        };
        if (await command.ExecuteScalarAsync(token) is string other)
        {
            throw TakenBy(other, variant).ToRefusal(StatusCodes.Status409Conflict);
        }

        static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
    }

    /// <summary>Somebody put the same size and colour on sale at the same moment, or waits for us crosswise: looked at again, it is known which one it is.</summary>
    internal static bool IsRace(PostgresException failure) =>
        (failure.SqlState == PostgresErrorCodes.UniqueViolation && failure.ConstraintName == Key) || failure.SqlState == PostgresErrorCodes.DeadlockDetected;

    private static async Task<UsedVariants> UsedAsync(HttpContext context, NpgsqlDataSource database, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select (select coalesce(array_agg(word), '{}') from (select variant_size as word from offers where shop_id = $1 and variant_group is not null and variant_size is not null
                        group by variant_size order by count(*) desc, variant_size limit $2) s),
                   (select coalesce(array_agg(word), '{}') from (select variant_colour as word from offers where shop_id = $1 and variant_group is not null and variant_colour is not null
                        group by variant_colour order by count(*) desc, variant_colour limit $2) c)
            """);
        command.Parameters.Add(new() { Value = context.GetShop().Id.Value });
        command.Parameters.Add(new() { Value = MostWords });
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return new(VariantOrder.Sizes(reader.GetFieldValue<string[]>(0)), VariantOrder.Colours(reader.GetFieldValue<string[]>(1)));
    }

    // One space between words: "bleu  marine" and "bleu marine" are one colour.
    private static string? Tidy(string? text) => string.IsNullOrWhiteSpace(text) ? null : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
