namespace Marketplace.StripeSimulator;

/// <summary>The machine's time, put forward on demand: so an authorisation lapses, and a webhook comes three days late, within a test.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private long _ahead;

    internal TimeSpan Ahead
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
        set => Interlocked.Exchange(ref _ahead, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
