using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>A visitor at the checkout, and what is counted of what they press there.</summary>
public abstract class AfterALostAnswer(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private protected ResidentsHost Host => host;

    private int _before;

    private protected int NewOrders => Host.Town.Orders.Count - _before;

    private protected Task<Visitor> ReadyAsync(string language = "fr", WebApplicationFactory<Program>? app = null)
    {
        _before = Host.Town.Orders.Count;
        return Host.AtCheckoutAsync(language, app);
    }

    private protected Task<Visitor> LostAsync(Visitor visitor) => Host.LoseAsync(visitor);

    internal static (string Name, string Value)[] Named((string Name, string Value)[] fields, string name) => [.. fields.Select(f => f.Name == "nom" ? ("nom", name) : f)];

    internal static string KeyOf((string Name, string Value)[] fields) => fields.Single(f => f.Name == "cle").Value;

    private protected const string Unanswered = "Une réservation est restée sans réponse";

    private protected static HttpResponseMessage DecidedAgainst() => TownPlayed.Problem(HttpStatusCode.Conflict, "out-of-stock", Array.Empty<object>());

    private protected Task<int> AgeAsync(string times, (string Name, string Value)[] fields) => Host.ScalarAsync<int>($"update checkout_attempts set {times} where form_key = $1 returning 1", KeyOf(fields));
}
