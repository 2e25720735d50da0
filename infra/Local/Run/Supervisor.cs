using System.Diagnostics;
using Marketplace.Provisioning.Processes;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Run;

/// <summary>Keeps one process running: starts it, waits until it says it is ready, and starts it again when it crashes.</summary>
internal sealed class Supervisor(ProcessSpec spec, Uri readiness, RunDirectory directory, Terminal terminal)
{
    private const int CrashesBeforeGivingUp = 3;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StableAfter = TimeSpan.FromMinutes(1);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Stopwatch? _away; // since it ended, until it is ready again

    /// <summary>Ends when the process answers ready for the first time; fails when it cannot be brought there.</summary>
    public Task Ready => _ready.Task;

    public async Task RunAsync(CancellationToken token)
    {
        var crashes = 0;
        while (!token.IsCancellationRequested)
        {
            using var process = directory.Start(spec);
            var lived = Stopwatch.StartNew();
            var noticed = NoticeReadyAsync(process, token);
            await process.WaitForExitAsync(token);
            var ended = Stopwatch.StartNew();
            await noticed;
            _away ??= ended;

            crashes = lived.Elapsed > StableAfter ? 1 : crashes + 1;
            if (!Ready.IsCompleted && crashes >= CrashesBeforeGivingUp)
            {
                _ready.TrySetException(new LaunchException(
                    $"{spec.Name} ended with {process.ExitCode} {crashes} times instead of starting. Its last words ({directory.LogPath(spec.Name)}):\n{LogTail.Of(directory.LogPath(spec.Name))}"));
                return;
            }

            var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, 0.25 * Math.Pow(2, crashes)));
            terminal.Warn($"{spec.Name} ended with {process.ExitCode}; starting it again in {pause.TotalSeconds:0.#} s (log: {directory.LogPath(spec.Name)})");
            await Task.Delay(pause, token);
        }
    }

    private async Task NoticeReadyAsync(OwnedProcess process, CancellationToken token)
    {
        while (!process.HasExited && !token.IsCancellationRequested)
        {
            if (await IsReadyAsync(token))
            {
                if (!_ready.TrySetResult() && _away is { } away)
                {
                    terminal.Back(spec.Name, away.Elapsed);
                }

                _away = null;
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken token)
    {
        try
        {
            using var answer = await Http.GetAsync(readiness, token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
