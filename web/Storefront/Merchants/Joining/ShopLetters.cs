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
/// Fetches the mails about shops that Merchants has written down, puts them into the post box, and only then says that it has them: stopped in between, it
/// does so again, and the letter's id keeps it one mail.
/// </summary>
internal sealed partial class ShopLetters(
    IHttpClientFactory clients, TokenIssuer tokens, NpgsqlDataSource database, Words words, IConfiguration configuration, TimeProvider clock, ILogger<ShopLetters> log) : BackgroundService
{
    public const string Client = "letters";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

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
            catch (Exception failure) when (failure is HttpRequestException or JsonException || PersonTokens.AreAway(failure) || failure is TaskCanceledException && !stoppingToken.IsCancellationRequested)
            {
                LogLater(failure); // Merchants or the database is away: the letters wait there
            }
        }
    }

    private async Task FetchAsync(CancellationToken token)
    {
        using var listed = await AskAsync(HttpMethod.Get, "letters", token);
        foreach (var letter in await listed.Content.ReadFromJsonAsync<ShopLetter[]>(ServiceClient.Json, token) ?? [])
        {
            await PostAsync(Write(letter), token);
            using var known = await AskAsync(HttpMethod.Delete, $"letters/{letter.LetterId}", token);
        }
    }

    private async Task PostAsync(Mail mail, CancellationToken token)
    {
        await using var command = database.CreateCommand("insert into due_work (kind, key, due_at, data) values ($1, $2, $3, $4::jsonb) on conflict do nothing");
        foreach (var value in (object[])[MailWork.WorkKind, mail.Id, clock.GetUtcNow(), JsonSerializer.Serialize(mail)])
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync(token);
    }

    private Mail Write(ShopLetter letter)
    {
        var lang = letter.Language == "en" ? Lang.En : Lang.Fr;
        var place = letter.Kind is "published" or "lifted" ? $"/{letter.Town}/boutiques/{letter.Slug}" : $"/pro/{letter.Slug}/ouverture";
        var text = string.Format(null, words[lang, $"mail.shop-{letter.Kind}.text"], letter.Name, configuration["Storefront:PublicUrl"]!.TrimEnd('/') + place, letter.Reason);
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
}
