using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Purchases;

/// <summary>How the payment of an order stands, as its events tell.</summary>
/// <param name="AmountCents">What the resident is asked to have set aside.</param>
/// <param name="PageEndsAt">Part of what opens the page.</param>
internal sealed record Purchase(long AmountCents, DateTimeOffset PageEndsAt)
{
    // Why a page is to be closed.
    internal const string Expired = "expired";
    internal const string Cancelled = "cancelled";
    internal const string Unavailable = "unavailable";

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

    internal Purchase Evolve(OrderEvent happened) => happened switch
    {
        OrderEvent.PaymentPageOpened e => this with { Session = e.Session, Url = e.Url },
        OrderEvent.PaymentPageTriedAgain e => this with { Attempt = e.Attempt },
        OrderEvent.PaymentClosing e => this with { Closing = e.Reason },
        OrderEvent.PaymentAuthorised e => this with { Payment = e.Payment, AuthorisedCents = e.AmountCents, CaptureBefore = e.CaptureBefore },
        OrderEvent.PaymentReturned => this with { Returned = true },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} does not concern a payment."),
    };
}
