using System.Diagnostics;

namespace Marketplace.Load;

/// <summary>The invariants over the databases, by the launcher's own verb, in whichever configuration it was built last. What is broken is said on stderr.</summary>
internal static class Verify
{
    internal static async Task<bool> RunAsync(string data)
    {
        var launcher = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "..", "..", "Marketplace.Local"))
            .EnumerateFiles("Marketplace.Local.dll", SearchOption.AllDirectories).MaxBy(file => file.LastWriteTimeUtc)
            ?? throw new InvalidOperationException("The launcher is not built: dotnet build infra/Local");
        using var verify = Process.Start(new ProcessStartInfo("dotnet", [launcher.FullName, "verify", "--data", data]) { RedirectStandardOutput = true })!;
        var said = await verify.StandardOutput.ReadToEndAsync();
        await verify.WaitForExitAsync();
        if (verify.ExitCode != 0)
        {
            await Console.Error.WriteLineAsync(said);
        }

        return verify.ExitCode == 0;
    }
}
