using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Provisioning.Processes;

/// <summary>What to run. Its level orders the stop: 9 first, 1 last.</summary>
public sealed record ProcessSpec(string Name, int Level, string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>Added to the variables the owner itself has.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it runs; nothing is meant to depend on it.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The signal that makes it end in order.</summary>
    public StopSignal StopSignal { get; init; } = StopSignal.Terminate;

    /// <summary>How long it may take over that before it is killed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>The signals by which a process is ended, with their POSIX numbers.</summary>
public enum StopSignal
{
    /// <summary>No signal.</summary>
    None = 0,

    /// <summary>SIGINT: PostgreSQL's fast shutdown.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL, for what keeps nothing.</summary>
    Kill = 9,

    /// <summary>SIGTERM, the usual one.</summary>
    Terminate = 15,
}

/// <summary>
/// A process in a session of its own (a Ctrl-C in the terminal does not reach it), recorded so that the keeper of its
/// <see cref="RunDirectory"/> ends it when its owner is gone, and with its output in a log file.
/// </summary>
public sealed class OwnedProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _recordPath;
    private readonly ProcessSpec _spec;

    private OwnedProcess(Process process, string recordPath, ProcessSpec spec) =>
        (_process, _recordPath, _spec) = (process, recordPath, spec);

    /// <summary>Its pid, which is its group's too.</summary>
    public int Pid => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code, once ended.</summary>
    public int ExitCode => _process.ExitCode;

    internal static OwnedProcess Start(ProcessSpec spec, RunDirectory directory)
    {
        var recordPath = directory.RecordPath(spec);
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = spec.WorkingDirectory };
        string[] guard =
        [
            "sh", directory.ScriptPath("start.sh"), recordPath, directory.LogPath(spec.Name),
            ((int)spec.StopSignal).ToString(CultureInfo.InvariantCulture),
            ((int)Math.Ceiling(spec.Grace.TotalSeconds)).ToString(CultureInfo.InvariantCulture), spec.FileName,
        ];
        foreach (var argument in guard.Concat(spec.Arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{spec.Name} did not start.");
        return new OwnedProcess(process, recordPath, spec);
    }

    /// <summary>Waits for its end.</summary>
    public Task WaitForExitAsync(CancellationToken token) => _process.WaitForExitAsync(token);

    /// <summary>Asks it to end, and kills it when its grace is over.</summary>
    public async Task StopAsync(CancellationToken token)
    {
        ProcessRecord.Of(Pid)?.Signal((int)_spec.StopSignal);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(_spec.Grace);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            ProcessRecord.Of(Pid)?.KillGroup();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        File.Delete(_recordPath);
    }

    /// <summary>Ends it as a crash of the machine would: with all its descendants, in whatever group they put themselves.</summary>
    public async Task KillAsync()
    {
        var all = ProcessRecord.Of(Pid) is { } me ? me.Descendants().Prepend(me).ToList() : [];
        foreach (var process in all)
        {
            process.Signal((int)StopSignal.Kill);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        while (all.Any(process => process.IsAlive))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        File.Delete(_recordPath);
    }

    /// <summary>Forgets the process without ending it: the keeper answers for it.</summary>
    public void Dispose() => _process.Dispose();
}
