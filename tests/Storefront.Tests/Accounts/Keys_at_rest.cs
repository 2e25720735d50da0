using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.Storefront.Accounts.Tokens;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>Who copies the storefront's database signs nobody in: its keys lie there under a certificate, and without one it does not start.</summary>
public sealed class Keys_at_rest(AccountsHost host) : IClassFixture<AccountsHost>
{
    internal const string Setting = "DataProtection:Certificate";

    internal static (string Key, string Value)[] Live(string environment) =>
    [
        ("environment", environment), ("Auth:JwksUrl", "https://panier.example/.well-known/jwks.json"), ("Smtp:Host", "mail.panier.example"),
        ("Operator:KeyHash", ApiKeys.Hash(ApiKeys.Create(ApiKeys.OperatorPrefix))),
    ];

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void Without_a_certificate_it_refuses_to_start_and_says_how_to_get_one(string environment)
    {
        var refused = RefusedWith(Live(environment));
        refused.ShouldContain("- DataProtection:Certificate (in the environment: DataProtection__Certificate) is missing, and so is DataProtection:CertificatePath");
        refused.ShouldContain("infra/compose/make-env.sh");
        refused.Split("\n- ").Length.ShouldBe(2, refused);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void The_key_of_the_tests_opens_no_live_site(string environment) =>
        RefusedWith([.. Live(environment), (Setting, New()), ("Operator:KeyHash", ApiKeys.Hash("op_tests"))]).ShouldContain("- Operator:KeyHash (in the environment: Operator__KeyHash) is a value for development");

    [Fact]
    public void A_certificate_that_cannot_be_used_is_named()
    {
        RefusedWith([.. Live("Production"), (Setting, "nonsense")]).ShouldContain($"{Setting} cannot be read");
        using var whole = X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(New()), null);
        using var half = X509CertificateLoader.LoadCertificate(whole.Export(X509ContentType.Cert));
        RefusedWith([.. Live("Production"), (Setting, Convert.ToBase64String(half.Export(X509ContentType.Pkcs12)!))]).ShouldContain("without its RSA private key");
        RefusedWith([.. Live("Production"), ("DataProtection:CertificatePath", "/nowhere/at-all.p12")]).ShouldContain("DataProtection:CertificatePath cannot be read");
    }

    [Fact]
    public async Task Keys_of_before_are_closed_and_still_open_what_they_opened()
    {
        var email = await host.PersonAsync();
        using var browser = await host.SignedInAsync(email);
        var cookie = browser.Last.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("compte=", StringComparison.Ordinal)).Split(';')[0];
        await host.App.Services.GetRequiredService<TokenIssuer>().ForStorefrontAsync(TestContext.Current.CancellationToken);
        (await KeysAsync()).ShouldContain(key => key.Contains("masterKey", StringComparison.Ordinal), "in development they are in clear");
        var certificate = New();

        await using var live = host.Start([.. Live("Production"), (Setting, certificate)]);
        (await AccountAsync(live, cookie)).Status.ShouldBe(HttpStatusCode.OK, "nobody is signed out");
        await live.Services.GetRequiredService<TokenIssuer>().ForStorefrontAsync(TestContext.Current.CancellationToken);
        (await KeysAsync()).ShouldAllBe(key => !key.Contains("masterKey", StringComparison.Ordinal) && key.Contains("encryptedSecret", StringComparison.Ordinal));

        // A new certificate, and the one before beside it.
        await using var renewed = host.Start([.. Live("Production"), (Setting, New()), ("DataProtection:FormerCertificate", certificate)]);
        (await AccountAsync(renewed, cookie)).Status.ShouldBe(HttpStatusCode.OK);

        await using var thief = host.Start([.. Live("Production"), (Setting, New())]);
        (await AccountAsync(thief, cookie)).Location.ShouldNotBeNull("who has the database and not the certificate knows nobody");
    }

    private async Task<Browser> AccountAsync(WebApplicationFactory<Program> app, string cookie)
    {
        var browser = host.Browser(app);
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/compte") { Headers = { { "Cookie", cookie }, { "Accept", "text/html" } } });
    }

    internal static string New()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=tests", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        return Convert.ToBase64String(certificate.Export(X509ContentType.Pkcs12));
    }

    private string RefusedWith((string, string)[] settings) => Should.Throw<SettingsException>(() =>
    {
        using var app = host.Start(settings);
        _ = app.Services;
    }).Message;

    private async Task<List<string>> KeysAsync()
    {
        await using var command = host.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select xml from data_protection_keys");
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var keys = new List<string>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
        {
            keys.Add(rows.GetString(0));
        }
        return keys;
    }
}
