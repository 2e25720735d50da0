using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Npgsql;

namespace Marketplace.Storefront.Merchants.Joining;

/// <summary>
/// Fetches the mails about shops that Merchants has written down, puts them into the post box, and only then says that it has them. Stopped in between, or
/// in two processes at once, it fetches a letter again: that its id was posted is written down with the mail, which keeps it one.
/// </summary>
internal sealed partial class ShopLetters(
    IHttpClientFactory clients, TokenIssuer tokens, NpgsqlDataSource database, Words words, IConfiguration configuration, TimeProvider clock, ILogger<ShopLetters> log) : BackgroundService
{
    public const string Client = "letters";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(30);
    private readonly HashSet<Guid> _reported = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration["Storefront:PublicUrl"] is null)
        {
            return; // in development: without the site's address its mails lead nowhere, and wait
        }
        using var often = new PeriodicTimer(Every, clock);
        while (await often.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await FetchAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogLater(failure); // most often Merchants or the database is away. Whatever it is, the letters wait there, and the site stays up
            }
        }
    }

    private async Task FetchAsync(CancellationToken token)
    {
        List<Guid> seen = [];
        for (Guid? waiting = null; await ListAsync(waiting, token) is { Length: > 0 } letters;)
        {
            seen.AddRange(letters.Select(l => l.LetterId));
            waiting = await PostAllAsync(letters, token) ?? waiting;
        }
        await ForgetOldAsync([.. seen], token);
    }

    private async Task<ShopLetter[]> ListAsync(Guid? after, CancellationToken token)
    {
        using var listed = await AskAsync(HttpMethod.Get, after is null ? "letters" : $"letters?after={after}", token);
        return await listed.Content.ReadFromJsonAsync<ShopLetter[]>(ServiceClient.Json, token) ?? [];
    }

    /// <returns>The last of those that stay there; what was posted is listed no more.</returns>
    private async Task<Guid?> PostAllAsync(ShopLetter[] letters, CancellationToken token)
    {
        Guid? waiting = null;
        foreach (var letter in letters)
        {
            try
            {
                await PostAsync(letter.LetterId, Write(letter), token);
            }
            catch (Exception failure) when (failure is not (OperationCanceledException or NpgsqlException { IsTransient: true }))
            {
                // Of a kind that a newer process knows, or not to be written at all: it waits, and keeps none of the others.
                if (_reported.Add(letter.LetterId))
                {
                    LogSkipped(letter.LetterId, letter.Kind, failure);
                }
                waiting = letter.LetterId;
                continue;
            }
            using var known = await AskAsync(HttpMethod.Delete, $"letters/{letter.LetterId}", token);
        }
        return waiting;
    }

    private Task PostAsync(Guid letter, Mail mail, CancellationToken token) => RunAsync(
        """
        with news as (insert into shop_letters (letter_id, posted_at) values ($1, $2) on conflict do nothing returning letter_id)
        insert into due_work (kind, key, due_at, data) select $3, $4, $2, $5::jsonb from news
        """, [letter, clock.GetUtcNow(), MailWork.WorkKind, mail.Id, JsonSerializer.Serialize(mail)], token);

    private Task ForgetOldAsync(Guid[] listed, CancellationToken token) =>
        RunAsync("delete from shop_letters where posted_at < $1 and letter_id <> all($2)", [clock.GetUtcNow() - KnownFor, listed], token);

    private async Task RunAsync(string sql, object[] values, CancellationToken token)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync(token);
    }

    private Mail Write(ShopLetter letter)
    {
        var lang = letter.Language == "en" ? Lang.En : Lang.Fr;
        var place = letter.Kind switch
        {
            "published" or "lifted" => $"/{letter.Town}/boutiques/{letter.Slug}",
            "asking" => "/coordination#demande-" + letter.Slug,
            "helping" or "joined" => "/pro/" + letter.Slug,
            _ => $"/pro/{letter.Slug}/ouverture",
        };
        var text = string.Format(null, words[lang, $"mail.shop-{letter.Kind}.text"], letter.Name, configuration["Storefront:PublicUrl"]!.TrimEnd('/') + place,
            letter.Kind == "joined" ? words[lang, "pro.role." + letter.Reason] : letter.Reason);
        return new Mail(letter.LetterId.ToString(), letter.To, string.Format(null, words[lang, $"mail.shop-{letter.Kind}.subject"], letter.Name), text.ReplaceLineEndings("\r\n"));
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, CancellationToken token)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.ForStorefrontAsync(token));
        request.Options.Set(Replicas.MayRepeat, true);
        var response = await clients.CreateClient(Client).SendAsync(request, token);
        return response.EnsureSuccessStatusCode();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mails about shops were not fetched; they wait")]
    private partial void LogLater(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Letter {Letter} of kind {Kind} cannot be written and waits; the others go out")]
    private partial void LogSkipped(Guid letter, string kind, Exception failure);
}
