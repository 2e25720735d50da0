using System.Net;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.Storefront.Accounts.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>A service, with the sign-in that every service has, reads the storefront's keys over HTTP.</summary>
public sealed class Tokens_for_the_services(AccountsHost host) : IClassFixture<AccountsHost>, IAsyncLifetime
{
    private static readonly SignedIn _person = new(PersonId.New(), "claire@exemple.fr", "Claire Durand");
    private WebApplication _service = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _keys = await PublishAsync(PublishedAsync);
        _service = Probe(AddressOf(_keys));
        await _service.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(AddressOf(_service)) };
    }

    private async Task<string> PublishedAsync()
    {
        using var storefront = host.App.CreateClient();
        return await storefront.GetStringAsync("/.well-known/jwks.json"); // asked for by another program, whose context is no test's
    }

    /// <summary>The service fetches the keys by itself, so they need an address of their own.</summary>
    private static async Task<WebApplication> PublishAsync(Func<Task<string>> keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var published = builder.Build();
        published.MapGet("/.well-known/jwks.json", async Task<IResult> () => Results.Content(await keys(), "application/json"));
        await published.StartAsync(Token);
        return published;
    }

    /// <summary>A service that reads the keys there.</summary>
    private static WebApplication Probe(string keys)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:postgres"] = builder.Configuration["ConnectionStrings:rabbitmq"] = "not asked for here";
        builder.Configuration["Auth:JwksUrl"] = keys + "/.well-known/jwks.json";
        builder.AddServiceDefaults("probe");
        var service = builder.Build();
        service.MapServiceDefaults();
        service.MapGet("/who", (HttpContext http) => new
        {
            signedIn = new Caller(http.User).IsSignedIn,
            person = new Caller(http.User).Person?.ToString(),
            email = new Caller(http.User).Email,
            storefront = new Caller(http.User).IsStorefront,
            roleInBakery = new Caller(http.User).RoleIn(Pro.ProSamples.IdOf("boulangerie"))?.ToString(),
            town = new Caller(http.User).Coordinates("vienne"),
        }).AllowAnyone();
        return service;
    }

    private WebApplication _keys = null!;

    [Fact]
    public async Task Are_accepted_with_the_persons_roles()
    {
        var token = await Issuer.ForPersonAsync(_person, new([.. Pro.ProSamples.Member("staff", "boulangerie").Shops], ["vienne"]), Token);
        var who = await AskAsync(token);
        who.GetProperty("person").GetString().ShouldBe(_person.Id.ToString());
        who.GetProperty("email").GetString().ShouldBe("claire@exemple.fr");
        who.GetProperty("roleInBakery").GetString().ShouldBe("Staff");
        who.GetProperty("town").GetBoolean().ShouldBeTrue();
        who.GetProperty("storefront").GetBoolean().ShouldBeFalse();
        (await AskAsync(await Issuer.ForStorefrontAsync(Token))).GetProperty("storefront").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Are_refused_when_altered()
    {
        var token = await Issuer.ForPersonAsync(_person, Pro.ProSamples.Member("read-only", "boulangerie"), Token);
        var parts = token.Split('.');
        var claims = System.Text.Encoding.UTF8.GetString(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(parts[1])).Replace("read-only", "owner", StringComparison.Ordinal);
        await ShouldBeNobodyAsync($"{parts[0]}.{Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(claims)}.{parts[2]}");
        var unsigned = Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");
        await ShouldBeNobodyAsync($"{unsigned}.{parts[1]}.");
    }

    [Fact]
    public async Task Are_refused_when_expired()
    {
        var before = host.Clock.Ahead;
        host.Clock.Ahead = TimeSpan.FromMinutes(-7);
        try
        {
            await ShouldBeNobodyAsync(await Issuer.ForPersonAsync(_person, new([], []), Token));
        }
        finally
        {
            host.Clock.Ahead = before;
        }
    }

    [Fact]
    public async Task Are_good_at_a_service_whose_clock_is_behind()
    {
        var before = host.Clock.Ahead;
        host.Clock.Ahead = TimeSpan.FromSeconds(80);
        try
        {
            (await AskAsync(await Issuer.ForPersonAsync(_person, new([], []), Token))).GetProperty("signedIn").GetBoolean().ShouldBeTrue();
        }
        finally
        {
            host.Clock.Ahead = before;
        }
    }

    [Fact]
    public async Task Are_refused_when_signed_by_another_key_of_the_same_name()
    {
        var token = await Issuer.ForPersonAsync(_person, new([], []), Token);
        var header = JsonDocument.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(token.Split('.')[0])).RootElement;
        using var stranger = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var forged = new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler().CreateToken(new Microsoft.IdentityModel.Tokens.SecurityTokenDescriptor
        {
            Issuer = Auth.Issuer,
            Audience = Auth.Audience,
            Claims = new Dictionary<string, object> { ["sub"] = _person.Id.ToString(), ["role"] = "storefront" },
            SigningCredentials = new(new Microsoft.IdentityModel.Tokens.ECDsaSecurityKey(stranger) { KeyId = header.GetProperty("kid").GetString() }, "ES256"),
        });
        await ShouldBeNobodyAsync(forged);
    }

    [Fact]
    public async Task Are_put_off_while_the_keys_cannot_be_read()
    {
        await using var apart = Probe("http://127.0.0.1:1");
        await apart.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(AddressOf(apart)) };
        (await client.GetAsync("/who", Token)).StatusCode.ShouldBe(HttpStatusCode.OK, "nobody needs no keys");
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + await Issuer.ForPersonAsync(_person, new([], []), Token));
        (await client.GetAsync("/who", Token)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/who", Token)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Are_put_off_soon_when_the_keys_do_not_come()
    {
        var never = new TaskCompletionSource<string>();
        await using var hanging = await PublishAsync(() => never.Task);
        await using var apart = Probe(AddressOf(hanging));
        await apart.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(AddressOf(apart)), Timeout = TimeSpan.FromSeconds(20) };
        var token = await Issuer.ForPersonAsync(_person, new([], []), Token);
        var waiting = Enumerable.Range(0, 60).Select(_ => WhoAsync(client, token)).ToList();
        (await client.GetAsync("/who", Token)).StatusCode.ShouldBe(HttpStatusCode.OK, "nobody needs no keys");
        (await Task.WhenAll(waiting)).ShouldAllBe(status => status == HttpStatusCode.ServiceUnavailable);
        never.SetResult("");
    }

    [Fact]
    public async Task Are_checked_after_one_fetch_of_the_keys_however_many_come_at_once()
    {
        var asked = 0;
        await using var counted = await PublishAsync(async () =>
        {
            Interlocked.Increment(ref asked);
            return await PublishedAsync();
        });
        await using var apart = Probe(AddressOf(counted));
        await apart.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(AddressOf(apart)) };
        var token = await Issuer.ForPersonAsync(_person, new([], []), Token);
        (await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => WhoAsync(client, token)))).ShouldAllBe(status => status == HttpStatusCode.OK);
        asked.ShouldBe(1);

        // Nor is a key that nobody published asked for each time that somebody names it.
        var forged = new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler().CreateToken(new Microsoft.IdentityModel.Tokens.SecurityTokenDescriptor
        {
            Issuer = Auth.Issuer,
            Audience = Auth.Audience,
            Claims = new Dictionary<string, object> { ["sub"] = _person.Id.ToString() },
            SigningCredentials = new(new Microsoft.IdentityModel.Tokens.ECDsaSecurityKey(System.Security.Cryptography.ECDsa.Create()) { KeyId = "of-nobody" }, "ES256"),
        });
        (await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => WhoAsync(client, forged)))).ShouldAllBe(status => status == HttpStatusCode.Unauthorized);
        asked.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Are_checked_with_public_keys_that_say_nothing_private()
    {
        using var client = host.App.CreateClient();
        var keys = JsonDocument.Parse(await client.GetStringAsync("/.well-known/jwks.json", Token)).RootElement.GetProperty("keys");
        keys.GetArrayLength().ShouldBeGreaterThan(0);
        foreach (var key in keys.EnumerateArray())
        {
            key.EnumerateObject().Select(p => p.Name).Order().ShouldBe(["alg", "crv", "kid", "kty", "use", "x", "y"]);
        }
        // And the private part in the database is not the key itself.
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        var stored = (byte[])(await database.CreateCommand("select private_key from signing_keys limit 1").ExecuteScalarAsync(Token))!;
        Should.Throw<System.Security.Cryptography.CryptographicException>(() => System.Security.Cryptography.ECDsa.Create().ImportPkcs8PrivateKey(stored, out _));
    }

    [Fact]
    public async Task Change_their_key_every_month_and_services_follow()
    {
        var first = KeyOf(await Issuer.ForStorefrontAsync(Token));
        var before = host.Clock.Ahead;
        host.Clock.Ahead += TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1);
        try
        {
            KeyOf(await Issuer.ForStorefrontAsync(Token)).ShouldBe(first); // the next key is published an hour before it signs
            using var client = host.App.CreateClient();
            (await client.GetStringAsync("/.well-known/jwks.json", Token)).Split("\"kid\"").Length.ShouldBe(3);
            host.Clock.Ahead += TimeSpan.FromMinutes(66);
            KeyOf(await Issuer.ForStorefrontAsync(Token)).ShouldNotBe(first);
        }
        finally
        {
            host.Clock.Ahead = before;
        }
    }

    [Fact]
    public async Task Are_sent_for_the_signed_in_person_and_for_the_storefront_itself()
    {
        var email = await host.PersonAsync();
        host.Services.Members[email] = Pro.ProSamples.Member("staff", "boulangerie");
        using var browser = await host.SignedInAsync(email);
        await browser.OpenAsync("/pro/boulangerie");
        browser.Status.ShouldBe(HttpStatusCode.OK);
        var asked = host.Services.AskedOf("merchants", "memberships?email=" + Uri.EscapeDataString(email))[0];
        (await AskAsync(asked.Token!)).GetProperty("storefront").GetBoolean().ShouldBeTrue();
        var orders = await AskAsync(host.Services.AskedOf("ordering", "shops/boulangerie/orders")[^1].Token!);
        orders.GetProperty("email").GetString().ShouldBe(email);
        orders.GetProperty("roleInBakery").GetString().ShouldBe("Staff");
    }

    [Fact]
    public async Task Go_once_with_a_call_that_is_sent_to_the_next_process()
    {
        await using var app = host.Start(("Services:merchants", "http://merchants.one;http://merchants.two;http://merchants.three"));
        using var visitor = host.Browser(app);
        host.Services.MerchantsAway = true;
        try
        {
            await visitor.OpenAsync("/?q=nulle-part");
        }
        finally
        {
            host.Services.MerchantsAway = false;
        }
        var asked = host.Services.AskedOf("merchants", "towns?q=nulle-part");
        asked.Count.ShouldBeGreaterThanOrEqualTo(3, "all are asked before it is given up");
        asked.ShouldAllBe(a => a.Relayed == 1);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        await _keys.DisposeAsync();
    }

    private TokenIssuer Issuer => host.App.Services.GetRequiredService<TokenIssuer>();
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<HttpStatusCode> WhoAsync(HttpClient client, string token)
    {
        using var answer = await SendAsync(client, token);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/who") { Headers = { { "Authorization", "Bearer " + token } } };
        return await client.SendAsync(request, Token);
    }

    // Past being put off: a machine that stalls takes longer than the seconds for which a service waits for the keys.
    private Task<HttpResponseMessage> AnsweredAsync(string token) =>
        Eventually.GetAsync(() => SendAsync(_client, token), a => a.StatusCode != HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(60));

    private async Task<JsonElement> AskAsync(string token)
    {
        using var answer = await AnsweredAsync(token);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;
    }

    // Refused at a door that is open to anyone: never taken for somebody, and not for nobody either.
    private async Task ShouldBeNobodyAsync(string token)
    {
        using var answer = await AnsweredAsync(token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldContain(Access.UnknownCredentials);
    }

    private static string KeyOf(string token) => JsonDocument.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(token.Split('.')[0])).RootElement.GetProperty("kid").GetString()!;

    private static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
