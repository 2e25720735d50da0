using System.Net;
using Marketplace.Storefront.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Storefront.Tests.Accounts;

public sealed class Signing_in(AccountsHost host) : IClassFixture<AccountsHost>
{
    [Fact]
    public async Task Lasts_until_signing_out()
    {
        using var browser = await host.SignedInAsync(await host.PersonAsync("Noé Martin"));
        (await browser.OpenAsync("/compte")).Words.ShouldContain("Bonjour Noé Martin");
        browser.Last.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await browser.SubmitAsync("/compte/deconnexion");
        (await browser.FollowAsync()).Words.ShouldContain("Vous êtes déconnecté");
        (await browser.OpenAsync("/compte")).Location!.ShouldContain("/compte/connexion?retour=%2Fcompte");
    }

    [Fact]
    public async Task Asks_once_whether_to_stay_signed_in_whichever_way_one_comes()
    {
        using var browser = await host.Browser().OpenAsync("/compte/connexion");
        browser.Page.QuerySelectorAll("label").Count(l => l.TextContent.Contains("Rester connecté", StringComparison.Ordinal)).ShouldBe(1);
        var choice = browser.Page.QuerySelectorAll("[type=checkbox][name=Remember]").ShouldHaveSingleItem();
        choice.HasAttribute("data-remember").ShouldBeTrue("the passkey's form takes it over by script");
        browser.Page.QuerySelector("form[data-passkey] [name=Remember]")!.HasAttribute("disabled").ShouldBeTrue("until then it says no");
    }

    [Fact]
    public async Task Tells_a_wrong_password_and_an_unknown_address_alike()
    {
        var email = await host.PersonAsync();
        using var browser = host.Browser();
        await browser.SignInAsync(email, "pas le bon mot");
        var wrong = browser.Words;
        await browser.SignInAsync("inconnu@exemple.fr", "pas le bon mot");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Words.ShouldBe(wrong);
    }

    [Fact]
    public async Task Closes_after_five_wrong_passwords_and_says_so_by_mail_only()
    {
        var email = await host.PersonAsync();
        using var browser = host.Browser();
        for (var i = 0; i < 5; i++)
        {
            await browser.SignInAsync(email, $"essai numéro {i}");
        }
        var refused = browser.Words;
        await browser.SignInAsync(email, AccountsHost.Password);
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Words.ShouldBe(refused);
        (await host.Mails.NextAsync(email)).Subject.ShouldContain("fermé pour un quart d");
        host.Mails.CountOf(email).ShouldBe(1);
    }

