using System.Collections.Concurrent;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Marketplace.Storefront.Clients;

/// <summary>How long a page waits for a service, and when it stops asking: a second try for a hiccup, none while the service is down.</summary>
internal sealed class ReadPipeline(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, ResiliencePipeline<HttpResponseMessage>> _byService = new();

    public ResiliencePipeline<HttpResponseMessage> For(string service) => _byService.GetOrAdd(service, _ => Build());

    private ResiliencePipeline<HttpResponseMessage> Build()
    {
        var failures = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>();
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = failures,
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(60),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = failures,
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(3),
            })
            .AddTimeout(TimeSpan.FromSeconds(3))
            .Build();
    }
}
