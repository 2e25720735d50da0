using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Contracts;
using Marketplace.Ordering.Payments;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.StripeSimulator.Tests;

/// <summary>What the simulator does as Stripe does, besides what the gateways ask of it: its door, its pages, its file.</summary>
public sealed class Standing_in_for_stripe : IAsyncLifetime
{
    private Simulator _stripe = null!;
    private StripeGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stripe = await Simulator.StartAsync();
        _gateway = new StripeGateway(_stripe.Settings(), TimeProvider.System, NullLogger<StripeGateway>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        await _stripe.DisposeAsync();
    }

    [Fact]
    public void It_starts_in_development_only()
    {
        foreach (var environment in new[] { "Production", "Staging", "development-like" })
        {
            Should.Throw<SimulatorException>(() => Host.Build([$"--environment={environment}", "--Simulator:Data=/nowhere/x"])).Message.ShouldContain("Development only");
        }
    }

    [Fact]
    public void Its_shapes_are_of_the_version_that_the_gateway_pins() => StripeApi.Version.ShouldBe(StripeSettings.Version);

    [Fact]
    public async Task Its_door_opens_to_test_keys()
    {
        foreach (var (authorization, status) in new[]
        {
            (null, 401), ("Bearer sk_live_1", 401), ("Bearer pk_test_1", 401), ("Bearer ", 401), ("Bearer sk_test_a", 200), ("Basic c2tfdGVzdF9hOg==", 200), ("Basic ?", 401),
        })
        {
            (await CallAsync(HttpMethod.Get, "/v1/balance", null, authorization)).Status.ShouldBe(status, authorization);
        }
    }

    [Fact]
    public async Task What_stripe_refuses_it_refuses_in_the_same_form()
    {
        foreach (var (method, path, body, status, code) in new (string, string, string?, int, string?)[]
        {
            ("POST", "/v1/refunds", "payment_intent=pi_1&amout=3", 400, "parameter_unknown"), ("POST", "/v1/payment_intents/pi_1/capture", "amount=3", 400, "parameter_unknown"),
            ("POST", "/v1/checkout/sessions", "mode=payment&payment_method_types[0]=card", 400, "parameter_unknown"), ("POST", "/v1/checkout/sessions", "mode=subscription", 400, null),
            ("GET", "/v1/balance_transactions?limit=1000", null, 400, null), ("GET", "/v1/balance_transactions?starting_after=txn_0", null, 404, "resource_missing"),
            ("POST", "/v1/transfers", "currency=eur", 400, "parameter_missing"), ("POST", "/v1/transfers", "currency=eur&amount=1.5&destination=acct_1", 400, "parameter_invalid_integer"),
            ("GET", "/v1/customers", null, 404, null), ("DELETE", "/v1/refunds/re_1", null, 404, null), ("GET", "/v1/charges/ch_1", null, 404, "resource_missing"),
            ("POST", "/v1/account_links", "account=acct_1", 404, "resource_missing"),
        })
        {
            var answer = await CallAsync(new HttpMethod(method), path, body);
            (answer.Status, answer.Body["error"]!.Find("type"), answer.Body["error"]!.Find("code")).ShouldBe((status, "invalid_request_error", code), path);
        }
    }

    [Fact]
    public async Task Everything_has_all_of_stripes_fields()
    {
        var payment = await AuthorisedAsync();
        await _gateway.CaptureAsync(payment.Id, 1000, "c", Token);
        await _gateway.RefundAsync(new RefundRequest(payment.Id, 1, OrderId.New(), "r"), "r", Token);
        foreach (var (path, shape) in new[] { ($"payment_intents/{payment.Id}", "payment_intent"), ("refunds?limit=1", "refund"), ("balance_transactions?limit=1", "balance_transaction"), ("events?limit=1", "event") })
        {
            var read = (await CallAsync(HttpMethod.Get, "/v1/" + path, null)).Body;
            var one = (JsonObject)(read["data"]?[0] ?? read);
            Shapes.New(shape, "", default).Select(f => f.Key).Except(one.Select(f => f.Key)).ShouldBeEmpty(shape);
        }
    }

