using System.Net;
using System.Net.Http.Json;

namespace Marketplace.Storefront.Tests.Accounts;

public sealed class Demonstration_people(AccountsHost host) : IClassFixture<AccountsHost>
{
    [Fact]
    public async Task Are_made_by_the_operator_marked_and_renewed()
    {
        using var client = host.App.CreateClient();
        (await PutAsync(client, "op_tests", "demo@example.org", "mot de passe un")).ShouldBe(HttpStatusCode.Created);
        (await PutAsync(client, "op_tests", "demo@example.org", "mot de passe deux")).ShouldBe(HttpStatusCode.OK);
        using var browser = host.Browser();
        await browser.SignInAsync("demo@example.org", "mot de passe deux");
        (await browser.FollowAsync()).Page.QuerySelector(".demo").ShouldNotBeNull();
    }

    [Fact]
    public async Task Are_never_a_way_into_a_real_account()
    {
        var email = await host.PersonAsync();
        using var client = host.App.CreateClient();
        (await PutAsync(client, "op_tests", email, "mot de passe volé")).ShouldBe(HttpStatusCode.Conflict);
        using var browser = await host.SignedInAsync(email);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("op_wrong", HttpStatusCode.Unauthorized)]
    public async Task Are_not_made_by_anybody_else(string? key, HttpStatusCode status)
    {
        using var client = host.App.CreateClient();
        (await PutAsync(client, key, "intrus@example.org", "mot de passe un")).ShouldBe(status);
    }

    private static async Task<HttpStatusCode> PutAsync(HttpClient client, string? key, string email, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/people") { Content = JsonContent.Create(new { email, password, name = "Démo", language = "fr", emailConfirmed = true }) };
        if (key is not null)
        {
            request.Headers.Add("Authorization", "Bearer " + key);
        }
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
