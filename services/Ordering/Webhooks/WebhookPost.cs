using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Webhooks;

/// <summary>What came of one attempt.</summary>
/// <param name="Status">Of the answer; null where none came.</param>
/// <param name="Text">The beginning of the answer.</param>
/// <param name="Problem">As of <see cref="Contracts.Ordering.Api.WebhookDelivery"/>; null: it was taken.</param>
/// <param name="RetryAfter">How long the receiver asks to be left alone.</param>
internal sealed record WebhookAnswer(int? Status, string? Text, string? Problem, TimeSpan Took, TimeSpan? RetryAfter = null)
{
    internal bool Taken => Problem is null;
    internal bool Gone => Status is (int)HttpStatusCode.Gone;
}

/// <summary>
/// One signed call. An answer of 2xx within the time means that it was taken, whatever its body says: of that the beginning alone is read. Redirects are not
/// followed, and nothing of our traces or cookies goes along.
/// </summary>
internal sealed class WebhookPost(WebhookDoor door, WebhookSecrets secrets, TimeProvider clock)
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ForTheBody = TimeSpan.FromSeconds(2);
    private const int MostBytes = 2048;
    private const int MostShown = 500;
    private static readonly TimeSpan LongestAsked = TimeSpan.FromDays(1);

    internal async Task<WebhookAnswer> SendAsync(LeasedDelivery delivery, CancellationToken stopping)
    {
        var (began, now) = (Stopwatch.GetTimestamp(), clock.GetUtcNow());
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        time.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers = { UserAgent = { new ProductInfoHeaderValue("Panier-local-webhooks", "1") } },
        };
        request.Headers.Add("webhook-id", delivery.EventId);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", secrets.Sign(delivery.Endpoint, delivery.Secret, delivery.FormerSecretUntil > now, delivery.EventId, now, delivery.Body));
        try
        {
            using var response = await door.SendAsync(request, time.Token);
            var status = (int)response.StatusCode;
            var problem = status switch { >= 200 and < 300 => null, >= 300 and < 400 => "redirect", _ => "status" };
            return new WebhookAnswer(status, await BeginningAsync(response, time.Token), problem, Stopwatch.GetElapsedTime(began), AskedBy(response, now));
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return Failed("timeout");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidOperationException or NotSupportedException or ArgumentException)
        {
            return Failed(PrivateAddressException.IsBehind(failure) ? "address" : failure.InnerException is AuthenticationException ? "certificate" : "unreachable");
        }

        WebhookAnswer Failed(string problem) => new(null, null, problem, Stopwatch.GetElapsedTime(began));
    }

    // An answer without end, or one that comes byte by byte, is cut off: its status has been heard.
    private static async Task<string?> BeginningAsync(HttpResponseMessage response, CancellationToken token)
    {
        var (bytes, read) = (new byte[MostBytes], 0);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(token);
        time.CancelAfter(ForTheBody);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(time.Token);
            while (read < MostBytes && await body.ReadAsync(bytes.AsMemory(read), time.Token) is > 0 and var some)
            {
                read += some;
            }
        }
        catch (Exception cut) when (cut is OperationCanceledException or IOException or HttpRequestException)
        {
            // What has come is shown.
        }

        var text = string.Concat(Encoding.UTF8.GetString(bytes, 0, read).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length == 0 ? null : text.AtMost(MostShown);
    }

    private static TimeSpan? AskedBy(HttpResponseMessage response, DateTimeOffset now)
    {
        var asked = response.Headers.RetryAfter switch { { Delta: { } delta } => delta, { Date: { } date } => date - now, _ => (TimeSpan?)null };
        return asked > LongestAsked ? LongestAsked : asked;
    }
}

/// <summary>The way out to addresses that shops name. Which order it was in our traces is nobody's business there.</summary>
internal sealed class WebhookDoor : HttpMessageInvoker
{
    private WebhookDoor(HttpMessageHandler handler) : base(handler)
    {
    }

    internal static WebhookDoor Open(bool allowPrivate)
    {
        var handler = PublicAddressHandler.Create(allowPrivate);
        handler.ActivityHeadersPropagator = null;
        return new WebhookDoor(handler);
    }
}
