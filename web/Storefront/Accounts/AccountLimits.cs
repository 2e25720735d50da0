using System.Globalization;
using System.Threading.RateLimiting;
using Marketplace.ServiceDefaults.Limits;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.RateLimiting;

namespace Marketplace.Storefront.Accounts;

/// <summary>How often one address on the network may try: enough for a family or a town hall behind one router, too little for guessing.</summary>
internal static class AccountLimits
{
    /// <summary>Signing in, by password or passkey.</summary>
    public const string SigningIn = "signing-in";

    /// <summary>Whatever sends a mail to an address that somebody typed.</summary>
    public const string Mailing = "mailing";

    public static void AddAccountLimits(this IServiceCollection services) =>
        services.AddRateLimiter(_ => { }).AddOptions<RateLimiterOptions>().Configure<IConfiguration>((limiter, configuration) =>
        {
            limiter.AddPolicy(SigningIn, http => Window(http, configuration.GetValue("Accounts:SignInsPerMinute", 20), TimeSpan.FromMinutes(1)));
            limiter.AddPolicy(Mailing, http => Window(http, configuration.GetValue("Accounts:MailsPerTenMinutes", 10), TimeSpan.FromMinutes(10)));
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (context, _) =>
            {
                if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                {
                    context.HttpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                }
                return new ValueTask(Page.Of<TooManyPage>(new Dictionary<string, object?>(), StatusCodes.Status429TooManyRequests).ExecuteAsync(context.HttpContext));
            };
        });

    // In IPv6 the whole network of a household counts as one, as at the services: it has more addresses than anybody could count.
    private static RateLimitPartition<Bucket> Window(HttpContext http, int permits, TimeSpan window) =>
        RateLimitPartition.GetFixedWindowLimiter(Bucket.Of(http.Connection.RemoteIpAddress, CallKind.Write), _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window });
}
