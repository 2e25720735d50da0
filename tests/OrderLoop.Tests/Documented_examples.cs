using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.OrderLoop.Tests;

/// <summary>
/// The page for who connects a shop's program (<c>infra/api/README.md</c>), run from top to bottom against the real services: each example with the status that stands below
/// it, and its answer with the shape that stands there.
/// </summary>
[Collection(OnePlatform.Name)]
public sealed partial class Documented_examples(OnePlatform platform)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "infra", "api", "README.md"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Are_answered_as_the_page_says()
    {
        var all = platform.Services;
        var (shop, _, slot) = await all.OpenShopAsync("documentee");
        var known = new Dictionary<string, string>
        {
            ["CATALOG"] = all.Catalog.BaseAddress!.ToString().TrimEnd('/'),
            ["ORDERING"] = all.Ordering.BaseAddress!.ToString().TrimEnd('/'),
            ["MERCHANTS"] = all.Merchants.BaseAddress!.ToString().TrimEnd('/'),
            ["SHOP"] = shop,
            ["KEY"] = await KeyAsync(all, shop),
        };
        var examples = ExampleForm().Matches(Page);
        examples.Count.ShouldBeGreaterThan(8);
        using var program = new HttpClient();
        var wrong = new List<string>();
        foreach (Match example in examples)
        {
            var command = example.Groups["command"].Value;
            if (command.Contains("/orders", StringComparison.Ordinal) && !known.ContainsKey("ORDER"))
            {
                // Between the lines: somebody orders what the page has put on sale.
                (known["ORDER"], known["CODE"]) = await OrderAsync(all, shop, slot);
            }

            using var answer = await program.SendAsync(RequestOf(command, known), Token);
            var text = await answer.Content.ReadAsStringAsync(Token);
            var (expected, status) = (example.Groups["status"].Value, ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
            var differences = status != expected ? [$"answered {status}, shown {expected}"]
                : example.Groups["answer"] is { Success: true, Value: var shown } ? Differences(JsonDocument.Parse(shown).RootElement, JsonDocument.Parse(text).RootElement, "$") : [];
            wrong.AddRange(differences.Select(d => $"{command}: {d} in {text}"));
        }

        wrong.ShouldBeEmpty();
        // Used at Catalog and at Ordering, it is known to be in use where its owner looks.
        await Eventually.BecomesAsync(async () => (await all.Merchants.GetFromJsonAsync<ApiKey[]>($"/api/v1/shops/{shop}/api-keys", ThreeServices.Json, Token))!.Single().LastUsedAt is not null, TimeSpan.FromSeconds(20));
    }

    // The same words in README, for who places an order: what its text names is taken out of the answers, and the order is placed a second time under its key.
    [Fact]
    public async Task Of_the_readme_place_an_order_and_read_it_back()
    {
        var all = platform.Services;
        var (shop, offer, _) = await all.OpenShopAsync("lisez-moi");
        var known = new Dictionary<string, string>
        {
            ["CATALOG"] = all.Catalog.BaseAddress!.ToString().TrimEnd('/'),
            ["ORDERING"] = all.Ordering.BaseAddress!.ToString().TrimEnd('/'),
            ["MERCHANTS"] = all.Merchants.BaseAddress!.ToString().TrimEnd('/'),
            ["TOWN"] = ThreeServices.Town,
            ["SHOP"] = shop,
            ["TRY"] = Guid.NewGuid().ToString(),
        };
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), Token);
        using var resident = new HttpClient();
        var shown = ExampleForm().Matches(page).Select(e => (Command: e.Groups["command"].Value, Status: e.Groups["status"].Value)).ToList();
        shown.Count.ShouldBe(5);

        var found = await SayAsync(shown[0]);
        // Catalog shows a shop's offers a moment after it was opened.
        await Eventually.BecomesAsync(async () => (found = await SayAsync(shown[0])).GetProperty("items").GetArrayLength() > 0, TimeSpan.FromSeconds(30));
        (known["OFFER"], known["PRICE"]) = (found.GetProperty("items")[0].GetProperty("offerId").GetString()!, found.GetProperty("items")[0].GetProperty("priceCents").GetRawText());
        known["OFFER"].ShouldBe(offer.ToString());
        known["SLOT"] = (await SayAsync(shown[1])).EnumerateArray().Last().GetProperty("slotId").GetString()!;

        var placed = await SayAsync(shown[2]);
        (await SayAsync(shown[2])).GetRawText().ShouldBe(placed.GetRawText(), "the same key and body are the same order and answer");
        (known["ORDER"], known["TOKEN"]) = (placed.GetProperty("orderId").GetString()!, placed.GetProperty("accessToken").GetString()!);
        var order = await SayAsync(shown[3]);
        (order.GetProperty("orderId").GetString(), order.GetProperty("status").GetString(), order.GetProperty("pickupCode").GetString()).ShouldBe((known["ORDER"], "confirmed", placed.GetProperty("pickupCode").GetString()));
        (await SayAsync(shown[4])).GetProperty("status").GetString().ShouldBe("cancelled");

        async Task<JsonElement> SayAsync((string Command, string Status) example)
        {
            using var answer = await resident.SendAsync(RequestOf(example.Command, known), Token);
            var text = await answer.Content.ReadAsStringAsync(Token);
            ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture).ShouldBe(example.Status, $"{example.Command}: {text}");
            return JsonDocument.Parse(text).RootElement;
        }
    }

    [Fact]
    public void The_event_of_a_webhook_has_the_shape_of_the_page()
    {
        var shown = JsonDocument.Parse(BodyForm().Match(Page).Groups["body"].Value).RootElement;
        var approved = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Contracts.Tests", "Approved", "ordering-api", "webhook-event.json"))).RootElement;
        Differences(shown, approved, "$", values: false).ShouldBeEmpty();
        foreach (var type in WebhookTypes())
        {
            Page.ShouldContain($"`{type}`");
        }
    }

    private static IEnumerable<string> WebhookTypes() => Ordering.Webhooks.WebhookTypes.Of.Append(Ordering.Webhooks.WebhookTypes.Test);

    private static async Task<string> KeyAsync(ThreeServices all, string shop)
    {
        using var made = await all.Merchants.PostAsJsonAsync($"/api/v1/shops/{shop}/api-keys", new ApiKeyRequest("Caisse", ["offers:read", "offers:write", "stock:write", "orders:read", "orders:write"]), ThreeServices.Json, Token);
        var key = (await made.Content.ReadFromJsonAsync<ApiKeyCreated>(ThreeServices.Json, Token))!.Key;
        foreach (var (service, path) in new[] { (all.Catalog, "offers"), (all.Ordering, "orders") })
        {
            using var program = new HttpClient { BaseAddress = service.BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
            await Eventually.BecomesAsync(async () => (await program.GetAsync($"/api/v1/shops/{shop}/{path}", Token)).IsSuccessStatusCode, TimeSpan.FromSeconds(30));
        }

        return key;
    }

    private static async Task<(string Order, string Code)> OrderAsync(ThreeServices all, string shop, string slot)
    {
        var sheet = await all.Catalog.GetFromJsonAsync<JsonElement>($"/api/v1/shops/{shop}/offers/BRIOCHE", Token);
        var brioche = sheet.GetProperty("offer").GetProperty("offerId").Deserialize<OfferId>(ThreeServices.Json);
        using var placed = await all.Ordering.PostAsJsonAsync("/api/v1/orders", ThreeServices.Basket(new PlaceOrder.ShopOrder(shop, slot, [new(brioche, 2, 620)])), ThreeServices.Json, Token);
        var order = (await placed.Content.ReadFromJsonAsync<OrderView>(ThreeServices.Json, Token))!;
        await Eventually.BecomesAsync(async () => (order = (await all.Ordering.GetFromJsonAsync<OrderView>($"/api/v1/orders/{order.OrderId}", ThreeServices.Json, Token))!).Status == "confirmed", TimeSpan.FromSeconds(30));
        return (order.OrderId.ToString(), order.PickupCode!);
    }

    /// <summary>What curl would send: its words as a shell takes them apart.</summary>
    private static HttpRequestMessage RequestOf(string command, IReadOnlyDictionary<string, string> known)
    {
        var words = WordsOf(command, known);
        words[0].ShouldBe("curl");
        var request = new HttpRequestMessage();
        var headers = new List<string>();
        for (var i = 1; i < words.Count; i++)
        {
            switch (words[i])
            {
                case "-X": request.Method = new HttpMethod(words[++i]); break;
                case "-H": headers.Add(words[++i]); break;
                case "-d": request.Content = new StringContent(words[++i], Encoding.UTF8); break;
                default: request.RequestUri = new Uri(words[i]); break;
            }
        }

        foreach (var header in headers.Select(h => h.Split(": ", 2)))
        {
            if (header[0] == "Content-Type")
            {
                request.Content!.Headers.ContentType = new MediaTypeHeaderValue(header[1]);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(header[0], header[1]).ShouldBeTrue();
            }
        }

        return request;
    }

    // Between single quotes all is as it stands, elsewhere variables are put in; blanks outside quotes part the words.
    private static List<string> WordsOf(string command, IReadOnlyDictionary<string, string> known)
    {
        var (words, word, quote) = (new List<string>(), new StringBuilder(), '\0');
        for (var i = 0; i < command.Length; i++)
        {
            var c = command[i];
            if (c == quote || (quote == '\0' && c is '"' or '\''))
            {
                quote = quote == '\0' ? c : '\0';
            }
            else if (c == '$' && quote != '\'')
            {
                var name = NameForm().Match(command, i + 1).Value;
                word.Append(known[name]);
                i += name.Length;
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                Next();
            }
            else
            {
                word.Append(c);
            }
        }

        Next();
        return words;

        void Next()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    // The same members of the same kinds; values differ from day to day, but for those by which programs tell things apart.
    private static IEnumerable<string> Differences(JsonElement shown, JsonElement came, string path, bool values = true)
    {
        if (shown.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null || came.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)
        {
            return shown.ValueKind is JsonValueKind.Null || came.ValueKind is JsonValueKind.Null || shown.ValueKind is JsonValueKind.True or JsonValueKind.False && came.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? [] : [$"{path}: {came.ValueKind}, shown {shown.ValueKind}"];
        }

        if (shown.ValueKind != came.ValueKind)
        {
            return [$"{path}: {came.ValueKind}, shown {shown.ValueKind}"];
        }

        return shown.ValueKind switch
        {
            JsonValueKind.Object => [.. shown.EnumerateObject().Select(m => m.Name).Except(came.EnumerateObject().Select(m => m.Name)).Select(m => $"{path}.{m} is shown and did not come"),
                .. came.EnumerateObject().Select(m => m.Name).Except(shown.EnumerateObject().Select(m => m.Name)).Select(m => $"{path}.{m} came and is not shown"),
                .. shown.EnumerateObject().Where(m => came.TryGetProperty(m.Name, out _)).SelectMany(m => Differences(m.Value, came.GetProperty(m.Name), $"{path}.{m.Name}", values))],
            JsonValueKind.Array when shown.GetArrayLength() > 0 => came.GetArrayLength() > 0 ? Differences(shown[0], came[0], path + "[0]", values) : [$"{path} came empty"],
            JsonValueKind.String when values && path.Split('.')[^1] is "type" or "title" or "status" or "unit" or "state" or "sku" or "reason" && shown.GetString() != came.GetString() => path is "$.items[0].title" or "$.items[0].sku" ? [] : [$"{path}: {came}, shown {shown}"],
            _ => [],
        };
    }

    [GeneratedRegex("""```sh\n(?<command>.*?)\n```\n(?<status>\d{3})(\n```json\n(?<answer>.*?)\n```)?""", RegexOptions.Singleline)]
    private static partial Regex ExampleForm();

    [GeneratedRegex("""## Webhooks.*?```json\n(?<body>.*?)\n```""", RegexOptions.Singleline)]
    private static partial Regex BodyForm();

    [GeneratedRegex(@"\G[A-Z]+")]
    private static partial Regex NameForm();
}
