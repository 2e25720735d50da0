using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Run;

/// <summary>
/// Payment by card on this machine: the simulator in Stripe's place (decision 0024), as a process of its own, and what Ordering is told so that it finds it. No money, no
/// card, no network; the key and the secret are this data directory's own. Containers have none of it.
/// </summary>
internal static class CardPayments
{
    /// <summary>What it remembers, in the data directory: who has paid must be known after a crash, as it is at Stripe.</summary>
    public const string Folder = "stripe";

    // Stopped after the services: what they are in the middle of they can still end.
    public static Service Simulator { get; } = new("stripe", "Marketplace.StripeSimulator", 4, 6);

    public static bool IsBuilt => Services.IsBuilt(Simulator);

    public static Uri Address(int portBase) => Services.Address(portBase, Simulator);

    /// <summary>Answers as soon as its books are open.</summary>
    public static Uri Readiness(int portBase) => new(Address(portBase), "_simulator");

    /// <summary>What begins so is refused wherever real money is taken.</summary>
    public static string SecretKey(Secrets secrets) => $"sk_test_{secrets.Get("stripe-key")}";

    public static string WebhookSecret(Secrets secrets) => $"whsec_{secrets.Get("stripe-webhook")}";

    /// <summary>Of the events of merchants' accounts, as at Stripe: another.</summary>
    public static string ConnectWebhookSecret(Secrets secrets) => $"whsec_{secrets.Get("stripe-connect-webhook")}";

    /// <summary>The secret, where the platform was started with a simulator before.</summary>
    public static string? KnownWebhookSecret(string data) => Secrets.Of(data).Find("stripe-webhook") is { } secret ? $"whsec_{secret}" : null;

    /// <summary>Where the simulator of the platform that runs there answers, and under which key; null: none does.</summary>
    public static (Uri Address, string Key)? Running(string data) => Owner.Read(data) is { IsAlive: true } && Endpoints.Read(data)?.Stripe is { } address && Secrets.Of(data).Find("stripe-key") is { } key ? (address, $"sk_test_{key}") : null;

    public static Dictionary<string, string> OfSimulator(string data, int portBase, Secrets secrets) => new()
    {
        ["ASPNETCORE_URLS"] = Address(portBase).GetLeftPart(UriPartial.Authority),
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["Simulator__Data"] = Path.Combine(data, Folder, "books.jsonl"),
        ["Stripe__WebhookUrl"] = new Uri(Services.Address(portBase, "ordering"), "api/v1/payments/events").ToString(),
        ["Stripe__WebhookSecret"] = WebhookSecret(secrets),
        ["Stripe__ConnectWebhookSecret"] = ConnectWebhookSecret(secrets),
        // What is asked of it stands in its books; of its log only what goes wrong is read.
        ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning",
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_GCConserveMemory"] = "5",
    };

    /// <summary>Beside its other settings. It takes test keys in development alone.</summary>
    public static Dictionary<string, string> OfOrdering(int portBase, Secrets secrets) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["Stripe__SecretKey"] = SecretKey(secrets),
        ["Stripe__WebhookSecret"] = WebhookSecret(secrets),
        ["Stripe__ConnectWebhookSecret"] = ConnectWebhookSecret(secrets),
        ["Stripe__Address"] = Address(portBase).ToString(),
    };
}
