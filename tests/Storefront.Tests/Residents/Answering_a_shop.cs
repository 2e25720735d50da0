using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>The order's page asks what is to become of what is missing: from the mail's link, without an account, without script.</summary>
public sealed class Answering_a_shop(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Shows_both_prices_and_takes_one_answer()
    {
        var (order, proposal) = Asked(offered: 900, missing: 900);
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("Il en manque : Pain complet");
        visitor.Words.ShouldContain("Petits pains");
        visitor.Words.ShouldContain("TVA 5,5");
        visitor.Page.QuerySelectorAll(".shortage-ask button").Select(b => b.GetAttribute("value")).ShouldBe(["substitute", "partial", "drop"]);
        visitor.Page.QuerySelector("[name=accord]").ShouldBeNull("it is not dearer");
        await visitor.SubmitAsync($"/commandes/{order.OrderId}/manque/{proposal}", ("reponse", "partial"));
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther);
        (await visitor.FollowAsync()).Words.ShouldContain("Il en manquait : vous prenez ce qu'il y a.");
        host.Town.Answers[proposal].ShouldBe(new AnswerShortage("partial"));
    }

    [Fact]
    public async Task A_dearer_article_is_agreed_to_by_its_price()
    {
        var (order, proposal) = Asked(offered: 1100, missing: 900);
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("J'accepte de payer 11,00");
        visitor.Words.ShouldContain("soit 2,00");
        await visitor.SubmitAsync($"/commandes/{order.OrderId}/manque/{proposal}", ("reponse", "substitute"));
        (await visitor.FollowAsync()).Words.ShouldContain("cochez la case pour accepter son prix");
        await visitor.SubmitAsync($"/commandes/{order.OrderId}/manque/{proposal}", ("reponse", "substitute"), ("accord", "1100"));
        (await visitor.FollowAsync()).Words.ShouldContain("vous avez choisi l'article proposé");
        host.Town.Answers[proposal].ShouldBe(new AnswerShortage("substitute", 1100));
    }

    [Theory]
    [InlineData("answered-too-late", "Le délai de réponse est passé"), InlineData("already-answered", "la première réponse compte"), InlineData("proposal-gone", "n'attend plus de réponse")]
    public async Task Is_told_why_an_answer_does_not_count(string code, string said)
    {
        var (order, proposal) = Asked(offered: 900, missing: 900);
        host.Town.AnswerRefusals[proposal] = code;
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        await visitor.SubmitAsync($"/commandes/{order.OrderId}/manque/{proposal}", ("reponse", "drop"));
        (await visitor.FollowAsync()).Words.ShouldContain(said);
    }

    [Fact]
    public async Task With_a_false_link_nothing_is_answered()
    {
        var (order, proposal) = Asked(offered: 900, missing: 900);
        var visitor = host.Visitor();
        await visitor.PostAsync($"/commandes/{order.OrderId}/manque/{proposal}", ("jeton", "faux"), ("reponse", "drop"));
        visitor.Status.ShouldBe(HttpStatusCode.NotFound);
        host.Town.Answers.ShouldNotContainKey(proposal);
    }

    private (OrderView Order, Guid Proposal) Asked(long offered, long missing)
    {
        var proposal = Guid.NewGuid();
        var placed = TownSamples.Order(new PlaceOrder("vienne", new Contact("Camille Perrin", "camille@example.org", null),
            [new("le-fournil", TownSamples.Slots("le-fournil")[0].SlotId, [new(TownSamples.Bread.OfferId, 3, 320)])], "in-shop"), host.Town.Offers);
        var shop = placed.ShopOrders[0];
        var asked = placed with
        {
            ShopOrders =
            [
                shop with
                {
                    Lines = [shop.Lines[0] with
                    {
                        Title = "Pain complet",
                        Shortage = new LineShortage(proposal, "open", 3, 1, 450, missing, DateTimeOffset.UtcNow.AddHours(2),
                            new LineShortage.Offered(OfferId.New(), "ROLL", null, "Petits pains", SaleUnit.Piece, 2, offered / 2, 5.5m, offered, false, false)),
                    }],
                },
                .. placed.ShopOrders.Skip(1),
            ],
        };
        host.Town.Orders[asked.OrderId] = asked;
        return (asked, proposal);
    }
}
