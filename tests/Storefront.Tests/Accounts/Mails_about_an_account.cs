using System.Net;
using System.Net.Mail;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>Links and notices reach their person once, whatever falls over meanwhile, and are kept no longer than that.</summary>
public sealed class Mails_about_an_account(AccountsHost host) : IClassFixture<AccountsHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private Task<long> WaitingAsync() => host.ScalarAsync<long>("select count(*) from due_work where kind = 'account-mail'");

    [Fact]
    public async Task Wait_for_a_mail_server_that_is_away_and_outlive_the_process()
    {
        host.Mails.Refusing = new SmtpException(SmtpStatusCode.ServiceNotAvailable, "away");
        using (var browser = host.Browser())
        {
            await browser.PostAsync("/compte/inscription", ("Name", "Léa Fontaine"), ("Email", "lea@exemple.fr"), ("Password", AccountsHost.Password));
            browser.Location.ShouldBe("/compte/inscription/suite", "a page never waits for a mail");
        }
        await Eventually.BecomesAsync(() => host.Mails.Refused > 0, Long);
        await host.RestartAsync();
        (await WaitingAsync()).ShouldBe(1);
        host.Mails.Refusing = null;
        host.Clock.Ahead += TimeSpan.FromMinutes(10);
        var mail = await host.Mails.NextAsync("lea@exemple.fr");
        await Eventually.BecomesAsync(async () => await WaitingAsync() == 0, Long);
        host.Mails.CountOf("lea@exemple.fr").ShouldBe(1);

        using var later = host.Browser();
        await later.OpenAsync(CaughtMails.LinkIn(mail));
        await later.SubmitAsync("/compte/confirmation", ("Password", AccountsHost.Password));
        later.Location.ShouldBe("/compte?fait=confirmed");
    }

    [Fact]
    public async Task Are_sent_once_by_several_processes_and_erased()
    {
        await using var second = host.Start();
        second.CreateClient().Dispose();
        var people = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            people.Add(await host.PersonAsync());
        }
        using var browser = host.Browser();
        await Task.WhenAll(people.Select(p => host.Browser().PostAsync("/compte/mot-de-passe-oublie", ("Email", p))));
        await Eventually.BecomesAsync(async () => await WaitingAsync() == 0, Long);
        people.ShouldAllBe(p => host.Mails.CountOf(p) == 1);
    }

    [Fact]
    public async Task To_an_address_that_does_not_exist_are_not_tried_for_ever()
    {
        var email = await host.PersonAsync();
        host.Mails.Refusing = new SmtpFailedRecipientException(SmtpStatusCode.MailboxUnavailable, email);
        using var browser = host.Browser();
        await browser.PostAsync("/compte/mot-de-passe-oublie", ("Email", email));
        await Eventually.BecomesAsync(async () => await WaitingAsync() == 0, Long);
        host.Mails.Refusing = null;
        host.Mails.CountOf(email).ShouldBe(0);
    }

    // Keeps away a page whose time tells whether an address has an account, and a mail to nobody.
    [Fact]
    public async Task Are_not_sent_to_nobody_although_asking_costs_the_same()
    {
        using var browser = host.Browser();
        await browser.PostAsync("/compte/mot-de-passe-oublie", ("Email", "personne@exemple.fr"));
        browser.Location.ShouldBe("/compte/mot-de-passe-oublie/suite");
        await Eventually.BecomesAsync(async () => await WaitingAsync() == 0, Long);
        host.Mails.CountOf("personne@exemple.fr").ShouldBe(0);
    }

    [Fact]
    public async Task Do_not_flood_a_mailbox_whoever_asks_and_from_wherever()
    {
        var (email, unknown) = (await host.PersonAsync(), "inconnue@exemple.fr");
        using var browser = host.Browser();
        for (var i = 0; i < 8; i++)
        {
            foreach (var typed in (string[])[email, unknown, email.ToUpperInvariant()])
            {
                await browser.PostAsync("/compte/mot-de-passe-oublie", ("Email", typed));
                browser.Location.ShouldBe("/compte/mot-de-passe-oublie/suite");
            }
        }
        await Eventually.BecomesAsync(async () => await WaitingAsync() == 0, Long);
        host.Mails.CountOf(email).ShouldBe(5);

        await browser.PostAsync("/compte/inscription", ("Name", "Un Autre"), ("Email", email), ("Password", "un tout autre mot"));
        (await host.Mails.NextAsync(email, number: 6)).Subject.ShouldContain("déjà un compte");

        host.Clock.Ahead += TimeSpan.FromMinutes(61);
        await browser.PostAsync("/compte/mot-de-passe-oublie", ("Email", email));
        CaughtMails.LinkIn(await host.Mails.NextAsync(email, number: 7)).ShouldStartWith("/compte/nouveau-mot-de-passe");
    }

    // Whoever signs up with somebody's address chooses the name, and the site must not carry what it says.
    [Fact]
    public async Task Do_not_repeat_a_name_to_an_address_that_nobody_confirmed()
    {
        using var browser = host.Browser();
        await browser.PostAsync("/compte/inscription", ("Name", "Gagnez 500 € sur http://exemple.test"), ("Email", "visee@exemple.fr"), ("Password", AccountsHost.Password));
        var mail = await host.Mails.NextAsync("visee@exemple.fr");
        mail.Text.ShouldStartWith("Bonjour,");
        mail.Text.ShouldNotContain("500");
    }

    [Fact]
    public async Task Signing_up_twice_at_once_makes_one_account_and_no_failure()
    {
        var presses = Enumerable.Range(0, 4).Select(_ => host.Browser()).ToList();
        await Task.WhenAll(presses.Select(b => b.PostAsync("/compte/inscription", ("Name", "Deux Clics"), ("Email", "deux-clics@exemple.fr"), ("Password", AccountsHost.Password))));
        presses.ShouldAllBe(b => b.Status == HttpStatusCode.Redirect);
        (await host.ScalarAsync<long>("select count(*) from people where email = 'deux-clics@exemple.fr'")).ShouldBe(1);
        await Eventually.BecomesAsync(async () => await WaitingAsync() == 0, Long);
        host.Mails.CountOf("deux-clics@exemple.fr").ShouldBeGreaterThan(0);
    }
}
