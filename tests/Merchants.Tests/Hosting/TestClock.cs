namespace Marketplace.Merchants.Tests.Hosting;

/// <summary>Runs like the real one, from a day of the test's choosing: Wednesday 10 June 2026, 07:00 in Paris.</summary>
internal sealed class TestClock : TimeProvider
{
    public static readonly DateTimeOffset Morning = new(2026, 6, 10, 7, 0, 0, TimeSpan.FromHours(2));

    private readonly long _started = System.GetTimestamp();
    private long _advancedTicks;

    public override DateTimeOffset GetUtcNow() => Morning.ToUniversalTime() + System.GetElapsedTime(_started) + TimeSpan.FromTicks(Interlocked.Read(ref _advancedTicks));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _advancedTicks, by.Ticks);
}
