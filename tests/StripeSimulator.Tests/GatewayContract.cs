using System.Net;
using Marketplace.Contracts;
using Marketplace.Ordering.Payments;

namespace Marketplace.StripeSimulator.Tests;

/// <summary>What every <see cref="IPaymentGateway"/> promises, over the simulator. One subclass per implementation.</summary>
public abstract class GatewayContract : IAsyncLifetime
{
    private readonly OrderId _order = OrderId.New();
    private readonly List<IDisposable> _opened = [];
    private Simulator _stripe = null!;
    private IPaymentGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The implementation.</summary>
    private protected abstract IPaymentGateway Open(StripeSettings settings);

    public async ValueTask InitializeAsync()
    {
        _stripe = await Simulator.StartAsync();
        _gateway = OpenGateway(_stripe.Settings());
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(o => o.Dispose());
        await _stripe.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_session_asks_for_the_whole_basket_to_the_cent()
    {
        var opened = await OpenAsync(("Pain & brioche, 2 kg", 333, 3), ("Tome “d’Yzeron” à 100 %", 1, 1));
        opened.ShouldBe(new CheckoutSession(opened.Id, CheckoutStatus.Open, opened.Url, _order, 1000, opened.ExpiresAt, null, Live: false));
        opened.ExpiresAt.ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(34), DateTimeOffset.UtcNow.AddMinutes(36));

        var page = await _stripe.SeeAsync(opened.Url!);
        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldContain("Pain &amp; brioche, 2 kg");
        page.Html.ShouldContain("10,00\u00a0€");
        (await _gateway.ReadCheckoutAsync(opened.Id, Token)).Value.ShouldBe(opened);
    }

    [Fact]
    public async Task Paying_authorises_and_takes_nothing()
    {
        var session = await OpenAsync(("Livre", 2190, 1));
        (await _stripe.PayAsync(session)).To.ShouldBe($"https://panier.example/retour?session={session.Id}");

        var read = Done(await _gateway.ReadCheckoutAsync(session.Id, Token));
        read.Status.ShouldBe(CheckoutStatus.Complete);
        var payment = read.Payment.ShouldNotBeNull();
        (payment.Status, payment.Order, payment.AmountCents, payment.CapturableCents, payment.CapturedCents, payment.Live).ShouldBe((PaymentStatus.Authorised, _order, 2190, 2190, 0, false));
        payment.CaptureBefore!.Value.ShouldBeInRange(DateTimeOffset.UtcNow.AddDays(6.9), DateTimeOffset.UtcNow.AddDays(7.1));
        Done(await _gateway.ReadPaymentAsync(payment.Id, Token)).ShouldBe(payment);
        (await MovementsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(50, 1), InlineData(1000, 999), InlineData(1000, 1000), InlineData(99_999_999, 33_333_333)]
    public async Task Takes_exactly_what_is_said_and_releases_the_rest(long authorised, long taken)
    {
        var payment = await AuthorisedAsync(authorised);
        var captured = Done(await _gateway.CaptureAsync(payment.Id, taken, "capture-1", Token));
        (captured.Status, captured.AmountCents, captured.CapturedCents, captured.CapturableCents).ShouldBe((PaymentStatus.Captured, authorised, taken, 0));
        captured.Charge.ShouldNotBeNull();
        var moved = (await MovementsAsync()).ShouldHaveSingleItem();
        (moved.Type, moved.Cents, moved.NetCents, moved.Source).ShouldBe(("charge", taken, taken - moved.FeeCents, captured.Charge));
        Done(await _gateway.ReadRefundsAsync(payment.Id, Token)).ShouldBeEmpty("what is released was never taken");
    }

    [Fact]
    public async Task Captured_twice_is_captured_once()
    {
        var payment = await AuthorisedAsync(1000);
        var first = Done(await _gateway.CaptureAsync(payment.Id, 700, "capture-1", Token));
        Done(await _gateway.CaptureAsync(payment.Id, 700, "capture-1", Token)).ShouldBe(first);
        // Under another key it is told what stands, for the caller to compare.
        var other = (await _gateway.CaptureAsync(payment.Id, 900, "capture-2", Token)).Problem.ShouldBeOfType<PaymentProblem.AlreadyDone>();
        other.Payment!.CapturedCents.ShouldBe(700);
        (await MovementsAsync()).Sum(m => m.Cents).ShouldBe(700);
    }

    [Fact]
    public async Task More_than_was_authorised_is_never_taken()
    {
        var payment = await AuthorisedAsync(1000);
        Refused(await _gateway.CaptureAsync(payment.Id, 1001, "capture-1", Token)).Code.ShouldBe(PaymentProblem.AmountTooLarge);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => _gateway.CaptureAsync(payment.Id, 0, "capture-2", Token));
        Done(await _gateway.ReadPaymentAsync(payment.Id, Token)).Status.ShouldBe(PaymentStatus.Authorised);
    }

    [Fact]
    public async Task A_key_that_was_used_for_something_else_is_refused_and_nothing_is_done()
    {
        var payment = await AuthorisedAsync(1000);
        Done(await _gateway.CaptureAsync(payment.Id, 700, "k", Token));
        Refused(await _gateway.CaptureAsync(payment.Id, 800, "k", Token)).Code.ShouldBe(PaymentProblem.KeyReused);
        Refused(await _gateway.RefundAsync(new RefundRequest(payment.Id, 700, _order, "r"), "k", Token)).Code.ShouldBe(PaymentProblem.KeyReused);
        (await MovementsAsync()).Sum(m => m.Cents).ShouldBe(700);
        await Should.ThrowAsync<ArgumentException>(() => _gateway.CancelAsync(payment.Id, "", Token));
        await Should.ThrowAsync<ArgumentException>(() => _gateway.CancelAsync(payment.Id, "two words", Token));
    }

