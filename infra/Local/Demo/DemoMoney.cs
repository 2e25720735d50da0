using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;

namespace Marketplace.Local.Demo;

/// <summary>
/// The demo shops' accounts at the simulator, opened and filled in over its own API as a merchant's would be, so that residents can pay them by card. Looked for at each
/// start by the shop they name: none is opened twice, and one that is missing, its books taken away perhaps, is opened again.
/// </summary>
internal sealed class DemoMoney(Uri simulator, string secretKey)
{
    private const string ShopIn = "shop";
    private const int PerPage = 100;

    public async Task OpenAsync(IReadOnlyList<(ShopId Shop, DemoShop File)> shops, CancellationToken token)
    {
        using var http = new HttpClient { BaseAddress = simulator, Timeout = TimeSpan.FromSeconds(30), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", secretKey) } };
        var known = await FindAsync(http, token);
        await Parallel.ForEachAsync(shops, token, async (one, each) =>
        {
            var account = known.GetValueOrDefault(one.Shop.ToString());
            if (!account.Receives)
            {
                using var filled = await http.PostAsJsonAsync($"_simulator/accounts/{account.Id ?? await OpenAsync(http, one.Shop, one.File, each)}", new { complete = true }, each);
                RequireDone(filled);
            }
        });
    }

    private static async Task<string> OpenAsync(HttpClient http, ShopId shop, DemoShop file, CancellationToken token)
    {
        using var opened = await http.PostAsync("v1/accounts", new FormUrlEncodedContent(
        [
            new("country", "FR"),
            new("email", DemoAccounts.OwnerOf(file)),
            new("business_profile[name]", file.Name),
            new("capabilities[transfers][requested]", "true"),
            new("controller[fees][payer]", "application"),
            new("controller[losses][payments]", "application"),
            new("controller[requirement_collection]", "stripe"),
            new("controller[stripe_dashboard][type]", "express"),
            new($"metadata[{ShopIn}]", shop.ToString()),
        ]), token);
        return (await ReadAsync(opened, token)).GetProperty("id").GetString()!;
    }

    // By shop; of several the one that can receive.
    private static async Task<Dictionary<string, (string? Id, bool Receives)>> FindAsync(HttpClient http, CancellationToken token)
    {
        var (found, after, more) = (new Dictionary<string, (string? Id, bool Receives)>(), "", true);
        while (more)
        {
            using var answer = await http.GetAsync($"v1/accounts?limit={PerPage}{(after.Length > 0 ? "&starting_after=" + after : "")}", token);
            var page = await ReadAsync(answer, token);
            more = page.GetProperty("has_more").GetBoolean();
            foreach (var account in page.GetProperty("data").EnumerateArray())
            {
                after = account.GetProperty("id").GetString()!;
                if (account.GetProperty("metadata").TryGetProperty(ShopIn, out var shop) && !found.GetValueOrDefault(shop.GetString()!).Receives)
                {
                    found[shop.GetString()!] = (after, account.GetProperty("payouts_enabled").GetBoolean());
                }
            }
        }

        return found;
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken token)
    {
        RequireDone(answer);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(token);
    }

    private static void RequireDone(HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw new DemoRefusedException($"The demo was refused: {answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri} answered {(int)answer.StatusCode}.");
        }
    }
}
