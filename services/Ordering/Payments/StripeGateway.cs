using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Contracts;

namespace Marketplace.Ordering.Payments;

/// <summary>The gateway on Stripe's REST API, without a package.</summary>
internal sealed partial class StripeGateway(StripeSettings settings, TimeProvider clock, ILogger<StripeGateway> log, HttpMessageHandler? inner = null) : IPaymentGateway, IDisposable
{
    private const int MostOfAList = 100;
    private readonly HttpClient _http = StripeRetries.CreateClient(settings, clock, log, inner);

    public Task<PaymentAnswer<CheckoutSession>> OpenCheckoutAsync(CheckoutRequest checkout, string key, CancellationToken token)
    {
        var order = checkout.Order.ToString();
        var form = new StripeForm()
            .Add("mode", "payment").Add("locale", "fr").Add("submit_type", "pay").Add("allowed_payment_method_types[0]", "card")
            .Add("client_reference_id", order).Add("customer_email", checkout.Email).Add("expires_at", checkout.ExpiresAt)
            .Add("success_url", checkout.SuccessUrl).Add("cancel_url", checkout.CancelUrl).Add("custom_text[submit][message]", checkout.Note)
            .Add("payment_intent_data[capture_method]", "manual").Add("payment_intent_data[transfer_group]", order)
            .Add($"metadata[{StripeProblems.Order}]", order).Metadata("metadata", checkout.Metadata)
            .Add($"payment_intent_data[metadata][{StripeProblems.Order}]", order).Metadata("payment_intent_data[metadata]", checkout.Metadata);
        foreach (var (number, line) in checkout.Lines.Index())
        {
            form.Add($"line_items[{number}][quantity]", line.Quantity).Add($"line_items[{number}][price_data][currency]", StripeProblems.Currency)
                .Add($"line_items[{number}][price_data][unit_amount]", line.UnitCents).Add($"line_items[{number}][price_data][product_data][name]", line.Name);
        }

        return WriteAsync("/v1/checkout/sessions", form, key, StripeReading.Session, token);
    }

    public Task<PaymentAnswer<CheckoutSession>> ReadCheckoutAsync(string session, CancellationToken token) =>
        ReadAsync($"/v1/checkout/sessions/{StripeProblems.Id(session)}", new StripeForm().Add("expand[0]", "payment_intent.latest_charge"), StripeReading.Session, token);

    public async Task<PaymentAnswer<IReadOnlyList<CheckoutSession>>> FindCheckoutsAsync(OrderId order, DateTimeOffset from, DateTimeOffset before, CancellationToken token)
    {
        var opened = await ReadAllAsync("/v1/checkout/sessions", () => new StripeForm().Add("created[gte]", from).Add("created[lt]", before).Add("expand[0]", "data.payment_intent.latest_charge"),
            StripeReading.Session, s => s.Id, token);
        return opened.Where(s => s.Order == order);
    }

    public async Task<PaymentAnswer<CheckoutSession>> CloseCheckoutAsync(string session, string key, CancellationToken token) =>
        await this.SettleClosingAsync(session, await WriteAsync($"/v1/checkout/sessions/{StripeProblems.Id(session)}/expire", new StripeForm(), key, StripeReading.Session, token), token);

    public Task<PaymentAnswer<Payment>> ReadPaymentAsync(string payment, CancellationToken token) =>
        ReadAsync($"/v1/payment_intents/{StripeProblems.Id(payment)}", new StripeForm().Add("expand[0]", "latest_charge"), StripeReading.Payment, token);

    public Task<PaymentAnswer<Payment>> CaptureAsync(string payment, long cents, string key, CancellationToken token) =>
        WriteAsync($"/v1/payment_intents/{StripeProblems.Id(payment)}/capture", new StripeForm().Add("amount_to_capture", StripeProblems.AtLeastOne(cents)).Add("expand[0]", "latest_charge"), key, StripeReading.Payment, token, Asked.Capture);

    public Task<PaymentAnswer<Payment>> CancelAsync(string payment, string key, CancellationToken token) =>
        WriteAsync($"/v1/payment_intents/{StripeProblems.Id(payment)}/cancel", new StripeForm().Add("expand[0]", "latest_charge"), key, StripeReading.Payment, token, Asked.Cancel);

