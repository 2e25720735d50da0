using Marketplace.Contracts;
using Stripe;
using Stripe.Checkout;

namespace Marketplace.Ordering.Payments.StripeNet;

/// <summary>The gateway on Stripe's own package. It says the same and tries again by the same rules (<see cref="StripeRetries"/>); the build has it with <c>-p:UseStripeNet=true</c>.</summary>
internal sealed partial class StripeNetGateway : IPaymentGateway, IDisposable
{
    private const string Currency = "eur";
    private const int MostOfAList = 100;
    private readonly ILogger _log;
    private readonly HttpClient _http;
    private readonly V1Services _stripe;

    internal StripeNetGateway(StripeSettings settings, TimeProvider clock, ILogger<StripeNetGateway> log, HttpMessageHandler? inner = null)
    {
        _log = log;
        _http = StripeRetries.CreateClient(settings, clock, log, inner);
        _stripe = new StripeClient(new StripeClientOptions
        {
            ApiKey = settings.SecretKey, ApiBase = settings.Address.GetLeftPart(UriPartial.Authority),
            HttpClient = new SystemNetHttpClient(_http, maxNetworkRetries: 0, enableTelemetry: false),
        }).V1;
    }

    public Task<PaymentAnswer<CheckoutSession>> OpenCheckoutAsync(CheckoutRequest checkout, string key, CancellationToken token)
    {
        var order = checkout.Order.ToString();
        var metadata = new Dictionary<string, string>(checkout.Metadata) { [StripeProblems.Order] = order };
        var options = new SessionCreateOptions
        {
            Mode = "payment", Locale = "fr", SubmitType = "pay", AllowedPaymentMethodTypes = ["card"], ClientReferenceId = order, CustomerEmail = checkout.Email,
            ExpiresAt = checkout.ExpiresAt.UtcDateTime, SuccessUrl = checkout.SuccessUrl, CancelUrl = checkout.CancelUrl,
            CustomText = checkout.Note is { Length: > 0 } note ? new SessionCustomTextOptions { Submit = new SessionCustomTextSubmitOptions { Message = note } } : null,
            PaymentIntentData = new SessionPaymentIntentDataOptions { CaptureMethod = "manual", TransferGroup = order, Metadata = metadata }, Metadata = metadata,
            LineItems =
            [
                .. checkout.Lines.Select(line => new SessionLineItemOptions
                {
                    Quantity = line.Quantity,
                    PriceData = new SessionLineItemPriceDataOptions
                    {
                        Currency = Currency, UnitAmount = line.UnitCents, ProductData = new SessionLineItemPriceDataProductDataOptions { Name = line.Name },
                    },
                }),
            ],
        };
        return CallAsync(Asked.Other, writes: true, async () => Read(await _stripe.Checkout.Sessions.CreateAsync(options, Under(key), token)));
    }

    public Task<PaymentAnswer<CheckoutSession>> ReadCheckoutAsync(string session, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
        Read(await _stripe.Checkout.Sessions.GetAsync(session, new SessionGetOptions { Expand = ["payment_intent.latest_charge"] }, null, token)));

    public async Task<PaymentAnswer<CheckoutSession>> CloseCheckoutAsync(string session, string key, CancellationToken token) =>
        await this.SettleClosingAsync(session, await CallAsync(Asked.Other, writes: true, async () => Read(await _stripe.Checkout.Sessions.ExpireAsync(session, null, Under(key), token))), token);

    public Task<PaymentAnswer<Payment>> ReadPaymentAsync(string payment, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
        Read(await _stripe.PaymentIntents.GetAsync(payment, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, null, token)));

    public Task<PaymentAnswer<Payment>> CaptureAsync(string payment, long cents, string key, CancellationToken token) => CallAsync(Asked.Capture, writes: true, async () =>
        Read(await _stripe.PaymentIntents.CaptureAsync(payment, new PaymentIntentCaptureOptions { AmountToCapture = AtLeastOne(cents), Expand = ["latest_charge"] }, Under(key), token)));

    public Task<PaymentAnswer<Payment>> CancelAsync(string payment, string key, CancellationToken token) => CallAsync(Asked.Cancel, writes: true, async () =>
        Read(await _stripe.PaymentIntents.CancelAsync(payment, new PaymentIntentCancelOptions { Expand = ["latest_charge"] }, Under(key), token)));

