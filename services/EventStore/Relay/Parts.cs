using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Marketplace.EventStore.Postgres;
using Npgsql;

namespace Marketplace.EventStore.Relay;

/// <summary>The parts of a message that stands for several (decision 12).</summary>
public static class Parts
{
    /// <summary>
    /// Handles all parts at once and each for itself. What is traced travels alone, so these belong to
    /// no trace. When several fail, an outage is what is thrown: it is waited out, where a failure of one part's own is soon given up.
    /// </summary>
    public static async Task HandleAsync<T>(IEnumerable<T> parts, Func<T, Task> handle)
    {
        Activity.Current = null;
        var all = Task.WhenAll(parts.Select(handle));
        try
        {
            await all;
        }
        catch (Exception) when (all.Exception?.InnerExceptions.FirstOrDefault(failure => failure is NpgsqlException away && Outage.Is(away)) is { } outage)
        {
            ExceptionDispatchInfo.Throw(outage);
        }
    }
}
