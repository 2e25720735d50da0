using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Testing.OfEveryService;

/// <summary>A database that is away is said by <c>/ready</c>, with the reason, and ends by itself; the process stays alive meanwhile.</summary>
public abstract class Losing_the_database<TProgram>(Servers servers) where TProgram : class
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    protected abstract WebApplicationFactory<TProgram> App { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_told_and_ends_by_itself()
    {
        await using var away = await servers.StartPrivateAsync(Token);
        var connection = await away.NewDatabaseAsync("lost", Token);
        await using var service = App.WithWebHostBuilder(host => host.UseSetting("ConnectionStrings:postgres", connection));
        using var client = service.CreateClient();
        await Eventually.BecomesAsync(async () => (await Readiness.OfAsync(client)).Status == HttpStatusCode.OK, Patience);

        await away.PostgreSql.KillAsync();
        await Eventually.BecomesAsync(async () => (await Readiness.OfAsync(client)) is (HttpStatusCode.ServiceUnavailable, var checks)
            && checks["database"] == ("Unhealthy", "The database does not take writes: it cannot be reached"), Patience);
        using (var live = await client.GetAsync("/live", Token))
        {
            live.StatusCode.ShouldBe(HttpStatusCode.OK, "a restart would not bring the database back");
        }

        await away.PostgreSql.StartAsync(Token);
        await Eventually.BecomesAsync(async () => (await Readiness.OfAsync(client)).Status == HttpStatusCode.OK, Patience);
    }
}

/// <summary>What <c>/ready</c> says.</summary>
public static class Readiness
{
    public static async Task<(HttpStatusCode Status, IReadOnlyDictionary<string, (string Status, string? Description)> Checks)> OfAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/ready", TestContext.Current.CancellationToken);
        var checks = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("checks");
        return (answer.StatusCode, checks.EnumerateObject().ToDictionary(c => c.Name, c => (c.Value.GetProperty("status").GetString()!, c.Value.GetProperty("description").GetString())));
    }
}
