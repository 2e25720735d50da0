using System.Globalization;
using Marketplace.Contracts.Ordering.Api;
using NodaTime;
using Npgsql;

namespace Marketplace.Ordering.Commissions;

/// <summary>The dated rules of each town: read for orders by card when they are placed, so that what is agreed tomorrow changes nothing of today’s.</summary>
internal sealed class CommissionRules(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    internal DateOnly Today => Instant.FromDateTimeOffset(clock.GetUtcNow()).InZone(Paris).Date.ToDateOnly();

    /// <summary>What is kept of an order that is placed now on this town’s pages; null: nothing.</summary>
    internal async Task<Commission?> OfAsync(string town, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select r.basis_points, r.fixed_cents, v.percent
            from (select basis_points, fixed_cents from commission_rules where town = $1 and valid_from <= $2 order by valid_from desc limit 1) r,
                (select percent from vat_rates where name = 'standard' and valid_from <= $2 order by valid_from desc limit 1) v
            where r.basis_points > 0 or r.fixed_cents > 0
            """);
        command.Parameters.Add(new() { Value = town });
        command.Parameters.Add(new() { Value = Today });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? new Commission(reader.GetInt32(0), reader.GetInt64(1), Plain(reader.GetDecimal(2))) : null;
    }

    /// <summary>All of a town, the oldest first.</summary>
    internal async Task<IReadOnlyList<CommissionRule>> ListAsync(string town, CancellationToken token)
    {
        await using var command = database.CreateCommand("select valid_from, basis_points, fixed_cents from commission_rules where town = $1 order by valid_from");
        command.Parameters.Add(new() { Value = town });
        var rules = new List<CommissionRule>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            rules.Add(new CommissionRule(reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1) / 100m, reader.GetInt64(2)));
        }

        return rules;
    }

    /// <summary>The one that holds today, and those to come.</summary>
    internal async Task<IReadOnlyList<CommissionRule>> OfNowAsync(string town, CancellationToken token)
    {
        var rules = await ListAsync(town, token);
        return [.. rules.Where((r, i) => i == rules.Count - 1 || rules[i + 1].From > Today)];
    }

    internal async Task SetAsync(string town, DateOnly from, int basisPoints, long fixedCents, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            insert into commission_rules (town, valid_from, basis_points, fixed_cents) values ($1, $2, $3, $4)
            on conflict (town, valid_from) do update set basis_points = excluded.basis_points, fixed_cents = excluded.fixed_cents
            """);
        foreach (var value in (object[])[town, from, basisPoints, fixedCents])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(token);
    }

    // 20, not 20.00: it is stored with the order, and one rate is written one way.
    private static decimal Plain(decimal percent) => decimal.Parse(percent.ToString("0.##", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
