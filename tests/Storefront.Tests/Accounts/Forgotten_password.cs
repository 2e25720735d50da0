using System.Net;
using Marketplace.Storefront.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Storefront.Tests.Accounts;

public sealed class Forgotten_password(AccountsHost host) : IClassFixture<AccountsHost>
{
    private const string Another = "encore trois autres mots";

    [Fact]
    public async Task Is_replaced_through_a_link_that_works_once_and_opens_a_closed_account()
    {
        var email = await host.PersonAsync();
        using var browser = host.Browser();
        for (var i = 0; i < 5; i++)
        {
            await browser.SignInAsync(email, "un mauvais mot");
        }
        await host.Mails.NextAsync(email); // that it is closed: two mails at once come in any order
        await browser.PostAsync("/compte/mot-de-passe-oublie", ("Email", email));
        browser.Location.ShouldBe("/compte/mot-de-passe-oublie/suite");
        var link = CaughtMails.LinkIn(await host.Mails.NextAsync(email, number: 2));

        await (await browser.OpenAsync(link)).SubmitAsync("/compte/nouveau-mot-de-passe", ("Password", "court"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.SubmitAsync("/compte/nouveau-mot-de-passe", ("Password", Another));
        browser.Location.ShouldBe("/compte/connexion?fait=reset");
        await browser.SignInAsync(email, Another);
        browser.Status.ShouldBe(HttpStatusCode.Redirect);

        await (await browser.OpenAsync(link)).SubmitAsync("/compte/nouveau-mot-de-passe", ("Password", "et encore un autre"));
        browser.Status.ShouldBe(HttpStatusCode.Gone);
    }

    // A stranger signed up with this address: its owner takes the account back, and nothing of the stranger's opens it.
    [Fact]
    public async Task Replaced_by_mail_confirms_the_address_too()
    {
        using var browser = host.Browser();
        await browser.PostAsync("/compte/inscription", ("Name", "Etranger"), ("Email", "prise@exemple.fr"), ("Password", "le mot de l'étranger"));
        var confirmation = CaughtMails.LinkIn(await host.Mails.NextAsync("prise@exemple.fr"));
        await browser.PostAsync("/compte/mot-de-passe-oublie", ("Email", "prise@exemple.fr"));
        var link = CaughtMails.LinkIn(await host.Mails.NextAsync("prise@exemple.fr", number: 2));
        link.ShouldStartWith("/compte/nouveau-mot-de-passe");

        await (await browser.OpenAsync(link)).SubmitAsync("/compte/nouveau-mot-de-passe", ("Password", "court"));
        await browser.SignInAsync("prise@exemple.fr", "le mot de l'étranger");
        browser.Words.ShouldContain("pas encore confirmée"); // a refused password confirms nothing
        await (await browser.OpenAsync(link)).SubmitAsync("/compte/nouveau-mot-de-passe", ("Password", Another));
        browser.Location.ShouldBe("/compte/connexion?fait=reset");

        await (await browser.OpenAsync(confirmation)).SubmitAsync("/compte/confirmation", ("Password", "le mot de l'étranger"));
        browser.Status.ShouldBe(HttpStatusCode.Gone);
        await browser.SignInAsync("prise@exemple.fr", "le mot de l'étranger");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.SignInAsync("prise@exemple.fr", Another);
        browser.Location.ShouldBe("/compte");
    }

    [Fact]
    public async Task Says_the_same_for_an_unknown_address_and_writes_to_nobody()
    {
        using var browser = host.Browser();
        await browser.PostAsync("/compte/mot-de-passe-oublie", ("Email", "personne@exemple.fr"));
        browser.Location.ShouldBe("/compte/mot-de-passe-oublie/suite");
        host.Mails.CountOf("personne@exemple.fr").ShouldBe(0);
    }

    [Fact]
    public async Task Link_leads_to_the_sites_own_address_whatever_host_was_asked()
    {
        var email = await host.PersonAsync();
        using var browser = host.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/compte/mot-de-passe-oublie") { Content = new FormUrlEncodedContent([new("Email", email)]) };
        request.Headers.Host = "mechant.example";
        await browser.SendAsync(request);
        (await host.Mails.NextAsync(email)).Text.ShouldNotContain("mechant");
    }

    [Fact]
    public async Task Is_not_replaced_where_a_passkey_cannot_be_removed()
    {
        var email = await host.PersonAsync();
        await using var app = host.App.WithWebHostBuilder(web => web.ConfigureTestServices(services => services.AddScoped<UserManager<Person>, KeepsPasskeys>()));
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
            using var device = new SoftPasskey("panier.example");
            await people.AddOrUpdatePasskeyAsync((await people.FindByEmailAsync(email))!, device.Known(host.Clock.GetUtcNow()));
        }
        using var browser = host.Browser(app);
        await browser.PostAsync("/compte/mot-de-passe-oublie", ("Email", email));
        var link = CaughtMails.LinkIn(await host.Mails.NextAsync(email));
        await (await browser.OpenAsync(link)).SubmitAsync("/compte/nouveau-mot-de-passe", ("Password", Another));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Words.ShouldContain("Votre mot de passe n'est pas changé");
        (await browser.SignInAsync(email, AccountsHost.Password)).Status.ShouldBe(HttpStatusCode.Redirect);

        using var later = host.Browser();
        await (await later.OpenAsync(link)).SubmitAsync("/compte/nouveau-mot-de-passe", ("Password", Another));
        later.Location.ShouldBe("/compte/connexion?fait=reset-passkeys", "the link is still good");
    }

    [Fact]
    public async Task Changed_in_the_account_signs_the_other_devices_out()
    {
        var email = await host.PersonAsync();
        using var phone = await host.SignedInAsync(email);
        using var desk = await host.SignedInAsync(email);
        await (await desk.OpenAsync("/compte")).SubmitAsync("/compte/mot-de-passe", ("Current", "pas celui-là"), ("Password", Another));
        desk.Words.ShouldContain("Ce n'est pas votre mot de passe actuel");
        await desk.SubmitAsync("/compte/mot-de-passe", ("Current", AccountsHost.Password), ("Password", Another));
        (await desk.FollowAsync()).Words.ShouldContain("Votre mot de passe est changé");

        (await phone.OpenAsync("/compte")).Location!.ShouldContain("/compte/connexion");
        (await desk.OpenAsync("/compte")).Status.ShouldBe(HttpStatusCode.OK);
        (await host.Mails.NextAsync(email)).Subject.ShouldContain("a été changé");
    }

    private sealed class KeepsPasskeys(IUserStore<Person> store, IOptions<IdentityOptions> options, IPasswordHasher<Person> hasher, IEnumerable<IUserValidator<Person>> users,
        IEnumerable<IPasswordValidator<Person>> passwords, ILookupNormalizer names, IdentityErrorDescriber errors, IServiceProvider services, ILogger<UserManager<Person>> log)
        : UserManager<Person>(store, options, hasher, users, passwords, names, errors, services, log)
    {
        public override Task<IdentityResult> RemovePasskeyAsync(Person user, byte[] credentialId) => Task.FromResult(IdentityResult.Failed(ErrorDescriber.ConcurrencyFailure()));
    }
}
