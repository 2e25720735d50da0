using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Residents.Wanted;

/// <summary>
/// What visitors looked for while it was out of stock, added up here and told to Catalog every few seconds. Each batch is sent once: an outage loses some, and none is
/// counted twice. Neither who nor with which words is ever kept.
/// </summary>
internal sealed partial class WantedTally(IHttpClientFactory clients, TokenIssuer tokens, TimeProvider clock, ILogger<WantedTally> log) : BackgroundService
{
    public const string Client = "wanted";
    private const int MostOffers = 500; // beyond them, in those seconds, no other offer is counted
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private ConcurrentDictionary<OfferId, int> _seen = new();

    public void Note(OfferId offer)
    {
        var seen = _seen;
        if (seen.ContainsKey(offer) || seen.Count < MostOffers)
        {
            seen.AddOrUpdate(offer, 1, (_, times) => times + 1);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var often = new PeriodicTimer(Every, clock);
        while (await often.WaitForNextTickAsync(stoppingToken))
        {
            await SendAsync(stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SendAsync(cancellationToken);
    }

    internal async Task SendAsync(CancellationToken token)
    {
        var seen = Interlocked.Exchange(ref _seen, new());
        foreach (var some in seen.Select(s => new WantedWhileOut(s.Key, s.Value)).Chunk(MostOffers))
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "wanted") { Content = JsonContent.Create(some, options: ServiceClient.Json) };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.ForStorefrontAsync(token));
                using var answer = await clients.CreateClient(Client).SendAsync(request, token);
                answer.EnsureSuccessStatusCode();
            }
            catch (Exception failure) when (!token.IsCancellationRequested)
            {
                LogLost(some.Length, failure); // Catalog is away, or the keys are: a number is not worth more
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was looked for of {Offers} offers that are out of stock was not counted")]
    private partial void LogLost(int offers, Exception failure);
}
