using System.Diagnostics;

namespace Marketplace.Provisioning.Processes;

/// <summary>A command that had to succeed did not; the message holds what it said.</summary>
public sealed class CommandFailedException(string message) : Exception(message);

/// <summary>A command run to its end, with everything it said.</summary>
public static class Command
{
    /// <summary>Runs a command and returns its exit code with standard output and error together.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string fileName, IEnumerable<string> arguments, CancellationToken token,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(fileName)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{fileName} did not start.");
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(token);
            var error = process.StandardError.ReadToEndAsync(token);
            await process.WaitForExitAsync(token);
            return (process.ExitCode, $"{await output}{await error}".Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a command that has to succeed; otherwise throws with what it said.</summary>
    public static async Task<string> RequireAsync(
        string fileName, IEnumerable<string> arguments, CancellationToken token,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var all = arguments.ToList();
        var (exitCode, output) = await RunAsync(fileName, all, token, environment);
        return exitCode == 0
            ? output
            : throw new CommandFailedException($"{fileName} {string.Join(' ', all)} ended with {exitCode}:\n{output}");
    }

    /// <summary>The full path of a program on PATH or in the places where Debian keeps those of the administrator.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/local/sbin", "/usr/sbin", "/sbin"])
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
