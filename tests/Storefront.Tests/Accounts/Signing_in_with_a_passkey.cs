using System.Net;
using Marketplace.Storefront.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Accounts;

public sealed class Signing_in_with_a_passkey(AccountsHost host) : IClassFixture<AccountsHost>, IDisposable
{
    private readonly SoftPasskey _device = new("panier.example");

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task Works_while_wrong_passwords_have_closed_the_account()
    {
        var owner = await OwnerAsync();
        using var stranger = host.Browser();
        for (var i = 0; i < 5; i++)
        {
            await stranger.SignInAsync(owner.Email!, $"essai numéro {i}");
        }
        await stranger.SignInAsync(owner.Email!, AccountsHost.Password);
        stranger.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        using var browser = host.Browser();
        await browser.PostAsync("/compte/cles/options-connexion");
        await browser.PostAsync("/compte/cles/connexion", ("Credential", _device.Answer(browser.Text, owner)));
        browser.Location.ShouldBe("/compte", browser.Text);
        (await browser.OpenAsync("/compte")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Is_refused_to_an_answer_that_comes_too_late_or_twice()
    {
        var owner = await OwnerAsync();
        using var browser = host.Browser();
        await browser.PostAsync("/compte/cles/options-connexion");
        var answer = _device.Answer(browser.Text, owner);
        host.Clock.Ahead += TimeSpan.FromMinutes(6);
        await browser.PostAsync("/compte/cles/connexion", ("Credential", answer));
        ShouldBeRefused(browser);

        await browser.PostAsync("/compte/cles/options-connexion");
        answer = _device.Answer(browser.Text, owner);
        await browser.PostAsync("/compte/cles/connexion", ("Credential", answer));
        browser.Location.ShouldBe("/compte", browser.Text);
        await browser.PostAsync("/compte/cles/connexion", ("Credential", answer));
        ShouldBeRefused(browser);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pas du JSON")]
    [InlineData("{}")]
    public async Task Is_refused_to_an_answer_that_nobody_asked_for(string credential)
    {
        using var browser = host.Browser();
        await browser.PostAsync("/compte/cles/connexion", ("Credential", credential));
        ShouldBeRefused(browser);
    }

    [Fact]
    public async Task Takes_no_new_passkey_that_nobody_asked_for()
    {
        using var browser = await host.SignedInAsync(await host.PersonAsync());
        await browser.PostAsync("/compte/cles/options-connexion"); // a challenge, but for signing in
        await browser.PostAsync("/compte/cles/ajout", ("Credential", "{}"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Words.ShouldContain("n'a pas pu être ajoutée");
    }

    private static void ShouldBeRefused(Browser browser)
    {
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Words.ShouldContain("Cette clé d'accès n'est pas reconnue ici");
    }

    private async Task<Person> OwnerAsync()
    {
        var email = await host.PersonAsync();
        await using var scope = host.App.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var owner = (await people.FindByEmailAsync(email))!;
        (await people.AddOrUpdatePasskeyAsync(owner, _device.Known(host.Clock.GetUtcNow()))).Succeeded.ShouldBeTrue();
        return owner;
    }
}
