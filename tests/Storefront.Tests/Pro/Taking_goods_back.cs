using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A customer has withdrawn: the shop sees it on its board and the order, says what became of the goods, and that decides when the money leaves.</summary>
public sealed class Taking_goods_back(AccountsHost host) : AtTheCounter(host)
{
    [Fact]
    public async Task The_goods_are_back_and_the_refund_leaves()
    {
        var (order, id) = Withdrawn("card");
        (await _browser.OpenAsync(Board)).Words.ShouldContain("Rétractation, commande K7M4-QX2B : 4,20 € à rembourser");
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        _browser.ShouldSatisfyAllConditions(b => b.Words.ShouldContain("Le client renonce au contrat"), b => b.Words.ShouldContain("Si vous ne dites rien, il part de lui-même le"), b => b.Words.ShouldContain("Les articles sont revenus"));
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/retractation/{id}/revenus");
        (await _browser.FollowAsync()).Words.ShouldContain("c'est noté, les articles sont rendus");
        _browser.ShouldSatisfyAllConditions(b => b.Words.ShouldContain("Rétractation du client"), b => b.Words.ShouldNotContain("Les articles sont revenus"));
        (await _browser.OpenAsync(Board)).Words.ShouldNotContain("Rétractation, commande");
    }

    [Fact]
    public async Task Nothing_came_back_so_it_waits_and_a_proof_of_sending_ends_that()
    {
        var (order, id) = Withdrawn("card");
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/retractation/{id}/pas-revenus");
        (await _browser.FollowAsync()).Words.ShouldContain("le remboursement attend les articles");
        _browser.ShouldSatisfyAllConditions(b => b.Words.ShouldContain("Vous avez dit que les articles ne sont pas revenus"), b => b.Page.QuerySelector("form[action$=pas-revenus]").ShouldBeNull());
        (await _browser.OpenAsync(Board)).Words.ShouldContain("Elle attend les articles ou la preuve de leur envoi");
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/retractation/{id}/envoyes");
        (await _browser.FollowAsync()).Words.ShouldContain("Le remboursement est demandé");
        // A page that was left open since.
        await _browser.PostAsync($"{Board}/commandes/{order.OrderId}/retractation/{id}/pas-revenus");
        (await _browser.FollowAsync()).Words.ShouldContain("déjà réglée");
        await _browser.PostAsync($"{Board}/commandes/{order.OrderId}/retractation/{Guid.NewGuid()}/revenus");
        (await _browser.FollowAsync()).Words.ShouldContain("introuvable");
    }

    [Fact]
    public async Task What_was_paid_at_the_counter_is_given_back_there()
    {
        var (order, _) = Withdrawn("counter");
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Words.ShouldContain("rendez-lui la somme là");
        _browser.Words.ShouldContain("Les articles sont revenus, la somme est rendue");
        (await _browser.OpenAsync(Board)).Words.ShouldContain("La somme est à rendre au comptoir");
    }

    [Fact]
    public async Task What_is_owed_for_it_no_other_refund_takes_and_who_only_reads_presses_nothing()
    {
        var (order, _) = Withdrawn("card");
        var page = $"{Board}/commandes/{order.OrderId}/rembourser";
        await _browser.PostAsync(page, ($"somme-{ProSamples.Bread.OfferId}", "4,21"), ("raison", "gesture"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("au plus 4,20 € peuvent encore être remboursés");
        await SignInAsync("read-only");
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Words.ShouldContain("Le client renonce au contrat");
        _browser.Page.QuerySelector("form[action*=retractation]").ShouldBeNull();
    }

    [Fact]
    public async Task What_cannot_go_back_to_the_card_is_owed_and_may_be_noted_as_given_otherwise()
    {
        var (order, id) = Withdrawn("card");
        Has(order with
        {
            Withdrawals = [order.Withdrawals![0] with { State = "owed" }],
            Refunds = [new RefundView(id, "unsent", 420, "withdrawal", false, Now, null, [new(ProSamples.Bread.OfferId, 420, 22)])],
        });
        (await _browser.OpenAsync(Board)).Words.ShouldContain("Remboursement non abouti, commande K7M4-QX2B : 4,20 € restent dus au client");
        await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}");
        _browser.ShouldSatisfyAllConditions(b => b.Words.ShouldContain("la somme est toujours due au client"), b => b.Words.ShouldContain("rendez la somme autrement"), b => b.Words.ShouldNotContain("Le remboursement est demandé"),
            b => b.Page.QuerySelector($"form[action$='{id}/autrement'] [name=comment]").ShouldNotBeNull(), b => b.Page.QuerySelector($"form[action$='{id}/recommencer']").ShouldNotBeNull());
    }

    // One of two loaves.
    private (ShopOrderCard Order, Guid Withdrawal) Withdrawn(string refundable)
    {
        var id = Guid.NewGuid();
        var order = Has(ProSamples.Order("collected", "K7M4-QX2B", Now) with
        {
            Payment = refundable == "card" ? "card" : "in-shop",
            Refundable = refundable,
            Withdrawals = [new WithdrawalView(id, "awaited", Now, Now.AddDays(14), Now.AddDays(14), 420, [new(ProSamples.Bread.OfferId, 1, 420)])],
        });
        return (order, id);
    }
}