    [Fact]
    public async Task Its_page_is_french_works_without_script_and_keeps_what_was_typed()
    {
        var session = await OpenAsync("Tarte <aux> pommes");
        var page = await _stripe.SeeAsync(session.Url!);
        page.Html.ShouldContain("lang=\"fr\"");
        page.Html.ShouldContain("Payer 21,90\u00a0€");
        page.Html.ShouldContain("Tarte &lt;aux&gt; pommes");
        page.Html.ShouldContain("Commande avec obligation de paiement.");
        page.Html.ShouldContain("https://panier.example/panier");
        page.Html.ShouldNotContain("<script");

        foreach (var (expiry, cvc, name, said) in new[] { ("12/20", "123", "Claire", "passée"), ("1234", "123", "Claire", "MM/AA"), ("12/40", "1", "Claire", "cryptogramme"), ("12/40", "123", "", "titulaire") })
        {
            var refused = await _stripe.PressAsync(session.Url!, ("number", "4242 4242 4242 4242"), ("expiry", expiry), ("cvc", cvc), ("name", name));
            (refused.Status, refused.Html.Contains(said)).ShouldBe((HttpStatusCode.UnprocessableEntity, true), said);
            refused.Html.ShouldContain("value=\"4242424242424242\"");
            refused.Html.ShouldNotContain($"value=\"{cvc}\"", customMessage: "but for the secret on its back");
        }

        (await _gateway.ReadCheckoutAsync(session.Id, Token)).Value!.Payment.ShouldBeNull("none of that reached a bank");
    }

