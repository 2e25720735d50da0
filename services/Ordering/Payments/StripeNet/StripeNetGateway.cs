using Marketplace.Contracts;
using Stripe;
using Stripe.Checkout;

namespace Marketplace.Ordering.Payments.StripeNet;

/// <summary>The gateway on Stripe's own package. It says the same and tries again by the same rules (<see cref="StripeRetries"/>); the build has it with <c>-p:UseStripeNet=true</c>.</summary>
internal sealed partial class StripeNetGateway : IPaymentGateway, IDisposable
{
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
            ApiKey = settings.SecretKey,
            ApiBase = settings.Address.GetLeftPart(UriPartial.Authority),
            HttpClient = new SystemNetHttpClient(_http, maxNetworkRetries: 0, enableTelemetry: false),
        }).V1;
    }

    public Task<PaymentAnswer<CheckoutSession>> OpenCheckoutAsync(CheckoutRequest checkout, string key, CancellationToken token)
    {
        var order = checkout.Order.ToString();
        var metadata = new Dictionary<string, string>(checkout.Metadata) { [StripeProblems.Order] = order };
        var options = new SessionCreateOptions
        {
            Mode = "payment",
            Locale = "fr",
            SubmitType = "pay",
            AllowedPaymentMethodTypes = ["card"],
            ClientReferenceId = order,
            CustomerEmail = checkout.Email,
            ExpiresAt = checkout.ExpiresAt.UtcDateTime,
            SuccessUrl = checkout.SuccessUrl,
            CancelUrl = checkout.CancelUrl,
            CustomText = checkout.Note is { Length: > 0 } note ? new SessionCustomTextOptions { Submit = new SessionCustomTextSubmitOptions { Message = note } } : null,
            PaymentIntentData = new SessionPaymentIntentDataOptions { CaptureMethod = "manual", TransferGroup = order, Metadata = metadata },
            Metadata = metadata,
            LineItems =
            [
                .. checkout.Lines.Select(line => new SessionLineItemOptions
                {
                    Quantity = line.Quantity,
                    PriceData = new SessionLineItemPriceDataOptions
                    {
                        Currency = StripeProblems.Currency, UnitAmount = line.UnitCents, ProductData = new SessionLineItemPriceDataProductDataOptions { Name = line.Name },
                    },
                }),
            ],
        };
        return CallAsync(Asked.Other, writes: true, async () => Read(await _stripe.Checkout.Sessions.CreateAsync(options, Under(key), token)));
    }

    public Task<PaymentAnswer<CheckoutSession>> ReadCheckoutAsync(string session, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
        Read(await _stripe.Checkout.Sessions.GetAsync(StripeProblems.Id(session), new SessionGetOptions { Expand = ["payment_intent.latest_charge"] }, null, token)));

    public async Task<PaymentAnswer<IReadOnlyList<CheckoutSession>>> FindCheckoutsAsync(OrderId order, DateTimeOffset from, DateTimeOffset before, CancellationToken token)
    {
        var opened = await CallAsync(Asked.Other, writes: false, async () => await AllAsync(after => _stripe.Checkout.Sessions.ListAsync(new SessionListOptions
        {
            Created = new DateRangeOptions { GreaterThanOrEqual = from.UtcDateTime, LessThan = before.UtcDateTime },
            Limit = MostOfAList,
            StartingAfter = after,
            Expand = ["data.payment_intent.latest_charge"],
        }, null, token), Read));
        return opened.Where(s => s.Order == order);
    }

    public async Task<PaymentAnswer<CheckoutSession>> CloseCheckoutAsync(string session, string key, CancellationToken token) =>
        await this.SettleClosingAsync(session, await CallAsync(Asked.Other, writes: true, async () => Read(await _stripe.Checkout.Sessions.ExpireAsync(StripeProblems.Id(session), null, Under(key), token))), token);

    public Task<PaymentAnswer<Payment>> ReadPaymentAsync(string payment, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
        Read(await _stripe.PaymentIntents.GetAsync(StripeProblems.Id(payment), new PaymentIntentGetOptions { Expand = ["latest_charge"] }, null, token)));

    public Task<PaymentAnswer<Payment>> CaptureAsync(string payment, long cents, string key, CancellationToken token) => CallAsync(Asked.Capture, writes: true, async () =>
        Read(await _stripe.PaymentIntents.CaptureAsync(StripeProblems.Id(payment), new PaymentIntentCaptureOptions { AmountToCapture = StripeProblems.AtLeastOne(cents), Expand = ["latest_charge"] }, Under(key), token)));

    public Task<PaymentAnswer<Payment>> CancelAsync(string payment, string key, CancellationToken token) => CallAsync(Asked.Cancel, writes: true, async () =>
        Read(await _stripe.PaymentIntents.CancelAsync(StripeProblems.Id(payment), new PaymentIntentCancelOptions { Expand = ["latest_charge"] }, Under(key), token)));

    public Task<PaymentAnswer<Refund>> RefundAsync(RefundRequest refund, string key, CancellationToken token) => CallAsync(Asked.Other, writes: true, async () =>
        Read(await _stripe.Refunds.CreateAsync(new RefundCreateOptions
        {
            PaymentIntent = StripeProblems.Id(refund.Payment),
            Amount = StripeProblems.AtLeastOne(refund.Cents),
            Metadata = new() { [StripeProblems.Order] = refund.Order.ToString(), [StripeProblems.Reference] = refund.Reference },
        }, Under(key), token)));

    public Task<PaymentAnswer<IReadOnlyList<Refund>>> ReadRefundsAsync(string payment, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
        await AllAsync(after => _stripe.Refunds.ListAsync(new RefundListOptions { PaymentIntent = StripeProblems.Id(payment), Limit = MostOfAList, StartingAfter = after }, null, token), Read));

    public Task<PaymentAnswer<Transfer>> TransferAsync(TransferRequest transfer, string key, CancellationToken token) => CallAsync(Asked.Other, writes: true, async () =>
        Read(await _stripe.Transfers.CreateAsync(new TransferCreateOptions
        {
            Amount = StripeProblems.AtLeastOne(transfer.Cents),
            Currency = StripeProblems.Currency,
            Destination = StripeProblems.Id(transfer.Account),
            SourceTransaction = StripeProblems.Id(transfer.Charge),
            TransferGroup = transfer.Order.ToString(),
            Metadata = new() { [StripeProblems.Order] = transfer.Order.ToString(), [StripeProblems.Reference] = transfer.Reference },
        }, Under(key), token)));

    public Task<PaymentAnswer<Reversal>> ReverseAsync(ReversalRequest reversal, string key, CancellationToken token) => CallAsync(Asked.Other, writes: true, async () =>
        Read(await _stripe.Transfers.Reversals.CreateAsync(StripeProblems.Id(reversal.Transfer), new TransferReversalCreateOptions
        {
            Amount = StripeProblems.AtLeastOne(reversal.Cents),
            Metadata = new() { [StripeProblems.Reference] = reversal.Reference },
        }, Under(key), token)));

    public Task<PaymentAnswer<IReadOnlyList<Reversal>>> ReadReversalsAsync(string transfer, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () => await AllAsync(
        after => _stripe.Transfers.Reversals.ListAsync(StripeProblems.Id(transfer), new TransferReversalListOptions { Limit = MostOfAList, StartingAfter = after }, null, token), Read));

    public Task<PaymentAnswer<IReadOnlyList<Transfer>>> ReadTransfersAsync(OrderId order, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
        await AllAsync(after => _stripe.Transfers.ListAsync(new TransferListOptions { TransferGroup = order.ToString(), Limit = MostOfAList, StartingAfter = after }, null, token), Read));

    public Task<PaymentAnswer<MerchantAccount>> OpenAccountAsync(MerchantAccountRequest account, string key, CancellationToken token) => CallAsync(Asked.Other, writes: true, async () =>
        Read(await _stripe.Accounts.CreateAsync(new AccountCreateOptions
        {
            Country = "FR",
            Email = account.Email,
            BusinessProfile = new AccountBusinessProfileOptions { Name = account.Name },
            Capabilities = new AccountCapabilitiesOptions { Transfers = new AccountCapabilitiesTransfersOptions { Requested = true } },
            Controller = new AccountControllerOptions
            {
                Fees = new AccountControllerFeesOptions { Payer = "application" },
                Losses = new AccountControllerLossesOptions { Payments = "application" },
                RequirementCollection = "stripe",
                StripeDashboard = new AccountControllerStripeDashboardOptions { Type = "express" },
            },
            Metadata = new() { [StripeProblems.Shop] = account.Shop.ToString() },
        }, Under(key), token)));

    public async Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>> FindAccountsAsync(ShopId? shop, CancellationToken token)
    {
        var opened = await CallAsync(Asked.Other, writes: false, async () =>
            await AllAsync(after => _stripe.Accounts.ListAsync(new AccountListOptions { Limit = MostOfAList, StartingAfter = after }, null, token), Read));
        return opened.Where(a => shop is null || a.Shop == shop);
    }

    public Task<PaymentAnswer<OnboardingLink>> LinkToOnboardingAsync(string account, string refreshUrl, string returnUrl, CancellationToken token) => CallAsync(Asked.Other, writes: true, async () =>
        Read(await _stripe.AccountLinks.CreateAsync(new AccountLinkCreateOptions { Account = StripeProblems.Id(account), RefreshUrl = refreshUrl, ReturnUrl = returnUrl, Type = "account_onboarding" },
            Under(Guid.CreateVersion7().ToString()), token)));

    public Task<PaymentAnswer<MerchantAccount>> ReadAccountAsync(string account, CancellationToken token) =>
        CallAsync(Asked.Other, writes: false, async () => Read(await _stripe.Accounts.GetAsync(StripeProblems.Id(account), null, null, token)));

    public Task<PaymentAnswer<IReadOnlyList<Payout>>> ReadPayoutsAsync(string account, DateTimeOffset from, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
        await AllAsync(after => _stripe.Payouts.ListAsync(new PayoutListOptions { Created = new DateRangeOptions { GreaterThanOrEqual = from.UtcDateTime }, Limit = MostOfAList, StartingAfter = after },
            new RequestOptions { StripeAccount = StripeProblems.Id(account) }, token), Read));

    public Task<PaymentAnswer<MovementPage>> ReadMovementsAsync(MovementQuery query, CancellationToken token) => CallAsync(Asked.Other, writes: false, async () =>
    {
        var list = await _stripe.BalanceTransactions.ListAsync(new BalanceTransactionListOptions
        {
            Created = new DateRangeOptions { GreaterThanOrEqual = query.From.UtcDateTime, LessThan = query.Before.UtcDateTime },
            Limit = query.Size,
            StartingAfter = query.After,
            Expand = ["data.source"],
        }, null, token);
        var (items, more) = Page(list);
        return new MovementPage([.. items.Select(Read)], more ? items[^1].Id : null);
    });

    public void Dispose() => _http.Dispose();

    private static RequestOptions Under(string key) => new() { IdempotencyKey = StripeProblems.Checked(key) };

    // Not the package's own paging: it takes a list without items for a mistake of the program.
    private static async Task<IReadOnlyList<TOurs>> AllAsync<TStripe, TOurs>(Func<string?, Task<StripeList<TStripe>>> page, Func<TStripe, TOurs> read) where TStripe : StripeEntity, IHasId
    {
        var all = new List<TOurs>();
        for (string? after = null; ;)
        {
            var (items, more) = Page(await page(after));
            all.AddRange(items.Select(read));
            if (!more)
            {
                return all;
            }

            after = items[^1].Id;
        }
    }

    private static (List<T> Items, bool More) Page<T>(StripeList<T> list) where T : StripeEntity, IHasId
    {
        var items = list.Data ?? throw StripeProblems.Missing("data");
        StripeProblems.GoesOn(items.Count, list.HasMore);
        return (items, list.HasMore);
    }

    private async Task<PaymentAnswer<T>> CallAsync<T>(Asked asked, bool writes, Func<Task<T>> call) where T : class
    {
        try
        {
            return await AskAsync(asked, call);
        }
        catch (StripeAwayException away)
        {
            return away.Problem;
        }
        catch (Exception unreadable) when (unreadable is StripeException or System.Text.Json.JsonException or Newtonsoft.Json.JsonException)
        {
            // Not the exception: the package's own repeats the whole answer, and that may hold somebody's name.
            var (kind, what, status, requestId) = (unreadable.GetType().Name, typeof(T).Name, (unreadable as StripeException)?.HttpStatusCode, (unreadable as StripeException)?.StripeResponse?.RequestId);
            Unreadable(_log, what, status, kind, requestId);
            return new PaymentProblem.Away(writes, StripeProblems.Unreadable);
        }
    }

    private static async Task<PaymentAnswer<T>> AskAsync<T>(Asked asked, Func<Task<T>> call) where T : class
    {
        try
        {
            return PaymentAnswer<T>.Of(await call());
        }
        catch (StripeException refused) when (refused.StripeError?.Type is not null)
        {
            var error = refused.StripeError;
            return StripeProblems.Of(asked, (int)refused.HttpStatusCode, error.Type, error.Code, error.DeclineCode, error.Param, error.Message, error.PaymentIntent is { } intent ? Read(intent) : null);
        }
    }

    private static CheckoutSession Read(Session session)
    {
        StripeProblems.AreEuros(session.Currency);
        return new CheckoutSession(StripeProblems.Needed(session.Id, "id"), StripeProblems.StatusOfSession(StripeProblems.Needed(session.Status, "status")), session.Url,
            StripeProblems.OrderOf(session.ClientReferenceId), session.AmountTotal ?? throw StripeProblems.Missing("amount_total"), session.ExpiresAt,
            session.PaymentIntent is { } intent ? Read(intent) : null, session.Livemode);
    }

    private static Payment Read(PaymentIntent intent)
    {
        StripeProblems.AreEuros(intent.Currency);
        var lapses = intent.LatestCharge?.PaymentMethodDetails?.Card?.CaptureBefore;
        return new Payment(StripeProblems.Needed(intent.Id, "id"), StripeProblems.StatusOf(StripeProblems.Needed(intent.Status, "status")), StripeProblems.OrderOf(intent.TransferGroup), intent.Amount,
            intent.AmountCapturable, intent.AmountReceived, intent.LatestChargeId, lapses > DateTime.UnixEpoch ? lapses : null,
            intent.LastPaymentError?.DeclineCode ?? intent.LastPaymentError?.Code, intent.LatestCharge?.Disputed ?? false, intent.Livemode);
    }

    private static Refund Read(Stripe.Refund refund)
    {
        StripeProblems.AreEuros(refund.Currency);
        return new Refund(StripeProblems.Needed(refund.Id, "id"), refund.PaymentIntentId, refund.Amount, StripeProblems.StatusOfRefund(refund.Status),
            refund.Metadata?.GetValueOrDefault(StripeProblems.Reference));
    }

    private static Transfer Read(Stripe.Transfer transfer)
    {
        StripeProblems.AreEuros(transfer.Currency);
        return new Transfer(StripeProblems.Needed(transfer.Id, "id"), StripeProblems.Needed(transfer.DestinationId, "destination"), transfer.Amount, transfer.AmountReversed,
            transfer.Metadata?.GetValueOrDefault(StripeProblems.Reference));
    }

    private static Reversal Read(TransferReversal reversal)
    {
        StripeProblems.AreEuros(reversal.Currency);
        return new Reversal(StripeProblems.Needed(reversal.Id, "id"), StripeProblems.Needed(reversal.TransferId, "transfer"), reversal.Amount,
            reversal.Metadata?.GetValueOrDefault(StripeProblems.Reference));
    }

    private static MerchantAccount Read(Account account) => new(StripeProblems.Needed(account.Id, "id"), StripeProblems.ShopOf(account.Metadata?.GetValueOrDefault(StripeProblems.Shop)),
        account.Capabilities?.Transfers == "active", account.PayoutsEnabled, account.DetailsSubmitted, account.Requirements?.CurrentlyDue ?? [], account.Requirements?.PastDue ?? [],
        account.Requirements?.CurrentDeadline, account.Requirements?.DisabledReason)
    {
        IsChecked = account.Requirements?.PendingVerification?.Count > 0,
    };

    private static Payout Read(Stripe.Payout payout)
    {
        StripeProblems.AreEuros(payout.Currency);
        return new Payout(StripeProblems.Needed(payout.Id, "id"), payout.Amount, StripeProblems.StatusOfPayout(StripeProblems.Needed(payout.Status, "status")), payout.Created,
            DateOnly.FromDateTime(payout.ArrivalDate), payout.FailureCode);
    }

    private static OnboardingLink Read(AccountLink link) => new(StripeProblems.Needed(link.Url, "url"), link.ExpiresAt);

    private static Movement Read(BalanceTransaction moved)
    {
        StripeProblems.AreEuros(moved.Currency);
        return new Movement(StripeProblems.Needed(moved.Id, "id"), StripeProblems.Needed(moved.Type, "type"), moved.Amount, moved.Fee, moved.Net, moved.SourceId, moved.Created, moved.AvailableOn)
        {
            Order = StripeProblems.OrderOf((moved.Source as Charge)?.TransferGroup ?? (moved.Source as Stripe.Transfer)?.TransferGroup)
                ?? StripeProblems.OrderOf((moved.Source as IHasMetadata)?.Metadata?.GetValueOrDefault(StripeProblems.Order)),
            Of = moved.Source switch
            {
                Charge charge => charge.PaymentIntentId,
                Stripe.Refund refund => refund.PaymentIntentId,
                Dispute dispute => dispute.PaymentIntentId,
                TransferReversal reversal => reversal.TransferId,
                _ => null,
            },
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Stripe's answer to a call for a {What}, {Status}, could not be read: {Kind} (request {RequestId})")]
    private static partial void Unreadable(ILogger logger, string what, System.Net.HttpStatusCode? status, string kind, string? requestId);
}
