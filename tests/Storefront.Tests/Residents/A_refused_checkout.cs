using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>Every reason for which Ordering refuses an order, as the checkout tells it: on the page, in its language, with nothing of the resident's lost.</summary>
public sealed class A_refused_checkout(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private const string Shop = "le-fournil";

    public static TheoryData<string, string, string> Reasons => new()
    {
        { "line price-changed", "Pain complet : le prix est maintenant de 3,50 €.", "Pain complet: the price is now €3.50." },
        { "line pieces-changed", "Pain complet se vend maintenant en grammes. Nous avons ajusté votre panier", "Pain complet is now sold in grams. We have adjusted your basket" },
        { "line batch-closed", "Pain complet : aucune fournée n'est prête à l'heure choisie, ou il est trop tard pour la commander. Aucune autre", "Pain complet: no batch is ready at the time you chose, or it is too late to order from it. No other" },
        { "line not-for-sale", "Pain complet n'est plus en vente.", "Pain complet is no longer for sale." },
        { "line unknown-offer", "Pain complet n'est plus en vente.", "Pain complet is no longer for sale." },
        { "slot slot-full", "ce créneau vient d'être pris. Choisissez-en un autre.", "this slot has just been taken. Choose another one." },
        { "slot slot-past", "ce créneau n'est plus réservable. Choisissez-en un autre.", "this slot can no longer be booked. Choose another one." },
        { "slot slot-closed", "sera fermé à cette heure. Choisissez un autre créneau.", "will be closed at that time. Choose another slot." },
        { "slot unknown-slot", "ce créneau n'est pas disponible. Choisissez-en un autre.", "this slot is not available. Choose another one." },
        { "slot shop-closed", "ne prend pas de réservation pour l'instant.", "takes no reservations for now." },
        { "at-once shop-closed", "ne prend pas de réservation pour l'instant.", "takes no reservations for now." },
        { "at-once slot-past", "ce créneau n'est plus réservable. Choisissez-en un autre.", "this slot can no longer be booked. Choose another one." },
        { "at-once hold-expired", "n'ont pas pu confirmer à temps. Rien n'est réservé", "could not confirm in time. Nothing is reserved" },
        { "at-once payment-not-available", "Le paiement se fait au retrait.", "Payment is made when collecting." },
    };

    [Theory, MemberData(nameof(Reasons))]
    public async Task Says_why_in_the_pages_language_and_keeps_what_was_typed(string reason, string french, string english)
    {
        foreach (var (language, sentence) in new[] { ("fr", french), ("en", english) })
        {
            var visitor = host.Visitor(language);
            await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "1"));
            await visitor.OpenAsync("/vienne/commander");
            host.Town.Refuse = order => Refusal(reason, order, language);
            try
            {
                await visitor.SubmitAsync("/vienne/commander", ("nom", "Camille Perrin"), ("courriel", "camille@example.org"), ("telephone", ""), ("creneau." + Shop, TownSamples.Slots(Shop)[0].SlotId));
            }
            finally
            {
                host.Town.Refuse = null;
            }

            visitor.Status.ShouldBe(HttpStatusCode.Conflict, visitor.Words);
            var alert = string.Join(' ', visitor.Page.QuerySelector("[role=alert]")!.TextContent.Replace('\u202f', ' ').Replace('\u00a0', ' ').Replace('\u2019', '\'').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            alert.ShouldContain(sentence);
            alert.ShouldNotContain("{0}");
            visitor.Page.QuerySelector("#champ-nom")!.GetAttribute("value").ShouldBe("Camille Perrin");
            (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":1}", "the basket is as it was");
        }
    }

    [Theory]
    [InlineData("fr", "Votre panier a changé pendant que vous le lisiez")]
    [InlineData("en", "Your basket changed while you were reading it")]
    public async Task A_price_that_moved_between_the_page_and_the_button_is_shown_before_anything_is_reserved(string language, string sentence)
    {
        var visitor = host.Visitor(language);
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Comte.OfferId.ToString()), ("quantite", "300"));
        await visitor.OpenAsync("/vienne/commander");
        var placed = host.Town.Placed.Count;
        var before = host.Town.Offers[TownSamples.Comte.OfferId];
        host.Town.Offers[before.OfferId] = before with { PriceCents = before.PriceCents + 100 };
        try
        {
            await visitor.SubmitAsync("/vienne/commander", ("nom", "Camille Perrin"), ("courriel", "camille@example.org"), ("telephone", ""), ("creneau.la-fromagerie", TownSamples.Slots("la-fromagerie")[0].SlotId));
            visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            visitor.Words.ShouldContain(sentence);
            host.Town.Placed.Count.ShouldBe(placed, "nothing was asked for");
            await visitor.SubmitAsync("/vienne/commander");
            visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
            host.Town.Placed.Last().Order.ShopOrders.Single().Lines.Single().ExpectedPriceCents.ShouldBe(before.PriceCents + 100);
        }
        finally
        {
            host.Town.Offers[before.OfferId] = before;
        }
    }

    [Theory]
    [InlineData("price", "Le prix est passé de 26,90 €/kg à 27,90 €/kg."), InlineData("quantity", "La quantité est passée de 300 g à 600 g."), InlineData("line", "Ajouté à votre panier depuis que cette page est ouverte.")]
    public async Task What_another_tab_changed_is_shown_before_anything_is_reserved(string what, string said)
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Comte.OfferId.ToString()), ("quantite", "300"));
        await visitor.OpenAsync("/vienne/commander");
        var placed = host.Town.Placed.Count;
        var before = host.Town.Offers[TownSamples.Comte.OfferId];
        try
        {
            if (what == "price")
            {
                host.Town.Offers[before.OfferId] = before with { PriceCents = before.PriceCents + 100 };
                await visitor.OtherTab().OpenAsync("/vienne/panier"); // there it is shown, and known from then on
            }
            else
            {
                await visitor.OtherTab().PostAsync("/vienne/panier/ajouter", ("offre", (what == "line" ? TownSamples.Long : TownSamples.Comte).OfferId.ToString()), ("quantite", what == "line" ? "1" : "300"));
            }

            await visitor.SubmitAsync("/vienne/commander", ("nom", "Camille Perrin"), ("courriel", "camille@example.org"), ("telephone", ""), ("creneau.la-fromagerie", TownSamples.Slots("la-fromagerie")[0].SlotId));
            visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            visitor.Words.ShouldContain("Votre panier a changé pendant que vous le lisiez");
            visitor.Words.ShouldContain(said);
            host.Town.Placed.Count.ShouldBe(placed, "nothing was asked for");
            await visitor.SubmitAsync("/vienne/commander");
            visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        }
        finally
        {
            host.Town.Offers[before.OfferId] = before;
        }
    }

    [Fact]
    public async Task A_shop_without_a_free_slot_says_so_where_the_error_leads()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Comte.OfferId.ToString()), ("quantite", "300"));
        host.Town.Slots = place => [.. TownSamples.Slots(place).Select(s => s with { CapacityLeft = 0 })];
        try
        {
            await visitor.OpenAsync("/vienne/commander");
            visitor.Words.ShouldContain("Cette boutique n'a plus de créneau libre");
            await visitor.SubmitAsync("/vienne/commander", ("nom", "Camille Perrin"), ("courriel", "camille@example.org"), ("telephone", ""));
            visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            var place = visitor.Page.QuerySelector(visitor.Page.QuerySelector("[role=alert] a")!.GetAttribute("href")!);
            place!.TextContent.ShouldContain("créneau libre");
        }
        finally
        {
            host.Town.Slots = TownSamples.Slots;
        }
    }

    [Fact]
    public async Task Who_is_signed_in_finds_name_and_address_filled_in()
    {
        var visitor = host.Visitor();
        var email = await host.SignInAsync(visitor);
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "1"));
        await visitor.OpenAsync("/vienne/commander");
        (visitor.ValueOf("nom"), visitor.ValueOf("courriel")).ShouldBe(("Camille Perrin", email));
    }

    [Fact]
    public async Task A_long_note_of_many_lines_arrives_whole()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "1"));
        await visitor.OpenAsync("/vienne/commander");
        var note = string.Join('\n', Enumerable.Repeat("123456789", 50))[..499];
        await visitor.SubmitAsync("/vienne/commander", ("nom", "Camille Perrin"), ("courriel", "camille@example.org"), ("telephone", ""), ("creneau." + Shop, TownSamples.Slots(Shop)[0].SlotId),
            ("mot." + Shop, note.Replace("\n", "\r\n", StringComparison.Ordinal) + "\U0001F956"));
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        host.Town.Placed.Last().Order.ShopOrders.Single().Note.ShouldBe(note);
    }

    private static HttpResponseMessage Refusal(string reason, PlaceOrder order, string language)
    {
        var (kind, code) = (reason.Split(' ')[0], reason.Split(' ')[1]);
        return kind switch
        {
            "line" => TownPlayed.Problem(HttpStatusCode.Conflict, code, new[] { new OrderRefusal.Line(TownSamples.Bread.OfferId, "Pain complet", code, 1, 1, 350) }, Array.Empty<object>()),
            "slot" => TownPlayed.Problem(HttpStatusCode.Conflict, code, Array.Empty<object>(), new[] { new OrderRefusal.Slot(Shop, order.ShopOrders[0].PickupSlotId, code) }),
            _ => new HttpResponseMessage(HttpStatusCode.Conflict)
            {
                // As Ordering writes it, in the language that the page asked for.
                Content = System.Net.Http.Json.JsonContent.Create(new
                {
                    type = ServiceDefaults.Refusal.TypePrefix + code,
                    detail = language == "en" ? "Payment is made when collecting." : "Le paiement se fait au retrait.",
                    field = "shopOrders[0].pickupSlotId",
                }, new("application/problem+json"), ServiceClient.Json),
            },
        };
    }
}
