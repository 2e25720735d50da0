using System.Net;
using Marketplace.Contracts;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>What a press was answered with in the end is a refusal: one that decides leaves its key, any other keeps it.</summary>
public sealed class Being_refused_after_all(ResidentsHost host) : AfterALostAnswer(host)
{
    [Fact]
    public async Task A_token_that_is_not_accepted_is_no_refusal()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        Host.Town.Refuse = _ => TownPlayed.Problem(HttpStatusCode.Unauthorized, "credentials-unknown");
        await visitor.PostAsync("/vienne/commander", fields);
        Host.Town.Refuse = null;
        visitor.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        visitor.ValueOf("cle").ShouldBe(KeyOf(fields));
        await visitor.SubmitAsync("/vienne/commander");
        Host.Town.Placed.Last().Key.ShouldBe(KeyOf(fields));
        visitor.Location!.ShouldStartWith("/commandes/");
    }

    [Fact]
    public async Task A_refusal_that_decided_nothing_keeps_the_key()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        Host.Town.Refuse = _ => TownPlayed.Problem(HttpStatusCode.Conflict, "slot-past");
        await visitor.PostAsync("/vienne/commander", fields);
        Host.Town.Refuse = null;
        visitor.Status.ShouldBe(HttpStatusCode.Conflict);
        visitor.ValueOf("cle").ShouldBe(KeyOf(fields));
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldNotContain("restée sans réponse", Case.Sensitive, "it was answered");
        await visitor.OpenAsync("/vienne/commander");
        visitor.ValueOf("cle").ShouldBe(KeyOf(fields), "the first press may still arrive");
    }

    [Theory]
    [InlineData("fr", "Votre réservation n'a pas été acceptée"), InlineData("en", "Your reservation was not accepted")]
    public async Task A_press_that_was_decided_against_is_said_once_and_its_key_is_left(string language, string said)
    {
        var visitor = await ReadyAsync(language);
        var fields = visitor.CheckoutFields();
        await Host.PressWhileAwayAsync(visitor, fields);
        Host.Town.LookedUp = DecidedAgainst;
        await visitor.OpenAsync("/vienne/commander");
        Host.Town.LookedUp = null;
        visitor.Words.ShouldContain(said);
        visitor.ValueOf("nom").ShouldBe("Camille Perrin");
        visitor.ValueOf("cle").ShouldNotBe(KeyOf(fields));
        (await visitor.OpenAsync("/vienne/commander")).Words.ShouldNotContain(said);
    }

    [Fact]
    public async Task A_form_whose_earlier_press_was_decided_against_goes_out_under_a_new_key()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await Host.PressWhileAwayAsync(visitor, fields);
        Host.Town.LookedUp = DecidedAgainst;
        await visitor.PostAsync("/vienne/commander", Named(fields, "Camille Perrin-Roux"));
        Host.Town.LookedUp = null;
        visitor.Location!.ShouldStartWith("/commandes/");
        Host.Town.Placed.Last().Key.ShouldNotBe(KeyOf(fields), "under that one no order will ever stand");
    }

    [Theory]
    [InlineData("fr", "se vend maintenant à la pièce"), InlineData("en", "is sold by the piece now")]
    public async Task Grams_that_were_shown_are_not_reserved_as_pieces(string language, string said)
    {
        var visitor = await ReadyAsync(language);
        var (fields, placed) = (visitor.CheckoutFields(), Host.Town.Placed.Count);
        Host.Town.Offers[TownSamples.Comte.OfferId] = TownSamples.Comte with { Unit = SaleUnit.Piece, UnitPrice = null, Available = 1000 };
        try
        {
            await visitor.PostAsync("/vienne/commander", fields);
            visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            visitor.Words.ShouldContain(said);
            Host.Town.Placed.Count.ShouldBe(placed);
            await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
            Host.Town.Placed.Last().Order.ShopOrders.SelectMany(s => s.Lines).Single(l => l.OfferId == TownSamples.Comte.OfferId).Quantity.ShouldBe(1);
        }
        finally
        {
            Host.Town.Offers[TownSamples.Comte.OfferId] = TownSamples.Comte;
        }
    }
}
