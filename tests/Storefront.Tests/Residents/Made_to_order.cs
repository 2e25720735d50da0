using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>Bread of a batch: a resident sees which there are, and collects on the day of one, from its time on; without script.</summary>
public sealed class Made_to_order(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private static readonly (string, string)[] _who = [("nom", "Camille Perrin"), ("courriel", "camille@example.org"), ("telephone", "")];

    // The second day's slots begin at 9:00 UTC; the batch is there half an hour later.
    private static readonly DateTimeOffset _at = TownSamples.Slots("le-fournil")[4].Start.AddMinutes(30);

    [Theory]
    [InlineData("fr", "Fait à la commande. Fournée du", "il en reste 5.")]
    [InlineData("en", "Made to order. Batch of", "5 left.")]
    public async Task The_product_page_names_its_batches(string language, string said, string left)
    {
        var rye = Rye(5);
        var page = await host.Visitor(language).OpenAsync($"/vienne/produits/{rye.OfferId}/seigle");
        page.Words.ShouldContain(said);
        page.Words.ShouldContain(left);
        page.Page.QuerySelector("form[data-add]").ShouldNotBeNull();
        var none = Rye(0) with { Available = 0, StockState = "out-of-stock", Batches = [] };
        host.Town.Offers[none.OfferId] = none;
        page = await host.Visitor("fr").OpenAsync($"/vienne/produits/{none.OfferId}/seigle");
        page.Words.ShouldContain("Aucune fournée des deux prochaines semaines");
        page.Page.QuerySelector("form[data-add]").ShouldBeNull();
    }

    [Fact]
    public async Task The_checkout_offers_the_times_that_a_batch_reaches_and_no_other()
    {
        var rye = Rye(5);
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", rye.OfferId.ToString()), ("quantite", "2"));
        await visitor.OpenAsync("/vienne/commander");
        var slots = visitor.Page.QuerySelectorAll("[name='creneau.le-fournil']");
        slots.Where(s => !s.HasAttribute("disabled")).Select(s => s.GetAttribute("value")).ShouldBe(TownSamples.Slots("le-fournil").Skip(5).Take(3).Select(s => s.SlotId));
        slots.Length.ShouldBe(12);
        visitor.Words.ShouldContain("Seigle : fait à la commande, à retirer le jour d'une fournée, à partir de son heure. Prochaines fournées :");
        visitor.Page.QuerySelector("input.day[checked]")!.GetAttribute("value").ShouldBe(Languages.Ui.LocalDate(_at).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), "the day with a time is open");

        await visitor.SubmitAsync("/vienne/commander", [.. _who, ("creneau.le-fournil", TownSamples.Slots("le-fournil")[0].SlotId)]);
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        visitor.Words.ShouldContain("À cette heure-là, ce ne sera pas prêt. Seigle : fait à la commande");
        visitor.Page.QuerySelector("#champ-nom")!.GetAttribute("value").ShouldBe("Camille Perrin");
        await visitor.SubmitAsync("/vienne/commander", [.. _who, ("creneau.le-fournil", TownSamples.Slots("le-fournil")[5].SlotId)]);
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        host.Town.Placed.Last().Order.ShopOrders.Single().Lines.Single().Quantity.ShouldBe(2);
    }

    [Fact]
    public async Task At_a_shared_point_every_shop_s_batches_count()
    {
        var rye = Rye(5);
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", rye.OfferId.ToString()));
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Long.OfferId.ToString()));
        await visitor.OpenAsync("/vienne/commander");
        visitor.Page.QuerySelectorAll("[name='creneau.halles']:not([disabled])").Select(s => s.GetAttribute("value")).ShouldBe(TownSamples.Slots("halles").Skip(6).Take(2).Select(s => s.SlotId), "at the minute at which it is ready nobody has carried it there");
        visitor.Words.ShouldContain("Seigle : fait à la commande, à retirer le jour d'une fournée, 30 min au moins après son heure : la boutique la porte au point retrait.");
        visitor.Page.QuerySelectorAll("[name='creneau.le-fournil']:not([disabled])").Select(s => s.GetAttribute("value")).First().ShouldBe(TownSamples.Slots("le-fournil")[5].SlotId, "in the shop it is there");
        visitor.Page.QuerySelectorAll("[name='creneau.la-fromagerie'][disabled]").Length.ShouldBe(0);
        await visitor.SubmitAsync("/vienne/commander", [.. _who, ("lieu", "point.halles"), ("creneau.halles", TownSamples.Slots("halles")[5].SlotId)]);
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        visitor.Words.ShouldContain("À cette heure-là, ce ne sera pas prêt. Seigle : fait à la commande");
    }

    [Fact]
    public async Task What_can_be_collected_at_a_shared_point_alone_is_offered_there_to_one_shop_too()
    {
        var rye = Rye(5);
        host.Town.Slots = place => place == "halles" ? TownSamples.Slots(place) : [.. TownSamples.Slots(place).Where(s => s.Start < _at)];
        try
        {
            var page = await host.Visitor().OpenAsync("/vienne/produits/" + rye.OfferId + "/seigle");
            var visitor = host.Visitor();
            await visitor.PostAsync("/vienne/panier/ajouter", ("offre", rye.OfferId.ToString()));
            await visitor.OpenAsync("/vienne/commander");
            page.Page.QuerySelector("form[data-add]").ShouldNotBeNull();
            visitor.Page.QuerySelectorAll("[name='creneau.le-fournil']:not([disabled])").ShouldBeEmpty();
            visitor.Page.QuerySelector("[name=lieu][checked]")!.GetAttribute("value").ShouldBe("point.halles", "it is open where a time can be chosen");
            visitor.Page.QuerySelectorAll("[name='creneau.halles']:not([disabled])").Select(s => s.GetAttribute("value")).ShouldBe(TownSamples.Slots("halles").Skip(6).Take(2).Select(s => s.SlotId));
            await visitor.SubmitAsync("/vienne/commander", [.. _who, ("lieu", "point.halles"), ("creneau.halles", TownSamples.Slots("halles")[6].SlotId)]);
            visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        }
        finally
        {
            host.Town.Slots = TownSamples.Slots;
        }
    }

    private OfferSummary Rye(long left)
    {
        var rye = TownSamples.Bread with { OfferId = OfferId.New(), Title = "Seigle", Available = left, StockState = "in-stock", Batches = [new(_at, _at.AddHours(-15), left)] };
        return host.Town.Offers[rye.OfferId] = rye;
    }
}
