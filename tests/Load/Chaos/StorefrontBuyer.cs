using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Marketplace.Contracts;
using Marketplace.Load;

namespace Marketplace.Chaos;

/// <summary>
/// A resident with a browser: basket, checkout, and the same button pressed again until an answer comes, while the storefront too is being killed. Slower
/// than the others, since the storefront counts each visitor's orders.
/// </summary>
internal sealed class StorefrontBuyer(Platform platform, LoadTown town, Ledger ledger, int seed) : IDisposable
{
    private const int MostPresses = 300;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(400);
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = new Uri(platform.At.Storefront), Timeout = TimeSpan.FromSeconds(40) };
    private readonly HtmlParser _parser = new();
    private readonly Random _random = new(seed);
    private int _placed;

    internal int Placed => _placed;

    internal async Task BuyAsync(CancellationToken close)
    {
        while (!close.IsCancellationRequested)
        {
            await BuyOnceAsync(close);
            await Task.Delay(Pause, close).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BuyOnceAsync(CancellationToken close)
    {
        var shop = town.Shops[_random.Next(town.Shops.Count)];
        var offer = shop.Items[_random.Next(shop.Items.Count - 1)].Offer.ToString();
        (string, string)[] add = [("offre", offer), ("quantite", "1")];
        if (await SendAsync(HttpMethod.Post, $"/{town.Slug}/panier/ajouter", add) is not { Status: HttpStatusCode.SeeOther } || close.IsCancellationRequested
            || await SendAsync(HttpMethod.Get, $"/{town.Slug}/commander", []) is not { Form: { } form })
        {
            return; // the storefront is away; nothing is ordered yet
        }

        var email = ledger.Begin();
        for (var presses = 0; presses < MostPresses; presses++)
        {
            var answer = await SendAsync(HttpMethod.Post, $"/{town.Slug}/commander", Filled(form, email));
            if (answer is { Status: HttpStatusCode.SeeOther, Location: { } to })
            {
                Note(email, to);
                return;
            }

            // The page comes back with what was typed; without a page the same form is pressed again.
            form = answer?.Form ?? form;
            await Task.Delay(Again, CancellationToken.None);
        }
    }

    private void Note(string email, string to)
    {
        var path = to.Split('?')[0].Split('/');
        if (path is ["", "commandes", var id, ..] && OrderId.TryParse(id, null, out var order))
        {
            ledger.Answered(email, order);
            Interlocked.Increment(ref _placed);
        }
        else
        {
            ledger.Fault($"{email} pressed \"reserve\" and was led to {path[^1]}");
        }
    }

    // What the form holds, the first slot of each shop, and who it is for.
    private static (string, string)[] Filled(IElement form, string email)
    {
        var inputs = form.QuerySelectorAll("input[name]").Select(i => (Name: i.GetAttribute("name")!, Type: i.GetAttribute("type"), Value: i.GetAttribute("value") ?? "")).ToList();
        return
        [
            .. inputs.Where(i => i.Type == "hidden").Select(i => (i.Name, i.Value)),
            .. inputs.Where(i => i.Type == "radio" && i.Name.StartsWith("creneau.", StringComparison.Ordinal)).DistinctBy(i => i.Name).Select(i => (i.Name, i.Value)),
            ("lieu", "boutiques"), ("nom", "Ana Tempête"), ("courriel", email), ("majeur", "1"),
        ];
    }

    private async Task<Answer?> SendAsync(HttpMethod method, string path, (string Name, string Value)[] fields)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Post ? new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) : null };
            request.Headers.Add("Accept", "text/html");
            using var answer = await _browser.SendAsync(request);
            var page = await _parser.ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
            return new Answer(answer.StatusCode, answer.Headers.Location?.OriginalString, page.QuerySelector($"form[action='/{town.Slug}/commander']"));
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException or IOException)
        {
            return null; // killed in the middle: exactly what this is about
        }
    }

    public void Dispose() => _browser.Dispose();

    private sealed record Answer(HttpStatusCode Status, string? Location, IElement? Form);
}