    [Fact]
    public async Task Closes_after_five_wrong_passwords_typed_at_once_too()
    {
        var email = await host.PersonAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            using var one = host.Browser();
            await one.SignInAsync(email, $"essai numéro {i}");
        }));
        using var browser = host.Browser();
        (await browser.SignInAsync(email, AccountsHost.Password)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await host.Mails.NextAsync(email)).Subject.ShouldContain("fermé pour un quart d");
        host.Mails.CountOf(email).ShouldBe(1);
    }

    [Fact]
    public async Task Opens_nothing_of_an_account_that_is_deleted_while_its_password_is_looked_at()
    {
        var email = await host.PersonAsync();
        await using var app = host.Start().WithWebHostBuilder(web => web.ConfigureTestServices(services => services.AddScoped<IPasswordHasher<Person>>(p =>
            new DeletesMeanwhile(p.GetRequiredService<NpgsqlDataSource>(), email))));
        using var browser = host.Browser(app);
        (await browser.SignInAsync(email, AccountsHost.Password)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    private sealed class DeletesMeanwhile(NpgsqlDataSource database, string email) : PasswordHasher<Person>
    {
        public override PasswordVerificationResult VerifyHashedPassword(Person user, string hashedPassword, string providedPassword)
        {
            using var delete = database.CreateCommand("delete from people where email = $1");
            delete.Parameters.Add(new() { Value = email });
            delete.ExecuteNonQuery().ShouldBe(1);
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    [Fact]
    public async Task Forgets_the_wrong_passwords_before_a_right_one()
    {
        var email = await host.PersonAsync();
        using var browser = host.Browser();
        foreach (var _ in (string[])["once", "twice"])
        {
            for (var i = 0; i < 4; i++)
            {
                (await browser.SignInAsync(email, $"essai numéro {i}")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            }
            (await browser.SignInAsync(email, AccountsHost.Password)).Status.ShouldBe(HttpStatusCode.Redirect);
        }
        host.Mails.CountOf(email).ShouldBe(0);
    }

    // A cookie that was stolen or a browser left open must not be a place to guess in.
    [Theory]
    [InlineData("/compte", "/compte/mot-de-passe", "Current")]
    [InlineData("/compte", "/compte/adresse", "AddressPassword")]
    [InlineData("/compte/suppression", "/compte/suppression", "Password")]
    public async Task Closes_after_five_wrong_passwords_typed_inside_too(string page, string form, string field)
    {
        var email = await host.PersonAsync();
        using var browser = await host.SignedInAsync(email);
        for (var i = 0; i < 5; i++)
        {
            await TypeAsync($"essai numéro {i}");
        }
        (await host.Mails.NextAsync(email)).Subject.ShouldContain("fermé pour un quart d");
        await TypeAsync(AccountsHost.Password);
        using var elsewhere = host.Browser();
        (await elsewhere.SignInAsync(email, AccountsHost.Password)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        async Task TypeAsync(string password)
        {
            (string, string)[] others = form.EndsWith("adresse", StringComparison.Ordinal) ? [("Email", "autre@exemple.fr")] : form.EndsWith("passe", StringComparison.Ordinal) ? [("Password", "encore trois autres mots")] : [];
            await (await browser.OpenAsync(page)).SubmitAsync(form, [(field, password), .. others]);
            browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }
    }

    [Theory]
    [InlineData("/oullins/panier?a=1", "/oullins/panier?a=1")]
    [InlineData("https://ailleurs.example/", "/compte")]
    [InlineData("//ailleurs.example/", "/compte")]
    [InlineData("/\\ailleurs.example/", "/compte")]
    [InlineData("javascript:alert(1)", "/compte")]
    public async Task Leads_back_to_this_site_only(string wanted, string landed)
    {
        using var browser = host.Browser();
        await browser.SignInAsync(await host.PersonAsync(), AccountsHost.Password, wanted);
        browser.Location.ShouldBe(landed);
    }

    [Fact]
    public async Task Leads_staff_to_the_counter_and_coordinators_to_their_town()
    {
        var (baker, officer) = (await host.PersonAsync(), await host.PersonAsync());
        host.Services.Members[baker] = Pro.ProSamples.Member("staff", "boulangerie");
        host.Services.Members[officer] = new([], ["oullins-pierre-benite"]);
        using var browser = await host.SignedInAsync(baker);
        browser.Location.ShouldBe("/pro");
        using var other = await host.SignedInAsync(officer);
        other.Location.ShouldBe("/coordination");
    }

    [Fact]
    public async Task Works_while_the_shops_service_is_away()
    {
        var email = await host.PersonAsync();
        host.Services.MerchantsAway = true;
        try
        {
            using var browser = await host.SignedInAsync(email);
            browser.Location.ShouldBe("/compte");
            (await browser.FollowAsync()).Status.ShouldBe(HttpStatusCode.OK);
            (await browser.OpenAsync("/pro")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            host.Services.MerchantsAway = false;
        }
    }

    [Fact]
    public async Task Slows_down_who_tries_too_often()
    {
        await using var app = host.Start(("Accounts:SignInsPerMinute", "3"));
        using var browser = host.Browser(app);
        for (var i = 0; i < 3; i++)
        {
            await browser.SignInAsync("inconnu@exemple.fr", "un mot de passe");
        }
        await browser.SignInAsync("inconnu@exemple.fr", "un mot de passe");
        browser.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        browser.Last.Headers.RetryAfter.ShouldNotBeNull();
        browser.Words.ShouldContain("Réessayez dans quelques minutes");
    }

    // One household has more addresses in IPv6 than anybody could count.
    [Fact]
    public async Task Slows_down_who_changes_their_address_within_their_network()
    {
        await using var slow = host.Start(("Accounts:SignInsPerMinute", "3"));
        await using var app = slow.WithWebHostBuilder(web => web.ConfigureTestServices(services => services.AddSingleton<IStartupFilter, AddressOfHeader>()));
        using var browser = host.Browser(app);
        for (var i = 1; i <= 4; i++)
        {
            await TryFromAsync($"2001:db8:1:2:{i}::{i}");
            browser.Status.ShouldBe(i <= 3 ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.TooManyRequests);
        }
        await TryFromAsync("2001:db8:1:3::1");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, "a neighbour");

        Task TryFromAsync(string address) => browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/compte/connexion")
        {
            Content = new FormUrlEncodedContent([new("Email", "inconnu@exemple.fr"), new("Password", "un mot de passe")]),
            Headers = { { "Accept", "text/html" }, { "From-Address", address } },
        });
    }

    [Fact]
    public async Task Survives_a_restart_and_another_process()
    {
        using var browser = await host.SignedInAsync(await host.PersonAsync());
        var cookie = browser.Last.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("compte=", StringComparison.Ordinal)).Split(';')[0];
        await using var second = host.Start();
        using var there = host.Browser(second);
        await there.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/compte") { Headers = { { "Cookie", cookie }, { "Accept", "text/html" } } });
        there.Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Sets_a_cookie_that_scripts_and_other_sites_cannot_use()
    {
        using var browser = await host.SignedInAsync(await host.PersonAsync());
        var cookie = browser.Last.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("compte=", StringComparison.Ordinal)).ToLowerInvariant();
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldContain("secure");
    }

    private sealed class AddressOfHeader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                http.Connection.RemoteIpAddress = IPAddress.TryParse(http.Request.Headers["From-Address"], out var address) ? address : null;
                return rest(http);
            });
            next(app);
        };
    }
}
