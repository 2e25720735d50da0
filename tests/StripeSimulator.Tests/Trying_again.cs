using System.Net;
using Marketplace.Contracts;
using Marketplace.Ordering.Payments;
using Microsoft.Extensions.Logging;

namespace Marketplace.StripeSimulator.Tests;

/// <summary>What the gateway sends, what it sends again and what it writes down, by a network that the test plays.</summary>
public sealed class Trying_again
{
    private const string Key = "sk_test_very_secret";
    private readonly List<Sent> _sent = [];
    private readonly Lines _lines = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_names_its_key_its_version_and_its_idempotency_key_and_nothing_of_our_traces()
    {
        using var activity = new System.Diagnostics.Activity("order").Start();
        using var gateway = Open(_ => Answer(200, """{"id":"pi_1","status":"succeeded","amount":5,"amount_capturable":0,"amount_received":5,"livemode":false}"""));
        (await gateway.CaptureAsync("pi_1", 5, "evt-1", Token)).Value!.CapturedCents.ShouldBe(5);
        var sent = _sent.ShouldHaveSingleItem();
        (sent.Address, sent.Body).ShouldBe(("POST http://stripe/v1/payment_intents/pi_1/capture", "amount_to_capture=5&expand%5B0%5D=latest_charge"));
        sent.Headers.ShouldBe(new Dictionary<string, string> { ["Authorization"] = "Bearer " + Key, ["Stripe-Version"] = StripeSettings.Version, ["Idempotency-Key"] = "evt-1" }, ignoreOrder: true);
    }

    [Fact]
    public async Task The_same_key_and_body_are_sent_again_and_no_more_than_thrice()
    {
        using var gateway = Open(_ => Answer(503, "<html>"));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "503"));
        _sent.Count.ShouldBe(3);
        _sent.Select(s => (s.Address, s.Body, s.Headers["Idempotency-Key"])).Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(400), InlineData(401), InlineData(402), InlineData(403), InlineData(404)]
    public async Task An_answer_that_means_something_is_not_asked_for_again(int status)
    {
        using var gateway = Open(_ => Answer(status, """{"error":{"type":"invalid_request_error","message":"no"}}"""));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).IsDone.ShouldBeFalse();
        _sent.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500, "false", 1), InlineData(409, "false", 1), InlineData(400, "true", 3), InlineData(200, "true", 1)]
    public async Task Stripe_has_the_last_word_on_trying_again(int status, string said, int tries)
    {
        using var gateway = Open(_ => Answer(status, """{"id":"re_1","amount":1}""", ("Stripe-Should-Retry", said)));
        await gateway.RefundAsync(new RefundRequest("pi_1", 1, OrderId.New(), "r"), "k", Token);
        _sent.Count.ShouldBe(tries);
    }

    [Fact]
    public async Task A_try_that_may_have_been_heard_is_not_undone_by_one_that_was_not()
    {
        using var gateway = Open(number => number == 1 ? throw new IOException("cut") : Answer(429, "{}"));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "429"));
        _sent.Clear();
        using var other = Open(number => throw new HttpRequestException(HttpRequestError.ConnectionError));
        (await other.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(false, "out of reach"));
        _sent.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("<html>Bad gateway</html>"), InlineData(""), InlineData("{}"), InlineData("""{"id":"pi_1","status":"succeeded"}"""), InlineData("[]")]
    public async Task An_answer_that_cannot_be_read_leaves_open_what_happened(string body)
    {
        using var gateway = Open(_ => Answer(200, body));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "unreadable answer"));
        (await gateway.ReadPaymentAsync("pi_1", Token)).Problem.ShouldBe(new PaymentProblem.Away(false, "unreadable answer"));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_key()
    {
        using var gateway = Open(_ => Answer(302, "", ("Location", "http://elsewhere/")));
        (await gateway.ReadPaymentAsync("pi_1", Token)).IsDone.ShouldBeFalse();
        _sent.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_id_that_came_from_outside_opens_no_other_path()
    {
        using var gateway = Open(_ => Answer(200, "{}"));
        foreach (var id in new[] { "", "pi_1/capture", "../accounts", "pi_1?expand=x", "pi 1", "pi_1%2f" })
        {
            await Should.ThrowAsync<ArgumentException>(() => gateway.ReadPaymentAsync(id, Token));
        }

        _sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Neither_keys_nor_people_are_written_down()
    {
        using var gateway = Open(number => Answer(number == 1 ? 500 : 400, """{"error":{"type":"invalid_request_error","message":"Invalid email address: claire@example.org","param":"customer_email"}}""", ("Request-Id", "req_7")));
        var answer = await gateway.OpenCheckoutAsync(new CheckoutRequest(OrderId.New(), [new CheckoutLine("Livre", 100, 1)], "https://p.example/", "https://p.example/", DateTimeOffset.UnixEpoch, "claire@example.org"), "evt-1", Token);
        answer.ToString().ShouldBe("Refused invalid_request_error");
        _lines.Said.Count.ShouldBe(2);
        _lines.Said.ShouldAllBe(line => line.Contains("req_7") && line.Contains("/v1/checkout/sessions") && !line.Contains("claire") && !line.Contains(Key) && !line.Contains("evt-1"));
    }

    [Theory]
    [InlineData("sk_live_1", "http://127.0.0.1:8084"), InlineData("sk_live_1", "https://api.stripe.com.example"), InlineData("rk_live_1", "http://api.stripe.com"), InlineData("pk_test_1", null), InlineData("", null), InlineData("sk_test_1\n2", null)]
    public void A_key_that_is_none_and_a_live_one_for_anybody_but_stripe_are_refused(string key, string? address) =>
        Should.Throw<ArgumentException>(() => new StripeSettings(key, address is null ? null : new Uri(address))).Message.ShouldNotContain("sk_live_1");

    [Fact]
    public void A_live_key_goes_to_stripe()
    {
        var settings = new StripeSettings("sk_live_1");
        (settings.IsLive, settings.Address).ShouldBe((true, new Uri("https://api.stripe.com")));
        settings.ToString()!.ShouldNotContain("sk_live");
        new StripeSettings(Key).IsLive.ShouldBeFalse();
    }

    private StripeGateway Open(Func<int, HttpResponseMessage> network) => new(new StripeSettings(Key, new Uri("http://stripe")) { FirstPause = TimeSpan.Zero }, TimeProvider.System, _lines, new Network(this, network));

    private static HttpResponseMessage Answer(int status, string body, params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }

    private sealed record Sent(string Address, string Body, IReadOnlyDictionary<string, string> Headers);

    private sealed class Network(Trying_again test, Func<int, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._sent.Add(new Sent($"{request.Method} {request.RequestUri}", request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken),
                request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value))));
            return answer(test._sent.Count);
        }
    }

    private sealed class Lines : ILogger<StripeGateway>
    {
        internal List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Add(formatter(state, exception) + exception);
    }
}
