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

    [Fact]
    public async Task Takes_a_passkey_with_the_password_and_tells_the_owner()
    {
        var email = await host.PersonAsync();
        using var browser = await host.SignedInAsync(email);
        await browser.PostAsync("/compte/cles/options-creation", ("PasskeyPassword", AccountsHost.Password));
        await browser.PostAsync("/compte/cles/ajout", ("Credential", _device.Made(browser.Text)), ("PasskeyName", "téléphone"));
        browser.Location.ShouldBe("/compte?fait=passkey", browser.Text);
        (await host.Mails.NextAsync(email)).Text.ShouldContain("téléphone");
        using var later = host.Browser();
        await later.PostAsync("/compte/cles/options-connexion");
        await later.PostAsync("/compte/cles/connexion", ("Credential", _device.Answer(later.Text, await PersonAsync(email))));
        later.Location.ShouldBe("/compte", later.Text);
    }

    // A minute at somebody's open till must not become a key to their account.
    [Fact]
    public async Task Takes_and_removes_no_passkey_without_the_password()
    {
        var owner = await OwnerAsync();
        using var browser = await host.SignedInAsync(owner.Email!);
        foreach (var typed in (string[])["", "pas le bon mot"])
        {
            await browser.PostAsync("/compte/cles/options-creation", ("PasskeyPassword", typed));
            browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            browser.Words.ShouldContain("Ce n'est pas votre mot de passe actuel");
            await (await browser.OpenAsync("/compte/cles/retrait?id=" + _device.Id)).SubmitAsync("/compte/cles/retrait", ("Password", typed));
            browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }
        (await PasskeysAsync(owner.Email!)).ShouldBe(1);

        await browser.SubmitAsync("/compte/cles/retrait", ("Password", AccountsHost.Password));
        browser.Location.ShouldBe("/compte?fait=passkey-removed");
        (await PasskeysAsync(owner.Email!)).ShouldBe(0);
        (await browser.FollowAsync()).Status.ShouldBe(HttpStatusCode.OK);
        (await host.Mails.NextAsync(owner.Email!)).Subject.ShouldContain("retirée de votre compte");
    }

    [Fact]
    public async Task Ends_with_a_password_that_was_reset_by_mail()
    {
        var owner = await OwnerAsync();
        using var browser = host.Browser();
        await browser.PostAsync("/compte/mot-de-passe-oublie", ("Email", owner.Email!));
        await (await browser.OpenAsync(CaughtMails.LinkIn(await host.Mails.NextAsync(owner.Email!)))).SubmitAsync("/compte/nouveau-mot-de-passe", ("Password", "encore trois autres mots"));
        (await browser.FollowAsync()).Words.ShouldContain("vos clés d'accès sont retirées");
        await browser.PostAsync("/compte/cles/options-connexion");
        await browser.PostAsync("/compte/cles/connexion", ("Credential", _device.Answer(browser.Text, owner)));
        ShouldBeRefused(browser);
    }

    // Somebody was in and had the old password; its owner puts them out and must not find their key there afterwards.
    [Fact]
    public async Task Takes_no_passkey_that_was_asked_for_before_the_password_was_reset()
    {
        var email = await host.PersonAsync();
        using var intruder = await host.SignedInAsync(email);
        await intruder.PostAsync("/compte/cles/options-creation", ("PasskeyPassword", AccountsHost.Password));
        var answer = _device.Made(intruder.Text);
        using var owner = host.Browser();
        await owner.PostAsync("/compte/mot-de-passe-oublie", ("Email", email));
        await (await owner.OpenAsync(CaughtMails.LinkIn(await host.Mails.NextAsync(email)))).SubmitAsync("/compte/nouveau-mot-de-passe", ("Password", "encore trois autres mots"));
        owner.Location.ShouldBe("/compte/connexion?fait=reset");

        await intruder.PostAsync("/compte/cles/ajout", ("Credential", answer), ("PasskeyName", "téléphone"));
        intruder.Location.ShouldStartWith("/compte/connexion");
        (await PasskeysAsync(email)).ShouldBe(0);
    }

    [Fact]
    public async Task Is_not_even_asked_for_by_who_was_put_out()
    {
        var email = await host.PersonAsync();
        using var phone = await host.SignedInAsync(email);
        using var desk = await host.SignedInAsync(email);
        await (await desk.OpenAsync("/compte")).SubmitAsync("/compte/mot-de-passe", ("Current", AccountsHost.Password), ("Password", "encore trois autres mots"));
        desk.Location.ShouldBe("/compte?fait=password");
        (await phone.PostAsync("/compte/cles/options-creation", ("PasskeyPassword", "encore trois autres mots"))).Location.ShouldStartWith("/compte/connexion");
    }

    private static void ShouldBeRefused(Browser browser)
    {
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Words.ShouldContain("Cette clé d'accès n'est pas reconnue ici");
    }

    private async Task<int> PasskeysAsync(string email)
    {
        await using var scope = host.App.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        return (await people.GetPasskeysAsync((await people.FindByEmailAsync(email))!)).Count;
    }

    private async Task<Person> PersonAsync(string email)
    {
        await using var scope = host.App.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Person>>().FindByEmailAsync(email))!;
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
