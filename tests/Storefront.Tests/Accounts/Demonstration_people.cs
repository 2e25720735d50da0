using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Marketplace.Storefront.Tests.Accounts;

public sealed class Demonstration_people(AccountsHost host) : IClassFixture<AccountsHost>
{
    [Fact]
    public async Task Are_made_by_the_operator_marked_and_renewed()
    {
        using var client = host.App.CreateClient();
        (await PutAsync(client, "op_tests", "demo@example.org", "mot de passe un")).Status.ShouldBe(HttpStatusCode.Created);
        (await PutAsync(client, "op_tests", "demo@example.org", "mot de passe deux")).Status.ShouldBe(HttpStatusCode.OK);
        using var browser = host.Browser();
        await browser.SignInAsync("demo@example.org", "mot de passe deux");
        (await browser.FollowAsync()).Page.QuerySelector(".demo").ShouldNotBeNull();
    }

    [Fact]
    public async Task Have_passwords_that_are_hashed_with_less_work_than_those_of_real_people()
    {
        using var client = host.App.CreateClient();
        (await PutAsync(client, "op_tests", "vite@example.org", "mot de passe un")).Status.ShouldBe(HttpStatusCode.Created);
        (await WorkAsync(await host.PersonAsync()) / await WorkAsync("vite@example.org")).ShouldBe(10);

        // Identity's third format: one byte, the function in four, then the iterations.
        async Task<int> WorkAsync(string email) =>
            BinaryPrimitives.ReadInt32BigEndian(Convert.FromBase64String(await host.ScalarAsync<string>($"select password_hash from people where email = '{email}'")).AsSpan(5));
    }

    [Fact]
    public async Task Are_never_a_way_into_a_real_account()
    {
        var email = await host.PersonAsync();
        using var client = host.App.CreateClient();
        (await PutAsync(client, "op_tests", email, "mot de passe volé")).ShouldBe((HttpStatusCode.Conflict, "account-exists", "Cette adresse a un vrai compte : il n’est pas modifié."));
        (await PutAsync(client, "op_tests", email, "mot de passe volé", "en")).Sentence.ShouldBe("This address has a real account: it is left alone.");
        using var browser = await host.SignedInAsync(email);
    }

    [Fact]
    public async Task Are_refused_with_a_password_that_nobody_may_have()
    {
        using var client = host.App.CreateClient();
        (await PutAsync(client, "op_tests", "court@example.org", "x9!qz")).ShouldBe((HttpStatusCode.UnprocessableEntity, "account-invalid", "Ce compte n’est pas valable : PasswordTooShort."));
        (await PutAsync(client, "op_tests", "court@example.org", "x9!qz", "en")).Sentence.ShouldBe("This account is not valid: PasswordTooShort.");
        (await host.ScalarAsync<long>("select count(*) from people where email = 'court@example.org'")).ShouldBe(0);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("op_wrong", HttpStatusCode.Unauthorized)]
    public async Task Are_not_made_by_anybody_else(string? key, HttpStatusCode status)
    {
        using var client = host.App.CreateClient();
        (await PutAsync(client, key, "intrus@example.org", "mot de passe un")).Status.ShouldBe(status);
    }

    private static async Task<(HttpStatusCode Status, string? Code, string? Sentence)> PutAsync(HttpClient client, string? key, string email, string password, string language = "fr")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/people") { Content = JsonContent.Create(new { email, password, name = "Démo", language = "fr", emailConfirmed = true }) };
        if (key is not null)
        {
            request.Headers.Add("Authorization", "Bearer " + key);
        }
        request.Headers.AcceptLanguage.ParseAdd(language);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = answer.IsSuccessStatusCode ? null : JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (answer.StatusCode, problem?["type"]?.GetValue<string>().Split('/')[^1], problem?["detail"]?.GetValue<string>());
    }
}
