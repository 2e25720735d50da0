using System.Security.Cryptography;
using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

/// <summary>What a shop said that it lacks of a line, what it offers for that, and what the resident made of it (decision 13).</summary>
/// <param name="Proposal">The shop's id for the question.</param>
/// <param name="Found">How much of the line there is.</param>
/// <param name="AnswerBy">Then what is missing lapses.</param>
/// <param name="Wanted">The substitute that is, or is to be, set aside; null: none is offered.</param>
internal sealed record Lack(Guid Proposal, long Found, DateTimeOffset AnswerBy, WantedSubstitute? Wanted)
{
    // The answers, and what else ends a question.
    internal const string Substitute = "substitute";
    internal const string Partial = "partial";
    internal const string Drop = "drop";
    internal const string Lapsed = "lapsed";
    internal const string Withdrawn = "withdrawn";
    internal const string Refused = "refused";

    /// <summary>Why nothing is left of the line: a substitute took its place, or its resident does without.</summary>
    internal const string Replaced = "replaced";
    internal const string Dropped = "dropped";

    /// <summary>One of the answers, or <see cref="Lapsed"/>; null while it waits.</summary>
    internal string? Outcome { get; init; }

    /// <summary>The substitute as it is offered, once it is set aside.</summary>
    internal OrderLine? Offered { get; init; }

    /// <summary>Where the batch of the substitute was moved to, heard before the substitute was said to be set aside, too; null: it is where it was set aside.</summary>
    internal DateTimeOffset? BatchAt { get; init; }

    /// <summary>As of a line.</summary>
    internal long BatchVersion { get; init; }

    internal bool Waits => Outcome is null;

    /// <summary>Catalog has not said yet whether the substitute can be had: nobody is asked.</summary>
    internal bool Holding => Waits && Wanted is not null && Offered is null;

    internal long OfferedCents => Offered is { } line ? Money.LineTotal(line.Unit, line.Quantity, line.PriceCents) : 0;

    internal Lack Offering(OrderLine line) => this with { Offered = line.BatchAt is not null && BatchAt is { } moved ? line with { BatchAt = moved } : line };

    internal Lack Moved(OrderEvent.ShopBatchMoved moved)
    {
        var told = this with { BatchAt = moved.To, BatchVersion = moved.Version };
        return Offered is { } line ? told.Offering(line) : told;
    }

    internal static Lack Of(OrderEvent.ShortageProposed asked) => new(asked.Proposal, asked.Found, asked.AnswerBy, asked.Substitute);

    internal static string ReasonOf(string outcome) => outcome switch
    {
        Substitute => Replaced,
        Lapsed => ShopOrder.Shortage,
        _ => Dropped,
    };

    /// <summary>
    /// The name under which Catalog sets the substitute aside, as it does an order's goods: drawn from the order, the shop and the question, so that it is the same each
    /// time it is asked for, and that no shop can name what somebody else holds. People call it as they call the order (<see cref="OrderReference"/>): that is how it
    /// stands in the shop's ledger.
    /// </summary>
    internal static OrderId HoldOf(OrderId order, ShopId shop, Guid proposal)
    {
        Span<byte> named = stackalloc byte[48];
        order.Value.TryWriteBytes(named, bigEndian: true, out _);
        shop.Value.TryWriteBytes(named[16..], bigEndian: true, out _);
        proposal.TryWriteBytes(named[32..], bigEndian: true, out _);
        Span<byte> hold = stackalloc byte[32];
        SHA256.HashData(named, hold);
        // A UUID of version 8, of one's own making, whose halves differ as the order's do: that difference is what its reference is drawn from.
        hold[0] = (byte)((hold[0] & 0x3F) | ((named[0] ^ named[8] ^ 0x80) & 0xC0));
        hold[6] = (byte)((hold[6] & 0x0F) | 0x80);
        for (var i = 0; i < 8; i++)
        {
            hold[i + 8] = (byte)(hold[i] ^ named[i] ^ named[i + 8]);
        }

        return new OrderId(new Guid(hold[..16], bigEndian: true));
    }
}
