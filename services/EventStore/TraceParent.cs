using System.Diagnostics;

namespace Marketplace.EventStore;

/// <summary>
/// The trace that something belongs to, as W3C writes it, kept beside events and timers so that what follows from them joins it. None where
/// nobody records: nothing is then stored or sent.
/// </summary>
public static class TraceParent
{
    /// <summary>The place in the trace that runs here.</summary>
    public static string? Current => Of(Activity.Current);

    public static string? Of(Activity? activity) => activity is { Recorded: true, IdFormat: ActivityIdFormat.W3C } ? activity.Id : null;
}
