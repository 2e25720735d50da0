using Marketplace.Ordering.Payments;

namespace Marketplace.StripeSimulator.Tests;

public sealed class Stripe_gateway_trying_again : Trying_again
{
    private protected override IPaymentGateway Open(StripeSettings settings, List<string> said, HttpMessageHandler? inner) =>
        new StripeGateway(settings, TimeProvider.System, new Lines<StripeGateway>(said), inner);

    [Fact]
    public async Task A_call_names_its_key_its_version_and_its_idempotency_key()
    {
        var gateway = Open(_ => Answer(200, """{"id":"pi_1","status":"succeeded","amount":5,"amount_capturable":0,"amount_received":5,"currency":"eur","livemode":false}"""));
        (await gateway.CaptureAsync("pi_1", 5, "evt-1", Token)).Value!.CapturedCents.ShouldBe(5);
        var sent = AllSent.ShouldHaveSingleItem();
        (sent.Address, sent.Body).ShouldBe(("POST http://stripe/v1/payment_intents/pi_1/capture", "amount_to_capture=5&expand%5B0%5D=latest_charge"));
        sent.Headers.ShouldBe(new Dictionary<string, string> { ["Authorization"] = "Bearer " + Key, ["Stripe-Version"] = StripeSettings.Version, ["Idempotency-Key"] = "evt-1" }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_page_that_does_not_say_whether_it_is_the_last_is_not_taken_for_it()
    {
        var gateway = Open(_ => Answer(200, """{"data":[]}"""));
        (await gateway.ReadRefundsAsync("pi_1", Token)).Problem.ShouldBe(new PaymentProblem.Away(false, "unreadable answer"));
    }

    [Fact]
    public async Task What_could_not_be_read_is_found_again_at_stripe()
    {
        var said = new List<string>();
        using var network = new Canned(() => Answer(200, """{"id":"pi_1"}""", ("Request-Id", "req_7")));
        using var gateway = new StripeGateway(new StripeSettings(Key, new Uri("http://stripe")), TimeProvider.System, new Lines<StripeGateway>(said), network);
        (await gateway.ReadPaymentAsync("pi_1", Token)).IsDone.ShouldBeFalse();
        said.ShouldHaveSingleItem().ShouldBe("Stripe's answer to GET /v1/payment_intents/pi_1, 200, could not be read: JsonException (request req_7)");
    }

    private sealed class Canned(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer());
    }
}