    public Task<PaymentAnswer<Refund>> RefundAsync(RefundRequest refund, string key, CancellationToken token) =>
        WriteAsync("/v1/refunds", new StripeForm().Add("payment_intent", StripeProblems.Id(refund.Payment)).Add("amount", StripeProblems.AtLeastOne(refund.Cents))
            .Add($"metadata[{StripeProblems.Order}]", refund.Order.ToString()).Add($"metadata[{StripeProblems.Reference}]", refund.Reference), key, StripeReading.Refund, token);

    public Task<PaymentAnswer<IReadOnlyList<Refund>>> ReadRefundsAsync(string payment, CancellationToken token) =>
        ReadAllAsync("/v1/refunds", () => new StripeForm().Add("payment_intent", StripeProblems.Id(payment)), StripeReading.Refund, r => r.Id, token);

    public Task<PaymentAnswer<Transfer>> TransferAsync(TransferRequest transfer, string key, CancellationToken token) =>
        WriteAsync("/v1/transfers", new StripeForm().Add("amount", StripeProblems.AtLeastOne(transfer.Cents)).Add("currency", StripeProblems.Currency).Add("destination", StripeProblems.Id(transfer.Account))
            .Add("source_transaction", StripeProblems.Id(transfer.Charge)).Add("transfer_group", transfer.Order.ToString())
            .Add($"metadata[{StripeProblems.Order}]", transfer.Order.ToString()).Add($"metadata[{StripeProblems.Reference}]", transfer.Reference), key, StripeReading.Transfer, token);

    public Task<PaymentAnswer<Reversal>> ReverseAsync(ReversalRequest reversal, string key, CancellationToken token) =>
        WriteAsync($"/v1/transfers/{StripeProblems.Id(reversal.Transfer)}/reversals", new StripeForm().Add("amount", StripeProblems.AtLeastOne(reversal.Cents))
            .Add($"metadata[{StripeProblems.Reference}]", reversal.Reference), key, StripeReading.Reversal, token);

    public Task<PaymentAnswer<IReadOnlyList<Reversal>>> ReadReversalsAsync(string transfer, CancellationToken token) =>
        ReadAllAsync($"/v1/transfers/{StripeProblems.Id(transfer)}/reversals", () => new StripeForm(), StripeReading.Reversal, r => r.Id, token);

    public Task<PaymentAnswer<IReadOnlyList<Transfer>>> ReadTransfersAsync(OrderId order, CancellationToken token) =>
        ReadAllAsync("/v1/transfers", () => new StripeForm().Add("transfer_group", order.ToString()), StripeReading.Transfer, t => t.Id, token);

    public Task<PaymentAnswer<MerchantAccount>> OpenAccountAsync(MerchantAccountRequest account, string key, CancellationToken token) =>
        WriteAsync("/v1/accounts", new StripeForm().Add("country", "FR").Add("email", account.Email).Add("business_profile[name]", account.Name)
            .Add("capabilities[transfers][requested]", "true").Add("controller[fees][payer]", "application").Add("controller[losses][payments]", "application")
            .Add("controller[requirement_collection]", "stripe").Add("controller[stripe_dashboard][type]", "express")
            .Add($"metadata[{StripeProblems.Shop}]", account.Shop.ToString()), key, StripeReading.Account, token);

    public async Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>> FindAccountsAsync(ShopId? shop, CancellationToken token) =>
        (await ReadAllAsync("/v1/accounts", () => new StripeForm(), StripeReading.Account, a => a.Id, token)).Where(a => shop is null || a.Shop == shop);

    // For one visit: another press makes another one. The key only lets a try that broke off be tried again.
    public Task<PaymentAnswer<OnboardingLink>> LinkToOnboardingAsync(string account, string refreshUrl, string returnUrl, CancellationToken token) =>
        WriteAsync("/v1/account_links", new StripeForm().Add("account", StripeProblems.Id(account)).Add("refresh_url", refreshUrl).Add("return_url", returnUrl).Add("type", "account_onboarding"),
            Guid.CreateVersion7().ToString(), StripeReading.Link, token);

    public Task<PaymentAnswer<MerchantAccount>> ReadAccountAsync(string account, CancellationToken token) =>
        ReadAsync($"/v1/accounts/{StripeProblems.Id(account)}", new StripeForm(), StripeReading.Account, token);

