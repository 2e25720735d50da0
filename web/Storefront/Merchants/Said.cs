using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants;

/// <summary>What the page says after an action: carried in the address, as the key of a text and at most an order's reference, so that it survives a redirect without a cookie.</summary>
public sealed record Said(string Key, string? Reference, bool Bad)
{
    private static readonly string[] _done = ["accepted", "started", "ready", "deposited", "taken-back", "declined", "lines-declined", "collected", "point", "point-sought", "sought", "brought-back", "asked", "asked-withdrawn", "refunded", "refund-noted", "goods-back", "refund-withheld"];

    // The refusals that a member can meet at the counter; each has a text that says what to do.
    private static readonly string[] _refused =
    [
        "already-ready", "not-ready", "already-collected", "already-declined", "already-expired", "already-cancelled", "changed-meanwhile", "wrong-code", "still-pending", "too-late-to-take-back",
        "final-quantity-out-of-range", "unknown-line", "order-not-found", "reason-invalid", "too-many-wrong-codes", "too-many-requests", "not-allowed", "below-reserved", "unknown",
        "not-shared", "nothing-left", "payment-changed", "refund-too-large", "refund-known", "not-taken-yet", "nothing-paid", "refund-not-failed", "withdrawal-settled", "withdrawal-not-found", "point-not-kept", "parcel-not-there", "parcels-changed", "point-not-found",
        "waits-for-answer", "already-answered", "answered-too-late", "proposal-gone", "proposal-not-found", "too-late-to-ask",
    ];

    internal static Said? From(HttpRequest request)
    {
        var reference = request.Query["ref"].ToString() is { Length: > 0 and <= 20 } given ? given : null;
        return request.Query["fait"].ToString() is { } done && _done.Contains(done) ? new Said("pro.done." + done, reference, Bad: false)
            : request.Query["refus"].ToString() is { } refused && _refused.Contains(refused) ? new Said("pro.refused." + refused, reference, Bad: true)
            : null;
    }

    internal static string After(Answer<ShopOrderCard> answer, string done) => answer.Ok ? Done(done, answer.Value?.Reference) : Refused(answer.Problem!).ToUriComponent();

    internal static string Done(string done, string? reference) => LocalUrl.Query(("fait", done), ("ref", reference)).ToUriComponent();

    internal static Said Of(Problem problem) => new("pro.refused." + Code(problem), null, Bad: true);

    internal static QueryString Refused(Problem problem) => QueryString.Create("refus", Code(problem));

    internal static string Code(Problem problem) => _refused.Contains(problem.Code) ? problem.Code : "unknown";
}
