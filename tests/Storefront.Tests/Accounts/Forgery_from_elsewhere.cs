using System.Net;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>Posts that another site makes somebody's browser send.</summary>
public sealed class Forgery_from_elsewhere(AccountsHost host) : IClassFixture<AccountsHost>
{
    [Theory]
    [InlineData("/compte/nom")]
    [InlineData("/compte/mot-de-passe")]
    [InlineData("/compte/suppression")]
    [InlineData("/compte/deconnexion")]
    [InlineData("/compte/connexion")]
    [InlineData("/compte/cles/ajout")]
    [InlineData("/pro/boulangerie/stock")]
    [InlineData("/pro/boulangerie/remise/faite")]
    public async Task Is_refused_and_changes_nothing(string path)
    {
        var email = await host.PersonAsync("Nom Intact");
        host.Services.Members[email] = Pro.ProSamples.Member("owner", "boulangerie");
        using var browser = await host.SignedInAsync(email);
        foreach (var site in (string[])["cross-site", "same-site"])
        {
            await browser.PostFromAsync(path, site, ("Name", "Autre Nom"), ("Password", AccountsHost.Password));
            browser.Status.ShouldBe(HttpStatusCode.Forbidden);
        }
        (await browser.OpenAsync("/compte")).Words.ShouldContain("Nom Intact");
    }
}
