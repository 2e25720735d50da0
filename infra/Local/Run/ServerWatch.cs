using System.Diagnostics;
using Marketplace.Provisioning.Processes;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Run;

/// <summary>Brings a database or broker back when it crashed; the services wait for it and go on by themselves.</summary>
internal static class ServerWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static async Task KeepAsync(
        string name, Func<OwnedProcess?> current, Func<CancellationToken, Task> start, Terminal terminal, CancellationToken token)
    {
        // A server that was given to us is not ours to keep.
        while (current() is { } process)
        {
            await process.WaitForExitAsync(token);
            var away = Stopwatch.StartNew();
            terminal.Warn($"{name} ended with {process.ExitCode}; starting it again");
            await StartAsync(name, start, away, terminal, token);
        }
    }

    // The processes of a crashed PostgreSQL may hold its memory for a moment longer, so the first try may be too early.
    private static async Task StartAsync(string name, Func<CancellationToken, Task> start, Stopwatch away, Terminal terminal, CancellationToken token)
    {
        while (true)
        {
            try
            {
                await start(token);
                terminal.Back(name, away.Elapsed);
                return;
            }
            catch (ServersUnavailableException notYet)
            {
                terminal.Warn(notYet.Message);
                await Task.Delay(Pause, token);
            }
        }
    }
}