    [Fact]
    public async Task Pressed_twice_it_is_paid_once()
    {
        var session = await OpenAsync("Livre");
        var presses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _stripe.PayAsync(session)));
        presses.ShouldAllBe(p => p.Status == HttpStatusCode.SeeOther && p.To!.Contains(session.Id));
        (await CallAsync(HttpMethod.Get, "/v1/events?type=charge.succeeded", null)).Body["data"]!.AsArray().ShouldHaveSingleItem();
        (await _stripe.SeeAsync(session.Url!)).Html.ShouldContain("déjà payé");
    }

    [Fact]
    public async Task A_page_that_is_none_says_so()
    {
        (await _stripe.SeeAsync("/c/pay/cs_test_1")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _stripe.PressAsync("/setup/e/acct_1/x", ("answer", "done"))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _stripe.PressAsync((await OpenAsync("Livre")).Url + "/banque", ("answer", "yes"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity, "nobody was asked");
    }

    [Fact]
    public async Task It_comes_back_as_it_was_keys_and_clock_and_what_is_due_included()
    {
        var payment = await AuthorisedAsync();
        await _gateway.CaptureAsync(payment.Id, 900, "c", Token);
        await _stripe.AdvanceAsync(TimeSpan.FromHours(2));
        var (session, movements) = (await OpenAsync("Livre"), (await CallAsync(HttpMethod.Get, "/v1/balance_transactions", null)).Body.ToJsonString());
        // Killed while it wrote: that never happened.
        await _stripe.RestartAsync(half: """[["charge","ch_half",{"id":"ch_half"}""");

        using var again = new StripeGateway(_stripe.Settings(), TimeProvider.System, NullLogger<StripeGateway>.Instance);
        (await CallAsync(HttpMethod.Get, "/v1/balance_transactions", null)).Body.ToJsonString().ShouldBe(movements);
        (await CallAsync(HttpMethod.Get, "/v1/charges/ch_half", null)).Status.ShouldBe(404);
        (await again.CaptureAsync(payment.Id, 900, "c", Token)).Value!.CapturedCents.ShouldBe(900);
        (await again.CaptureAsync(payment.Id, 800, "c", Token)).Problem.ShouldBeOfType<PaymentProblem.Refused>().Code.ShouldBe(PaymentProblem.KeyReused);
        await _stripe.AdvanceAsync(TimeSpan.FromHours(3));
        (await again.ReadCheckoutAsync(session.Id, Token)).Value!.Status.ShouldBe(CheckoutStatus.Expired);
    }

    [Fact]
    public async Task A_long_file_is_written_anew_with_what_still_stands()
    {
        var payment = await AuthorisedAsync();
        var lines = string.Concat(Enumerable.Range(0, 2100).Select(second => $$"""[["control","clock",{"ahead":{{second}}}]]""" + "\n"));
        await _stripe.RestartAsync(lines);
        new FileInfo(_stripe.File).Length.ShouldBeLessThan(lines.Length / 2);
        await _stripe.RestartAsync();
        using var again = new StripeGateway(_stripe.Settings(), TimeProvider.System, NullLogger<StripeGateway>.Instance);
        (await again.ReadPaymentAsync(payment.Id, Token)).Value.ShouldBe(payment);
    }

    [Fact]
    public async Task A_file_that_is_none_of_its_own_is_said_so_and_left_alone()
    {
        foreach (var text in new[] { "Bonjour\n", "{}\n", "[[1,2,3]]\n", "Bonjour", "{}", "[1,2]", "[[1,2,3", "[[\"charge\",\"ch_1\",{}]]\n{\"a\":1}" })
        {
            var file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, text);
            (await Should.ThrowAsync<SimulatorException>(() => Simulator.RunAsync(file, null))).Message.ShouldContain("Take it away");
            (await File.ReadAllTextAsync(file)).ShouldBe(text);
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Two_do_not_keep_one_file()
    {
        (await Should.ThrowAsync<SimulatorException>(() => Simulator.RunAsync(_stripe.File, null))).Message.ShouldContain("another simulator");
        Should.Throw<SimulatorException>(() => Host.Build(["--environment=Development"])).Message.ShouldContain("Simulator:Data");
        Should.Throw<SimulatorException>(() => Host.Build(["--environment=Development", "--Simulator:Data=x", "--Stripe:WebhookUrl=http://127.0.0.1/"])).Message.ShouldContain("WebhookSecret");
    }

    [Fact]
    public async Task Only_what_was_refused_after_it_began_stands_under_its_key()
    {
        var session = await OpenAsync("Livre");
        await _stripe.PayAsync(session);
        using var client = new HttpClient { BaseAddress = _stripe.Address };
        foreach (var (path, body, key, status, replayed) in new[]
        {
            ($"/v1/checkout/sessions/{session.Id}/expire", "", "k1", 400, false), ($"/v1/checkout/sessions/{session.Id}/expire", "", "k1", 400, true),
            ("/v1/payment_intents/pi_1/capture", "", "k2", 404, false), ("/v1/payment_intents/pi_1/capture", "", "k2", 404, true), ("/v1/payment_intents/pi_2/capture", "", "k2", 400, false),
            ("/v1/transfers", "currency=eur", "k3", 400, false), ("/v1/transfers", "currency=eur", "k3", 400, false), ("/v1/transfers", "currency=eur&amout=1", "k3", 400, false),
            ("/v1/nothing", "", "k4", 404, false), ("/v1/nothing", "", "k4", 404, false),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { Authorization = new("Bearer", "sk_test_x") }, Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded") };
            request.Headers.Add("Idempotency-Key", key);
            using var answer = await client.SendAsync(request, Token);
            ((int)answer.StatusCode, answer.Headers.Contains("Idempotent-Replayed")).ShouldBe((status, replayed), $"{path} {key}");
        }
    }

    [Fact]
    public async Task No_site_in_a_browser_presses_its_own_calls()
    {
        using var client = new HttpClient();
        foreach (var (type, origin, host, status) in new (string, string?, string?, int)[]
        {
            ("text/plain", null, null, 415), ("application/x-www-form-urlencoded", null, null, 415), ("application/json", "https://site.example", null, 403), ("application/json", "null", null, 403),
            ("application/json", "http://127.0.0.1.site.example", null, 403), ("application/json", null, "site.example", 403), ("application/json", null, "localhost.site.example:8084", 403),
            ("application/json", "http://localhost:8080", null, 200), ("application/json", null, "localhost", 200), ("application/json", null, null, 200),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_stripe.Address, "/_simulator/clock")) { Content = new StringContent("""{"advanceSeconds":1}""", Encoding.UTF8, type) };
            request.Headers.Host = host;
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var answer = await client.SendAsync(request, Token);
            ((int)answer.StatusCode).ShouldBe(status, $"{type} {origin} {host}");
        }

        JsonNode.Parse((await _stripe.SeeAsync("/_simulator/")).Html)!.Number("aheadSeconds").ShouldBe(3);
    }

    [Fact]
    public async Task What_its_own_calls_do_not_know_is_answered_400()
    {
        using var client = new HttpClient();
        foreach (var (path, body) in new[]
        {
            ("/webhooks", """{"do":"lose"}"""), ("/webhooks", "nonsense"), ("/faults", """{"when":"soon"}"""), ("/clock", """{"advanceSeconds":-1}"""), ("/webhooks/release", """{"order":"best"}"""),
        })
        {
            using var asked = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri(_stripe.Address, "/_simulator" + path), asked);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body);
        }
    }

    private async Task<CheckoutSession> OpenAsync(string name) => (await _gateway.OpenCheckoutAsync(new CheckoutRequest(OrderId.New(), [new CheckoutLine(name, 2190, 1)],
        "https://panier.example/retour?session={CHECKOUT_SESSION_ID}", "https://panier.example/panier", DateTimeOffset.UtcNow.AddHours(4), null)
    { Note = "Commande avec obligation de paiement." },
        Guid.NewGuid().ToString(), Token)).Value!;

    private async Task<Payment> AuthorisedAsync()
    {
        var session = await OpenAsync("Livre");
        await _stripe.PayAsync(session);
        return (await _gateway.ReadCheckoutAsync(session.Id, Token)).Value!.Payment!;
    }

    private async Task<(int Status, JsonObject Body)> CallAsync(HttpMethod method, string path, string? body, string? authorization = "Bearer sk_test_x")
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(_stripe.Address, path)) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded") };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await client.SendAsync(request);
        answer.Headers.Contains("Request-Id").ShouldBeTrue();
        return ((int)answer.StatusCode, (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
