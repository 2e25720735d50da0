using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A shop that does not keep its board open asks to be written to.</summary>
public sealed class Asking_for_mails(AccountsHost host) : AtTheCounter(host)
{
    [Fact]
    public async Task Says_where_new_orders_are_told_changes_it_and_stops_it()
    {
        (await _browser.OpenAsync($"{Board}/boutique")).Page.QuerySelector($"a[href='{Board}/mails']").ShouldNotBeNull();
        await _browser.OpenAsync($"{Board}/mails");
        _browser.Words.ShouldContain("Aucun mail n'est envoyé");
        _browser.Page.QuerySelector("[name=Email]")!.GetAttribute("value")!.ShouldContain('@', "one's own address is proposed");
        await _browser.SubmitAsync($"{Board}/mails", ("Email", "boutique sans signe"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Donnez une adresse mail entière");
        _browser.Page.QuerySelector("[name=Email]")!.GetAttribute("value").ShouldBe("boutique sans signe");

        await _browser.SubmitAsync($"{Board}/mails", ("Email", " caisse@exemple.fr "));
        (await _browser.FollowAsync()).Words.ShouldContain("les prochaines commandes seront annoncées à caisse@exemple.fr");
        _host.Services.OrderMails.ShouldBe(new OrderMails("caisse@exemple.fr", "fr"));
        await _browser.PostAsync($"{Board}/mails", ("Stop", "1"));
        (await _browser.FollowAsync()).Words.ShouldContain("plus aucun mail");
        _host.Services.OrderMails.ShouldBe(new OrderMails(null));
    }
}
