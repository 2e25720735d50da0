using System.Net;

namespace Marketplace.Storefront.Tests.Accounts;

public sealed class Signing_up(AccountsHost host) : IClassFixture<AccountsHost>
{
    [Fact]
    public async Task Opens_an_account_once_the_address_is_confirmed()
    {
        using var browser = host.Browser();
        await browser.OpenAsync("/compte/inscription");
        await browser.SubmitAsync("/compte/inscription", ("Name", "Léa Fontaine"), ("Email", "lea@exemple.fr"), ("Password", AccountsHost.Password));
        browser.Location.ShouldBe("/compte/inscription/suite");

        await browser.SignInAsync("lea@exemple.fr", AccountsHost.Password);
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Words.ShouldContain("pas encore confirmée");

        var mail = await host.Mails.NextAsync("lea@exemple.fr", number: 2); // one from signing up, one from trying to sign in
        await browser.OpenAsync(CaughtMails.LinkIn(mail));
        await browser.SubmitAsync("/compte/confirmation", ("Password", AccountsHost.Password));
        browser.Location.ShouldBe("/compte?fait=confirmed");

        // Who has shown the link and the password is in: it is not asked for a third time.
        await browser.FollowAsync();
        browser.Words.ShouldContain("Bonjour Léa Fontaine");
        browser.Words.ShouldContain("Votre adresse est confirmée et votre compte ouvert.");
    }

    [Fact]
    public async Task Answers_alike_for_an_address_that_has_an_account_and_tells_only_its_owner()
    {
        var email = await host.PersonAsync();
        using var browser = host.Browser();
        await browser.PostAsync("/compte/inscription", ("Name", "Un Autre"), ("Email", email), ("Password", "un tout autre mot"));
        browser.Location.ShouldBe("/compte/inscription/suite");
        (await host.Mails.NextAsync(email)).Subject.ShouldContain("déjà un compte");
        await browser.SignInAsync(email, AccountsHost.Password);
        browser.Status.ShouldBe(HttpStatusCode.Redirect); // the account is as it was
    }

