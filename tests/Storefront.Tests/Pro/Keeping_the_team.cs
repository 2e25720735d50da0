using System.Net;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Who works in the shop, decided by its owners; without script.</summary>
public sealed class Keeping_the_team(Servers servers) : IAsyncLifetime
{
    private const string Team = "/pro/boulangerie/equipe";
    private readonly AccountsHost _host = new(servers);
    private Browser _browser = null!;
    private string _owner = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        _owner = await _host.PersonAsync();
        _host.Services.Members[_owner] = ProSamples.Member("owner", "boulangerie");
        _host.Services.Staff[_owner] = "owner";
        _browser = await _host.SignedInAsync(_owner);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Adds_changes_and_removes_a_person()
    {
        await (await _browser.OpenAsync(Team)).SubmitAsync(Team, ("Email", " Marc@exemple.fr "), ("Role", "staff"));
        _browser.Location.ShouldBe(Team + "?fait=added"); // no person in an address: it stands in logs and in the browser's history
        (await _browser.FollowAsync()).Words.ShouldContain("La personne est de l'équipe.");
        Browser.WordsOf(_browser.Page.QuerySelector(".team")).ShouldContain("Marc@exemple.fr");
        _host.Services.Staff["Marc@exemple.fr"].ShouldBe("staff");
        _browser.Page.QuerySelectorAll("[id]").GroupBy(e => e.Id).Where(g => g.Count() > 1).ShouldBeEmpty();

        await _browser.PostAsync(Team + "/role", ("Email", "Marc@exemple.fr"), ("Role", "read-only"));
        (await _browser.FollowAsync()).Words.ShouldContain("Le rôle est changé.");
        _host.Services.Staff["Marc@exemple.fr"].ShouldBe("read-only");

        await _browser.PostAsync(Team + "/retrait", ("Email", "Marc@exemple.fr"));
        (await _browser.FollowAsync()).Words.ShouldContain("La personne n'est plus de l'équipe.");
        _host.Services.Staff.Keys.ShouldBe([_owner]);
    }

    [Fact]
    public async Task Calls_people_by_the_name_that_the_shop_gave_them_with_their_address_under_it()
    {
        await (await _browser.OpenAsync(Team)).SubmitAsync(Team, ("Email", "marc@exemple.fr"), ("Name", " Marc le matin "), ("Role", "staff"));
        await _browser.FollowAsync();
        (Browser.WordsOf(Card("marc").QuerySelector("h2")), Browser.WordsOf(Card("marc").QuerySelector("h2 + p"))).ShouldBe(("Marc le matin", "marc@exemple.fr"));
        Browser.WordsOf(Card(_owner).QuerySelector("h2")).ShouldStartWith(_owner, Case.Sensitive, "nobody has given one");

        await _browser.PostAsync(Team + "/role", ("Email", "marc@exemple.fr"), ("Role", "read-only"), ("Name", ""));
        await _browser.FollowAsync();
        Browser.WordsOf(Card("marc").QuerySelector("h2")).ShouldBe("marc@exemple.fr");

        AngleSharp.Dom.IElement Card(string of) => _browser.Page.QuerySelectorAll(".team > li").Single(c => c.TextContent.Contains(of, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "Indiquez"), InlineData("marc", "marc")]
    public async Task Keeps_what_was_typed_when_it_is_no_address(string typed, string said)
    {
        await (await _browser.OpenAsync(Team)).SubmitAsync(Team, ("Email", typed), ("Role", "read-only"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelector("#erreurs a")!.GetAttribute("href").ShouldBe("#champ-Email");
        (_browser.Text.Contains(said, StringComparison.Ordinal), _browser.Page.QuerySelector("[type=radio][checked]")!.GetAttribute("value")).ShouldBe((true, "read-only"));
        _host.Services.Staff.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Changes_nobody_by_adding_them_again()
    {
        _host.Services.Staff["lea@exemple.fr"] = "owner";
        await (await _browser.OpenAsync(Team)).SubmitAsync(Team, ("Email", "Lea@exemple.fr"), ("Role", "read-only"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _host.Services.Staff["lea@exemple.fr"].ShouldBe("owner");
    }

    [Fact]
    public async Task Brings_nobody_back_who_was_removed_meanwhile()
    {
        await _browser.PostAsync(Team + "/role", ("Email", "partie@exemple.fr"), ("Role", "staff"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Cette personne n'est plus de l'équipe.");
        _host.Services.Staff.Keys.ShouldBe([_owner]);
    }

    [Theory]
    [InlineData("/role"), InlineData("/retrait")]
    public async Task Leaves_no_shop_without_an_owner(string door)
    {
        await _browser.PostAsync(Team + door, ("Email", _owner), ("Role", "staff"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Une boutique garde au moins un propriétaire.");
        _host.Services.Staff[_owner].ShouldBe("owner");
    }

    [Fact]
    public async Task Leads_an_owner_who_leaves_out_of_the_shop()
    {
        _host.Services.Staff["lea@exemple.fr"] = "owner";
        await _browser.PostAsync(Team + "/retrait", ("Email", _owner));
        _browser.Location.ShouldBe("/pro");
    }
}
