using System.Net;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>The certificate of the storefront's keys is lost: nobody can be told to the services. What anybody may read is there for who is signed in as well.</summary>
public sealed class Without_the_keys_of_tokens(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Public_pages_stand_for_who_is_signed_in_and_nothing_is_done_in_nobodys_name()
    {
        var before = host.Visitor();
        await host.SignInAsync(before);
        var cookie = before.Answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("compte=", StringComparison.Ordinal)).Split(';')[0];
        (await host.ScalarAsync<int>("update signing_keys set private_key = '\\x00' returning 1")).ShouldBe(1);
        await using var keyless = host.Start();
        var visitor = host.Visitor(app: keyless, cookie: cookie);

        foreach (var page in (string[])["/", "/vienne", "/vienne/boutiques", "/vienne/produits?q=pain"])
        {
            (await visitor.OpenAsync(page)).Status.ShouldBe(HttpStatusCode.OK, page);
        }
        (await visitor.OpenAsync("/compte")).Words.ShouldContain("Camille Perrin", Case.Sensitive, "signed in all the same");
        (await visitor.OpenAsync("/compte/commandes")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()));
        await visitor.OpenAsync("/vienne/commander");
        visitor.Status.ShouldBe(HttpStatusCode.OK, visitor.Words);
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        visitor.Status.ShouldBeOneOf(HttpStatusCode.ServiceUnavailable, HttpStatusCode.InternalServerError);
        host.Town.Placed.ShouldBeEmpty();
    }
}
