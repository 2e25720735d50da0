using System.Net;
using System.Text.RegularExpressions;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A host that lacks something, or keeps a secret that everybody knows, does not start; it says what to set.</summary>
public sealed partial class Starting(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly string[] Live = ["Production", "Staging"];

    private static (string Key, string Value)[] Proper =>
    [
        ("Auth:JwksUrl", "https://panier.example/.well-known/jwks.json"),
        ("Ordering:TokenSecret", "d2b1c7a9e6f04b53a1c8d7e2f9b60a41"),
        ("Operator:KeyHash", ApiKeys.Hash(ApiKeys.Create(ApiKeys.OperatorPrefix))),
        ("Smtp:Host", "mail.panier.example"),
    ];

    public static TheoryData<string, string> PublishedSecrets
    {
        get
        {
            var data = new TheoryData<string, string>
            {
                { "Ordering:TokenSecret", "development-only-token-secret" },
                { "Ordering:TokenSecret", "a-secret-of-the-tests-that-opens-nothing-else" },
                { "Ordering:TokenSecret", "a-few-letters" },
                { "ConnectionStrings:rabbitmq", "amqp://guest:guest@rabbitmq:5672/" },
            };
            foreach (var key in KeysInTheSources())
            {
                data.Add("Operator:KeyHash", ApiKeys.Hash(key));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(PublishedSecrets))]
    public void Refuses_a_secret_that_stands_in_the_sources_anywhere_but_in_development(string setting, string secret)
    {
        foreach (var environment in Live)
        {
            var refused = RefusedIn(environment, [.. Proper.Where(s => s.Key != setting), (setting, secret)]);
            refused.ShouldContain(environment);
            refused.ShouldContain($"- {setting} (in the environment: {setting.Replace(":", "__", StringComparison.Ordinal)})");
            refused.Split("\n- ").Length.ShouldBe(2, refused);
            refused.ShouldNotContain(secret);
        }
    }

    [Fact]
    public void Names_everything_that_is_missing_at_once()
    {
        foreach (var environment in Live)
        {
            var refused = RefusedIn(environment, [("Ordering:TokenSecret", ""), ("Operator:KeyHash", ""), ("Storefront:PublicUrl", ""), ("ConnectionStrings:postgres", "")]);
            foreach (var setting in new[] { "ConnectionStrings:postgres", "Auth:JwksUrl", "Operator:KeyHash", "Ordering:TokenSecret", "Storefront:PublicUrl", "Smtp:Host" })
            {
                refused.ShouldContain($"- {setting} ");
            }
        }

        RefusedIn("Development", [("ConnectionStrings:rabbitmq", " ")]).ShouldContain("ConnectionStrings:rabbitmq (in the environment: ConnectionStrings__rabbitmq) is missing: the address of RabbitMQ");
    }

    [Theory]
    [InlineData("Auth:JwksUrl", "storefront:8080")]
    [InlineData("Storefront:PublicUrl", "panier.example")]
    [InlineData("Operator:KeyHash", "op_the-key-itself")]
    public void Says_what_is_wrong_with_a_value(string setting, string value) =>
        RefusedIn("Production", [.. Proper.Where(s => s.Key != setting), (setting, value)]).ShouldContain($"- {setting} ");

    [Fact]
    public async Task Starts_in_production_with_secrets_of_its_own()
    {
        await using var live = host.Start(null, [("environment", "Production"), .. Proper]);
        await ReadyAsync(live);
    }

    [Fact]
    public async Task Says_calmly_that_it_is_not_ready_yet_and_loudly_once_that_it_no_longer_is()
    {
        var check = "sea-" + Guid.NewGuid().ToString("N")[..8];
        var calm = false;
        await using var app = host.Start(services => services.AddHealthChecks().AddCheck(check, () => calm ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("It is rough."), tags: ["ready"]));
        using var client = app.CreateClient();
        await LooksAsync(HttpStatusCode.ServiceUnavailable);
        Levels().ShouldBe(["Information"], "it never was ready");

        calm = true;
        await ReadyAsync(app);
        calm = false;
        await LooksAsync(HttpStatusCode.ServiceUnavailable);
        await LooksAsync(HttpStatusCode.ServiceUnavailable);
        Levels().ShouldBe(["Information", "Error"]);

        async Task LooksAsync(HttpStatusCode expected) => (await client.GetAsync("/ready", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(expected);
        List<string?> Levels() => [.. host.Logs.Of(check).Select(l => l.GetProperty("level").GetString())];
    }

    private string RefusedIn(string environment, (string, string)[] settings) =>
        Should.Throw<SettingsException>(() =>
        {
            using WebApplicationFactory<Program> app = host.Start(null, [("environment", environment), .. settings]);
            _ = app.Services;
        }).Message;

    // Whoever writes a key into a test has to have it refused elsewhere.
    private static List<string> KeysInTheSources()
    {
        var keys = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => OperatorKey().Matches(File.ReadAllText(file)).Select(found => found.Groups[1].Value)).Distinct().ToList();
        keys.ShouldContain(OrderingHost.OperatorKey);
        return keys;
    }

    [GeneratedRegex(@"(?:Operator(?:Key)? = |Hash\()""(op_[a-z0-9-]+)""")]
    private static partial Regex OperatorKey();
}