    // Somebody signs up with another's address, then its owner does: the owner's click must not confirm the stranger's password.
    [Fact]
    public async Task Confirms_the_password_typed_last_and_no_earlier_link()
    {
        using var browser = host.Browser();
        await browser.PostAsync("/compte/inscription", ("Name", "Etranger"), ("Email", "cible@exemple.fr"), ("Password", "le mot de l'étranger"));
        await browser.PostAsync("/compte/inscription", ("Name", "Cible"), ("Email", "cible@exemple.fr"), ("Password", AccountsHost.Password));
        var second = await host.Mails.NextAsync("cible@exemple.fr", number: 2);
        var first = await host.Mails.NextAsync("cible@exemple.fr");

        await (await browser.OpenAsync(CaughtMails.LinkIn(first))).SubmitAsync("/compte/confirmation", ("Password", "le mot de l'étranger"));
        browser.Status.ShouldBe(HttpStatusCode.Gone);
        await (await browser.OpenAsync(CaughtMails.LinkIn(second))).SubmitAsync("/compte/confirmation", ("Password", AccountsHost.Password));
        browser.Status.ShouldBe(HttpStatusCode.Redirect);

        await browser.SignInAsync("cible@exemple.fr", "le mot de l'étranger");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.SignInAsync("cible@exemple.fr", AccountsHost.Password);
        browser.Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Keeps_the_last_link_that_was_sent_once_no_more_are()
    {
        using var browser = host.Browser();
        for (var i = 1; i <= 7; i++)
        {
            await browser.PostAsync("/compte/inscription", ("Name", "Impatiente"), ("Email", "impatiente@exemple.fr"), ("Password", $"{AccountsHost.Password} {i}"));
            browser.Location.ShouldBe("/compte/inscription/suite");
        }
        var last = await host.Mails.NextAsync("impatiente@exemple.fr", number: 5);
        await (await browser.OpenAsync(CaughtMails.LinkIn(last))).SubmitAsync("/compte/confirmation", ("Password", AccountsHost.Password + " 5"));
        browser.Location.ShouldBe("/compte?fait=confirmed");
        host.Mails.CountOf("impatiente@exemple.fr").ShouldBe(5);
    }

    // Somebody signs up with another's address, and its owner clicks without a thought.
    [Theory]
    [InlineData("", "Indiquez le mot de passe")]
    [InlineData("ce que dirait la cible", "Ce n'est pas le mot de passe choisi à l'inscription")]
    public async Task Is_not_confirmed_by_someone_who_did_not_choose_the_password(string typed, string message)
    {
        var email = $"surprise-{typed.Length}@exemple.fr";
        using var browser = host.Browser();
        await browser.PostAsync("/compte/inscription", ("Name", "Etranger"), ("Email", email), ("Password", "le mot de l'étranger"));
        await (await browser.OpenAsync(CaughtMails.LinkIn(await host.Mails.NextAsync(email)))).SubmitAsync("/compte/confirmation", ("Password", typed));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Browser.Plain(browser.Page.QuerySelector(".field .error")!.TextContent).ShouldContain(message);
        await browser.SignInAsync(email, "le mot de l'étranger");
        browser.Words.ShouldContain("pas encore confirmée");
    }

    [Fact]
    public async Task Asks_for_the_password_again_when_the_link_is_clicked_twice_and_counts_wrong_ones()
    {
        using var browser = host.Browser();
        await browser.PostAsync("/compte/inscription", ("Name", "Deux Fois"), ("Email", "deux@exemple.fr"), ("Password", AccountsHost.Password));
        await browser.OpenAsync(CaughtMails.LinkIn(await host.Mails.NextAsync("deux@exemple.fr")));
        var page = browser.Page;
        var (person, token) = (page.QuerySelector("input[name=P]")!.GetAttribute("value")!, page.QuerySelector("input[name=Jeton]")!.GetAttribute("value")!);
        foreach (var _ in (string[])["une fois", "deux fois"])
        {
            await browser.PostAsync("/compte/confirmation", ("P", person), ("Jeton", token), ("Password", AccountsHost.Password));
            browser.Location.ShouldBe("/compte?fait=confirmed");
        }
        for (var i = 0; i < 5; i++)
        {
            await browser.PostAsync("/compte/confirmation", ("P", person), ("Jeton", token), ("Password", $"essai numéro {i}"));
            browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }
        await browser.PostAsync("/compte/confirmation", ("P", person), ("Jeton", token), ("Password", AccountsHost.Password));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.PostAsync("/compte/confirmation", ("P", person), ("Jeton", "un autre"), ("Password", AccountsHost.Password));
        browser.Status.ShouldBe(HttpStatusCode.Gone);
    }

    // A mail scanner opens every link: opening alone must confirm nothing.
    [Fact]
    public async Task Is_not_confirmed_by_opening_the_link()
    {
        using var browser = host.Browser();
        await browser.PostAsync("/compte/inscription", ("Name", "Scan"), ("Email", "scan@exemple.fr"), ("Password", AccountsHost.Password));
        await browser.OpenAsync(CaughtMails.LinkIn(await host.Mails.NextAsync("scan@exemple.fr")));
        await browser.SignInAsync("scan@exemple.fr", AccountsHost.Password);
        browser.Words.ShouldContain("pas encore confirmée");
    }

    [Theory]
    [InlineData("", "lea2@exemple.fr", AccountsHost.Password, "Indiquez votre nom")]
    [InlineData("Léa", "lea2", AccountsHost.Password, "n'est pas complète")]
    [InlineData("Léa", "lea;noe@exemple.fr", AccountsHost.Password, "n'est pas complète")]
    [InlineData("Léa", "", AccountsHost.Password, "Indiquez votre adresse")]
    [InlineData("Léa", "lea2@exemple.fr", "court", "trop court")]
    [InlineData("Léa", "lea2@exemple.fr", "motdepasse123", "que l'on essaie en premier")]
    [InlineData("Camille Dupont", "lea2@exemple.fr", "camille dupont", "que l'on essaie en premier")]
    [InlineData("Léa", "lea2@exemple.fr", "", "Indiquez le mot de passe")]
    public async Task Says_what_is_wrong_at_the_field_and_keeps_what_was_typed(string name, string email, string password, string message)
    {
        using var browser = host.Browser();
        await browser.PostAsync("/compte/inscription", ("Name", name), ("Email", email), ("Password", password));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Browser.Plain(browser.Page.QuerySelector(".field .error")!.TextContent).ShouldContain(message);
        browser.Page.QuerySelector("#erreurs a")!.GetAttribute("href")!.ShouldStartWith("#champ-");
        browser.Page.QuerySelector("#champ-Name")!.GetAttribute("value").ShouldBe(name);
        browser.Page.QuerySelector("#champ-Email")!.GetAttribute("value").ShouldBe(email);
        browser.Text.ShouldNotContain(password.Length > 0 ? $"value=\"{password}\"" : "\0", Case.Sensitive);
    }
}
