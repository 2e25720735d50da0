using System.Net;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Residents.Baskets;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>A cheese of about 1.2 kg at 18 € a kilo: pieces are counted on every page, grams are kept; another weight than was seen is said before anything is reserved. Without script.</summary>
public sealed class Taking_whole_pieces(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private const string Add = "/vienne/panier/ajouter";
    private const string Change = "/vienne/panier/ligne";
    private static readonly (string, string)[] _who = [("nom", "Camille Perrin"), ("courriel", "camille@example.org"), ("telephone", ""), ("creneau.la-fromagerie", TownSamples.Slots("la-fromagerie")[0].SlotId)];

    [Theory]
    [InlineData("fr", "1 pièce, environ 1,2 kg, environ 21,60 €", "8 pièces, environ 9,6 kg en stock", "2 pièces, environ 2,4 kg")]
    [InlineData("en", "1 piece, about 1.2 kg, about €21.60", "8 pieces, about 9.6 kg in stock", "2 pieces, about 2.4 kg")]
    public async Task Two_of_them_from_the_product_to_the_order(string language, string one, string left, string two)
    {
        var tomme = Tomme(1200);
        var visitor = host.Visitor(language);
        await visitor.OpenAsync($"/vienne/produits/{tomme.OfferId}/tomme-fermiere");
        visitor.Words.ShouldContain(one);
        visitor.Words.ShouldContain(left);
        var field = visitor.Page.QuerySelector("input[name=quantite]")!;
        (field.GetAttribute("value"), field.GetAttribute("min"), field.GetAttribute("max"), field.GetAttribute("step"), visitor.Page.QuerySelector(".stepper .suffix")).ShouldBe(("1", "1", "8", "1", null));
        (await host.Visitor(language).OpenAsync("/vienne/produits?q=Tomme")).Words.ShouldContain(one);

        await visitor.SubmitAsync(Add, ("quantite", "2"));
        await visitor.FollowAsync();
        visitor.Words.ShouldContain(two);
        visitor.Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("2");
        visitor.Page.QuerySelector(".line .sum")!.TextContent.ShouldContain(language == "fr" ? "43,20" : "43.20");
        await visitor.OpenAsync("/vienne/commander");
        visitor.Words.ShouldContain($"{two} · Tomme fermière");
        visitor.Words.ShouldContain(language == "fr" ? "Selon la pesée, au plus 49,68 €" : "Depending on the scale, at most €49.68"); // who orders accepts that
        await visitor.SubmitAsync("/vienne/commander", _who);
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        host.Town.Placed.Last().Order.ShopOrders.Single().Lines.ShouldBe([new PlaceOrder.Line(tomme.OfferId, 2400, 1800, 1200, 2760)]);
        (await visitor.FollowAsync()).Words.ShouldContain($"{two} · Tomme fermière");
    }

    [Fact]
    public async Task Weighed_the_order_says_the_exact_weight_beside_what_was_ordered()
    {
        var tomme = Tomme(1200);
        var visitor = host.Visitor();
        await visitor.PostAsync(Add, ("offre", tomme.OfferId.ToString()), ("quantite", "2"), ("piece", "1200"));
        await (await visitor.OpenAsync("/vienne/commander")).SubmitAsync("/vienne/commander", _who);
        var order = host.Town.Orders.Values.Single(o => o.ShopOrders.Any(s => s.Lines.Any(l => l.OfferId == tomme.OfferId)));
        host.Town.Orders[order.OrderId] = order with { ShopOrders = [order.ShopOrders[0] with { Lines = [order.ShopOrders[0].Lines[0] with { FinalQuantity = 2400, TotalCents = 4320 }] }] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain("2 pièces, environ 2,4 kg · Tomme fermière (pesé : 2,4 kg)", Case.Sensitive, "also where the estimate was right");

        // Ordered again, it is pieces again.
        await visitor.SubmitAsync($"/commandes/{order.OrderId}/recommencer");
        await visitor.FollowAsync();
        visitor.Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("2");
        visitor.Words.ShouldNotContain("pèse maintenant");
    }

    [Fact]
    public async Task Are_counted_by_the_buttons_taken_out_and_put_back()
    {
        var tomme = Tomme(1200);
        var visitor = host.Visitor();
        await visitor.PostAsync(Add, ("offre", tomme.OfferId.ToString())); // the field's own first value
        await visitor.OpenAsync("/vienne/panier");
        await visitor.PostAsync(Change, ("offre", tomme.OfferId.ToString()), ("quantite", "1"), ("vu", "1"), ("piece", "1200"), ("quantite.plus", tomme.OfferId.ToString()));
        (await visitor.FollowAsync()).Words.ShouldContain("2 pièces, environ 2,4 kg");
        await visitor.PostAsync(Change, ("offre", tomme.OfferId.ToString()), ("quantite", "9"), ("vu", "2"), ("piece", "1200"));
        (await visitor.FollowAsync()).Words.ShouldContain("Il ne reste que 8 pièces, environ 9,6 kg");
        await visitor.PostAsync(Change, ("offre", tomme.OfferId.ToString()), ("quantite", "17"), ("vu", "8"), ("piece", "1200"));
        (await visitor.FollowAsync()).Words.ShouldContain("Cette quantité n'est pas possible : indiquez un nombre entier, de 1 à 16. Ici, rien n'a changé.");
        await visitor.PostAsync(Change, ("retirer", tomme.OfferId.ToString()));
        (await visitor.FollowAsync()).Words.ShouldContain("Retiré du panier : 8 pièces, environ 9,6 kg · Tomme fermière.");
        await visitor.SubmitAsync("/vienne/panier/remettre");
        (await visitor.FollowAsync()).Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("8");
    }

    [Theory]
    [InlineData(600L, "Tomme fermière : une pièce pèse maintenant environ 600 g. Rien n'a été ajouté")]
    [InlineData(null, "Tomme fermière se vend maintenant en grammes. Rien n'a été ajouté")]
    public async Task A_page_left_open_over_a_change_adds_nothing_and_says_what_changed(long? now, string said)
    {
        var tomme = Tomme(1200);
        var visitor = host.Visitor();
        await visitor.OpenAsync($"/vienne/produits/{tomme.OfferId}/tomme-fermiere");
        host.Town.Offers[tomme.OfferId] = tomme with { PieceGrams = now };
        await visitor.SubmitAsync(Add, ("quantite", "2"));
        (await visitor.FollowAsync()).Words.ShouldContain(said);
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":0}");
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("offre", tomme.OfferId.ToString()), KeyValuePair.Create("quantite", "2"), KeyValuePair.Create("piece", "1200")]);
        await visitor.AskAsync(Add, form);
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var answer = JsonDocument.Parse(visitor.Html).RootElement;
        answer.GetProperty("message").GetString()!.Replace('\u202f', ' ').Replace('\u00a0', ' ').Replace('\u2019', '\'').ShouldContain(said);
        answer.GetProperty("href").GetString().ShouldStartWith($"/vienne/produits/{tomme.OfferId}/");
    }

    [Fact]
    public async Task A_weight_that_moved_between_the_page_and_the_button_is_shown_before_anything_is_reserved()
    {
        var tomme = Tomme(1200);
        var visitor = host.Visitor();
        await visitor.PostAsync(Add, ("offre", tomme.OfferId.ToString()), ("quantite", "2"), ("piece", "1200"));
        await visitor.OpenAsync("/vienne/commander");
        var placed = host.Town.Placed.Count;
        host.Town.Offers[tomme.OfferId] = tomme with { PieceGrams = 600 }; // 2.4 kg would be four of them
        await visitor.SubmitAsync("/vienne/commander", _who);
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        visitor.Words.ShouldContain("Votre panier a changé pendant que vous le lisiez");
        visitor.Words.ShouldContain("Une pièce pèse maintenant environ 600 g : votre panier en a 2 pièces, environ 1,2 kg.");
        visitor.Page.QuerySelector("#champ-nom")!.GetAttribute("value").ShouldBe("Camille Perrin");
        host.Town.Placed.Count.ShouldBe(placed, "nothing was asked for");
        await visitor.SubmitAsync("/vienne/commander");
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        host.Town.Placed.Last().Order.ShopOrders.Single().Lines.ShouldBe([new PlaceOrder.Line(tomme.OfferId, 1200, 1800, 600, 1380)]);
    }

    [Fact]
    public async Task Another_tab_that_saw_the_new_weight_does_not_speak_for_this_one()
    {
        var tomme = Tomme(1200);
        var visitor = host.Visitor();
        await visitor.PostAsync(Add, ("offre", tomme.OfferId.ToString()), ("quantite", "2"), ("piece", "1200"));
        await visitor.OpenAsync("/vienne/commander");
        host.Town.Offers[tomme.OfferId] = tomme with { PieceGrams = 2400 };
        await visitor.OtherTab().OpenAsync("/vienne/panier"); // there it is shown, and known from then on
        var placed = host.Town.Placed.Count;
        await visitor.SubmitAsync("/vienne/commander", _who);
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        visitor.Words.ShouldContain("Une pièce pèse maintenant environ 2,4 kg : votre panier en a 2 pièces, environ 4,8 kg.");
        host.Town.Placed.Count.ShouldBe(placed);
        // Nor is what its basket counted taken for pieces of another weight.
        await visitor.PostAsync(Change, ("offre", tomme.OfferId.ToString()), ("quantite", "1"), ("vu", "2"), ("piece", "1200"));
        (await visitor.FollowAsync()).Words.ShouldContain("Ici, rien n'a changé.");
        visitor.Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("2");
    }

    [Fact]
    public async Task Refused_by_Catalog_the_form_says_it_and_keeps_what_was_typed()
    {
        var tomme = Tomme(1200);
        var visitor = host.Visitor();
        await visitor.PostAsync(Add, ("offre", tomme.OfferId.ToString()), ("quantite", "2"), ("piece", "1200"));
        await visitor.OpenAsync("/vienne/commander");
        host.Town.Refuse = _ =>
        {
            host.Town.Offers[tomme.OfferId] = tomme with { PieceGrams = 600 };
            return TownPlayed.Problem(HttpStatusCode.Conflict, "pieces-changed", new[] { new OrderRefusal.Line(tomme.OfferId, "Tomme fermière", "pieces-changed", 2400, 12_000, 1800, 600) }, Array.Empty<object>());
        };
        try
        {
            await visitor.SubmitAsync("/vienne/commander", _who);
        }
        finally
        {
            host.Town.Refuse = null;
        }

        visitor.Status.ShouldBe(HttpStatusCode.Conflict);
        visitor.Words.ShouldContain("Tomme fermière : une pièce pèse maintenant environ 600 g. Nous avons ajusté votre panier : vérifiez la quantité, puis réservez.");
        visitor.Words.ShouldContain("2 pièces, environ 1,2 kg · Tomme fermière");
        visitor.Page.QuerySelector("#champ-nom")!.GetAttribute("value").ShouldBe("Camille Perrin");
        await visitor.SubmitAsync("/vienne/commander");
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
    }

    [Theory]
    [InlineData(null, 1200L, 350, 1200, "Une pièce pèse maintenant environ 1,2 kg : votre panier en a 1 pièce, environ 1,2 kg.")]
    [InlineData(null, 1200L, 3100, 3600, "votre panier en a 3 pièces, environ 3,6 kg.")]
    [InlineData(1200L, null, 2400, 2400, "Ce produit se vend maintenant en grammes : votre panier en a 2,4 kg.")]
    [InlineData(1200L, 1300L, 2400, 2600, "votre panier en a 2 pièces, environ 2,6 kg.")]
    [InlineData(1200L, 5000L, 3600, 5000, "votre panier en a 1 pièce, environ 5 kg.")]
    public async Task A_basket_keeps_the_pieces_or_the_nearest_number_of_them_and_says_so(long? before, long? now, long grams, long becomes, string said)
    {
        var tomme = Tomme(before);
        var visitor = host.Visitor();
        await visitor.PostAsync(Add, ("offre", tomme.OfferId.ToString()), ("quantite", $"{grams / (before ?? 1)}"), ("piece", $"{before ?? 0}"));
        host.Town.Offers[tomme.OfferId] = tomme with { PieceGrams = now, Available = PieceWeights.Whole(9600, now) };
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldContain(said);
        visitor.Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe($"{becomes / (now ?? 1)}");
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldNotContain(said, Case.Sensitive, "said once");
    }

    [Fact]
    public void What_can_be_asked_counts_whole_pieces_within_the_usual_limits()
    {
        var (cheese, heavy, tiny) = (new Measure(SaleUnit.Weight, 1200), new Measure(SaleUnit.Weight, 30_000), new Measure(SaleUnit.Weight, 20));
        (BasketQuantity.Most(cheese), BasketQuantity.Most(heavy), BasketQuantity.Most(tiny)).ShouldBe((19_200, 30_000, 1980));
        BasketQuantity.CanBe(cheese, 2400, 9600).ShouldBeTrue();
        BasketQuantity.CanBe(cheese, 2500, 9600).ShouldBeFalse();
        BasketQuantity.CanBe(cheese, cheese.Kept(long.MaxValue), 9600).ShouldBeFalse();
        BasketQuantity.Fit(cheese, 5000, 2500).ShouldBe(2400);
        BasketQuantity.First(heavy, 60_000).ShouldBe(30_000);
    }

    private OfferSummary Tomme(long? pieceGrams)
    {
        var tomme = TownSamples.Comte with { OfferId = OfferId.New(), Title = "Tomme fermière", PriceCents = 1800, UnitPrice = new UnitPrice(1800, "kg"), Available = 9600, PieceGrams = pieceGrams };
        host.Town.Offers[tomme.OfferId] = tomme;
        return tomme;
    }
}
