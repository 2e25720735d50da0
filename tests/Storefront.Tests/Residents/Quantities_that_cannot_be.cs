using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>Nought, less, too much and no number: said in a sentence, with and without script, and the basket stays as it was.</summary>
public sealed class Quantities_that_cannot_be(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private const string Add = "/vienne/panier/ajouter";
    private const string Change = "/vienne/panier/ligne";

    private const string FrenchPieces = "Cette quantité n'est pas possible : indiquez un nombre entier, de 1 à 99. Votre panier n'a pas changé.";
    private const string EnglishPieces = "That quantity is not possible: give a whole number, from 1 to 99. Your basket has not changed.";
    private const string FrenchGrams = "Cette quantité n'est pas possible : indiquez des grammes, de 50 g à 20 kg, en chiffres seulement. Votre panier n'a pas changé.";
    private const string EnglishGrams = "That quantity is not possible: give grams, from 50 g to 20 kg, in digits only. Your basket has not changed.";

    public static TheoryData<string, bool, string, string> Asked() => Rows([.. Impossible(byWeight: false), "0"], [.. Impossible(byWeight: true), "0"]);

    /// <summary>Of a line that is there, nought takes it out.</summary>
    public static TheoryData<string, bool, string, string> Changed() => Rows(Impossible(byWeight: false), Impossible(byWeight: true));

    [Theory, MemberData(nameof(Asked))]
    public async Task Add_nothing_and_say_so(string asked, bool byWeight, string language, string said)
    {
        var visitor = host.Visitor(language);
        await visitor.PostAsync(Add, Fields(byWeight, asked));
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther);
        visitor.Answer.Headers.Contains("Set-Cookie").ShouldBeFalse("nothing is kept, nor for whom");
        await visitor.FollowAsync();
        visitor.Words.ShouldContain(said);
        visitor.Page.QuerySelector("form.basket").ShouldBeNull();
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":0}");
    }

    [Theory, MemberData(nameof(Asked))]
    public async Task Are_said_by_the_script_without_leaving_the_page(string asked, bool byWeight, string language, string said)
    {
        var visitor = host.Visitor(language);
        using var form = new FormUrlEncodedContent(Fields(byWeight, asked).Select(f => KeyValuePair.Create(f.Name, f.Value)));
        await visitor.AskAsync(Add, form);
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Plain(JsonDocument.Parse(visitor.Html).RootElement.GetProperty("message").GetString()!).ShouldBe(said);
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":0}");
    }

    [Theory, MemberData(nameof(Changed))]
    public async Task Change_no_line_and_say_so(string asked, bool byWeight, string language, string said)
    {
        var visitor = host.Visitor(language);
        await visitor.PostAsync(Add, Fields(byWeight, byWeight ? "400" : "3"));
        await visitor.PostAsync(Change, ("offre", Goods(byWeight).OfferId.ToString()), ("quantite", asked));
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther);
        (await visitor.FollowAsync()).Words.ShouldContain(said.Replace("Votre panier n'a pas changé.", "Ici, rien n'a changé.", StringComparison.Ordinal).Replace("Your basket has not changed.", "Nothing has changed here.", StringComparison.Ordinal));
        visitor.Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe(byWeight ? "400" : "3");
    }

    [Fact]
    public async Task Taking_a_line_out_by_nought()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync(Add, Fields(byWeight: false, "3"));
        await (await visitor.FollowAsync()).SubmitAsync(Change, ("quantite", "0"));
        (await visitor.FollowAsync()).Words.ShouldContain("Votre panier est vide");
    }

    [Theory]
    [InlineData("fr", "Votre panier contient tout ce qui peut se réserver de ce produit en une fois.")]
    [InlineData("en", "Your basket holds all that can be reserved of this product at once.")]
    public async Task Do_not_come_together_by_parts(string language, string said)
    {
        var plenty = TownSamples.Bread with { OfferId = Contracts.OfferId.New(), Title = "Pain de mie", Available = 500 };
        host.Town.Offers[plenty.OfferId] = plenty;
        var visitor = host.Visitor(language);
        await visitor.PostAsync(Add, ("offre", plenty.OfferId.ToString()), ("quantite", "60"));
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("offre", plenty.OfferId.ToString()), KeyValuePair.Create("quantite", "60")]);
        await visitor.OtherTab().PostAsync(Add, ("offre", plenty.OfferId.ToString()), ("quantite", "60"));
        (await visitor.OpenAsync("/vienne/panier")).Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("99");
        await visitor.PostAsync(Add, ("offre", plenty.OfferId.ToString()), ("quantite", "60"));
        (await visitor.FollowAsync()).Words.ShouldContain(said);
        Plain(JsonDocument.Parse((await visitor.AskAsync(Add, form)).Html).RootElement.GetProperty("message").GetString()!).ShouldBe(said);
    }

    [Fact]
    public async Task A_remainder_smaller_than_one_step_can_be_all_there_is()
    {
        var rest = TownSamples.Comte with { OfferId = Contracts.OfferId.New(), Title = "Beaufort", Available = 30 };
        host.Town.Offers[rest.OfferId] = rest;
        var visitor = host.Visitor();
        await visitor.PostAsync(Add, ("offre", rest.OfferId.ToString()), ("quantite", "30"));
        (await visitor.FollowAsync()).Words.ShouldContain("Dans le panier : Beaufort.");
        await visitor.SubmitAsync(Change);
        (await visitor.FollowAsync()).Words.ShouldNotContain("pas possible");
        visitor.Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("30");
    }

    private static string[] Impossible(bool byWeight) =>
        byWeight ? ["-50", "trois cents", "0,3", "49", "20001", "999999999999999999999"] : ["-4", "abc", "", "1.5", "100", "999999999999999999999"];

    private static TheoryData<string, bool, string, string> Rows(string[] pieces, string[] grams)
    {
        var rows = new TheoryData<string, bool, string, string>();
        foreach (var (asked, byWeight) in pieces.Select(p => (p, false)).Concat(grams.Select(g => (g, true))))
        {
            rows.Add(asked, byWeight, "fr", byWeight ? FrenchGrams : FrenchPieces);
            rows.Add(asked, byWeight, "en", byWeight ? EnglishGrams : EnglishPieces);
        }
        return rows;
    }

    private static OfferSummary Goods(bool byWeight) => byWeight ? TownSamples.Comte : TownSamples.Bread;

    private static (string Name, string Value)[] Fields(bool byWeight, string asked) => [("offre", Goods(byWeight).OfferId.ToString()), ("quantite", asked)];

    private static string Plain(string text) => text.Replace('\u202f', ' ').Replace('\u00a0', ' ').Replace('\u2019', '\'');
}
