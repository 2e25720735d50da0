using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Catalog.Offers;
using Marketplace.ServiceDefaults;

namespace Marketplace.Catalog.StockFeeds;

/// <summary>What the software answered, or why it did not.</summary>
/// <param name="ServerTime">What time it is there.</param>
internal sealed record SoftwareAnswer(StockFeedPage? Page, DateTimeOffset? ServerTime, FeedTrouble? Trouble);

/// <summary>
/// Asks a shop's software for a page of its stock, <c>GET {address}/stocks/{siret}?after=&amp;limit=&amp;modifiedSince=</c>: the protocol of the booksellers' software. Nothing that it answers is trusted;
/// neither the secret nor what was answered is ever logged.
/// </summary>
internal sealed class StockSoftware(IHttpClientFactory clients, TimeProvider clock)
{
    internal const string Client = "stock-feed";
    internal const int MostBytes = 8 * 1024 * 1024;
    private const int LongestWords = 300;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    internal async Task<SoftwareAnswer> AskAsync(FeedSource source, string? after, DateTimeOffset? modifiedSince, int limit, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(source, after, modifiedSince, limit));
        request.Headers.Accept.Add(new("application/json"));
        if (source is { Auth: not "none", Secret: { Length: > 0 } secret })
        {
            // A name and a password are encoded, as Basic wants them; a token that was given ready made goes as it is.
            request.Headers.Authorization = new AuthenticationHeaderValue(source.Auth == "bearer" ? "Bearer" : "Basic",
                source.Auth == "basic" && secret.Contains(':', StringComparison.Ordinal) ? Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)) : secret);
        }

        try
        {
            using var http = clients.CreateClient(Client);
            using var answer = await http.SendAsync(request, token);
            return await ReadAsync(answer, token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return Failed(new("timeout", "Votre logiciel n’a pas répondu à temps.", "Your software did not answer in time."), passes: true);
        }
        catch (HttpRequestException failure)
        {
            return FailureOf(failure);
        }
    }

    internal static Uri AddressOf(FeedSource source, string? after, DateTimeOffset? modifiedSince, int limit)
    {
        var address = source.Address.TrimEnd('/');
        var stocks = address.EndsWith("/stocks", StringComparison.Ordinal) ? address : address + "/stocks";
        var query = new StringBuilder("?limit=").Append(limit.ToString(CultureInfo.InvariantCulture));
        if (after is not null)
        {
            query.Append("&after=").Append(Uri.EscapeDataString(after));
        }

        if (modifiedSince is { } since)
        {
            query.Append("&modifiedSince=").Append(Uri.EscapeDataString(since.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        }

        return new Uri($"{stocks}/{source.Siret}{query}");
    }

    private async Task<SoftwareAnswer> ReadAsync(HttpResponseMessage answer, CancellationToken token)
    {
        JsonDocument? body = null;
        try
        {
            body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(token), default, token);
        }
        catch (JsonException)
        {
            // Said below, by the status.
        }

        using (body)
        {
            if (TroubleOf(answer, body?.RootElement) is { } trouble)
            {
                return new(null, null, trouble);
            }

            StockFeedPage? page;
            try
            {
                page = body is null ? null : StockFeedPage.Read(body.RootElement, clock.GetUtcNow());
            }
            catch (InvalidOperationException)
            {
                return Failed(new("answer-unreadable", "La réponse de votre logiciel n’est pas écrite en UTF-8 : son éditeur doit le corriger.", "Your software’s answer is not written in UTF-8: its maker has to correct that."));
            }

            return page is not null
                ? new(page, answer.Headers.Date, null)
                : Failed(new("answer-unreadable", "Votre logiciel a répondu autre chose qu’un stock : l’adresse est-elle la bonne ?", "Your software answered something other than a stock: is the address right?"));
        }
    }

    private FeedTrouble? TroubleOf(HttpResponseMessage answer, JsonElement? body)
    {
        var status = (int)answer.StatusCode;
        var said = body is { } json ? WordsOf(json) : null;
        Fault Told(string code, string french, string english) => said is null ? new(code, french, english)
            : new(code, $"{french} Il dit : « {said} »", $"{english} It says: “{said}”");
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => null,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(Told("credentials-refused", "Votre logiciel refuse l’identification : vérifiez le mot de passe ou le jeton.",
                "Your software refuses the credentials: check the password or token.")),
            HttpStatusCode.TooManyRequests => new(Told("too-often", "Votre logiciel demande d’attendre.", "Your software asks to wait."), Passes: true, WaitOf(answer)),
            HttpStatusCode.RequestTimeout => new(Told("unavailable", "Votre logiciel est en panne ou occupé.", "Your software is down or busy."), Passes: true),
            >= HttpStatusCode.InternalServerError => new(Told("unavailable", $"Votre logiciel est en panne ou occupé (réponse {status}).", $"Your software is down or busy (answer {status})."), Passes: true, WaitOf(answer)),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new(Told("redirected", "Cette adresse renvoie ailleurs : donnez l’adresse finale.", "This address leads elsewhere: give the final one.")),
            _ => new(Told("refused", $"Votre logiciel a refusé la demande (réponse {status}).", $"Your software refused the request (answer {status}).")),
        };
    }

    // [{"text":"Siret invalide"}]: the other side's own words, which the merchant can act on; none where they are in no encoding of JSON's.
    private static string? WordsOf(JsonElement body)
    {
        try
        {
            return ReadWords(body);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? ReadWords(JsonElement body)
    {
        var items = body.ValueKind switch { JsonValueKind.Array => [.. body.EnumerateArray()], JsonValueKind.Object => new[] { body }, _ => [] };
        var words = string.Join(" ; ", items.Where(i => i.ValueKind == JsonValueKind.Object && i.TryGetProperty("text", out var t) && t.ValueKind == JsonValueKind.String).Take(5).Select(i => i.GetProperty("text").GetString()));
        words = string.Concat(words.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))).Trim();
        return words.Length == 0 ? null : words[..Math.Min(words.Length, LongestWords)];
    }

    private TimeSpan? WaitOf(HttpResponseMessage answer)
    {
        var wait = answer.Headers.RetryAfter?.Delta ?? answer.Headers.RetryAfter?.Date - clock.GetUtcNow();
        return wait is { } asked && asked > TimeSpan.Zero ? asked < LongestWait ? asked : LongestWait : null;
    }

    internal static SoftwareAnswer FailureOf(HttpRequestException failure) => failure switch
    {
        _ when PrivateAddressException.IsBehind(failure) => Failed(new("address-private", "Cette adresse ne mène pas sur Internet : elle doit être joignable de partout.",
            "This address does not lead to the internet: it must be within reach from everywhere.")),
        { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => Failed(new("answer-too-large", "La réponse de votre logiciel est trop grande.", "Your software’s answer is too large.")),
        { HttpRequestError: HttpRequestError.SecureConnectionError } => Failed(new("not-secure", "La connexion à votre logiciel n’est pas sûre : son certificat n’est pas valable.",
            "The connection to your software is not secure: its certificate is not valid.")),
        { HttpRequestError: HttpRequestError.NameResolutionError } => Failed(new("name-unknown", "Ce nom de site n’existe pas, ou n’est pas trouvé pour le moment.", "There is no site of that name, or it cannot be found at the moment."), passes: true),
        _ => Failed(new("unreachable", "Votre logiciel n’est pas joignable, ou la liaison a été coupée.", "Your software is out of reach, or the line was cut."), passes: true),
    };

    private static SoftwareAnswer Failed(Fault fault, bool passes = false) => new(null, null, new(fault, passes));
}
