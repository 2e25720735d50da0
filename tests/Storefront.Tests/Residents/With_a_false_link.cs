using System.Net;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>Another resident's order, whose number is known and whose link is not.</summary>
public sealed class With_a_false_link(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    public static TheoryData<string?, string, string> Links => new()
    {
        { "faux", "fr", "Cette commande ne s'ouvre pas" }, { "faux", "en", "This order does not open" }, { null, "fr", "Cette commande ne s'ouvre pas" },
    };

    [Theory, MemberData(nameof(Links))]
    public async Task Nothing_of_an_order_is_shown(string? link, string language, string said)
    {
        var order = Placed();
        foreach (var page in (string[])["", "/annuler", "/agenda.ics", "/payer", "/retour", "/retractation", "/retractation/recue"])
        {
            var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}{page}" + (link is null ? "" : "?jeton=" + link));
            visitor.Status.ShouldBe(HttpStatusCode.NotFound, page);
            visitor.Html.ShouldNotContain("VIE-1234");
            visitor.Html.ShouldNotContain("K7PRM4");
            visitor.Html.ShouldNotContain("Camille");
            if (page != "/agenda.ics")
            {
                visitor.Words.ShouldContain(said);
            }
        }
    }

    [Theory, MemberData(nameof(Links))]
    public async Task It_is_neither_cancelled_nor_ordered_again(string? link, string language, string said)
    {
        var order = Placed();
        foreach (var action in (string[])["annuler", "recommencer", "retractation", "retractation/articles"])
        {
            foreach (var shop in (string[])["", "le-fournil"])
            {
                var visitor = host.Visitor(language);
                await visitor.PostAsync($"/commandes/{order.OrderId}/{action}", ("jeton", link ?? ""), ("boutique", shop));
                visitor.Status.ShouldBe(HttpStatusCode.NotFound, action);
                visitor.Words.ShouldContain(said);
                visitor.Answer.Headers.Contains("Set-Cookie").ShouldBeFalse("no basket is begun");
                host.Town.Orders[order.OrderId].ShouldBe(order, action);
            }
        }
    }

    private OrderView Placed()
    {
        var order = TownSamples.Order(new PlaceOrder("vienne", new Contact("Camille Perrin", "camille@example.org", null),
            [new("le-fournil", TownSamples.Slots("le-fournil")[0].SlotId, [new(TownSamples.Bread.OfferId, 2, 320)])], "in-shop"), host.Town.Offers);
        return host.Town.Orders[order.OrderId] = order;
    }
}
