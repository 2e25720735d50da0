using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Control;
using Marketplace.StripeSimulator.Pages;
using Marketplace.StripeSimulator.Payments;
using Marketplace.StripeSimulator.Webhooks;

namespace Marketplace.StripeSimulator;

/// <summary>
/// Stripe for development: the part of its API that the gateway uses, its test cards, a payment page, signed webhooks (decision 0017). No money, no card, no
/// network. The launcher and the tests start it; it refuses any environment but Development.
/// </summary>
internal static class Host
{
    private static async Task<int> Main(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (SimulatorException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
    }

    internal static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        if (!builder.Environment.IsDevelopment())
        {
            throw new SimulatorException(
                $"The Stripe simulator takes anybody’s order for paid. It runs in the environment Development only, not in {builder.Environment.EnvironmentName}.");
        }

        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls("http://127.0.0.1:8084");
        }

        var settings = SimulatorSettings.Of(builder.Configuration);
        builder.Services.AddSingleton(settings).AddSingleton<SimulatedClock>().AddSingleton<Ledger>().AddSingleton<StripeApi>().AddSingleton<Deliveries>()
            .AddHostedService<WebhookSender>();
        var app = builder.Build();
        // Opened now: a file that another simulator holds stops the start.
        app.Services.GetRequiredService<Ledger>().Sweep = Due.Run;
        app.Map("/v1/{**path}", (HttpContext context, StripeApi api) => api.AnswerAsync(context));
        app.MapPages();
        app.MapControl();
        return app;
    }
}

/// <summary>Why the simulator does not start.</summary>
internal sealed class SimulatorException(string message, Exception? inner = null) : Exception(message, inner);

/// <param name="Data">The file that keeps what happened.</param>
/// <param name="PublicUrl">Under which browsers reach the pages; null: as the program that opened the session did.</param>
/// <param name="WebhookUrl">Where events are told; null: nowhere.</param>
/// <param name="WebhookSecret">What they are signed with.</param>
/// <param name="ConnectWebhookSecret">What those of merchants' accounts are signed with.</param>
internal sealed record SimulatorSettings(string Data, string? PublicUrl, Uri? WebhookUrl, string WebhookSecret, string ConnectWebhookSecret)
{
    internal static SimulatorSettings Of(IConfiguration configuration)
    {
        var data = configuration["Simulator:Data"] is { Length: > 0 } file ? file : throw new SimulatorException("Simulator:Data is missing: the file that keeps what happened.");
        var url = configuration["Stripe:WebhookUrl"] is { Length: > 0 } text
            ? Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : throw new SimulatorException("Stripe:WebhookUrl is no address.")
            : null;
        var secret = configuration["Stripe:WebhookSecret"] ?? "";
        // As when Stripe's own tool passes events on: one secret for both.
        var ofAccounts = configuration["Stripe:ConnectWebhookSecret"] is { Length: > 0 } own ? own : secret;
        return url is not null && !(secret.StartsWith("whsec_", StringComparison.Ordinal) && ofAccounts.StartsWith("whsec_", StringComparison.Ordinal))
            ? throw new SimulatorException("Stripe:WebhookSecret is missing, or it or Stripe:ConnectWebhookSecret does not begin with whsec_: what webhooks are signed with.")
            : new SimulatorSettings(data, configuration["Simulator:PublicUrl"]?.TrimEnd('/'), url, secret, ofAccounts);
    }
}
