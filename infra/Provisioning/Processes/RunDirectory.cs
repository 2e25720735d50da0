using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Provisioning.Processes;

/// <summary>How a run directory is held.</summary>
public enum Tenure
{
    /// <summary>One owner, as the launcher is.</summary>
    Alone,

    /// <summary>Several owners at once, as the test assemblies of one run are.</summary>
    Shared,
}

/// <summary>
/// The directory of a set of processes and the lock by which their owners hold it. While somebody holds the lock the
/// processes live; when the last holder has ended, in whatever way, the keeper (<c>keeper.sh</c>) stops them all.
/// </summary>
public sealed class RunDirectory : IDisposable
{
    private const long LogSizeToRotate = 5_000_000;

    private readonly FileStream _lock;
    private bool _tookOver;

    private RunDirectory(string path, FileStream held) => (Root, _lock) = (path, held);

    /// <summary>The directory itself.</summary>
    public string Root { get; }

    private string Run => Path.Combine(Root, "run");

    private string KeeperRecord => Path.Combine(Run, "keeper");

    /// <summary>
    /// Takes the directory, waiting while the processes of an ended owner are being stopped. Null when it is still held
    /// after that wait: somebody else runs there.
    /// </summary>
    public static async Task<RunDirectory?> TryHoldAsync(string path, Tenure tenure, TimeSpan patience, CancellationToken token)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.Combine(path, "run"));
        Directory.CreateDirectory(Path.Combine(path, "logs"));
        var lockPath = Path.Combine(path, "run", "lock");
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (TryLock(lockPath, tenure) is { } held)
            {
                return new RunDirectory(path, held);
            }

            if (waited.Elapsed > patience)
            {
                return null;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), token);
        }
    }

    /// <summary>Waits for the turn to do something that only one owner may do at a time; disposing ends the turn.</summary>
    public static async Task<IAsyncDisposable> TakeTurnAsync(string path, CancellationToken token)
    {
        while (true)
        {
            if (TryLock(path, Tenure.Alone) is { } turn)
            {
                return turn;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), token);
        }
    }

    /// <summary>Starts a process that ends with the last owner at the latest.</summary>
    public OwnedProcess Start(ProcessSpec spec) => OwnedProcess.Start(spec, this);

    /// <summary>Whether the keeper and every recorded process live.</summary>
    public bool EverythingLives() =>
        ProcessRecord.Read(KeeperRecord) is { IsAlive: true }
        && Directory.GetFiles(Run, "*.pid").All(record => ProcessRecord.Read(record) is { IsAlive: true });

    /// <summary>
    /// Stops whatever an earlier owner left without a keeper (both were killed), then sets a keeper of our own. Only the
    /// first call does.
    /// </summary>
    public async Task TakeOverAsync(TimeSpan linger, CancellationToken token)
    {
        if (_tookOver)
        {
            return;
        }

        foreach (var script in new[] { "start.sh", "keeper.sh" })
        {
            await using var source = typeof(RunDirectory).Assembly.GetManifestResourceStream(script)!;
            await using var target = File.Create(ScriptPath(script));
            await source.CopyToAsync(target, token);
        }

        await SweepAsync(token);
        foreach (var log in new DirectoryInfo(Path.Combine(Root, "logs")).GetFiles("*.log").Where(log => log.Length > LogSizeToRotate))
        {
            log.MoveTo($"{log.FullName}.1", overwrite: true);
        }

        StartKeeper(linger);
        _tookOver = true;
    }

    /// <summary>Starts the keeper again if something ended it; true when it had to be.</summary>
    public bool EnsureKeeper(TimeSpan linger)
    {
        if (ProcessRecord.Read(KeeperRecord) is { IsAlive: true })
        {
            return false;
        }

        StartKeeper(linger);
        return true;
    }

    /// <summary>Lets go of the directory and waits until the keeper has stopped everything; true when it has within the time.</summary>
    public async Task<bool> ReleaseAsync(TimeSpan patience, CancellationToken token)
    {
        var keeper = ProcessRecord.Read(KeeperRecord);
        await _lock.DisposeAsync();
        var waited = Stopwatch.StartNew();
        while (keeper is { IsAlive: true } && waited.Elapsed < patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), token);
        }

        return keeper is not { IsAlive: true };
    }

    /// <summary>Ends every recorded process at once.</summary>
    public void KillAll()
    {
        foreach (var record in Directory.GetFiles(Run, "*.pid"))
        {
            ProcessRecord.Read(record)?.KillGroup();
        }
    }

    /// <summary>The living processes of a directory, held or not, by name.</summary>
    public static IEnumerable<(string Name, int Pid)> Recorded(string path)
    {
        var run = Path.Combine(path, "run");
        var records = Directory.Exists(run) ? Directory.GetFiles(run, "*.pid") : [];
        return records
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file)[2..], Record: ProcessRecord.Read(file)))
            .Where(one => one.Record is { IsAlive: true })
            .Select(one => (one.Name, one.Record!.Pid));
    }

    /// <summary>The log file of a process.</summary>
    public string LogPath(string name) => Path.Combine(Root, "logs", $"{name}.log");

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    internal string RecordPath(ProcessSpec spec) =>
        Path.Combine(Run, string.Create(CultureInfo.InvariantCulture, $"{spec.Level}-{spec.Name}.pid"));

    internal string ScriptPath(string script) => Path.Combine(Run, script);

    // The keeper's own script does the sweep, on a lock nobody else knows: one way of stopping things.
    private async Task SweepAsync(CancellationToken token)
    {
        if (Directory.GetFiles(Run, "*.pid").Length > 0)
        {
            var free = Path.Combine(Run, "sweep");
            await File.WriteAllTextAsync(free, "", token);
            await Command.RequireAsync("sh", [ScriptPath("keeper.sh"), free, Run, "0"], token);
        }
    }

    private void StartKeeper(TimeSpan linger)
    {
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = "/" };
        string[] arguments =
        [
            "sh", ScriptPath("start.sh"), KeeperRecord, LogPath("keeper"), "15", "0",
            "sh", ScriptPath("keeper.sh"), _lock.Name, Run,
            ((int)linger.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("setsid did not start.");
        SpinWait.SpinUntil(() => ProcessRecord.Read(KeeperRecord)?.Pid == process.Id || process.HasExited, TimeSpan.FromSeconds(5));
    }

    private static FileStream? TryLock(string path, Tenure tenure)
    {
        try
        {
            // On Unix these modes are flock(LOCK_EX) and flock(LOCK_SH), which the keeper's flock(1) meets.
            return tenure == Tenure.Alone
                ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
                : OpenShared(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static FileStream OpenShared(string path)
    {
        if (!File.Exists(path))
        {
            using var created = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        }

        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }
}
