using Marketplace.Contracts;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Purchases;

/// <summary>How the payment of an order stands, as its events tell.</summary>
/// <param name="AmountCents">What the resident is asked to have set aside.</param>
/// <param name="PageEndsAt">Part of what opens the page.</param>
internal sealed record Purchase(long AmountCents, DateTimeOffset PageEndsAt)
{
    // Why a page is to be closed, or money that came goes back.
    internal const string Expired = "expired";
    internal const string Cancelled = "cancelled";
    internal const string Unavailable = "unavailable";
    internal const string TooSmall = "too-small";
    internal const string Late = "late";
    internal const string Short = "short";
    internal const string Less = "less";

    /// <summary>Under which key the page is opened.</summary>
    internal int Attempt { get; init; } = 1;

    /// <summary>The page, once it is open.</summary>
    internal string? Session { get; init; }

    internal string? Url { get; init; }

    /// <summary>Why nobody is to pay any more; null while somebody may.</summary>
    internal string? Closing { get; init; }

    /// <summary>What the money is set aside as; null before.</summary>
    internal string? Payment { get; init; }

    internal long AuthorisedCents { get; init; }

    internal DateTimeOffset? CaptureBefore { get; init; }

    /// <summary>It is the resident's again.</summary>
    internal bool Returned { get; init; }

    /// <summary>What is taken of it, once that is known; null before.</summary>
    internal PurchaseTaking? Taking { get; init; }

    internal Purchase Evolve(OrderEvent happened) => happened switch
    {
        OrderEvent.PaymentPageOpened e => this with { Session = e.Session, Url = e.Url },
        OrderEvent.PaymentPageTriedAgain e => this with { Attempt = e.Attempt },
        OrderEvent.PaymentClosing e => this with { Closing = e.Reason },
        OrderEvent.PaymentAuthorised e => this with { Payment = e.Payment, AuthorisedCents = e.AmountCents, CaptureBefore = e.CaptureBefore },
        OrderEvent.PaymentReturned => this with { Returned = true },
        OrderEvent.PaymentCaptureRequested e => this with { Taking = new PurchaseTaking(e.AmountCents, e.Parts) },
        _ when Taking is { } taking => this with { Taking = taking.Evolve(happened) },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} does not concern a payment."),
    };
}

/// <summary>The money of what was handed over: first it is taken, once; then each shop gets its part.</summary>
/// <param name="AmountCents">Of all shops.</param>
/// <param name="Parts">Of each.</param>
internal sealed record PurchaseTaking(long AmountCents, IReadOnlyList<PaidPart> Parts)
{
    internal const string Lapsed = "lapsed";
    internal const string Declined = "declined";
    internal const string OtherAmount = "other-amount";

    /// <summary>Under which key it is taken.</summary>
    internal int Attempt { get; init; } = 1;

    /// <summary>What transfers draw on, once it is taken.</summary>
    internal string? Charge { get; init; }

    internal long TakenCents { get; init; }

    /// <summary>Why it cannot be had; null: it can, or was.</summary>
    internal string? FailedFor { get; init; }

    /// <summary>Those that were asked for, the last attempt of each.</summary>
    internal IReadOnlyList<PassedOn> Transfers { get; init; } = [];

    /// <summary>What is to be passed on still.</summary>
    internal IEnumerable<PaidPart> Pending => Charge is null || FailedFor is not null ? [] : Parts.Where(p => TransferOf(p.ShopId) is not { Transfer: not null });

    internal PassedOn? TransferOf(ShopId shop) => Transfers.FirstOrDefault(t => t.ShopId == shop);

    internal PurchaseTaking Evolve(OrderEvent happened) => happened switch
    {
        OrderEvent.PaymentCaptureTriedAgain e => this with { Attempt = e.Attempt },
        OrderEvent.PaymentCaptured e => this with { Charge = e.Charge, TakenCents = e.AmountCents },
        OrderEvent.PaymentNotCaptured e => this with { FailedFor = e.Reason },
        OrderEvent.PaymentTransferRequested e => this with { Transfers = [.. Transfers.Where(t => t.ShopId != e.ShopId), new PassedOn(e.ShopId, e.Account, e.Cents, e.Attempt, null)] },
        OrderEvent.PaymentTransferred e => this with { Transfers = [.. Transfers.Select(t => t.ShopId == e.ShopId ? t with { Transfer = e.Transfer } : t)] },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} does not concern a payment."),
    };

    /// <param name="Transfer">Its id on the other side, once it is known to have happened.</param>
    internal sealed record PassedOn(ShopId ShopId, string Account, long Cents, int Attempt, string? Transfer);
}