    public Task<PaymentAnswer<IReadOnlyList<Payout>>> ReadPayoutsAsync(string account, DateTimeOffset from, CancellationToken token) =>
        ReadAllAsync("/v1/payouts", () => new StripeForm().Add("created[gte]", from), StripeReading.Payout, p => p.Id, token, StripeProblems.Id(account));

    public Task<PaymentAnswer<MovementPage>> ReadMovementsAsync(MovementQuery query, CancellationToken token) =>
        ReadAsync("/v1/balance_transactions", new StripeForm().Add("created[gte]", query.From).Add("created[lt]", query.Before).Add("limit", query.Size).Add("starting_after", query.After)
            .Add("expand[0]", "data.source"), list =>
        {
            var (movements, more) = StripeReading.List(list, StripeReading.Movement);
            return new MovementPage(movements, more ? movements[^1].Id : null);
        }, token);

    public void Dispose() => _http.Dispose();

    private async Task<PaymentAnswer<IReadOnlyList<T>>> ReadAllAsync<T>(string path, Func<StripeForm> query, Func<JsonElement, T> read, Func<T, string> idOf, CancellationToken token, string? account = null)
    {
        var all = new List<T>();
        while (true)
        {
            var page = await ReadAsync(path, query().Add("limit", MostOfAList).Add("starting_after", all.Count == 0 ? null : idOf(all[^1])), list => new Page<T>(StripeReading.List(list, read)), token, account);
            if (!page.IsDone)
            {
                return page.Problem;
            }

            all.AddRange(page.Value.List.Items);
            if (!page.Value.List.More)
            {
                return PaymentAnswer<IReadOnlyList<T>>.Of(all);
            }
        }
    }

    private Task<PaymentAnswer<T>> ReadAsync<T>(string path, StripeForm query, Func<JsonElement, T> read, CancellationToken token, string? account = null) where T : class =>
        CallAsync(HttpMethod.Get, query.Query() is { Length: > 0 } asked ? $"{path}?{asked}" : path, null, null, Asked.Other, read, token, account);

    private Task<PaymentAnswer<T>> WriteAsync<T>(string path, StripeForm form, string key, Func<JsonElement, T> read, CancellationToken token, Asked asked = Asked.Other) where T : class =>
        CallAsync(HttpMethod.Post, path, form.Content(), StripeProblems.Checked(key), asked, read, token);

    private async Task<PaymentAnswer<T>> CallAsync<T>(HttpMethod method, string path, HttpContent? content, string? key, Asked asked, Func<JsonElement, T> read, CancellationToken token, string? account = null) where T : class
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.SecretKey);
        request.Headers.Add("Stripe-Version", StripeSettings.Version);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (account is not null)
        {
            request.Headers.Add("Stripe-Account", account); // in the merchant's name, as the platform may
        }

        (int Status, string? RequestId) came = default;
        try
        {
            using var response = await _http.SendAsync(request, token);
            came = ((int)response.StatusCode, StripeRetries.RequestIdOf(response));
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(token));
            return response.IsSuccessStatusCode ? PaymentAnswer<T>.Of(read(answer.RootElement)) : StripeReading.Problem(asked, (int)response.StatusCode, answer.RootElement);
        }
        catch (StripeAwayException away)
        {
            return away.Problem;
        }
        catch (JsonException unreadable)
        {
            // Somebody else on the way, or a shape of another day: what was done is not known from it.
            var (kind, at) = (unreadable.GetType().Name, request.RequestUri!.AbsolutePath);
            Unreadable(log, method, at, came.Status, kind, came.RequestId);
            return new PaymentProblem.Away(method != HttpMethod.Get, StripeProblems.Unreadable);
        }
    }

    // Not the exception: what an answer holds may be somebody's name.
    [LoggerMessage(Level = LogLevel.Error, Message = "Stripe's answer to {Method} {Path}, {Status}, could not be read: {Kind} (request {RequestId})")]
    private static partial void Unreadable(ILogger logger, HttpMethod method, string path, int status, string kind, string? requestId);

    private sealed record Page<T>((IReadOnlyList<T> Items, bool More) List);
}
