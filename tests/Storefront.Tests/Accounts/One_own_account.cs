using System.Net;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Accounts;

public sealed class One_own_account(AccountsHost host) : IClassFixture<AccountsHost>
{
    [Theory]
    [InlineData("/compte")]
    [InlineData("/compte/commandes")]
    [InlineData("/compte/donnees")]
    [InlineData("/compte/suppression")]
    public async Task Is_shown_to_its_owner_alone(string path)
    {
        using var visitor = host.Browser();
        (await visitor.OpenAsync(path)).Location!.ShouldContain("/compte/connexion?retour=" + Uri.EscapeDataString(path));
        using var owner = await host.SignedInAsync(await host.PersonAsync());
        (await owner.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Takes_a_new_name_at_once()
    {
        using var browser = await host.SignedInAsync(await host.PersonAsync());
        await (await browser.OpenAsync("/compte")).SubmitAsync("/compte/nom", ("Name", "  Claire   Dupont "));
        (await browser.FollowAsync()).Words.ShouldContain("Bonjour Claire Dupont");
        await browser.SubmitAsync("/compte/nom", ("Name", " "));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Moves_to_a_new_address_once_that_is_confirmed()
    {
        var email = await host.PersonAsync();
        using var browser = await host.SignedInAsync(email);
        await (await browser.OpenAsync("/compte")).SubmitAsync("/compte/adresse", ("Email", "nouvelle@exemple.fr"), ("AddressPassword", AccountsHost.Password));
        browser.Location.ShouldBe("/compte?fait=address");
        var mail = await host.Mails.NextAsync("nouvelle@exemple.fr");
        await (await browser.OpenAsync(CaughtMails.LinkIn(mail))).SubmitAsync("/compte/nouvelle-adresse", ("Password", AccountsHost.Password));
        browser.Location.ShouldBe("/compte/connexion?fait=moved");
        await browser.SignInAsync(email, AccountsHost.Password);
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.SignInAsync("nouvelle@exemple.fr", AccountsHost.Password);
        browser.Status.ShouldBe(HttpStatusCode.Redirect);
        (await host.Mails.NextAsync(email)).Text.ShouldContain("nouvelle@exemple.fr");
    }

    // Keeps away an account moved onto somebody else's address by the click of its owner, who knows nothing of the account.
    [Fact]
    public async Task Is_not_moved_by_who_holds_the_link_and_not_the_password()
    {
        var email = await host.PersonAsync();
        using var browser = await host.SignedInAsync(email);
        await (await browser.OpenAsync("/compte")).SubmitAsync("/compte/adresse", ("Email", "victime@exemple.fr"), ("AddressPassword", AccountsHost.Password));
        var link = CaughtMails.LinkIn(await host.Mails.NextAsync("victime@exemple.fr"));
        await (await browser.OpenAsync(link)).SubmitAsync("/compte/nouvelle-adresse", ("Password", "un mot de passe au hasard"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await (await browser.OpenAsync(link)).SubmitAsync("/compte/nouvelle-adresse");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.SignInAsync("victime@exemple.fr", AccountsHost.Password);
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.SignInAsync(email, AccountsHost.Password);
        browser.Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Lists_the_orders_of_its_owner_with_their_own_token()
    {
        var email = await host.PersonAsync();
        host.Services.Mine = new OrderPage([new OrderListItem(OrderId.New(), "K7M4-QX2B", "oullins", "confirmed", host.Clock.GetUtcNow(), 1240, ["Boulangerie", "Fromagerie"])], 1, 1, 20);
        using var browser = await host.SignedInAsync(email);
        (await browser.OpenAsync("/compte/commandes")).Words.ShouldContain("Boulangerie, Fromagerie");
        browser.Words.ShouldContain("12,40 €");
        host.Services.AskedOf("ordering", "me/orders")[^1].Token.ShouldNotBeNull();
    }

    [Fact]
    public async Task Deleted_on_one_device_is_closed_on_all_with_the_counter_it_opened()
    {
        var email = await host.PersonAsync();
        host.Services.Members[email] = Pro.ProSamples.Member("owner", "boulangerie");
        var order = Pro.ProSamples.Order("requested", "K7M4-QX2B", host.Clock.GetUtcNow());
        host.Services.Orders[order.OrderId] = order;
        using var till = await host.SignedInAsync(email);
        using var desk = await host.SignedInAsync(email);
        (await till.OpenAsync("/pro/boulangerie")).Status.ShouldBe(HttpStatusCode.OK);
        await (await desk.OpenAsync("/compte/suppression")).SubmitAsync("/compte/suppression", ("Password", AccountsHost.Password));

        await till.PostAsync($"/pro/boulangerie/commandes/{order.OrderId}/accepter");
        till.Location!.ShouldContain("/compte/connexion");
        (await till.OpenAsync("/pro/boulangerie")).Location!.ShouldContain("/compte/connexion");
        host.Services.Orders[order.OrderId].Status.ShouldBe("requested");
    }

    [Fact]
    public async Task Is_taken_along_as_a_file()
    {
        var email = await host.PersonAsync("Zoé Petit");
        using var browser = await host.SignedInAsync(email);
        await browser.OpenAsync("/compte/donnees");
        browser.Last.Content.Headers.ContentDisposition!.FileName.ShouldBe("mes-donnees.json");
        var account = JsonDocument.Parse(browser.Text).RootElement.GetProperty("account");
        account.GetProperty("email").GetString().ShouldBe(email);
        account.GetProperty("name").GetString().ShouldBe("Zoé Petit");
        browser.Text.ShouldNotContain("assword");
    }

    [Fact]
    public async Task Is_deleted_with_the_password_and_then_gone_everywhere()
    {
        var email = await host.PersonAsync();
        using var browser = await host.SignedInAsync(email);
        using var elsewhere = await host.SignedInAsync(email);
        await (await browser.OpenAsync("/compte/suppression")).SubmitAsync("/compte/suppression", ("Password", "pas le bon mot"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.SubmitAsync("/compte/suppression", ("Password", AccountsHost.Password));
        browser.Last.Headers.GetValues("Clear-Site-Data").Single().ShouldBe("\"cache\", \"storage\"", "the next at this device is somebody else");
        (await browser.FollowAsync()).Words.ShouldContain("Votre compte est supprimé");
        (await elsewhere.OpenAsync("/compte")).Location.ShouldBe("/compte/connexion?retour=%2Fcompte");
        await browser.SignInAsync(email, AccountsHost.Password);
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Is_forgotten_by_ordering_too_also_when_that_was_away_and_the_storefront_started_again()
    {
        var email = await host.PersonAsync();
        using var browser = await host.SignedInAsync(email);
        var person = await host.IdOfAsync(email);
        host.Services.Refusals[$"people/{person}"] = (HttpStatusCode.ServiceUnavailable, "unexpected");
        await (await browser.OpenAsync("/compte/suppression")).SubmitAsync("/compte/suppression", ("Password", AccountsHost.Password));
        browser.Status.ShouldBe(HttpStatusCode.Redirect);
        await Eventually.BecomesAsync(() => host.Services.AskedOf("ordering", $"people/{person}").Count > 0, TimeSpan.FromSeconds(20));
        host.Services.AskedOf("ordering", $"people/{person}").ShouldAllBe(a => a.Method == "DELETE" && a.Token != null);

        host.Services.Refusals.Clear();
        await using var restarted = host.Start();
        restarted.CreateClient().Dispose();

        await Eventually.BecomesAsync(async () => await host.DeparturesAsync() == 0, TimeSpan.FromSeconds(20));
        host.Services.AskedOf("ordering", $"people/{person}").Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Speaks_english_when_asked()
    {
        using var browser = host.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/compte/connexion") { Headers = { { "Accept-Language", "en" }, { "Accept", "text/html" } } };
        await browser.SendAsync(request);
        browser.Page.DocumentElement.GetAttribute("lang").ShouldBe("en");
        browser.Words.ShouldContain("Forgotten password?");
    }
}
