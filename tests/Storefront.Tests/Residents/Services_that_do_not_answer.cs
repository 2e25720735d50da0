using System.Net;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class Services_that_do_not_answer(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Are_a_page_that_reassures_and_what_is_known_stays()
    {
        await host.Visitor().OpenAsync("/vienne/mentions-legales");
        host.Town.Away.Add("catalog");
        try
        {
            var list = await host.Visitor().OpenAsync("/vienne/produits?q=fougasse");
            list.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            list.Words.ShouldContain("Vos commandes déjà passées sont en sécurité");
            list.Answer.Headers.RetryAfter.ShouldNotBeNull();
            var home = await host.Visitor("en").OpenAsync("/vienne");
            home.Status.ShouldBe(HttpStatusCode.OK, "shops and search stand without Catalog");
            home.Page.QuerySelectorAll(".shop-card").ShouldNotBeEmpty();
            (await host.Visitor().OpenAsync("/vienne/suggestions?q=fo")).Html.ShouldBe("[]");
        }
        finally
        {
            host.Town.Away.Clear();
        }
    }
}