    [Fact]
    public async Task A_declined_card_leaves_the_page_open_for_another()
    {
        foreach (var (card, reason) in new[]
        {
            ("4000000000000002", "generic_decline"), ("4000000000009995", "insufficient_funds"), ("4000000000009987", "lost_card"), ("4000000000009979", "stolen_card"),
            ("4000000000000069", "expired_card"), ("4000000000000127", "incorrect_cvc"), ("4000000000000119", "processing_error"), ("4000000000006975", "card_velocity_exceeded"),
            ("4100000000000019", "fraudulent"), ("4242424242424241", "incorrect_number"), ("4970101234567890", "incorrect_number"), ("4000008260003178", "insufficient_funds"),
        })
        {
            var session = await OpenAsync(("Livre", 2190, 1));
            (await _stripe.PayAsync(session, card)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity, card);
            var read = Done(await _gateway.ReadCheckoutAsync(session.Id, Token));
            (read.Status, read.Payment!.Status, read.Payment.DeclinedFor, read.Payment.CapturableCents).ShouldBe((CheckoutStatus.Open, PaymentStatus.Open, reason, 0), card);

            (await _stripe.PayAsync(session)).Status.ShouldBe(HttpStatusCode.SeeOther, card);
            read = Done(await _gateway.ReadCheckoutAsync(session.Id, Token));
            (read.Status, read.Payment!.Status, read.Payment.DeclinedFor).ShouldBe((CheckoutStatus.Complete, PaymentStatus.Authorised, null), card);
        }
    }

