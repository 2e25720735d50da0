using System.Net;
using Marketplace.Contracts;
using Marketplace.Ordering.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.StripeSimulator.Tests;

/// <summary>What the gateway sends, what it sends again and what it writes down, by a network that the test plays. One subclass per implementation.</summary>
public abstract class Trying_again : IDisposable
{
    private protected const string Key = "sk_test_very_secret";
    private const string Refusal = """{"error":{"type":"invalid_request_error","message":"no"}}""";
    private readonly List<Sent> _sent = [];
    private readonly List<string> _said = [];
    private readonly List<IDisposable> _opened = [];

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected IReadOnlyList<Sent> AllSent => _sent;

    /// <summary>The implementation.</summary>
    /// <param name="said">What it writes down.</param>
    private protected abstract IPaymentGateway Open(StripeSettings settings, List<string> said, HttpMessageHandler? inner);

    public void Dispose()
    {
        _opened.ForEach(o => o.Dispose());
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_same_key_and_body_are_sent_again_and_no_more_than_thrice()
    {
        var gateway = Open(_ => Answer(503, "<html>"));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "503"));
        _sent.Count.ShouldBe(3);
        _sent.Select(s => (s.Address, s.Body, s.Headers["Idempotency-Key"])).Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(400), InlineData(401), InlineData(402), InlineData(403), InlineData(404)]
    public async Task An_answer_that_means_something_is_not_asked_for_again(int status)
    {
        var gateway = Open(_ => Answer(status, """{"error":{"type":"invalid_request_error","message":"no"}}"""));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).IsDone.ShouldBeFalse();
        _sent.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500, "false", 1), InlineData(409, "false", 1), InlineData(400, "true", 3), InlineData(200, "true", 1)]
    public async Task Stripe_has_the_last_word_on_trying_again(int status, string said, int tries)
    {
        var gateway = Open(_ => Answer(status, """{"id":"re_1","amount":1}""", ("Stripe-Should-Retry", said)));
        await gateway.RefundAsync(new RefundRequest("pi_1", 1, OrderId.New(), "r"), "k", Token);
        _sent.Count.ShouldBe(tries);
    }

    [Fact]
    public async Task A_try_that_may_have_been_heard_is_not_undone_by_one_that_was_not()
    {
        var gateway = Open(number => number == 1 ? throw new IOException("cut") : Answer(429, "{}"));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "429"));
        _sent.Clear();
        var other = Open(number => throw new HttpRequestException(HttpRequestError.ConnectionError));
        (await other.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(false, "out of reach"));
        _sent.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("<html>Bad gateway</html>"), InlineData(""), InlineData("{}"), InlineData("""{"id":"pi_1","status":"succeeded"}"""), InlineData("[]")]
    public async Task An_answer_that_cannot_be_read_leaves_open_what_happened(string body)
    {
        var gateway = Open(_ => Answer(200, body));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "unreadable answer"));
        (await gateway.ReadPaymentAsync("pi_1", Token)).Problem.ShouldBe(new PaymentProblem.Away(false, "unreadable answer"));
    }

    [Fact]
    public async Task A_refusal_whose_payment_cannot_be_read_leaves_open_what_happened()
    {
        var gateway = Open(_ => Answer(400, """{"error":{"type":"invalid_request_error","code":"payment_intent_unexpected_state","message":"no","payment_intent":{"id":"pi_1","object":"payment_intent"}}}"""));
        (await gateway.CaptureAsync("pi_1", 5, "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "unreadable answer"));
    }

    [Theory]
    [InlineData(401), InlineData(403)]
    public async Task Not_let_in_tells_nothing_of_a_try_before(int status)
    {
        var gateway = Open(number => number == 1 ? throw new IOException("cut") : Answer(status, Refusal));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.NotLetIn(true, $"{status}"));
        _sent.Count.ShouldBe(2);
        var first = Open(_ => Answer(status, Refusal));
        (await first.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.NotLetIn(false, $"{status}"));
        (await first.ReadPaymentAsync("pi_1", Token)).Problem.ShouldBe(new PaymentProblem.NotLetIn(false, $"{status}"));
    }

    [Fact]
    public async Task What_failed_behind_stripe_may_have_happened()
    {
        var gateway = Open(_ => Answer(424, Refusal));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "424"));
        _sent.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(500, "Idempotent-Replayed", "true", true), InlineData(500, "Stripe-Should-Retry", "false", true), InlineData(424, "Idempotent-Replayed", "true", true)]
    [InlineData(429, "Stripe-Should-Retry", "false", false), InlineData(500, "Idempotent-Replayed", "false", false)]
    public async Task A_failure_that_is_kept_under_its_key_is_told_from_an_outage(int status, string header, string value, bool spent)
    {
        var gateway = Open(number => number == 1 ? Answer(500, Refusal) : Answer(status, Refusal, (header, value)));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, $"{status}", spent));
        _sent.Count.ShouldBe(spent || value == "false" && status == 429 ? 2 : 3);
    }

    [Theory]
    [InlineData("charge_expired_for_capture", 400), InlineData("capture_charge_authorization_expired", 402)]
    public async Task Each_of_stripes_words_for_an_authorisation_that_ended_means_the_same(string code, int status)
    {
        var gateway = Open(_ => Answer(status, $$$"""{"error":{"type":"{{{(status == 402 ? "card_error" : "invalid_request_error")}}}","code":"{{{code}}}","message":"no"}}"""));
        (await gateway.CaptureAsync("pi_1", 5, "evt-1", Token)).Problem.ShouldBeOfType<PaymentProblem.Refused>().Code.ShouldBe(PaymentProblem.AuthorisationEnded);
    }

    [Fact]
    public async Task What_somebody_refunded_by_hand_is_no_refund_of_ours()
    {
        var gateway = Open(_ => Answer(400, """{"error":{"type":"invalid_request_error","code":"charge_already_refunded","message":"no"}}"""));
        (await gateway.RefundAsync(new RefundRequest("pi_1", 1, OrderId.New(), "r"), "k", Token)).Problem.ShouldBeOfType<PaymentProblem.Refused>().Code.ShouldBe(PaymentProblem.AmountTooLarge);
    }

    [Theory]
    [InlineData("{}"), InlineData("""{"data":null,"has_more":false}"""), InlineData("""{"data":[],"has_more":true}"""), InlineData("""{"data":[{}],"has_more":false}""")]
    public async Task A_list_that_is_none_is_not_taken_for_an_empty_one(string body)
    {
        var gateway = Open(_ => Answer(200, body));
        var unreadable = new PaymentProblem.Away(false, "unreadable answer");
        (await gateway.ReadRefundsAsync("pi_1", Token)).Problem.ShouldBe(unreadable);
        (await gateway.ReadTransfersAsync(OrderId.New(), Token)).Problem.ShouldBe(unreadable);
        (await gateway.ReadReversalsAsync("tr_1", Token)).Problem.ShouldBe(unreadable);
        (await gateway.FindAccountsAsync(ShopId.New(), Token)).Problem.ShouldBe(unreadable);
        (await gateway.FindCheckoutsAsync(OrderId.New(), DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow, Token)).Problem.ShouldBe(unreadable);
        (await gateway.ReadMovementsAsync(new MovementQuery(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow), Token)).Problem.ShouldBe(unreadable);
        _sent.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("usd", "open"), InlineData("", "open"), InlineData("eur", ""), InlineData("eur", "ajar")]
    public async Task An_amount_of_another_currency_and_a_status_that_nobody_knows_are_not_read(string currency, string status)
    {
        string Session(string unit, string state) => $$"""{"id":"cs_1","object":"checkout.session","currency":"{{unit}}","status":"{{state}}","amount_total":5,"expires_at":1795000000,"livemode":false}""";
        var body = Session("eur", "open");
        var gateway = Open(_ => Answer(200, body));
        (await gateway.ReadCheckoutAsync("cs_1", Token)).Value!.AmountCents.ShouldBe(5);
        body = Session(currency, status);
        (await gateway.ReadCheckoutAsync("cs_1", Token)).Problem.ShouldBe(new PaymentProblem.Away(false, "unreadable answer"));
        (await gateway.CloseCheckoutAsync("cs_1", "k", Token)).Problem.ShouldBe(new PaymentProblem.Away(true, "unreadable answer"));
    }

    [Fact]
    public async Task Where_no_connection_came_about_nothing_has_left()
    {
        using var nowhere = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(50),
            ConnectCallback = async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return Stream.Null;
            },
        };
        var gateway = Keep(Open(Patiently, _said, nowhere));
        (await gateway.CancelAsync("pi_1", "evt-1", Token)).Problem.ShouldBe(new PaymentProblem.Away(false, "out of reach"));
    }

    [Fact]
    public async Task On_a_real_connection_no_redirect_is_followed_and_nothing_of_our_traces_goes_along()
    {
        var heard = new List<(string Path, bool Traced)>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(context =>
        {
            heard.Add((context.Request.Path, context.Request.Headers.Keys.Any(h => h is "traceparent" or "tracestate" or "Request-Id" or "Correlation-Context" or "baggage")));
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        await app.StartAsync(Token);
        using var activity = new System.Diagnostics.Activity("order").AddBaggage("who", "claire").Start();
        var gateway = Keep(Open(new StripeSettings(Key, new Uri(app.Urls.Single())), _said, null));
        (await gateway.ReadPaymentAsync("pi_1", Token)).IsDone.ShouldBeFalse();
        heard.ShouldBe([("/v1/payment_intents/pi_1", false)]);
    }

    [Fact]
    public void What_is_printed_names_nobody_and_opens_no_page()
    {
        foreach (var printed in new object[]
        {
            new CheckoutRequest(OrderId.New(), [], "https://p.example/secret", "https://p.example/secret", DateTimeOffset.UnixEpoch, "claire@example.org"), new PaymentProblem.NotFound("claire@example.org"),
            new CheckoutSession("cs_1", CheckoutStatus.Open, "https://p.example/secret", null, 5, DateTimeOffset.UnixEpoch, null, false), new MerchantAccountRequest(ShopId.New(), "Claire", "claire@example.org"),
            new OnboardingLink("https://p.example/secret", DateTimeOffset.UnixEpoch),
        })
        {
            printed.ToString()!.ShouldNotContain("claire", Case.Insensitive);
            printed.ToString()!.ShouldNotContain("secret");
        }
    }

    [Fact]
    public async Task An_id_that_came_from_outside_opens_no_other_path()
    {
        var gateway = Open(_ => Answer(200, "{}"));
        foreach (var id in new[] { "", "pi_1/capture", "../accounts", "pi_1?expand=x", "pi 1", "pi_1%2f" })
        {
            await Should.ThrowAsync<ArgumentException>(() => gateway.ReadPaymentAsync(id, Token));
            // Left out, it would ask for everybody's.
            await Should.ThrowAsync<ArgumentException>(() => gateway.ReadRefundsAsync(id, Token));
            await Should.ThrowAsync<ArgumentException>(() => gateway.ReadReversalsAsync(id, Token));
            await Should.ThrowAsync<ArgumentException>(() => gateway.TransferAsync(new TransferRequest(OrderId.New(), id, "acct_1", 1, "r"), "k", Token));
        }

        _sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Neither_keys_nor_people_are_written_down()
    {
        var gateway = Open(number => Answer(number == 1 ? 500 : 400, """{"error":{"type":"invalid_request_error","message":"Invalid email address: claire@example.org","param":"customer_email"}}""", ("Request-Id", "req_7")));
        var answer = await gateway.OpenCheckoutAsync(new CheckoutRequest(OrderId.New(), [new CheckoutLine("Livre", 100, 1)], "https://p.example/", "https://p.example/", DateTimeOffset.UnixEpoch, "claire@example.org"), "evt-1", Token);
        answer.ToString().ShouldBe("Refused invalid_request_error");
        _said.Count.ShouldBe(2);
        _said.ShouldAllBe(line => line.Contains("req_7") && line.Contains("/v1/checkout/sessions") && !line.Contains("claire") && !line.Contains(Key) && !line.Contains("evt-1"));

        foreach (var (status, body) in new[] { (200, "<p>claire@example.org"), (400, "<p>claire@example.org"), (200, "{\"id\":\"claire@example.org"), (400, """{"error":{"message":"claire@example.org"}}"""), (200, """{"email":"claire@example.org"}""") })
        {
            _said.Clear();
            (await Open(_ => Answer(status, body, ("Request-Id", "req_7"))).ReadPaymentAsync("pi_1", Token)).Problem.ShouldBe(new PaymentProblem.Away(false, "unreadable answer"), body);
            _said.ShouldNotBeEmpty(body);
            _said.ShouldAllBe(line => !line.Contains("claire") && !line.Contains(Key), body);
        }
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

    private static StripeSettings Patiently => new(Key, new Uri("http://stripe")) { FirstPause = TimeSpan.Zero };

    private protected IPaymentGateway Open(Func<int, HttpResponseMessage> network) => Keep(Open(Patiently, _said, new Network(this, network)));

    private IPaymentGateway Keep(IPaymentGateway gateway)
    {
        _opened.Add((IDisposable)gateway);
        return gateway;
    }

    private protected static HttpResponseMessage Answer(int status, string body, params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }

    private protected sealed record Sent(string Address, string Body, IReadOnlyDictionary<string, string> Headers);

    private sealed class Network(Trying_again test, Func<int, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._sent.Add(new Sent($"{request.Method} {request.RequestUri}", request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken),
                request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value))));
            return answer(test._sent.Count);
        }
    }

    private protected sealed class Lines<T>(List<string> said) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => said.Add(formatter(state, exception) + exception);
    }
}
