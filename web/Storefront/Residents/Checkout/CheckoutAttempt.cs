using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>What was sent under one key, and the order that came of it.</summary>
/// <param name="Town">Null for what a newer attempt of the basket has replaced.</param>
/// <param name="Person">Whose request became the order; null for nobody signed in, and while there is none.</param>
/// <param name="Waiting">A press is on its way, or was never answered.</param>
/// <param name="Settled">The order is decided, and the basket knows it.</param>
/// <param name="Sent">Oldest first; empty once the order is known.</param>
internal sealed record CheckoutAttempt(string Key, string? Town, OrderId? Order, string? AccessToken, PersonId? Person, DateTimeOffset SentAt, bool Waiting, bool Settled,
    IReadOnlyList<CheckoutAttempt.Request> Sent)
{
    public bool IsOpenIn(string town) => Order is null && Town == town;

    /// <summary>What this very form sent before; null when it was changed since, or never sent.</summary>
    public Request? Of(CheckoutForm form) => HashOf(form) is var hash ? Sent.FirstOrDefault(r => hash.AsSpan().SequenceEqual(r.FormHash)) : null;

    /// <summary>What this person sent last. The next one at the same browser is shown nothing of it.</summary>
    public Request? LastOf(PersonId? person) => Sent.LastOrDefault(r => r.Person == person);

    // Whatever key a form came with: it is the same form.
    public static byte[] HashOf(CheckoutForm form) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(form with { Key = "" }, ServiceClient.Json));

    /// <param name="Person">Who pressed; null for nobody signed in.</param>
    internal sealed record Request(byte[] FormHash, PlaceOrder Order, PersonId? Person);
}
