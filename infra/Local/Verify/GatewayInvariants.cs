using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;

namespace Marketplace.Local.Verify;

/// <summary>I5, of both sides: the gateway's own lists say what the books say. Asked only where the platform runs, for only then it answers.</summary>
internal static class GatewayInvariants
{
    private const int PerPage = 100;

    private const string PassedOn =
        $"""
        select order_id::text as key, coalesce(sum(cents) filter (where account = 'merchant' and kind in ('transfer', 'reversal')), 0)::bigint as value
        from ({MoneyInvariants.Read}) read left join ledger_entries using (order_id) left join ledger_postings using (order_id, version, shop_id) group by order_id
        """;

    // Of what the books have not read yet an order's transfers are not looked at, and sums of all orders not at all: that it is read is an invariant of its own.
    private const string Behind = $"select exists ({MoneyInvariants.Unread})";

    // By the gateway's names of what moves its balance.
    private const string Moved =
        """
        select case kind when 'transfer' then 'transfer' when 'reversal' then 'transfer_refund' when 'refund-returned' then 'refund_failure' when 'refund' then 'refund' when 'refund-again' then 'refund' else 'charge' end as key,
            sum(cents)::bigint as value
        from ledger_entries join ledger_postings using (order_id, version, shop_id) where account = 'clearing' group by 1
        """;

    private static readonly string[] Types = ["charge", "refund", "refund_failure", "transfer", "transfer_refund"];

    public static IReadOnlyList<Invariant> Of(Uri gateway, string key) =>
    [
        Same("each order's shops were passed on at the gateway what the books say", gateway, key, PassedOn, oneByOne: true, "transfers", transfer => transfer.GetProperty("transfer_group").GetString() is { } order
            ? (order, transfer.GetProperty("amount").GetInt64() - transfer.GetProperty("amount_reversed").GetInt64()) : null),
        Same("the gateway's balance moved as the books say, by kind", gateway, key, Moved, oneByOne: false, "balance_transactions", moved => moved.GetProperty("type").GetString() is { } type && Types.Contains(type)
            ? (type, moved.GetProperty("amount").GetInt64()) : null),
    ];

    private static Invariant Same(string says, Uri gateway, string key, string books, bool oneByOne, string list, Func<JsonElement, (string Key, long Cents)?> read) => new("I5", says, async (open, token) =>
    {
        await using var connection = await open("ordering", token);
        List<JsonElement> listed;
        try
        {
            listed = await ListAsync(gateway, key, list, token);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or IOException || (failure is OperationCanceledException && !token.IsCancellationRequested))
        {
            return [$"the gateway at {gateway} did not list its {list}: {failure.Message}"];
        }

        var behind = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Behind, cancellationToken: token));
        var here = (await connection.QueryAsync<(string Key, long Cents)>(new CommandDefinition(books, cancellationToken: token))).ToDictionary(r => r.Key, r => r.Cents);
        var there = listed.Select(read).OfType<(string Key, long Cents)>().GroupBy(r => r.Key).ToDictionary(g => g.Key, g => g.Sum(r => r.Cents));
        IEnumerable<string> compared = !behind ? here.Keys.Union(there.Keys) : oneByOne ? here.Keys : [];
        return [.. compared.Where(k => here.GetValueOrDefault(k) != there.GetValueOrDefault(k)).Take(Samples.Shown)
            .Select(k => string.Create(CultureInfo.InvariantCulture, $"{k}: {here.GetValueOrDefault(k)} cents by the books, {there.GetValueOrDefault(k)} at the gateway"))];
    });

    private static async Task<List<JsonElement>> ListAsync(Uri gateway, string key, string list, CancellationToken token)
    {
        using var http = new HttpClient { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(30), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        var (all, after, more) = (new List<JsonElement>(), "", true);
        while (more)
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"v1/{list}?limit={PerPage}{(after.Length > 0 ? "&starting_after=" + after : "")}", token);
            all.AddRange(page.GetProperty("data").EnumerateArray());
            (more, after) = (page.GetProperty("has_more").GetBoolean(), all.Count > 0 ? all[^1].GetProperty("id").GetString()! : "");
        }

        return all;
    }
}
