using System.Net;
using System.Net.Http.Json;
using System.Net.Mail;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Notifications.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A shop without a screen hears of its new orders by mail, if it asked to.</summary>
public sealed class Writing_to_shops(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_came_within_a_while_is_one_mail_without_the_customers()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        await AskAsync(shop, "boutique@exemple.fr");
        var first = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 2), (other, OfferId.New(), 1)));
        var second = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var cancelled = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await host.Anonymous.PostAsync($"/api/v1/orders/{cancelled.OrderId}/cancellation?token={cancelled.AccessToken}", null);
        host.Clock.Pass(ShopMailWork.Pace);
        await Eventually.BecomesAsync(async () => await NewsAsync(shop) == 0, Long);

        // The clock may have let the first go alone.
        var mails = To("boutique@exemple.fr").ToList();
        mails.Count.ShouldBeInRange(1, 2);
        var text = string.Join('\n', mails.Select(m => m.Text));
        text.ShouldContain(first.Reference);
        text.ShouldContain(second.Reference);
        text.ShouldContain($"https://panier.example/pro/{shop.Slug}");
        text.ShouldContain("À accepter");
        foreach (var mail in mails)
        {
            (mail.Text + mail.Html + mail.Subject).ShouldNotContain("Durand");
            (mail.Text + mail.Html).ShouldNotContain(first.PickupCode!);
            mail.Locale.ShouldBe("fr");
        }

        await Eventually.BecomesAsync(() => host.Mails.All.Count(m => m.ToAddress == "claire.durand@exemple.fr" && m.Subject.Contains(first.Reference, StringComparison.Ordinal)) == 1, TimeSpan.FromSeconds(30), "the resident's own mail is not this one");
        await host.Member(shop).DeleteAsync($"/api/v1/shops/{shop.Slug}/order-mails");
        await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        (await NewsAsync(shop)).ShouldBe(0, "it wants none any more");
    }

    [Fact]
    public async Task A_mail_that_is_not_taken_waits_and_holds_up_no_other_shop()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        var (absent, present) = ($"absente-{shop.Slug}@exemple.fr", $"presente-{other.Slug}@exemple.fr");
        await AskAsync(shop, absent);
        await AskAsync(other, present);
        var work = host.App.Services.GetServices<IDueWorkHandler>().OfType<ShopMailWork>().Single();
        var due = new DueWork(work.Kind, "next", host.Clock.GetUtcNow(), null, 1);
        foreach (var passing in new Exception[] { new SmtpException(SmtpStatusCode.TransactionFailed, "not like this"), new SmtpFailedRecipientException(SmtpStatusCode.MailboxBusy, absent) })
        {
            host.Mails.RefusingTo[absent] = passing;
            var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1), (other, OfferId.New(), 1)));
            await work.HandleAsync(due, CancellationToken.None);
            To(present).Last().Text.ShouldContain(order.Reference);
            (await NewsAsync(shop)).ShouldBeGreaterThan(0, "it waits");
            (await NewsAsync(other)).ShouldBe(0);
        }

        host.Mails.RefusingTo.Clear();
        await work.HandleAsync(due, CancellationToken.None);
        To(absent).ShouldHaveSingleItem().Subject.ShouldBe("2 nouvelles commandes");

        host.Mails.RefusingTo[absent] = new SmtpFailedRecipientException(SmtpStatusCode.MailboxUnavailable, absent);
        await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await work.HandleAsync(due, CancellationToken.None);
        (await NewsAsync(shop)).ShouldBe(0, "there is no such mailbox");

        host.Mails.RefusingTo[absent] = new SmtpException(SmtpStatusCode.ServiceNotAvailable, "away");
        await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await work.HandleAsync(due, CancellationToken.None);
        (await NewsAsync(shop)).ShouldBe(1);
        host.Clock.Pass(ShopMailWork.GivenUpAfter + TimeSpan.FromMinutes(1));
        await Eventually.BecomesAsync(async () => await NewsAsync(shop) == 0, Long);
        host.Mails.RefusingTo.Clear();
        To(absent).Count().ShouldBe(1, "nobody prepares by a mail of yesterday");
    }

    [Theory]
    [InlineData("pas une adresse"), InlineData("a@b"), InlineData("deux@exemple.fr, trois@exemple.fr"), InlineData("é@exemple.fr"), InlineData(null)]
    public async Task Takes_no_address_that_is_none(string? email)
    {
        var shop = await host.ShopAsync();
        var refused = await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/order-mails", new OrderMails(email));
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("email-invalid");
        var language = await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/order-mails", new OrderMails("boutique@exemple.fr", "de"));
        (await language.Content.ReadAsStringAsync()).ShouldContain("locale-unknown");
        (await host.Member(shop).GetFromJsonAsync<OrderMails>($"/api/v1/shops/{shop.Slug}/order-mails")).ShouldBe(new OrderMails(null));
    }

    private async Task AskAsync(ServiceDefaults.Shops.ShopEntry shop, string email)
    {
        var answer = await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/order-mails", new OrderMails(email));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.Member(shop).GetFromJsonAsync<OrderMails>($"/api/v1/shops/{shop.Slug}/order-mails")).ShouldBe(new OrderMails(email, "fr"));
    }

    private Task<long> NewsAsync(ServiceDefaults.Shops.ShopEntry shop) => host.ScalarAsync<long>("select count(*) from shop_news where shop_id = $1", shop.Id.Value);

    private IEnumerable<Mail> To(string address) => host.Mails.All.Where(m => m.ToAddress == address);
}
