using System.Net;
using System.Net.Http.Headers;

namespace Marketplace.Ordering.Payments;

/// <summary>No answer to be had that says what became of the call.</summary>
internal sealed class StripeAwayException(bool mayHaveHappened, string reason, Exception? inner = null) : HttpRequestException($"Stripe is away: {reason}.", inner)
{
    internal bool MayHaveHappened { get; } = mayHaveHappened;

    internal string Reason { get; } = reason;

    internal bool KeyIsSpent { get; init; }

    internal bool NotLetIn { get; init; }

    internal PaymentProblem Problem => NotLetIn ? new PaymentProblem.NotLetIn(MayHaveHappened, Reason) : new PaymentProblem.Away(MayHaveHappened, Reason, KeyIsSpent);
}

/// <summary>
/// Tries again what is safe to try again, the same for every gateway: reading, and writing under an idempotency key, where no answer came, or Stripe was busy
/// (409, 424, 429, 5xx) and does not say that it is no use. Ends in an answer that means something, or in <see cref="StripeAwayException"/>.
/// </summary>
internal sealed partial class StripeRetries : DelegatingHandler
{
    private const int MostBytes = 4 << 20;
    private readonly StripeSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    private StripeRetries(HttpMessageHandler inner, StripeSettings settings, TimeProvider clock, ILogger log) : base(inner) =>
        (_settings, _clock, _log) = (settings, clock, log);

    /// <param name="inner">Where a test stands in the way; otherwise the network.</param>
    internal static HttpClient CreateClient(StripeSettings settings, TimeProvider clock, ILogger log, HttpMessageHandler? inner = null)
    {
        // A redirect would carry the key elsewhere, and nothing of our traces goes along.
        inner ??= new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ActivityHeadersPropagator = null,
        };
        return new HttpClient(new StripeRetries(inner, settings, clock, log)) { BaseAddress = settings.Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (reads, path) = (request.Method == HttpMethod.Get, request.RequestUri!.AbsolutePath);
        var tries = reads || request.Headers.Contains("Idempotency-Key") ? _settings.Tries : 1;
        var heard = false;
        for (var number = 1; ; number++)
        {
            var (response, failure) = await TryAsync(request, cancellationToken);
            var requestId = response is null ? null : RequestIdOf(response);
            if (response is not null && !IsBusy(response))
            {
                var status = (int)response.StatusCode;
                if (!response.IsSuccessStatusCode)
                {
                    Answered(_log, request.Method, path, status, requestId);
                }

                // Said at the door, before the key is looked at: what an earlier try came to is not known from it.
                if (IsNotLetIn(response))
                {
                    response.Dispose();
                    throw new StripeAwayException(heard, $"{status}") { NotLetIn = true };
                }

                if (!await IsObjectAsync(response, cancellationToken))
                {
                    // Somebody else on the way: what was done is not known from it.
                    Unreadable(_log, request.Method, path, status, requestId);
                    response.Dispose();
                    throw new StripeAwayException(!reads, StripeProblems.Unreadable);
                }

                return response;
            }

            // One try that may have been heard is not undone by a later one that was not.
            heard |= !reads && (response is not null ? response.StatusCode != HttpStatusCode.TooManyRequests && !IsNotLetIn(response) : failure!.MayHaveHappened);
            var reason = response is null ? failure!.Reason : $"{(int)response.StatusCode}";
            var spent = !reads && response is not null && IsKept(response);
            NotAnswered(_log, request.Method, path, number, reason, requestId);
            if (number >= tries || spent || (response is not null && SaysNoUse(response)))
            {
                response?.Dispose();
                throw new StripeAwayException(heard, reason, failure) { KeyIsSpent = spent };
            }

            var pause = Pause(number, response?.Headers.RetryAfter);
            response?.Dispose();
            await Task.Delay(pause, _clock, cancellationToken);
        }
    }

    private async Task<(HttpResponseMessage? Response, StripeAwayException? Failure)> TryAsync(HttpRequestMessage request, CancellationToken token)
    {
        using var late = new CancellationTokenSource(_settings.Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, late.Token);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, either.Token);
            // An answer that breaks off is none; it is read here, where it can be asked for again.
            await response.Content.LoadIntoBufferAsync(MostBytes, either.Token);
            return (response, null);
        }
        catch (OperationCanceledException slow) when (!token.IsCancellationRequested)
        {
            response?.Dispose();
            // The handler's own limit, for connecting alone: nothing has left yet.
            return (null, slow.InnerException is TimeoutException && !late.IsCancellationRequested ? new StripeAwayException(false, "out of reach", slow)
                : new StripeAwayException(true, "no answer in time", slow));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            response?.Dispose();
            var unsent = failure is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
            };
            return (null, new StripeAwayException(!unsent, unsent ? "out of reach" : "the connection broke", failure));
        }
    }

    private static bool IsBusy(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.FailedDependency or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
        || (!response.IsSuccessStatusCode && response.Headers.TryGetValues("Stripe-Should-Retry", out var said) && said.FirstOrDefault() == "true");

    private static bool IsNotLetIn(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    // A failure that is kept under its key, and would only be said again.
    private static bool IsKept(HttpResponseMessage response) => (response.StatusCode >= HttpStatusCode.InternalServerError && SaysNoUse(response))
        || (response.Headers.TryGetValues("Idempotent-Replayed", out var said) && said.FirstOrDefault() == "true");

    private static async Task<bool> IsObjectAsync(HttpResponseMessage response, CancellationToken token)
    {
        var body = await response.Content.ReadAsByteArrayAsync(token);
        return body.AsSpan().TrimStart(" \r\n\t\uFEFF"u8) is [(byte)'{', ..];
    }

    private static bool SaysNoUse(HttpResponseMessage response) => response.Headers.TryGetValues("Stripe-Should-Retry", out var said) && said.FirstOrDefault() == "false";

    private TimeSpan Pause(int number, RetryConditionHeaderValue? asked)
    {
        var pause = _settings.FirstPause * Math.Pow(2, number - 1) * (0.75 + (Random.Shared.NextDouble() / 4));
        pause = asked?.Delta > pause ? asked.Delta.Value : pause;
        return pause < _settings.LongestPause ? pause : _settings.LongestPause;
    }

    internal static string? RequestIdOf(HttpResponseMessage response) => response.Headers.TryGetValues("Request-Id", out var ids) ? ids.FirstOrDefault() : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Stripe answered {Method} {Path} with {Status} (request {RequestId})")]
    private static partial void Answered(ILogger logger, HttpMethod method, string path, int status, string? requestId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Stripe's answer to {Method} {Path}, {Status}, could not be read (request {RequestId})")]
    private static partial void Unreadable(ILogger logger, HttpMethod method, string path, int status, string? requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stripe did not answer {Method} {Path} at try {Number}: {Reason} (request {RequestId})")]
    private static partial void NotAnswered(ILogger logger, HttpMethod method, string path, int number, string reason, string? requestId);
}