    public Task<PaymentAnswer<Refund>> RefundAsync(RefundRequest refund, string key, CancellationToken token) => CallAsync(Asked.Refund, writes: true, async () =>
        Read(await _stripe.Refunds.CreateAsync(new RefundCreateOptions
        {
            PaymentIntent = refund.Payment, Amount = AtLeastOne(refund.Cents), Metadata = new() { [StripeProblems.Order] = refund.Order.ToString(), [StripeProblems.Reference] = refund.Reference },
        }, Under(key), token)));

    public Task<PaymentAnswer<IReadOnlyList<Refund>>> ReadRefundsAsync(string payment, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
        await AllAsync(_stripe.Refunds.ListAutoPagingAsync(new RefundListOptions { PaymentIntent = payment, Limit = MostOfAList }, null, token), Read, token));

    public Task<PaymentAnswer<Transfer>> TransferAsync(TransferRequest transfer, string key, CancellationToken token) => CallAsync(Asked.Other, writes: true, async () =>
        Read(await _stripe.Transfers.CreateAsync(new TransferCreateOptions
        {
            Amount = AtLeastOne(transfer.Cents), Currency = Currency, Destination = transfer.Account, SourceTransaction = transfer.Charge, TransferGroup = transfer.Order.ToString(),
            Metadata = new() { [StripeProblems.Order] = transfer.Order.ToString(), [StripeProblems.Reference] = transfer.Reference },
        }, Under(key), token)));

    public Task<PaymentAnswer<Reversal>> ReverseAsync(ReversalRequest reversal, string key, CancellationToken token) => CallAsync(Asked.Other, writes: true, async () =>
        Read(await _stripe.Transfers.Reversals.CreateAsync(reversal.Transfer, new TransferReversalCreateOptions
        {
            Amount = AtLeastOne(reversal.Cents), Metadata = new() { [StripeProblems.Reference] = reversal.Reference },
        }, Under(key), token)));

    public Task<PaymentAnswer<IReadOnlyList<Transfer>>> ReadTransfersAsync(OrderId order, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
        await AllAsync(_stripe.Transfers.ListAutoPagingAsync(new TransferListOptions { TransferGroup = order.ToString(), Limit = MostOfAList }, null, token), Read, token));

    public Task<PaymentAnswer<MerchantAccount>> OpenAccountAsync(MerchantAccountRequest account, string key, CancellationToken token) => CallAsync(Asked.Other, writes: true, async () =>
        Read(await _stripe.Accounts.CreateAsync(new AccountCreateOptions
        {
            Country = "FR", Email = account.Email, BusinessProfile = new AccountBusinessProfileOptions { Name = account.Name },
            Capabilities = new AccountCapabilitiesOptions { Transfers = new AccountCapabilitiesTransfersOptions { Requested = true } },
            Controller = new AccountControllerOptions
            {
                Fees = new AccountControllerFeesOptions { Payer = "application" }, Losses = new AccountControllerLossesOptions { Payments = "application" }, RequirementCollection = "stripe",
                StripeDashboard = new AccountControllerStripeDashboardOptions { Type = "express" },
            },
            Metadata = new() { [StripeProblems.Shop] = account.Shop.ToString() },
        }, Under(key), token)));

    public Task<PaymentAnswer<OnboardingLink>> LinkToOnboardingAsync(string account, string refreshUrl, string returnUrl, CancellationToken token) => CallAsync(Asked.Other, writes: true, async () =>
        Read(await _stripe.AccountLinks.CreateAsync(new AccountLinkCreateOptions { Account = account, RefreshUrl = refreshUrl, ReturnUrl = returnUrl, Type = "account_onboarding" },
            Under(Guid.CreateVersion7().ToString()), token)));

    public Task<PaymentAnswer<MerchantAccount>> ReadAccountAsync(string account, CancellationToken token) =>
        CallAsync(Asked.Other, writes: false, async () => Read(await _stripe.Accounts.GetAsync(account, null, null, token)));

    public Task<PaymentAnswer<MovementPage>> ReadMovementsAsync(MovementQuery query, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
    {
        var list = await _stripe.BalanceTransactions.ListAsync(new BalanceTransactionListOptions
        {
            Created = new DateRangeOptions { GreaterThanOrEqual = query.From.UtcDateTime, LessThan = query.Before.UtcDateTime }, Limit = query.Size, StartingAfter = query.After,
        }, null, token);
        return new MovementPage([.. list.Data.Select(Read)], list.HasMore ? list.Data[^1].Id : null);
    });

