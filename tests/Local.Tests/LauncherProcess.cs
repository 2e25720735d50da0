using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Local.Tests;

/// <summary>A real launcher in a directory of its own, with what it prints and every process that it started.</summary>
internal sealed class LauncherProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private readonly DateTime _started;

    private LauncherProcess(Process process, string data)
    {
        (_process, Data, _started) = (process, data, process.StartTime.ToUniversalTime());
        _process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Data { get; }

    public string Output => string.Join('\n', _lines);

    public string EndpointsPath => Path.Combine(Data, "endpoints.json");

    /// <summary>A base from which all the ports that the launcher wants are free.</summary>
    public static int FreePortBase() =>
        Enumerable.Range(0, 200).Select(step => 21_000 + (step * 37)).First(start => Enumerable.Range(start, 6).All(IsFree));

    public static LauncherProcess Start(string data, int portBase) => Start(data, portBase, "--no-demo");

    /// <summary>As whoever looks at the product starts it, and so without what makes the tests' own runs short.</summary>
    public static LauncherProcess StartWithDemo(string data, int portBase) => Start(data, portBase, []);

    /// <summary>Another verb of the launcher beside it.</summary>
    public static LauncherProcess Run(string data, int portBase, params string[] verb) => Start(data, portBase, verb);

    private static LauncherProcess Start(string data, int portBase, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        string[] arguments =
        [
            typeof(Verb).Assembly.Location, "--data", data, "--port-base", portBase.ToString(CultureInfo.InvariantCulture), "--with-parent", .. more,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (more.Length == 0)
        {
            start.Environment.Remove("DOTNET_JITMinOpts"); // .ci/run
        }

        return new LauncherProcess(Process.Start(start)!, data);
    }

    public async Task<JsonElement> ReadyAsync(CancellationToken token)
    {
        await UntilAsync(() => SaidItsEndpoints() || _process.HasExited, token);
        SaidItsEndpoints().ShouldBeTrue($"the launcher ended instead of starting:\n{Output}");
        return JsonDocument.Parse(await File.ReadAllTextAsync(EndpointsPath, token)).RootElement;
    }

    // The file of one that was killed lies there until its keeper has stopped everything.
    private bool SaidItsEndpoints() => File.Exists(EndpointsPath) && File.GetLastWriteTimeUtc(EndpointsPath) > _started;

    public async Task<int> EndAsync(CancellationToken token)
    {
        await _process.WaitForExitAsync(token).WaitAsync(Patience, token);
        return _process.ExitCode;
    }

    public void Signal(StopSignal signal) => ProcessRecord.Of(_process.Id)!.Signal((int)signal);

    public ProcessRecord Find(string name) =>
        Directory.GetFiles(Path.Combine(Data, "run"), $"*-{name}.pid").Select(ProcessRecord.Read).FirstOrDefault() ?? new ProcessRecord(0, 0);

    public async Task AnswersAsync(Uri address, CancellationToken token)
    {
        using var http = new HttpClient();
        var answer = HttpStatusCode.ServiceUnavailable;
        await UntilAsync(
            () =>
            {
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, address);
                    using var response = http.Send(request, token);
                    answer = response.StatusCode;
                }
                catch (HttpRequestException)
                {
                    answer = HttpStatusCode.ServiceUnavailable;
                }

                return answer == HttpStatusCode.OK;
            },
            token);
        answer.ShouldBe(HttpStatusCode.OK, $"{address}\n{Output}");
    }

    /// <summary>The processes that name this launcher's directory in their command line or environment or write to a file of it, whoever their parent is.</summary>
    public IReadOnlyList<string> LeftBehind() =>
    [
        .. Family().Where(folder => Path.GetFileName(folder) != _process.Id.ToString(CultureInfo.InvariantCulture))
            .Select(folder => $"{Path.GetFileName(folder)} {Read($"{folder}/cmdline").Replace('\0', ' ')}"),
    ];

    /// <summary>Processor time that the launcher and all it started have used, those that have ended and were waited for among it.</summary>
    public TimeSpan ProcessorTime() => TimeSpan.FromSeconds(Family().Sum(folder =>
        Read($"{folder}/stat") is { Length: > 0 } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(MachineLoad.Seconds) : 0));

    private IEnumerable<string> Family() => Directory.GetDirectories("/proc")
        .Where(folder => int.TryParse(Path.GetFileName(folder), out var pid) && pid != Environment.ProcessId)
        .Where(folder => Read($"{folder}/cmdline").Contains(Data, StringComparison.Ordinal) || Read($"{folder}/environ").Contains(Data, StringComparison.Ordinal)
            || WrittenTo($"{folder}/fd/1").StartsWith(Data, StringComparison.Ordinal));

    public static async Task UntilAsync(Func<bool> reached, CancellationToken token)
    {
        var waited = Stopwatch.StartNew();
        while (!reached() && waited.Elapsed < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(StopSignal.Terminate);
            await EndAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string WrittenTo(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget ?? "";
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
