using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Payouts;
using Marketplace.Ordering.Reconciliation;
using Marketplace.Ordering.Refunds;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Purchases;

/// <summary>Payment by card, where a key of Stripe's is configured; without one an order is paid when it is collected.</summary>
internal static class Purchasing
{
    internal const string Key = "Stripe:SecretKey";
    internal const string Secret = "Stripe:WebhookSecret";
    internal const string SecretOfAccounts = "Stripe:ConnectWebhookSecret";
    internal const string Address = "Stripe:Address";

    internal static WebApplicationBuilder AddPurchases(this WebApplicationBuilder builder)
    {
        var settings = SettingsOf(builder.Configuration, builder.Environment);
        builder.Services.AddSingleton(new PurchaseTerms(settings is not null)).AddSingleton<PurchasePages>().AddSingleton<OpenDifferences>()
            .AddSingleton(s => new ReceivingShops(settings is null ? null
                : new AccountListing(token => s.GetRequiredService<IPaymentGateway>().FindAccountsAsync(null, token), s.GetRequiredService<TimeProvider>()).FindAsync, s.GetRequiredService<TimeProvider>()));
        if (settings is not null)
        {
            builder.Services.AddSingleton(settings).AddSingleton(settings.Stripe).AddSingleton<PaymentEvents>().AddSingleton<Retrying>().AddSingleton<PurchaseTakings>().AddSingleton<RefundDesk>().AddSingleton<PurchaseDesk>().AddSingleton<PurchaseLooks>().AddSingleton<IDueWorkHandler, PurchaseWork>();
            builder.Services.AddSingleton<PayoutAccounts>().AddSingleton<BankPayouts>().AddSingleton<IDueWorkHandler, PayoutWork>().AddSingleton<IDueWorkHandler, DailyComparison>();
#if STRIPE_NET
            builder.Services.AddSingleton<IPaymentGateway>(s => new Payments.StripeNet.StripeNetGateway(settings.Stripe, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<Payments.StripeNet.StripeNetGateway>>()));
#else
            builder.Services.AddSingleton<IPaymentGateway>(s => new StripeGateway(settings.Stripe, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<StripeGateway>>()));
#endif
        }

        return builder;
    }

    /// <summary>Null where no key is set. What is half set, or set for the wrong place, stops the start.</summary>
    private static PurchaseSettings? SettingsOf(ConfigurationManager configuration, IHostEnvironment host)
    {
        if (configuration[Key] is not { Length: > 0 } key)
        {
            return null;
        }

        string[] secrets = [.. new[] { configuration[Secret], configuration[SecretOfAccounts] }.OfType<string>().Where(s => s.Length > 0)];
        if (secrets.Length == 0 || secrets.Any(s => !s.StartsWith("whsec_", StringComparison.Ordinal)))
        {
            throw new SettingsException($"{Key} is set, so {Secret} must be: the signing secret of the webhook, as Stripe shows it (whsec_…).");
        }

        StripeSettings stripe;
        try
        {
            stripe = new StripeSettings(key, configuration[Address] is { Length: > 0 } address ? new Uri(address, UriKind.Absolute) : null);
        }
        catch (Exception wrong) when (wrong is ArgumentException or UriFormatException)
        {
            throw new SettingsException($"{Key} or {Address} is wrong: {wrong.Message}");
        }

        // Invoices and disputes are not there yet: nobody's money is taken in before they are.
        return host.IsDevelopment()
            ? new PurchaseSettings(stripe, secrets)
            : throw new SettingsException($"{Key} is set: payment by card is not complete in this version, and open in the environment Development only.");
    }
}
