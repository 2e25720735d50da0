using System.Globalization;
using System.Runtime.InteropServices;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Local.Run;

/// <summary>
/// Ctrl-C, SIGTERM, a closed terminal, or the end of the <c>dotnet run</c> or test that started us: the first asks for an
/// orderly stop, the second for a fast one.
/// </summary>
internal sealed class StopRequest : IDisposable
{
    private const nint DefaultHandler = 0;

    private readonly CancellationTokenSource _orderly = new();
    private readonly CancellationTokenSource _fast = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Timer? _parentWatch;

    public StopRequest(bool withParent)
    {
        // A shell script starts its background jobs with Ctrl-C ignored; whoever sends us that signal means it.
        _ = SetSignal((int)StopSignal.Interrupt, DefaultHandler);
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                (_orderly.IsCancellationRequested ? _fast : _orderly).Cancel();
            }));
        }

        // `dotnet run` stands between the terminal and us; killed hard, it would leave us running unseen.
        if (ParentOf(Environment.ProcessId) is { } parent && (withParent || IsDotnetRun(parent)))
        {
            _parentWatch = new Timer(
                _ =>
                {
                    if (ParentOf(Environment.ProcessId) != parent)
                    {
                        _orderly.Cancel();
                    }
                },
                null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        }
    }

    public CancellationToken Orderly => _orderly.Token;

    public CancellationToken Fast => _fast.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _parentWatch?.Dispose();
        _orderly.Dispose();
        _fast.Dispose();
    }

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint SetSignal(int signal, nint handler);

    private static int? ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsDotnetRun(int pid)
    {
        try
        {
            var words = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline")).Split('\0');
            return Path.GetFileName(words[0]) == "dotnet" && words.Skip(1).FirstOrDefault() == "run";
        }
        catch (IOException)
        {
            return false;
        }
    }
}
