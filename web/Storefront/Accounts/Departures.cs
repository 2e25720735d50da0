using System.Net.Http.Headers;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// Tells Ordering of people who deleted their account, so that their orders forget them. A durable timer written with the deletion: Ordering away, or a stop
/// in between, only puts it off. Told twice, Ordering does nothing more.
/// </summary>
internal sealed class Departures(IHttpClientFactory clients, TokenIssuer tokens) : IDueWorkHandler
{
    public const string Client = "departures";
    private const string WorkKind = "person-left";

    public string Kind => WorkKind;

    /// <summary>In the transaction that deletes the account.</summary>
    public static Task WriteAsync(AccountsDb accounts, Person person, DateTimeOffset now) => accounts.Database.ExecuteSqlAsync(
        $"insert into due_work (kind, key, due_at, trace) values ({WorkKind}, {person.Id.ToString()}, {now}, {TraceParent.Current}) on conflict (kind, key) do nothing");

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "people/" + work.Key);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.ForStorefrontAsync(token));
        request.Options.Set(Replicas.MayRepeat, true);
        using var response = await clients.CreateClient(Client).SendAsync(request, token);
        response.EnsureSuccessStatusCode();
        return null;
    }
}
