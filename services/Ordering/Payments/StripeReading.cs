using System.Text.Json;

namespace Marketplace.Ordering.Payments;

/// <summary>Stripe's JSON in the domain's words. What must be there and is not makes the whole answer unreadable.</summary>
internal static class StripeReading
{
    internal static CheckoutSession Session(JsonElement session)
    {
        var payment = Member(session, "payment_intent") is { ValueKind: JsonValueKind.Object } intent ? Payment(intent) : null;
        return new CheckoutSession(Text(session, "id"), StripeProblems.StatusOfSession(Text(session, "status")), Find(session, "url"),
            StripeProblems.OrderOf(Find(session, "client_reference_id")), Cents(session, "amount_total"), Time(session, "expires_at"), payment, Flag(session, "livemode"));
    }

    internal static Payment Payment(JsonElement intent)
    {
        var (charge, error) = (Member(intent, "latest_charge"), Member(intent, "last_payment_error"));
        var whole = charge?.ValueKind == JsonValueKind.Object ? charge.Value : (JsonElement?)null;
        var card = Member(Member(whole, "payment_method_details"), "card");
        return new Payment(Text(intent, "id"), StripeProblems.StatusOf(Text(intent, "status")), StripeProblems.OrderOf(Find(intent, "transfer_group")), Cents(intent, "amount"),
            Number(intent, "amount_capturable"), Number(intent, "amount_received"), whole is { } c ? Text(c, "id") : Find(intent, "latest_charge"), FindTime(card, "capture_before"),
            error is { } e ? Find(e, "decline_code") ?? Find(e, "code") : null, whole is { } d && Flag(d, "disputed"), Flag(intent, "livemode"));
    }

    internal static Refund Refund(JsonElement refund) => new(Text(refund, "id"), Id(refund, "payment_intent"), Cents(refund, "amount"),
        StripeProblems.StatusOfRefund(Find(refund, "status")), Find(Member(refund, "metadata"), StripeProblems.Reference));

    internal static Transfer Transfer(JsonElement transfer) => new(Text(transfer, "id"), Id(transfer, "destination") ?? throw StripeProblems.Missing("destination"), Cents(transfer, "amount"),
        Number(transfer, "amount_reversed"), Find(Member(transfer, "metadata"), StripeProblems.Reference));

    internal static Reversal Reversal(JsonElement reversal) =>
        new(Text(reversal, "id"), Id(reversal, "transfer") ?? throw StripeProblems.Missing("transfer"), Cents(reversal, "amount"),
            Find(Member(reversal, "metadata"), StripeProblems.Reference));

    internal static MerchantAccount Account(JsonElement account)
    {
        var asked = Member(account, "requirements");
        return new MerchantAccount(Text(account, "id"), StripeProblems.ShopOf(Find(Member(account, "metadata"), StripeProblems.Shop)),
            Find(Member(account, "capabilities"), "transfers") == "active", Flag(account, "payouts_enabled"), Flag(account, "details_submitted"), Texts(asked, "currently_due"),
            Texts(asked, "past_due"), FindTime(asked, "current_deadline"), Find(asked, "disabled_reason"))
        {
            IsChecked = Texts(asked, "pending_verification").Length > 0,
        };
    }

    internal static Payout Payout(JsonElement payout) => new(Text(payout, "id"), Cents(payout, "amount"), StripeProblems.StatusOfPayout(Text(payout, "status")), Time(payout, "created"),
        DateOnly.FromDateTime(Time(payout, "arrival_date").UtcDateTime), Find(payout, "failure_code"));

    internal static OnboardingLink Link(JsonElement link) => new(Text(link, "url"), Time(link, "expires_at"));

    internal static Movement Movement(JsonElement moved) => new(Text(moved, "id"), Text(moved, "type"), Cents(moved, "amount"), Number(moved, "fee"), Number(moved, "net"),
        Id(moved, "source"), Time(moved, "created"), Time(moved, "available_on"))
    {
        Order = Whole(moved) is { } source ? StripeProblems.OrderOf(Find(source, "transfer_group")) ?? StripeProblems.OrderOf(Find(Member(source, "metadata"), StripeProblems.Order)) : null,
        Of = Whole(moved) is { } of ? Id(of, "payment_intent") ?? Id(of, "transfer") : null,
    };

    private static JsonElement? Whole(JsonElement moved) => Member(moved, "source") is { ValueKind: JsonValueKind.Object } source ? source : null;

    internal static (IReadOnlyList<T> Items, bool More) List<T>(JsonElement list, Func<JsonElement, T> read)
    {
        // Left out, it would pass for the last page.
        var more = Member(list, "has_more") is { ValueKind: JsonValueKind.True or JsonValueKind.False } said ? said.GetBoolean() : throw StripeProblems.Missing("has_more");
        T[] items = Member(list, "data") is { ValueKind: JsonValueKind.Array } data ? [.. data.EnumerateArray().Select(read)] : throw StripeProblems.Missing("data");
        StripeProblems.GoesOn(items.Length, more);
        return (items, more);
    }

    internal static PaymentProblem Problem(Asked asked, int status, JsonElement answer)
    {
        var error = Member(answer, "error");
        var payment = Member(error, "payment_intent") is { ValueKind: JsonValueKind.Object } intent ? Payment(intent) : null;
        return StripeProblems.Of(asked, status, StripeProblems.Needed(Find(error, "type"), "error"), Find(error, "code"), Find(error, "decline_code"), Find(error, "param"), Find(error, "message"), payment);
    }

    private static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } && of.Value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static string? Find(JsonElement? of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static string Text(JsonElement of, string name) => StripeProblems.Needed(Find(of, name), name);

    private static long Cents(JsonElement of, string name)
    {
        StripeProblems.AreEuros(Find(of, "currency"));
        return Number(of, name);
    }

    private static long Number(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : throw StripeProblems.Missing(name);

    private static bool Flag(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.True };

    private static DateTimeOffset Time(JsonElement of, string name) =>
        Number(of, name) is >= 0 and < 253_402_300_800 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : throw StripeProblems.Missing(name);

    private static DateTimeOffset? FindTime(JsonElement? of, string name) => Member(of, name) is { ValueKind: JsonValueKind.Number } ? Time(of!.Value, name) : null;

    // A reference is the other's id, or the whole of it where it was asked for.
    private static string? Id(JsonElement of, string name) => Member(of, name) switch
    {
        { ValueKind: JsonValueKind.String } id => id.GetString(),
        { ValueKind: JsonValueKind.Object } whole => Text(whole, "id"),
        _ => null,
    };

    private static string[] Texts(JsonElement? of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Array } texts ? [.. texts.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!)] : [];
}