    [Theory]
    [InlineData("4000002500003155"), InlineData("4000002760003184")]
    public async Task The_bank_is_asked_before_anything_is_authorised(string card)
    {
        var session = await OpenAsync(("Livre", 2190, 1));
        var asked = await _stripe.PressAsync(session.Url!, ("number", card), ("expiry", "12/40"), ("cvc", "123"), ("name", "Claire Durand"));
        Done(await _gateway.ReadCheckoutAsync(session.Id, Token)).Payment!.Status.ShouldBe(PaymentStatus.Open);

        (await _stripe.PressAsync(asked.To!, ("answer", "no"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Done(await _gateway.ReadCheckoutAsync(session.Id, Token)).Payment!.DeclinedFor.ShouldBe("payment_intent_authentication_failure");
        (await _stripe.PayAsync(session, card)).Status.ShouldBe(HttpStatusCode.SeeOther);
        Done(await _gateway.ReadCheckoutAsync(session.Id, Token)).Payment!.Status.ShouldBe(PaymentStatus.Authorised);
    }

    [Fact]
    public async Task A_session_ends_by_itself_and_nobody_pays_there_any_more()
    {
        var session = await OpenAsync(("Livre", 2190, 1));
        await _stripe.AdvanceAsync(TimeSpan.FromMinutes(36));
        (await _stripe.PayAsync(session)).Status.ShouldBe(HttpStatusCode.Gone);
        var read = Done(await _gateway.ReadCheckoutAsync(session.Id, Token));
        (read.Status, read.Url, read.Payment).ShouldBe((CheckoutStatus.Expired, null, null));
    }

    [Fact]
    public async Task A_session_is_closed_before_its_time_once_and_for_all()
    {
        var session = await OpenAsync(("Livre", 2190, 1));
        await _stripe.PayAsync(session, "4000000000009995");
        Done(await _gateway.CloseCheckoutAsync(session.Id, "close-1", Token)).Status.ShouldBe(CheckoutStatus.Expired);
        Done(await _gateway.CloseCheckoutAsync(session.Id, "close-2", Token)).Status.ShouldBe(CheckoutStatus.Expired);
        (await _stripe.PayAsync(session)).Status.ShouldBe(HttpStatusCode.Gone);
        Done(await _gateway.ReadCheckoutAsync(session.Id, Token)).Payment!.Status.ShouldBe(PaymentStatus.Cancelled);
    }

    [Fact]
    public async Task A_session_that_was_paid_first_is_not_closed_but_told_of()
    {
        var session = await OpenAsync(("Livre", 2190, 1));
        await _stripe.PayAsync(session);
        var refused = Refused(await _gateway.CloseCheckoutAsync(session.Id, "close-1", Token));
        refused.Code.ShouldBe(PaymentProblem.CheckoutComplete);
        refused.Payment!.Status.ShouldBe(PaymentStatus.Authorised);
    }

    [Fact]
    public async Task Of_a_session_that_may_be_paid_it_is_never_said_that_it_only_did_not_close()
    {
        var session = await OpenAsync(("Livre", 2190, 1));
        await _stripe.PayAsync(session);
        await FaultAsync(new { path = "/v1/checkout/sessions", method = "GET", status = 503, count = 3 });
        (await _gateway.CloseCheckoutAsync(session.Id, "close-1", Token)).Problem.ShouldBeOfType<PaymentProblem.Away>().ThisCallMayHaveHappened.ShouldBeTrue();
        await FaultAsync(new { path = "/v1/checkout/sessions", method = "GET", status = 401 });
        (await _gateway.CloseCheckoutAsync(session.Id, "close-1", Token)).Problem.ShouldBeOfType<PaymentProblem.Away>().ThisCallMayHaveHappened.ShouldBeTrue();
        Refused(await _gateway.CloseCheckoutAsync(session.Id, "close-1", Token)).Code.ShouldBe(PaymentProblem.CheckoutComplete);
    }

    [Fact]
    public async Task A_refusal_stands_under_its_key_and_a_new_key_asks_anew()
    {
        var (payment, account) = (await CapturedAsync(1000), await MerchantAsync());
        var reversal = new ReversalRequest(Done(await TransferAsync(payment, account, 300, "a")).Id, 300, "r");
        await _stripe.ControlAsync($"/accounts/{account}/payout");
        Refused(await _gateway.ReverseAsync(reversal, "reverse-1", Token)).Code.ShouldBe(PaymentProblem.BalanceTooLow);
        Done(await TransferAsync(payment, account, 500, "b"));
        Refused(await _gateway.ReverseAsync(reversal, "reverse-1", Token)).Code.ShouldBe(PaymentProblem.BalanceTooLow, "said once, said again for a day");
        Done(await _gateway.ReverseAsync(reversal, "reverse-2", Token)).Cents.ShouldBe(300);
    }

    [Fact]
    public async Task What_was_written_is_found_again_by_what_is_known_of_it()
    {
        var (other, from, before) = (OrderId.New(), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        var (first, second) = (await OpenAsync(("Livre", 2190, 1)), await OpenAsync(("Livre", 2190, 1)));
        Done(await _gateway.OpenCheckoutAsync(Basket(("Livre", 500, 1)) with { Order = other }, "open-other", Token));
        await _stripe.PayAsync(first);
        var found = Done(await _gateway.FindCheckoutsAsync(_order, from, before, Token));
        found.Select(s => s.Id).ShouldBe([second.Id, first.Id], ignoreOrder: true);
        var paid = found.Single(s => s.Id == first.Id);
        paid.ShouldBe(Done(await _gateway.ReadCheckoutAsync(first.Id, Token)));
        paid.Payment!.Status.ShouldBe(PaymentStatus.Authorised);
        Done(await _gateway.FindCheckoutsAsync(other, from, before, Token)).ShouldHaveSingleItem().AmountCents.ShouldBe(500);
        Done(await _gateway.FindCheckoutsAsync(_order, before, before.AddMinutes(1), Token)).ShouldBeEmpty();

        var (payment, account) = (await CapturedAsync(1000), await MerchantAsync());
        var (a, b) = (Done(await TransferAsync(payment, account, 300, "a")), Done(await TransferAsync(payment, account, 200, "b")));
        Done(await _gateway.ReverseAsync(new ReversalRequest(a.Id, 10, "ra1"), "ra1", Token));
        Done(await _gateway.ReverseAsync(new ReversalRequest(b.Id, 20, "rb1"), "rb1", Token));
        Done(await _gateway.ReverseAsync(new ReversalRequest(a.Id, 30, "ra2"), "ra2", Token));
        Done(await _gateway.ReadReversalsAsync(a.Id, Token)).Select(r => (r.Transfer, r.Cents, r.Reference)).ShouldBe([(a.Id, 30, "ra2"), (a.Id, 10, "ra1")]);
        (await _gateway.ReadReversalsAsync("tr_1", Token)).Problem.ShouldBeOfType<PaymentProblem.NotFound>();

        var shop = ShopId.New();
        var opened = Done(await _gateway.OpenAccountAsync(new MerchantAccountRequest(shop, "Le Fournil", "fournil@example.org"), "account", Token));
        await MerchantAsync();
        Done(await _gateway.FindAccountsAsync(shop, Token)).ShouldHaveSingleItem().Id.ShouldBe(opened.Id);
        Done(await _gateway.FindAccountsAsync(ShopId.New(), Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_press_that_pays_and_a_hold_that_ends_at_the_same_moment_one_wins_and_both_are_told()
    {
        for (var i = 0; i < 4; i++)
        {
            var session = await OpenAsync(("Livre", 2190, 1));
            var pressed = _stripe.PayAsync(session);
            var closed = await _gateway.CloseCheckoutAsync(session.Id, $"close-{i}", Token);
            var read = Done(await _gateway.ReadCheckoutAsync(session.Id, Token));
            if (read.Status == CheckoutStatus.Complete)
            {
                ((await pressed).Status, Refused(closed).Code, read.Payment!.Status).ShouldBe((HttpStatusCode.SeeOther, PaymentProblem.CheckoutComplete, PaymentStatus.Authorised));
            }
            else
            {
                ((await pressed).Status, Done(closed).Status, read.Payment?.CapturableCents ?? 0).ShouldBe((HttpStatusCode.Gone, CheckoutStatus.Expired, 0));
            }
        }
    }

    [Fact]
    public async Task Of_taking_and_giving_back_at_the_same_moment_one_happens_and_the_other_is_told_what_stands()
    {
        var payment = await AuthorisedAsync(1000);
        var (taken, given) = (_gateway.CaptureAsync(payment.Id, 900, "capture-1", Token), _gateway.CancelAsync(payment.Id, "cancel-1", Token));
        var (capture, cancel) = (await taken, await given);
        (capture.IsDone ^ cancel.IsDone).ShouldBeTrue();
        Refused(capture.IsDone ? cancel : capture).Payment!.Status.ShouldBe(capture.IsDone ? PaymentStatus.Captured : PaymentStatus.Cancelled);
        (await MovementsAsync()).Sum(m => m.Cents).ShouldBe(capture.IsDone ? 900 : 0);
    }

    [Fact]
    public async Task A_session_of_a_quarter_of_an_hour_and_one_for_nothing_are_refused()
    {
        var basket = Basket(("Livre", 2190, 1));
        Refused(await _gateway.OpenCheckoutAsync(basket with { ExpiresAt = DateTimeOffset.UtcNow.AddMinutes(15) }, "open-1", Token)).Code.ShouldBe("invalid_request_error");
        Refused(await _gateway.OpenCheckoutAsync(basket with { ExpiresAt = DateTimeOffset.UtcNow.AddMinutes(30).AddSeconds(-2) }, "open-1b", Token)).Code.ShouldBe("invalid_request_error");
        Refused(await _gateway.OpenCheckoutAsync(Basket(("Carte", 49, 1)), "open-2", Token)).Code.ShouldBe("amount_too_small");
        Refused(await _gateway.OpenCheckoutAsync(basket with { Email = "personne" }, "open-3", Token)).Code.ShouldBe("email_invalid");
    }

    [Fact]
    public async Task Opened_twice_under_one_key_it_is_one_session()
    {
        var basket = Basket(("Livre", 2190, 1));
        var both = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _gateway.OpenCheckoutAsync(basket, "open", Token)));
        both.Select(b => Done(b).Id).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_cancelled_authorisation_is_given_back_once()
    {
        var payment = await AuthorisedAsync(1000);
        Done(await _gateway.CancelAsync(payment.Id, "cancel-1", Token)).Status.ShouldBe(PaymentStatus.Cancelled);
        (await _gateway.CancelAsync(payment.Id, "cancel-2", Token)).Problem.ShouldBeOfType<PaymentProblem.AlreadyDone>().Payment!.Status.ShouldBe(PaymentStatus.Cancelled);
        var refused = Refused(await _gateway.CaptureAsync(payment.Id, 1000, "capture-1", Token));
        (refused.Code, refused.Payment!.Status).ShouldBe((PaymentProblem.AuthorisationEnded, PaymentStatus.Cancelled));
        (await MovementsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_captured_is_refunded_and_not_cancelled()
    {
        var payment = await CapturedAsync(1000);
        var refused = Refused(await _gateway.CancelAsync(payment.Id, "cancel-1", Token));
        (refused.Code, refused.Payment!.Status).ShouldBe((PaymentProblem.WrongState, PaymentStatus.Captured));
    }

    [Fact]
    public async Task An_authorisation_lapses_after_seven_days()
    {
        var payment = await AuthorisedAsync(1000);
        await _stripe.AdvanceAsync(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        Done(await _gateway.ReadPaymentAsync(payment.Id, Token)).Status.ShouldBe(PaymentStatus.Authorised);
        await _stripe.AdvanceAsync(TimeSpan.FromMinutes(2));
        Done(await _gateway.ReadPaymentAsync(payment.Id, Token)).Status.ShouldBe(PaymentStatus.Cancelled);
        Refused(await _gateway.CaptureAsync(payment.Id, 1000, "capture-1", Token)).Code.ShouldBe(PaymentProblem.AuthorisationEnded);
    }

    [Theory]
    [InlineData("4000056655665556", 4.75), InlineData("5555552500001001", 30)]
    public async Task Another_card_stands_for_other_days_and_says_so(string card, double days)
    {
        var payment = await AuthorisedAsync(1000, card);
        payment.CaptureBefore!.Value.ShouldBe(DateTimeOffset.UtcNow.AddDays(days), TimeSpan.FromMinutes(1));
        await _stripe.AdvanceAsync(TimeSpan.FromDays(days) - TimeSpan.FromMinutes(1));
        Done(await _gateway.ReadPaymentAsync(payment.Id, Token)).Status.ShouldBe(PaymentStatus.Authorised);
        await _stripe.AdvanceAsync(TimeSpan.FromMinutes(2));
        Done(await _gateway.ReadPaymentAsync(payment.Id, Token)).Status.ShouldBe(PaymentStatus.Cancelled);
    }

    [Fact]
    public async Task Refunded_twice_under_one_key_is_refunded_once_also_at_the_same_moment()
    {
        var payment = await CapturedAsync(1000);
        var refunds = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _gateway.RefundAsync(new RefundRequest(payment.Id, 300, _order, "line-1"), "refund-1", Token)));
        var refund = refunds.Select(Done).Distinct().ShouldHaveSingleItem();
        (refund.Payment, refund.Cents, refund.Status, refund.Reference).ShouldBe((payment.Id, 300, RefundStatus.Succeeded, "line-1"));
        (await MovementsAsync()).Where(m => m.Type == "refund").Sum(m => m.Cents).ShouldBe(-300);
    }

    [Fact]
    public async Task Refunds_together_are_what_was_captured_and_never_more()
    {
        var payment = await CapturedAsync(1000, of: 1200);
        Done(await _gateway.RefundAsync(new RefundRequest(payment.Id, 333, _order, "a"), "refund-a", Token));
        Refused(await _gateway.RefundAsync(new RefundRequest(payment.Id, 668, _order, "b"), "refund-b", Token)).Code.ShouldBe(PaymentProblem.AmountTooLarge);
        Done(await _gateway.RefundAsync(new RefundRequest(payment.Id, 667, _order, "c"), "refund-c", Token));
        Refused(await _gateway.RefundAsync(new RefundRequest(payment.Id, 1, _order, "d"), "refund-d", Token)).Code.ShouldBe(PaymentProblem.AmountTooLarge, "given back is not given back by this");
        Done(await _gateway.ReadRefundsAsync(payment.Id, Token)).Select(r => (r.Reference, r.Cents)).ShouldBe([("c", 667), ("a", 333)]);
        (await MovementsAsync()).Sum(m => m.Cents).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_is_good_for_a_day_and_what_is_older_is_found_by_its_reference()
    {
        var payment = await CapturedAsync(1000);
        Done(await _gateway.RefundAsync(new RefundRequest(payment.Id, 300, _order, "line-1"), "refund-1", Token));
        await _stripe.AdvanceAsync(TimeSpan.FromHours(25));
        Done(await _gateway.ReadRefundsAsync(payment.Id, Token)).Count(r => r.Reference == "line-1").ShouldBe(1, "so it is not asked for again");
        Done(await _gateway.RefundAsync(new RefundRequest(payment.Id, 300, _order, "line-1"), "refund-1", Token));
        Done(await _gateway.ReadRefundsAsync(payment.Id, Token)).Count.ShouldBe(2, "the key alone would not have kept it from happening twice");
    }

    [Theory]
    [InlineData("4000000000007726", "Pending", "Succeeded", 700), InlineData("4000000000005126", "Succeeded", "Failed", 1000)]
    public async Task A_refund_may_settle_or_fail_later(string card, string first, string later, long left)
    {
        var payment = await CapturedAsync(1000, card: card);
        Done(await _gateway.RefundAsync(new RefundRequest(payment.Id, 300, _order, "line-1"), "refund-1", Token)).Status.ToString().ShouldBe(first);
        await _stripe.AdvanceAsync(TimeSpan.FromMinutes(1));
        Done(await _gateway.ReadRefundsAsync(payment.Id, Token)).ShouldHaveSingleItem().Status.ToString().ShouldBe(later);
        (await MovementsAsync()).Sum(m => m.Cents).ShouldBe(left);
    }

    [Fact]
    public async Task More_refunds_than_one_page_holds_are_all_read()
    {
        var payment = await CapturedAsync(1000);
        for (var i = 0; i < 103; i++)
        {
            Done(await _gateway.RefundAsync(new RefundRequest(payment.Id, 1, _order, $"r{i}"), $"refund-{i}", Token));
        }

        Done(await _gateway.ReadRefundsAsync(payment.Id, Token)).Select(r => r.Reference).ShouldBe(Enumerable.Range(0, 103).Reverse().Select(i => $"r{i}"));
    }

    [Fact]
    public async Task A_dispute_is_seen_on_its_payment_and_forbids_refunds()
    {
        var payment = await CapturedAsync(1000, card: "4000000000000259");
        Done(await _gateway.ReadPaymentAsync(payment.Id, Token)).Disputed.ShouldBeTrue();
        Refused(await _gateway.RefundAsync(new RefundRequest(payment.Id, 300, _order, "line-1"), "refund-1", Token)).Code.ShouldBe("charge_disputed");
        (await MovementsAsync()).Where(m => m.Type == "adjustment").Sum(m => m.NetCents).ShouldBe(-3000);
    }

    [Fact]
    public async Task An_answer_that_came_too_late_is_asked_for_again_and_happened_once()
    {
        var payment = await CapturedAsync(1000);
        await FaultAsync(new { path = "/v1/refunds", when = "after", delayMs = 2000, cut = true });
        var hurried = OpenGateway(_stripe.Settings(TimeSpan.FromMilliseconds(150)));
        Done(await hurried.RefundAsync(new RefundRequest(payment.Id, 300, _order, "line-1"), "refund-1", Token)).Cents.ShouldBe(300);
        Done(await _gateway.ReadRefundsAsync(payment.Id, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Where_no_try_is_answered_it_says_that_it_may_have_happened_and_the_key_finds_out()
    {
        var payment = await CapturedAsync(1000);
        await FaultAsync(new { path = "/v1/refunds", when = "after", cut = true, count = 3 });
        var refund = new RefundRequest(payment.Id, 300, _order, "line-1");
        (await _gateway.RefundAsync(refund, "refund-1", Token)).Problem.ShouldBeOfType<PaymentProblem.Away>().ThisCallMayHaveHappened.ShouldBeTrue();
        Done(await _gateway.RefundAsync(refund, "refund-1", Token)).Cents.ShouldBe(300);
        Done(await _gateway.ReadRefundsAsync(payment.Id, Token)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(500, null), InlineData(503, null), InlineData(429, "rate_limit"), InlineData(429, "lock_timeout"), InlineData(409, "idempotency_key_in_use")]
    public async Task Busy_twice_then_done_is_done_once(int status, string? code)
    {
        var payment = await AuthorisedAsync(1000);
        await FaultAsync(new { path = "/v1/payment_intents", method = "POST", status, code, count = 2 });
        Done(await _gateway.CaptureAsync(payment.Id, 700, "capture-1", Token)).CapturedCents.ShouldBe(700);
        (await MovementsAsync()).ShouldHaveSingleItem().Cents.ShouldBe(700);
    }

    [Theory]
    [InlineData(500, true), InlineData(429, false)]
    public async Task Busy_for_longer_is_away(int status, bool mayHaveHappened)
    {
        var payment = await AuthorisedAsync(1000);
        await FaultAsync(new { path = "/v1/payment_intents", method = "POST", status, count = 3 });
        (await _gateway.CaptureAsync(payment.Id, 700, "capture-1", Token)).Problem.ShouldBeOfType<PaymentProblem.Away>().ThisCallMayHaveHappened.ShouldBe(mayHaveHappened);
        await FaultAsync(new { path = "/v1/payment_intents", method = "GET", status, count = 3 });
        (await _gateway.ReadPaymentAsync(payment.Id, Token)).Problem.ShouldBeOfType<PaymentProblem.Away>().ThisCallMayHaveHappened.ShouldBeFalse("reading does nothing");
        Done(await _gateway.CaptureAsync(payment.Id, 700, "capture-1", Token)).CapturedCents.ShouldBe(700);
    }

    [Fact]
    public async Task A_failure_that_stands_under_its_key_is_not_asked_for_in_vain()
    {
        var payment = await AuthorisedAsync(1000);
        await FaultAsync(new { path = "/v1/payment_intents", method = "POST", when = "kept" });
        // A second fault would be eaten by a second try.
        await FaultAsync(new { path = "/v1/payment_intents", method = "POST", when = "before", status = 503, shouldRetry = false });
        (await _gateway.CaptureAsync(payment.Id, 700, "capture-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "500", KeyIsSpent: true));
        (await _gateway.CaptureAsync(payment.Id, 700, "capture-1", Token)).Problem.ShouldBeOfType<PaymentProblem.Away>().Reason.ShouldBe("503");
        (await _gateway.CaptureAsync(payment.Id, 700, "capture-1", Token)).Problem.ShouldBeOfType<PaymentProblem.Away>().ShouldBe(new PaymentProblem.Away(true, "500", KeyIsSpent: true), "kept");
        Done(await _gateway.ReadPaymentAsync(payment.Id, Token)).Status.ShouldBe(PaymentStatus.Authorised, "so it is looked at, and asked for under another key");
        Done(await _gateway.CaptureAsync(payment.Id, 700, "capture-2", Token)).CapturedCents.ShouldBe(700);
    }

    [Fact]
    public async Task Out_of_reach_nothing_can_have_happened()
    {
        var nobody = OpenGateway(new StripeSettings("sk_test_anything", new Uri("http://127.0.0.1:1")) { FirstPause = TimeSpan.Zero });
        (await nobody.CaptureAsync("pi_1", 1, "k", Token)).Problem.ShouldBe(new PaymentProblem.Away(false, "out of reach"));
    }

    [Fact]
    public async Task Who_does_not_wait_any_longer_is_not_answered()
    {
        await FaultAsync(new { when = "before", delayMs = 2000 });
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<OperationCanceledException>(() => _gateway.ReadPaymentAsync("pi_1", soon.Token));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        (await _gateway.ReadCheckoutAsync("cs_test_1", Token)).Problem.ShouldBeOfType<PaymentProblem.NotFound>();
        (await _gateway.ReadPaymentAsync("pi_1", Token)).Problem.ShouldBeOfType<PaymentProblem.NotFound>();
        (await _gateway.CaptureAsync("pi_1", 1, "k1", Token)).Problem.ShouldBeOfType<PaymentProblem.NotFound>();
        (await _gateway.RefundAsync(new RefundRequest("pi_1", 1, _order, "r"), "k2", Token)).Problem.ShouldBeOfType<PaymentProblem.NotFound>();
        (await _gateway.ReadAccountAsync("acct_1", Token)).Problem.ShouldBeOfType<PaymentProblem.NotFound>();
        (await _gateway.ReverseAsync(new ReversalRequest("tr_1", 1, "r"), "k3", Token)).Problem.ShouldBeOfType<PaymentProblem.NotFound>();
        Done(await _gateway.ReadTransfersAsync(_order, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_merchant_receives_nothing_before_its_account_is_filled_in()
    {
        var shop = ShopId.New();
        var account = Done(await _gateway.OpenAccountAsync(new MerchantAccountRequest(shop, "Le Fournil de l’Yzeron", "fournil@example.org"), "account-1", Token));
        (account.Shop, account.CanReceive, account.PaysOut, account.Submitted).ShouldBe((shop, false, false, false));
        account.Due.ShouldContain("external_account");
        account.PastDue.ShouldContain("external_account");
        var payment = await CapturedAsync(1000);
        Refused(await TransferAsync(payment, account.Id, 500, "t1")).Code.ShouldBe("insufficient_capabilities_for_transfer");

        var link = Done(await _gateway.LinkToOnboardingAsync(account.Id, "https://panier.example/encore", "https://panier.example/fini", Token));
        link.ExpiresAt.ShouldBeGreaterThan(DateTimeOffset.UtcNow);
        (await _stripe.SeeAsync(link.Url)).Status.ShouldBe(HttpStatusCode.OK);
        (await _stripe.SeeAsync(link.Url)).To.ShouldBe("https://panier.example/encore", "a link is for one visit");
        (await _stripe.PressAsync(link.Url, ("answer", "done"))).To.ShouldBe("https://panier.example/fini");
        account = Done(await _gateway.ReadAccountAsync(account.Id, Token));
        (account.CanReceive, account.PaysOut, account.Submitted, account.DisabledFor).ShouldBe((true, true, true, null));
        account.Due.ShouldBeEmpty();
        Done(await TransferAsync(payment, account.Id, 500, "t2")).Cents.ShouldBe(500);

        await _stripe.ControlAsync($"/accounts/{account.Id}", new { currentlyDue = new[] { "individual.verification.document" }, deadlineInSeconds = 86_400, disabledReason = "requirements.past_due" });
        account = Done(await _gateway.ReadAccountAsync(account.Id, Token));
        (account.CanReceive, account.PaysOut, account.DisabledFor).ShouldBe((false, false, "requirements.past_due"));
        account.Due.ShouldBe(["individual.verification.document"]);
        account.Deadline!.Value.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddHours(23));
    }

    [Fact]
    public async Task What_its_owner_left_unfinished_is_asked_still_and_who_is_refused_is_told_why()
    {
        var account = Done(await _gateway.OpenAccountAsync(new MerchantAccountRequest(ShopId.New(), "Le Fournil", null), "account-1", Token));
        foreach (var (answer, submitted, reason) in new[] { ("later", false, "requirements.past_due"), ("refused", true, "rejected.other") })
        {
            var link = Done(await _gateway.LinkToOnboardingAsync(account.Id, "https://panier.example/encore", "https://panier.example/fini", Token));
            await _stripe.PressAsync(link.Url, ("answer", answer));
            var read = Done(await _gateway.ReadAccountAsync(account.Id, Token));
            (read.CanReceive, read.PaysOut, read.Submitted, read.DisabledFor, read.IsChecked).ShouldBe((false, false, submitted, reason, false));
        }
    }

    [Fact]
    public async Task What_goes_on_to_a_merchants_bank_is_read_of_its_account_alone()
    {
        var (payment, account, other) = (await CapturedAsync(1000), await MerchantAsync(), await MerchantAsync());
        Done(await TransferAsync(payment, account, 600, "a"));
        Done(await TransferAsync(payment, other, 300, "b"));
        var from = DateTimeOffset.UtcNow.AddHours(-1);
        Done(await _gateway.ReadPayoutsAsync(account, from, Token)).ShouldBeEmpty();
        var (paid, back) = ((await PayOutAsync(account, new { amount = 100 })), await PayOutAsync(account, new { amount = 200, failure = "account_closed" }));
        var (coming, sentBack) = (await PayOutAsync(account, new { amount = 300, days = 2 }), await PayOutAsync(account, new { amount = 50, days = 1, failure = "could_not_process" }));
        await PayOutAsync(other, new { });
        Done(await _gateway.ReadPayoutsAsync(account, from, Token)).Select(p => (p.Id, p.Cents, p.Status, p.FailedFor)).ShouldBe(
            [(sentBack, 50, PayoutStatus.OnItsWay, null), (coming, 300, PayoutStatus.OnItsWay, null), (back, 200, PayoutStatus.Failed, "account_closed"), (paid, 100, PayoutStatus.Paid, null)]);
        await _stripe.AdvanceAsync(TimeSpan.FromDays(3));
        var later = Done(await _gateway.ReadPayoutsAsync(account, from, Token));
        later.Select(p => (p.Cents, p.Status)).ShouldBe([(50, PayoutStatus.Failed), (300, PayoutStatus.Paid), (200, PayoutStatus.Failed), (100, PayoutStatus.Paid)]);
        later.ShouldAllBe(p => p.ArrivesOn >= DateOnly.FromDateTime(p.CreatedAt.UtcDateTime) && p.CreatedAt > from);
        Done(await _gateway.ReadPayoutsAsync(account, DateTimeOffset.UtcNow.AddHours(1), Token)).ShouldBeEmpty();
        Done(await _gateway.ReadPayoutsAsync(other, from, Token)).ShouldHaveSingleItem().Cents.ShouldBe(300);
        (await _gateway.ReadPayoutsAsync("acct_1", from, Token)).IsDone.ShouldBeFalse();
    }

    // What was made by hand names no order, but what it was made of.
    [Fact]
    public async Task A_movement_says_whose_order_it_belongs_to_and_of_what_it_is()
    {
        var (payment, account) = (await CapturedAsync(1000), await MerchantAsync());
        var transfer = Done(await TransferAsync(payment, account, 600, "a"));
        Done(await _gateway.RefundAsync(new RefundRequest(payment.Id, 42, _order, "r"), "r", Token));
        Done(await _gateway.ReverseAsync(new ReversalRequest(transfer.Id, 10, "v"), "v", Token));
        await _stripe.StripeAsync("/v1/refunds", ("payment_intent", payment.Id), ("amount", "7"));
        (await MovementsAsync()).Select(m => (m.Type, m.Cents, m.Order, m.Of)).ShouldBe(
            [("refund", -7, null, payment.Id), ("transfer_refund", 10, null, transfer.Id), ("refund", -42, _order, payment.Id), ("transfer", -600, _order, null), ("charge", 1000, _order, payment.Id)]);
    }

    [Fact]
    public async Task Parts_of_a_payment_are_passed_on_once_each_and_never_more_than_it_brought()
    {
        var (payment, a, b) = (await CapturedAsync(1000, of: 1100), await MerchantAsync(), await MerchantAsync());
        var first = Done(await TransferAsync(payment, a, 334, "a"));
        Done(await TransferAsync(payment, a, 334, "a")).ShouldBe(first);
        Done(await TransferAsync(payment, b, 666, "b"));
        Refused(await TransferAsync(payment, b, 1, "c")).Code.ShouldBe(PaymentProblem.AmountTooLarge);
        Done(await _gateway.ReadTransfersAsync(_order, Token)).Select(t => (t.Account, t.Cents, t.ReversedCents, t.Reference)).ShouldBe([(b, 666, 0, "b"), (a, 334, 0, "a")]);
        (await MovementsAsync()).Sum(m => m.Cents).ShouldBe(0);
    }

    [Fact]
    public async Task A_transfer_is_taken_back_in_parts_as_long_as_the_merchant_has_it()
    {
        var (payment, account) = (await CapturedAsync(1000), await MerchantAsync());
        var transfer = Done(await TransferAsync(payment, account, 900, "t"));
        var reversal = new ReversalRequest(transfer.Id, 100, "r1");
        var first = Done(await _gateway.ReverseAsync(reversal, "reverse-1", Token));
        (first.Transfer, first.Cents).ShouldBe((transfer.Id, 100));
        Done(await _gateway.ReverseAsync(reversal, "reverse-1", Token)).ShouldBe(first);
        Refused(await _gateway.ReverseAsync(reversal with { Cents = 801 }, "reverse-2", Token)).Code.ShouldBe(PaymentProblem.AmountTooLarge);

        await _stripe.ControlAsync($"/accounts/{account}/payout", new { amount = 500 });
        Refused(await _gateway.ReverseAsync(reversal with { Cents = 301 }, "reverse-3", Token)).Code.ShouldBe(PaymentProblem.BalanceTooLow);
        Done(await _gateway.ReverseAsync(reversal with { Cents = 300 }, "reverse-4", Token)).Cents.ShouldBe(300);
        Done(await _gateway.ReadTransfersAsync(_order, Token)).ShouldHaveSingleItem().ReversedCents.ShouldBe(400);
    }

    [Fact]
    public async Task What_moved_the_balance_is_read_page_by_page_without_a_gap_or_a_double()
    {
        var (payment, account) = (await CapturedAsync(5000), await MerchantAsync());
        for (var i = 0; i < 6; i++)
        {
            Done(await TransferAsync(payment, account, 100 + i, $"t{i}"));
        }

        Done(await _gateway.RefundAsync(new RefundRequest(payment.Id, 42, _order, "r"), "r", Token));
        var (read, query) = (new List<Movement>(), new MovementQuery(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), Size: 3));
        var pages = 0;
        for (string? next = null; pages == 0 || next is not null; pages++)
        {
            var page = Done(await _gateway.ReadMovementsAsync(query with { After = next }, Token));
            page.Movements.Count.ShouldBeLessThanOrEqualTo(3);
            read.AddRange(page.Movements);
            next = page.Next;
        }

        pages.ShouldBe(3);
        read.Select(m => m.Id).Distinct().Count().ShouldBe(8);
        read.Select(m => (m.Type, m.Cents)).ShouldBe([("refund", -42), .. Enumerable.Range(0, 6).Reverse().Select(i => ("transfer", -100L - i)), ("charge", 5000)]);
        read.ShouldAllBe(m => m.NetCents == m.Cents - m.FeeCents && m.Source != null);
        read[^1].AvailableAt.ShouldBeGreaterThan(read[^1].CreatedAt.AddDays(2));
        Done(await _gateway.ReadMovementsAsync(query with { Before = query.From }, Token)).Movements.ShouldBeEmpty();
    }

    private protected IPaymentGateway OpenGateway(StripeSettings settings)
    {
        var gateway = Open(settings);
        _opened.Add((IDisposable)gateway);
        return gateway;
    }

    private static T Done<T>(PaymentAnswer<T> answer) where T : class
    {
        answer.Problem.ShouldBeNull();
        return answer.Value!;
    }

    private static PaymentProblem.Refused Refused<T>(PaymentAnswer<T> answer) where T : class => answer.Problem.ShouldBeOfType<PaymentProblem.Refused>();

    private CheckoutRequest Basket(params (string Name, long Cents, int Quantity)[] lines) => new(_order, [.. lines.Select(l => new CheckoutLine(l.Name, l.Cents, l.Quantity))],
        "https://panier.example/retour?session={CHECKOUT_SESSION_ID}", "https://panier.example/panier", DateTimeOffset.UtcNow.AddMinutes(35), "claire.durand@example.org")
    {
        Note = "Commande avec obligation de paiement.",
        Metadata = new Dictionary<string, string> { ["town"] = "oullins-pierre-benite" },
    };

    private async Task<CheckoutSession> OpenAsync(params (string Name, long Cents, int Quantity)[] lines) => Done(await _gateway.OpenCheckoutAsync(Basket(lines), Guid.NewGuid().ToString(), Token));

    private async Task<Payment> AuthorisedAsync(long cents, string card = "4242424242424242")
    {
        var session = await OpenAsync(("Panier", cents, 1));
        (await _stripe.PayAsync(session, card)).Status.ShouldBe(HttpStatusCode.SeeOther);
        return Done(await _gateway.ReadCheckoutAsync(session.Id, Token)).Payment!;
    }

    private async Task<Payment> CapturedAsync(long cents, long? of = null, string card = "4242424242424242") =>
        Done(await _gateway.CaptureAsync((await AuthorisedAsync(of ?? cents, card)).Id, cents, Guid.NewGuid().ToString(), Token));

    private async Task<string> MerchantAsync()
    {
        var account = Done(await _gateway.OpenAccountAsync(new MerchantAccountRequest(ShopId.New(), "Boutique", "boutique@example.org"), Guid.NewGuid().ToString(), Token));
        await _stripe.ControlAsync($"/accounts/{account.Id}", new { complete = true });
        return account.Id;
    }

    private async Task<string> PayOutAsync(string account, object asked) => (await _stripe.ControlAsync($"/accounts/{account}/payout", asked))["id"]!.GetValue<string>();

    private Task<PaymentAnswer<Transfer>> TransferAsync(Payment payment, string account, long cents, string reference) =>
        _gateway.TransferAsync(new TransferRequest(_order, payment.Charge!, account, cents, reference), "transfer-" + reference, Token);

    private async Task<IReadOnlyList<Movement>> MovementsAsync() =>
        Done(await _gateway.ReadMovementsAsync(new MovementQuery(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30)), Token)).Movements;

    private async Task FaultAsync(object fault) => await _stripe.ControlAsync("/faults", fault);
}