    public void Dispose() => _http.Dispose();

    private static RequestOptions Under(string key) => new() { IdempotencyKey = StripeProblems.Checked(key) };

    private static long AtLeastOne(long cents)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cents, 1);
        return cents;
    }

    private static async Task<IReadOnlyList<TOurs>> AllAsync<TStripe, TOurs>(IAsyncEnumerable<TStripe> list, Func<TStripe, TOurs> read, CancellationToken token)
    {
        var all = new List<TOurs>();
        await foreach (var item in list.WithCancellation(token))
        {
            all.Add(read(item));
        }

        return all;
    }

    private async Task<PaymentAnswer<T>> CallAsync<T>(Asked asked, bool writes, Func<Task<T>> call) where T : class
    {
        try
        {
            return PaymentAnswer<T>.Of(await call());
        }
        catch (StripeAwayException away)
        {
            return new PaymentProblem.Away(away.MayHaveHappened, away.Reason);
        }
        catch (StripeException refused) when (refused.StripeError?.Type is not null)
        {
            var error = refused.StripeError;
            return StripeProblems.Of(asked, (int)refused.HttpStatusCode, error.Type, error.Code, error.DeclineCode, error.Param, error.Message, error.PaymentIntent is { } intent ? Read(intent) : null);
        }
        catch (Exception unreadable) when (unreadable is StripeException or System.Text.Json.JsonException or Newtonsoft.Json.JsonException)
        {
            Unreadable(_log, unreadable, typeof(T).Name);
            return new PaymentProblem.Away(writes, "unreadable answer");
        }
    }

    private static CheckoutSession Read(Session session) => new(session.Id, StripeProblems.StatusOfSession(session.Status), session.Url, StripeProblems.OrderOf(session.ClientReferenceId),
        session.AmountTotal ?? 0, session.ExpiresAt, session.PaymentIntent is { } intent ? Read(intent) : null, session.Livemode);

    private static Payment Read(PaymentIntent intent)
    {
        var lapses = intent.LatestCharge?.PaymentMethodDetails?.Card?.CaptureBefore;
        return new Payment(intent.Id, StripeProblems.StatusOf(intent.Status), StripeProblems.OrderOf(intent.TransferGroup), intent.Amount, intent.AmountCapturable, intent.AmountReceived,
            intent.LatestChargeId, lapses > DateTime.UnixEpoch ? lapses : null, intent.LastPaymentError?.DeclineCode ?? intent.LastPaymentError?.Code, intent.LatestCharge?.Disputed ?? false, intent.Livemode);
    }

    private static Refund Read(Stripe.Refund refund) =>
        new(refund.Id, refund.PaymentIntentId, refund.Amount, StripeProblems.StatusOfRefund(refund.Status), refund.Metadata?.GetValueOrDefault(StripeProblems.Reference));

    private static Transfer Read(Stripe.Transfer transfer) =>
        new(transfer.Id, transfer.DestinationId, transfer.Amount, transfer.AmountReversed, transfer.Metadata?.GetValueOrDefault(StripeProblems.Reference));

    private static Reversal Read(TransferReversal reversal) => new(reversal.Id, reversal.TransferId, reversal.Amount);

    private static MerchantAccount Read(Account account) => new(account.Id, StripeProblems.ShopOf(account.Metadata?.GetValueOrDefault(StripeProblems.Shop)),
        account.Capabilities?.Transfers == "active", account.PayoutsEnabled, account.DetailsSubmitted, account.Requirements?.CurrentlyDue ?? [], account.Requirements?.PastDue ?? [],
        account.Requirements?.CurrentDeadline, account.Requirements?.DisabledReason);

    private static OnboardingLink Read(AccountLink link) => new(link.Url, link.ExpiresAt);

    private static Movement Read(BalanceTransaction moved) => new(moved.Id, moved.Type, moved.Amount, moved.Fee, moved.Net, moved.SourceId, moved.Created, moved.AvailableOn);

    [LoggerMessage(Level = LogLevel.Error, Message = "Stripe's answer to a call for a {What} could not be read")]
    private static partial void Unreadable(ILogger logger, Exception failure, string what);
}
