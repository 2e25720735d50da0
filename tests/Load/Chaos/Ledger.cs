using System.Collections.Concurrent;
using Marketplace.Contracts;

namespace Marketplace.Chaos;

/// <summary>
/// What every resident tried and was told, to be held against the orders that are in the database afterwards. Each try orders under a mail address of its
/// own, so that an order made twice shows itself whatever keys stand with it.
/// </summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, Told> _tries = new();
    private readonly ConcurrentQueue<string> _faults = new();

    /// <param name="Order">The order that the resident was given.</param>
    /// <param name="Refused">Nothing was ordered, said the answer.</param>
    private sealed record Told(OrderId? Order, bool Refused);

    /// <summary>An order as the database has it.</summary>
    internal sealed record Row(OrderId Order, string Status, string? Email);

    /// <summary>A try begins; its mail address.</summary>
    internal string Begin()
    {
        var email = $"{Guid.CreateVersion7():N}@example.org";
        _tries[email] = new Told(null, false);
        return email;
    }

    internal void Answered(string email, OrderId order) => _tries.AddOrUpdate(email, new Told(order, false), (_, told) =>
    {
        if (told.Order is { } before && before != order)
        {
            Fault($"{email} was given {before} and then {order}");
        }
        return new Told(order, false);
    });

    internal void Refused(string email) => _tries[email] = new Told(null, true);

    internal void Fault(string what) => _faults.Enqueue(what);

    /// <summary>What was said against what is there: no order nobody asked for, none twice, none lost, none of which somebody was told that it is not.</summary>
    internal IReadOnlyList<string> Compare(IReadOnlyCollection<Row> rows)
    {
        var byEmail = rows.ToLookup(r => r.Email ?? "");
        List<string> faults = [.. _faults, .. rows.Where(r => r.Email is null || !_tries.ContainsKey(r.Email)).Select(r => $"{r.Order} was ordered by nobody")];
        foreach (var (email, told) in _tries)
        {
            var all = byEmail[email].ToList();
            var standing = all.Where(r => r.Status is not ("refused" or "expired")).ToList();
            if (standing.Count > 1)
            {
                faults.Add($"{email} ordered once and has {standing.Count} orders: {string.Join(", ", standing.Select(r => r.Order))}");
            }
            if (told.Order is { } given && all.All(r => r.Order != given))
            {
                faults.Add($"{given} was given and is not there");
            }
            if (told.Refused && standing.Count > 0)
            {
                faults.Add($"{email} was refused and has {standing[0].Order}");
            }
            if (told is { Order: null, Refused: false })
            {
                faults.Add($"{email} was never answered");
            }
        }
        return faults;
    }
}
