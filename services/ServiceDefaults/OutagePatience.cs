using MassTransit;
using MassTransit.RetryPolicies;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// Tries again every so often for so long, the tries counted in: against a database that does not answer each of them takes longer than the pause, and a
/// number of tries would be no measure of time.
/// </summary>
internal sealed class OutagePatience(Func<Exception, bool> lasts, TimeSpan pause, TimeSpan atMost, TimeProvider clock) : IRetryPolicy
{
    private TimeSpan Pause => pause;

    public bool IsHandled(Exception exception) => lasts(exception);

    public void Probe(ProbeContext context) => context.Set(new { Policy = "Outage", Pause = pause, AtMost = atMost });

    public RetryPolicyContext<T> CreatePolicyContext<T>(T context) where T : class, PipeContext => new Waiting<T>(this, context, clock.GetTimestamp());

    private bool MayGoOn(Exception failure, long since) => lasts(failure) && clock.GetElapsedTime(since) + pause < atMost;

    private sealed class Waiting<T> : BaseRetryPolicyContext<T> where T : class, PipeContext
    {
        private readonly OutagePatience _patience;
        private readonly long _since;

        internal Waiting(OutagePatience patience, T context, long since) : base(patience, context) => (_patience, _since) = (patience, since);

        public override bool CanRetry(Exception exception, out RetryContext<T> retryContext) => base.CanRetry(exception, out retryContext) && _patience.MayGoOn(exception, _since);

        protected override RetryContext<T> CreateRetryContext(Exception exception, CancellationToken cancellationToken) => new Again<T>(_patience, Context, exception, 0, _since, cancellationToken);
    }

    private sealed class Again<T>(OutagePatience patience, T context, Exception exception, int before, long since, CancellationToken token)
        : BaseRetryContext<T>(context, exception, before, token), RetryContext<T> where T : class, PipeContext
    {
        public override TimeSpan? Delay => patience.Pause;

        public bool CanRetry(Exception exception, out RetryContext<T> retryContext)
        {
            retryContext = new Again<T>(patience, Context, exception, RetryAttempt, since, CancellationToken);
            return patience.MayGoOn(exception, since);
        }
    }
}
