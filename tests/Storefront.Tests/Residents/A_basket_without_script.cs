using System.Net;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class A_basket_without_script(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Fills_from_the_product_page_and_groups_by_shop()
    {
        var visitor = host.Visitor();
        await visitor.OpenAsync($"/vienne/produits/{TownSamples.Bread.OfferId}/pain-complet");
        await visitor.SubmitAsync("/vienne/panier/ajouter", ("quantite", "2"));
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther);
        visitor.Answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().ShouldContain("httponly");
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Comte.OfferId.ToString()), ("quantite", "450"));
        await visitor.FollowAsync();
        visitor.Page.QuerySelectorAll(".shop-group").Length.ShouldBe(2);
        visitor.Words.ShouldContain("18,51 €"); // 2 × 3,20 + 0,450 × 26,90 = 6,40 + 12,11 (rounded half away from zero)
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":2}");
    }

    [Fact]
    public async Task Is_corrected_line_by_line()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()));
        await (await visitor.FollowAsync()).SubmitAsync("/vienne/panier/ligne", ("quantite", "2"), ("quantite.plus", TownSamples.Bread.OfferId.ToString()));
        (await visitor.FollowAsync()).Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("3");
        await visitor.SubmitAsync("/vienne/panier/ligne", ("retirer", TownSamples.Bread.OfferId.ToString()));
        (await visitor.FollowAsync()).Words.ShouldContain("Votre panier est vide");
    }

    [Fact]
    public async Task Keeps_a_typed_quantity_with_enter()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "4"));
        await visitor.FollowAsync();
        visitor.Page.QuerySelector("form.basket button")!.HasAttribute("name").ShouldBeFalse("what Enter presses must not be one less");
        await visitor.SubmitAsync("/vienne/panier/ligne", ("quantite", "7"));
        QuantityOf(await visitor.FollowAsync()).ShouldBe("7");
    }

    [Fact]
    public async Task Takes_everything_that_many_tabs_put_in_at_once()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "1"));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => visitor.OtherTab().PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "1"))));
        (await visitor.OpenAsync("/vienne/panier")).Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("11");
    }

    [Fact]
    public async Task Says_what_the_shop_no_longer_has()
    {
        var offer = TownSamples.Bread with { OfferId = Contracts.OfferId.New(), Title = "Pain de seigle" };
        var other = TownSamples.Bread with { OfferId = Contracts.OfferId.New(), Title = "Fougasse" };
        (host.Town.Offers[offer.OfferId], host.Town.Offers[other.OfferId]) = (offer, other);
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", offer.OfferId.ToString()), ("quantite", "5"));
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", other.OfferId.ToString()), ("quantite", "1"));
        host.Town.Offers[offer.OfferId] = offer with { Available = 2, PriceCents = 350 };
        host.Town.Offers[other.OfferId] = other with { Available = 0, StockState = "out-of-stock" };
        await visitor.OpenAsync("/vienne/panier");
        visitor.Words.ShouldContain("Il ne reste que 2 : nous avons ajusté votre panier.");
        visitor.Words.ShouldContain("Le prix est passé de 3,20 € à 3,50 €.");
        visitor.Words.ShouldContain("Épuisé depuis votre choix");
        visitor.Page.QuerySelector(".total strong")!.TextContent.ShouldBe("7,00\u202f€");
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldNotContain("Le prix est passé", Case.Sensitive, "what was told once is known");
    }

    [Fact]
    public async Task Says_why_something_did_not_come_in()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Gone.OfferId.ToString()));
        (await visitor.FollowAsync()).Words.ShouldContain("Ce produit vient d'être épuisé.");
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Wine.OfferId.ToString()), ("quantite", "9"));
        (await visitor.FollowAsync()).Words.ShouldContain("Votre panier contient tout ce qu'il reste de ce produit.");
    }

    [Fact]
    public async Task Refuses_what_is_not_of_this_town()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", Guid.NewGuid().ToString()));
        visitor.Status.ShouldBe(HttpStatusCode.NotFound);
        await visitor.PostAsync("/atlantide/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()));
        visitor.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Is_not_filled_from_another_site()
    {
        var answer = await host.ForgedAsync("/vienne/panier/ajouter", TownSamples.Bread.OfferId.ToString());
        answer.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("fr", "0", "Retiré du panier : 3 × Pain complet.", "Dans le panier : Pain complet.")]
    [InlineData("en", null, "Taken out of the basket: 3 × Pain complet.", "In the basket: Pain complet.")]
    public async Task Says_what_was_taken_out_and_takes_it_back(string language, string? typed, string said, string back)
    {
        var visitor = host.Visitor(language);
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "3"));
        await visitor.FollowAsync();
        visitor.Page.QuerySelector("form.basket")!.HasAttribute("novalidate").ShouldBeTrue("what cannot be is said by the page, not by the browser in its own language");
        await visitor.SubmitAsync("/vienne/panier/ligne", typed is null ? ("retirer", TownSamples.Bread.OfferId.ToString()) : ("quantite", typed));
        (await visitor.FollowAsync()).Words.ShouldContain(said);
        visitor.Page.QuerySelector("form.basket").ShouldBeNull();

        await visitor.SubmitAsync(Back);
        (await visitor.FollowAsync()).Words.ShouldContain(back);
        QuantityOf(visitor).ShouldBe("3");
        visitor.Page.QuerySelector($"form[action='{Back}']").ShouldBeNull();
    }

    [Fact]
    public async Task Takes_it_back_once_and_never_more_than_is_left()
    {
        var rye = TownSamples.Bread with { OfferId = Contracts.OfferId.New(), Title = "Tourte de seigle" };
        host.Town.Offers[rye.OfferId] = rye;
        var visitor = await RemovedAsync(rye, "5");
        host.Town.Offers[rye.OfferId] = rye with { Available = 4 };
        await visitor.SubmitAsync(Back);
        (await visitor.FollowAsync()).Words.ShouldContain("Votre panier contient tout ce qu'il reste de ce produit.");
        QuantityOf(visitor).ShouldBe("4");
        await visitor.SubmitAsync("/vienne/panier/ligne", ("quantite", "2"));
        await visitor.PostAsync(Back, ("offre", rye.OfferId.ToString()), ("quantite", "5"));
        QuantityOf(await visitor.FollowAsync()).ShouldBe("2", "it is there already: a second press adds nothing and takes nothing");
        (await visitor.OpenAsync($"/vienne/panier?retire={rye.OfferId}&quantite=5")).Words.ShouldNotContain("Retiré du panier", Case.Sensitive, "an old page opened again");
    }

    [Fact]
    public async Task Offers_no_way_back_for_what_cannot_come_back()
    {
        var rye = TownSamples.Bread with { OfferId = Contracts.OfferId.New(), Title = "Tourte de seigle" };
        host.Town.Offers[rye.OfferId] = rye;
        var visitor = await RemovedAsync(rye, "2");
        host.Town.Offers[rye.OfferId] = rye with { Available = 0, StockState = "out-of-stock" };
        await visitor.SubmitAsync(Back);
        (await visitor.FollowAsync()).Words.ShouldContain("Ce produit vient d'être épuisé.");
        (await visitor.OpenAsync($"/vienne/panier?retire={rye.OfferId}&quantite=2")).Words.ShouldContain("Retiré du panier : 2 × Tourte de seigle.");
        visitor.Page.QuerySelector($"form[action='{Back}']").ShouldBeNull();
        host.Town.Offers.TryRemove(rye.OfferId, out _);
        (await visitor.OpenAsync($"/vienne/panier?retire={rye.OfferId}&quantite=2")).Words.ShouldContain("Retiré du panier. Ce produit n'est plus vendu.");
        await visitor.PostAsync(Back, ("offre", rye.OfferId.ToString()), ("quantite", "2"));
        (await visitor.FollowAsync()).Words.ShouldContain("Ce produit n'est plus vendu.");
        await visitor.PostAsync(Back, ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "beaucoup"));
        (await visitor.FollowAsync()).Words.ShouldContain("Cette quantité n'est pas possible");
        visitor.Page.QuerySelector("form.basket").ShouldBeNull();
    }

    [Fact]
    public async Task Takes_back_a_remainder_that_was_less_than_a_step_and_goods_that_are_sold_otherwise_by_now()
    {
        var tomme = TownSamples.Comte with { OfferId = Contracts.OfferId.New(), Title = "Tomme", Available = 30 };
        host.Town.Offers[tomme.OfferId] = tomme;
        var visitor = await RemovedAsync(tomme, "30");
        host.Town.Offers[tomme.OfferId] = tomme with { Available = 2000 };
        await visitor.SubmitAsync(Back);
        QuantityOf(await visitor.FollowAsync()).ShouldBe("50");

        visitor = await RemovedAsync(tomme with { Available = 2000 }, "350");
        host.Town.Offers[tomme.OfferId] = tomme with { Unit = Contracts.SaleUnit.Piece, Available = 400 };
        await visitor.SubmitAsync(Back);
        QuantityOf(await visitor.FollowAsync()).ShouldBe("1", "350 grams are no 350 pieces");
    }

    [Theory]
    [InlineData("0"), InlineData("100"), InlineData("99999999999"), InlineData("beaucoup"), InlineData("")]
    public async Task Says_nothing_of_a_quantity_that_was_never_in_a_basket(string quantity) =>
        (await host.Visitor().OpenAsync($"/vienne/panier?retire={TownSamples.Bread.OfferId}&quantite={quantity}")).Words.ShouldNotContain("Retiré du panier");

    [Fact]
    public async Task Offers_nothing_back_of_another_town()
    {
        var visitor = await host.Visitor().OpenAsync($"/roanne/panier?retire={TownSamples.Bread.OfferId}&quantite=2");
        visitor.Words.ShouldContain("Votre panier est vide");
        visitor.Page.QuerySelector("form[action$='/remettre']").ShouldBeNull();
    }

    [Fact]
    public async Task Is_shown_empty_while_what_left_it_cannot_be_read()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()));
        await (await visitor.FollowAsync()).SubmitAsync("/vienne/panier/ligne", ("retirer", TownSamples.Bread.OfferId.ToString()));
        host.Town.Away.Add("catalog");
        try
        {
            await visitor.FollowAsync();
        }
        finally
        {
            host.Town.Away.Clear();
        }
        visitor.Status.ShouldBe(HttpStatusCode.OK);
        visitor.Words.ShouldContain("Votre panier est vide");
        visitor.Page.QuerySelector($"form[action='{Back}']").ShouldBeNull();
    }

    private const string Back = "/vienne/panier/remettre";

    private async Task<Visitor> RemovedAsync(Contracts.Catalog.Api.OfferSummary offer, string quantity)
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", offer.OfferId.ToString()), ("quantite", quantity));
        await (await visitor.FollowAsync()).SubmitAsync("/vienne/panier/ligne", ("retirer", offer.OfferId.ToString()));
        return await visitor.FollowAsync();
    }

    private static string? QuantityOf(Visitor visitor) => visitor.Page.QuerySelector("input[name=quantite]")?.GetAttribute("value");
}
