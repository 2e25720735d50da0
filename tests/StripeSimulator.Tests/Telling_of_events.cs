using Marketplace.Contracts;
using Marketplace.Ordering.Payments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.StripeSimulator.Tests;

/// <summary>Webhooks as they should come, and as Stripe may send them.</summary>
public sealed class Telling_of_events : IAsyncLifetime
{
    private static readonly string[] OfAPayment = ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated", "checkout.session.completed"];
    private Receiver _receiver = null!;
    private Simulator _stripe = null!;
    private StripeGateway _gateway = null!;
    private TimeSpan _ahead;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _stripe = await Simulator.StartAsync(_receiver.Url);
        _gateway = new StripeGateway(_stripe.Settings(), TimeProvider.System, NullLogger<StripeGateway>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        await _stripe.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Each_event_comes_once_signed_and_in_its_order()
    {
        await PayAsync();
        await _receiver.HearsAsync(4);
        _receiver.Types.ShouldBe(OfAPayment);
        _receiver.Heard.ShouldAllBe(h => h.Verdict == SignatureVerdict.Valid);
        _receiver.Heard.Select(h => h.Id).Distinct().Count().ShouldBe(4);
        var read = await _stripe.StripeAsync("/v1/events?limit=2");
        read.GetProperty("data")[0].GetProperty("type").GetString().ShouldBe("checkout.session.completed", "what was told can be read as well");
        read.GetProperty("has_more").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task What_happens_to_a_merchants_account_names_it_and_is_signed_with_the_secret_of_accounts()
    {
        var account = (await _gateway.OpenAccountAsync(new MerchantAccountRequest(ShopId.New(), "Boutique", null), "account", Token)).Value!;
        await _stripe.ControlAsync($"/accounts/{account.Id}", new { complete = true });
        await _receiver.HearsAsync(1);
        var heard = _receiver.Heard.ShouldHaveSingleItem();
        (heard.Type, heard.Account, heard.Verdict).ShouldBe(("account.updated", account.Id, SignatureVerdict.Valid));
    }

    [Fact]
    public async Task What_was_not_taken_comes_again_under_the_same_id()
    {
        _receiver.Answer = number => number == 1 ? 500 : 200;
        await PayAsync();
        await _receiver.HearsAsync(4);
        await AdvanceAsync(TimeSpan.FromSeconds(6));
        await _receiver.HearsAsync(5);
        _receiver.Types.ShouldBe([.. OfAPayment, "payment_intent.created"]);
        _receiver.Heard.First().Id.ShouldBe(_receiver.Heard.Last().Id);
    }

    [Fact]
    public async Task Doubled_it_comes_twice_under_one_id()
    {
        await RuleAsync(new { @do = "double", types = new[] { "checkout.session.completed" } });
        await PayAsync();
        await _receiver.HearsAsync(5);
        _receiver.Types.ShouldBe([.. OfAPayment, "checkout.session.completed"]);
        _receiver.Heard.Select(h => h.Id).Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public async Task Dropped_it_never_comes_and_is_there_to_be_read_and_sent_once_more()
    {
        await RuleAsync(new { @do = "drop", count = 4 });
        await PayAsync();
        var told = (await _stripe.StripeAsync("/v1/events?type=checkout.session.completed")).GetProperty("data")[0].GetProperty("id").GetString();
        await _stripe.ControlAsync($"/events/{told}/resend");
        await _receiver.HearsAsync(1);
        _receiver.Heard.ShouldHaveSingleItem().Id.ShouldBe(told);
    }

    [Fact]
    public async Task Three_days_late_it_comes_signed_as_of_the_machines_time()
    {
        await RuleAsync(new { @do = "delay", types = new[] { "checkout.session.completed" }, seconds = 3 * 86_400 });
        await PayAsync();
        await _receiver.HearsAsync(3);
        await AdvanceAsync(TimeSpan.FromDays(3) - TimeSpan.FromMinutes(1));
        _receiver.Heard.Count.ShouldBe(3);
        await AdvanceAsync(TimeSpan.FromMinutes(2));
        await _receiver.HearsAsync(4);
        _receiver.Heard.Last().ShouldBe((_receiver.Heard.Last().Id, "checkout.session.completed", SignatureVerdict.Valid, null));
    }

    [Fact]
    public async Task Kept_back_they_come_in_another_order_or_all_at_once()
    {
        await RuleAsync(new { @do = "hold", count = 8 });
        await PayAsync();
        (await _stripe.ControlAsync("/webhooks/release", new { order = "reversed" }))["released"]!.GetValue<int>().ShouldBe(4);
        await _receiver.HearsAsync(4);
        _receiver.Types.ShouldBe(OfAPayment.Reverse());

        await PayAsync();
        await _stripe.ControlAsync("/webhooks/release", new { order = "shuffled", seed = 7, together = true });
        await _receiver.HearsAsync(8);
        _receiver.Types.Skip(4).Order().ShouldBe(OfAPayment.Order());
    }

    [Fact]
    public async Task What_happens_by_itself_is_told_as_well()
    {
        var session = await OpenAsync();
        await _stripe.PayAsync(session, "4000000000009995");
        await AdvanceAsync(TimeSpan.FromHours(1));
        await _receiver.HearsAsync(5);
        _receiver.Types.ShouldBe(["payment_intent.created", "charge.failed", "payment_intent.payment_failed", "checkout.session.expired", "payment_intent.canceled"]);

        await PayAsync();
        await AdvanceAsync(TimeSpan.FromDays(8));
        await _receiver.HearsAsync(11);
        _receiver.Types.Skip(9).ShouldBe(["charge.expired", "payment_intent.canceled"]);
    }

    [Fact]
    public async Task What_is_released_is_told_of_as_no_refund()
    {
        foreach (var (captures, told) in new[] { (true, (string[])["charge.captured", "payment_intent.succeeded"]), (false, ["payment_intent.canceled"]) })
        {
            var session = await OpenAsync();
            await _stripe.PayAsync(session);
            var payment = (await _gateway.ReadCheckoutAsync(session.Id, Token)).Value!.Payment!;
            await _receiver.HearsAsync(4);
            (captures ? await _gateway.CaptureAsync(payment.Id, 1000, "capture", Token) : await _gateway.CancelAsync(payment.Id, "cancel", Token)).IsDone.ShouldBeTrue();
            await _receiver.HearsAsync(4 + told.Length);
            _receiver.Types.Skip(4).ShouldBe(told);
            _receiver.Heard.Clear();
        }
    }

    private async Task AdvanceAsync(TimeSpan by)
    {
        _ahead += by;
        await _stripe.AdvanceAsync(by);
    }

    private async Task RuleAsync(object rule) => await _stripe.ControlAsync("/webhooks", rule);

    private async Task PayAsync() => await _stripe.PayAsync(await OpenAsync());

    private async Task<CheckoutSession> OpenAsync() => (await _gateway.OpenCheckoutAsync(new CheckoutRequest(OrderId.New(), [new CheckoutLine("Livre", 2190, 1)], "https://panier.example/", "https://panier.example/",
        DateTimeOffset.UtcNow + _ahead + TimeSpan.FromMinutes(35), null), Guid.NewGuid().ToString(), Token)).Value!;
}
