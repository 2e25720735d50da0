using System.Net;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>What stands in the basket's fields is what is reserved, whichever button is pressed.</summary>
public sealed class Typed_quantities(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private const string Change = "/vienne/panier/ligne";

    [Fact]
    public async Task Are_taken_along_to_the_hours()
    {
        var visitor = await WithTwoLinesAsync();
        var way = visitor.Page.QuerySelectorAll("form.basket aside button").ShouldHaveSingleItem("it sends what is typed along");
        await SendAsync(visitor, [(Bread, "7"), (Comte, "500")], (way.GetAttribute("name")!, way.GetAttribute("value")!));
        (visitor.Status, visitor.Location).ShouldBe((HttpStatusCode.SeeOther, "/vienne/commander"));
        (await visitor.FollowAsync()).Words.ShouldContain("7 × Pain complet");
        visitor.Words.ShouldContain("500 g · Comté 18 mois");
        visitor.Page.QuerySelector(".total strong")!.TextContent.ShouldBe("35,85\u202f€"); // 7 × 3,20 + 0,5 × 26,90
    }

    [Fact]
    public async Task Have_a_button_in_each_line_which_can_be_seen()
    {
        var visitor = await WithTwoLinesAsync();
        visitor.Page.QuerySelectorAll(".line button.update").Select(b => b.TextContent).ShouldBe(["Mettre à jour – Pain complet", "Mettre à jour – Comté 18 mois"]);
        visitor.Page.QuerySelectorAll(".line button.update").ShouldAllBe(b => !b.HasAttribute("name") && !b.ClassList.Contains("hidden"));
        await SendAsync(visitor, [(Bread, "4"), (Comte, "450")]);
        Quantities(await visitor.FollowAsync()).ShouldBe(["4", "450"]);
    }

    [Fact]
    public async Task Are_counted_from_and_kept_by_one_more_and_by_taking_another_line_out()
    {
        var visitor = await WithTwoLinesAsync();
        var more = visitor.Page.QuerySelector($"#l-{Comte} .stepper button[data-step='1']")!;
        await SendAsync(visitor, [(Bread, "5"), (Comte, "500")], (more.GetAttribute("name")!, more.GetAttribute("value")!));
        Quantities(await visitor.FollowAsync()).ShouldBe(["5", "550"]);
        await SendAsync(visitor, [(Bread, "6"), (Comte, "800")], ("retirer", Comte));
        (await visitor.FollowAsync()).Words.ShouldContain("Retiré du panier : 550 g · Comté 18 mois.");
        Quantities(visitor).ShouldBe(["6"]);
    }

    [Theory]
    [InlineData("fr", "Cette quantité n'est pas possible : indiquez des grammes, de 50 g à 20 kg, en chiffres seulement. Ici, rien n'a changé.")]
    [InlineData("en", "That quantity is not possible: give grams, from 50 g to 20 kg, in digits only. Nothing has changed here.")]
    public async Task That_cannot_be_stop_on_the_way_and_the_others_are_kept(string language, string said)
    {
        var visitor = await WithTwoLinesAsync(language);
        await SendAsync(visitor, [(Bread, "7"), (Comte, "cinq cents")], ("commander", "1"));
        visitor.Location.ShouldBe($"/vienne/panier?ligne={Comte}#l-{Comte}");
        await visitor.FollowAsync();
        Flat(visitor.Page.QuerySelector($"#l-{Comte} .notice")!.TextContent).ShouldBe(said);
        Quantities(visitor).ShouldBe(["7", "300"]);
    }

    [Fact]
    public async Task That_the_shop_has_not_are_told_at_the_hours()
    {
        var visitor = await WithTwoLinesAsync();
        await SendAsync(visitor, [(Bread, "40"), (Comte, "300")], ("commander", "1"));
        (await visitor.FollowAsync()).Words.ShouldContain("Il ne reste que 12 : nous avons ajusté votre panier.");
    }

    [Fact]
    public async Task Of_another_tab_stand_where_this_one_changed_nothing()
    {
        var visitor = await WithTwoLinesAsync();
        await visitor.OtherTab().PostAsync("/vienne/panier/ajouter", ("offre", Bread), ("quantite", "3"));
        await SendAsync(visitor, [(Bread, "2"), (Comte, "500")]);
        Quantities(await visitor.FollowAsync()).ShouldBe(["5", "500"], ignoreOrder: true);
    }

    [Fact]
    public async Task Of_nought_in_several_lines_are_all_said_and_all_come_back()
    {
        var visitor = await WithTwoLinesAsync();
        await SendAsync(visitor, [(Bread, "0"), (Comte, "0")], ("commander", "1"));
        (await visitor.FollowAsync()).Words.ShouldContain("Retiré du panier : 2 × Pain complet.");
        visitor.Words.ShouldContain("Retiré du panier : 300 g · Comté 18 mois.");
        var back = visitor.Page.QuerySelectorAll("form[action$='/remettre']").Select(f => f.QuerySelectorAll("input").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)).ToArray()).ToList();
        foreach (var form in back)
        {
            await visitor.PostAsync("/vienne/panier/remettre", form);
        }
        Quantities(await visitor.FollowAsync()).ShouldBe(["2", "300"], ignoreOrder: true);
    }

    private static string Bread => TownSamples.Bread.OfferId.ToString();

    private static string Comte => TownSamples.Comte.OfferId.ToString();

    private async Task<Visitor> WithTwoLinesAsync(string language = "fr")
    {
        var visitor = host.Visitor(language);
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", Bread), ("quantite", "2"));
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", Comte), ("quantite", "300"));
        return await visitor.OpenAsync("/vienne/panier");
    }

    // As a browser sends the one form of the page: each line's fields as they follow one another, what is typed in those that are typed in.
    private static Task<Visitor> SendAsync(Visitor visitor, (string Offer, string Typed)[] typed, params (string Name, string Value)[] pressed)
    {
        var form = visitor.Page.QuerySelectorAll("form").Single(f => f.GetAttribute("action") == Change);
        var fields = form.QuerySelectorAll("input").Select(i => (Name: i.GetAttribute("name")!, Value: i.GetAttribute("name") == "quantite" && typed.FirstOrDefault(t => i.Id == "q-" + t.Offer) is { Offer: not null } by ? by.Typed : i.GetAttribute("value") ?? ""));
        return visitor.PostAsync(Change, [.. fields, .. pressed]);
    }

    private static string?[] Quantities(Visitor visitor) => [.. visitor.Page.QuerySelectorAll(".line input[name=quantite]").Select(i => i.GetAttribute("value"))];

    private static string Flat(string text) => string.Join(' ', text.Replace('\u202f', ' ').Replace('\u00a0', ' ').Replace('\u2019', '\'').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
