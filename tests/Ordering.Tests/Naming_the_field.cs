using System.Text;
using System.Text.Json;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Who sends a body with a field left out, misnamed or of another kind learns which, in either language; nothing that was sent comes back.</summary>
public sealed class Naming_the_field(OrderingHost host) : IClassFixture<OrderingHost>
{
    private const string Contact = """{"name":"A","email":"a@b.fr","phone":null}""";
    private const string Line = """{"offerId":"01980000-0000-7000-8000-000000000001","quantity":2,"expectedPriceCents":620}""";

    public static TheoryData<string, string, string, string[]> Bodies => new()
    {
        { "{}", "Il manque : town, contact, shopOrders, payment.", "Missing: town, contact, shopOrders, payment.", ["town", "contact", "shopOrders", "payment"] },
        { Order($$"""{"shop":"secret-shop","slot":"s","lines":[{{Line}}]}"""), "Il manque : shopOrders[0].pickupSlotId.", "Missing: shopOrders[0].pickupSlotId.", ["shopOrders[0].pickupSlotId"] },
        { Order($$"""{"shop":"secret-shop","pickupSlotId":"s","lines":[{{Line}},{"offerId":"01980000-0000-7000-8000-000000000001","quantity":"secret","expectedPriceCents":620}]}"""),
            "shopOrders[0].lines[1].quantity doit être un nombre entier.", "shopOrders[0].lines[1].quantity must be a whole number.", ["shopOrders[0].lines[1].quantity"] },
        { Order($$"""{"shop":"secret-shop","pickupSlotId":"s","lines":[{"offerId":"secret","quantity":2,"expectedPriceCents":620}]}"""),
            "shopOrders[0].lines[0].offerId doit être un UUID.", "shopOrders[0].lines[0].offerId must be a UUID.", ["shopOrders[0].lines[0].offerId"] },
        { Order("""{"shop":"secret-shop","pickupSlotId":12,"lines":[]}"""), "shopOrders[0].pickupSlotId doit être un texte.", "shopOrders[0].pickupSlotId must be a text.", ["shopOrders[0].pickupSlotId"] },
        { Order("""{"shop":"secret-shop","pickupSlotId":"s","lines":"secret"}"""), "shopOrders[0].lines doit être une liste.", "shopOrders[0].lines must be a list.", ["shopOrders[0].lines"] },
        { Order("12"), "shopOrders[0] doit être un objet.", "shopOrders[0] must be an object.", ["shopOrders[0]"] },
        { """{"town":"t","contact":{"name":"A","email":"a@b.fr"},"shopOrders":[null],"payment":"in-shop"}""", "shopOrders ne doit pas contenir null.", "shopOrders must not contain null.", ["shopOrders"] },
        { """{"town":"t","contact":null,"shopOrders":[],"payment":"in-shop"}""", "Il manque : contact.", "Missing: contact.", ["contact"] },
    };

    [Theory, MemberData(nameof(Bodies))]
    public async Task Says_which_and_repeats_nothing(string body, string french, string english, string[] fields)
    {
        foreach (var (language, said) in new[] { ("fr", "La demande n’est pas lisible. " + french), ("en-GB", "The request cannot be read. " + english) })
        {
            var problem = await SendAsync(body, language);
            problem.GetProperty("detail").GetString().ShouldBe(said);
            problem.GetProperty("fields").EnumerateArray().Select(f => f.GetString()).ShouldBe(fields);
            problem.GetRawText().ShouldNotContain("secret");
        }
    }

    [Theory]
    [InlineData("{", "Ce n’est pas du JSON complet et valide (ligne 1, octet 2).")]
    [InlineData("{\n\"town\": oullins}", "Ce n’est pas du JSON complet et valide (ligne 2, octet 9).")]
    [InlineData("""{"town":"t","contact":{"name":""", "Ce n’est pas du JSON complet et valide (ligne 1, octet 31).")]
    [InlineData("[]", "Le corps doit être un objet."), InlineData("12", "Le corps doit être un objet."), InlineData("null", "Un corps en JSON est attendu.")]
    public async Task Names_none_where_there_are_none_and_says_what_should_be_there(string body, string said)
    {
        var problem = await SendAsync(body, "fr");
        problem.GetProperty("detail").GetString().ShouldBe("La demande n’est pas lisible. " + said);
        problem.TryGetProperty("fields", out _).ShouldBeFalse();
    }

    private static string Order(string shopOrder) => $$"""{"town":"t","contact":{{Contact}},"shopOrders":[{{shopOrder}}],"payment":"in-shop"}""";

    private async Task<JsonElement> SendAsync(string body, string language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Headers.AcceptLanguage.ParseAdd(language);
        var (status, code, problem) = await ProblemAsync(await host.Anonymous.SendAsync(request, TestContext.Current.CancellationToken));
        (status, code).ShouldBe((400, "malformed"));
        return problem;
    }
}
