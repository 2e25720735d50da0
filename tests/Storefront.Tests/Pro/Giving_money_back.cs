using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>From the order's page to the customer's money: what, why, once more to be looked at, and once.</summary>
public sealed class Giving_money_back(AccountsHost host) : AtTheCounter(host)
{
    private static string Sum => $"somme-{ProSamples.Bread.OfferId}";

    [Fact]
    public async Task Is_chosen_line_by_line_looked_at_once_more_and_sent_once_however_often_it_is_pressed()
    {
        var order = Has(ProSamples.Order("collected", "K7M4-QX2B", Now) with { Payment = "card", Refundable = "card" });
        var page = $"{Board}/commandes/{order.OrderId}/rembourser";
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Page.QuerySelector($"a[href='{page}']")!.TextContent.ShouldContain("Rembourser le client");
        await (await _browser.OpenAsync(page)).SubmitAsync(page, (Sum, "4,20"), ("raison", "defective"));
        _browser.Words.ShouldContain("Vérifiez avant de rembourser");
        _browser.Words.ShouldContain("À rembourser 4,20 €");
        _browser.Words.ShouldContain("Article défectueux");
        _host.Services.Orders[order.OrderId].Refunds.ShouldBeNull("nothing has gone yet");
        var drawn = _browser.Page.QuerySelector("[name=remboursement]")!.GetAttribute("value")!;
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await _browser.PostAsync(page, ("remboursement", drawn), (Sum, "4.20"), ("raison", "defective"), ("confirmer", "oui"));
            _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        }
        (await _browser.FollowAsync()).Words.ShouldContain("Remboursement demandé, commande K7M4-QX2B");
        _browser.Words.ShouldContain("Demandé");
        _host.Services.Orders[order.OrderId].Refunds!.ShouldHaveSingleItem().Cents.ShouldBe(420);

        // What is left is offered, and no more than that.
        await (await _browser.OpenAsync(page)).SubmitAsync(page, (Sum, "4,21"), ("raison", "gesture"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("au plus 4,20 € peuvent encore être remboursés");
        _browser.Page.QuerySelector($"[name='{Sum}']")!.GetAttribute("value").ShouldBe("4,21", "nothing typed is lost");
    }

    [Theory]
    [InlineData("", "gesture", "Écrivez la somme à rembourser d'au moins un article")]
    [InlineData("quatre", "gesture", "écrivez une somme en euros")]
    [InlineData("-1", "gesture", "écrivez une somme en euros")]
    [InlineData("1,005", "gesture", "écrivez une somme en euros")]
    [InlineData("1", "", "Dites pourquoi vous remboursez")]
    public async Task Says_what_is_wrong(string sum, string reason, string said)
    {
        var order = Has(ProSamples.Order("collected", "K7M4-QX2B", Now) with { Payment = "card", Refundable = "card" });
        await _browser.PostAsync($"{Board}/commandes/{order.OrderId}/rembourser", (Sum, sum), ("raison", reason), ("confirmer", "oui"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain(said);
        _host.Services.Orders[order.OrderId].Refunds.ShouldBeNull();
    }

    [Fact]
    public async Task Who_was_second_sees_what_is_left()
    {
        var order = Has(ProSamples.Order("collected", "K7M4-QX2B", Now) with { Payment = "card", Refundable = "card" });
        var page = $"{Board}/commandes/{order.OrderId}/rembourser";
        await (await _browser.OpenAsync(page)).SubmitAsync(page, (Sum, "8,40"), ("raison", "missing"));
        var drawn = _browser.Page.QuerySelector("[name=remboursement]")!.GetAttribute("value")!;
        _host.Services.Refusals[drawn] = (HttpStatusCode.Conflict, "refund-too-large");
        await _browser.PostAsync(page, ("remboursement", drawn), (Sum, "8,40"), ("raison", "missing"), ("confirmer", "oui"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("quelqu'un d'autre a remboursé entre-temps");
    }

    [Fact]
    public async Task One_that_came_back_can_be_sent_again_and_one_at_the_counter_is_written_down()
    {
        var failed = new RefundView(Guid.NewGuid(), "failed", 420, "defective", false, Now, null, [new(ProSamples.Bread.OfferId, 420, 22)]);
        var order = Has(ProSamples.Order("collected", "K7M4-QX2B", Now) with { Payment = "card", Refundable = "card", Refunds = [failed] });
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Words.ShouldContain("La banque du client l'a renvoyé");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/rembourser/{failed.RefundId}/recommencer");
        (await _browser.FollowAsync()).Words.ShouldContain("en cours à la banque");

        order = Has(ProSamples.Order("collected", "K7M4-QX2C", Now) with { Refundable = "counter" });
        var page = $"{Board}/commandes/{order.OrderId}/rembourser";
        await (await _browser.OpenAsync(page)).SubmitAsync(page, (Sum, "1"), ("raison", "gesture"));
        _browser.Words.ShouldContain("1,00 € rendus : le noter");
        order = Has(order with { Refundable = "later" });
        await _browser.OpenAsync(page);
        _browser.Status.ShouldBe(HttpStatusCode.Redirect);
        (await _browser.FollowAsync()).Words.ShouldContain("vous pourrez rembourser ensuite");
    }
}
