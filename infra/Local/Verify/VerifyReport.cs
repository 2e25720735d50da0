using System.Globalization;
using Marketplace.Local.Run;
using Spectre.Console;

namespace Marketplace.Local.Verify;

/// <summary>The verb <c>verify</c>: over the running platform's servers, or over those of a stopped one, which are started for it.</summary>
internal static class VerifyReport
{
    public static Task<int> RunAsync(CommandLine command) =>
        PlatformServers.UseAsync(command.Data, "Not verified", (database, broker) => CheckAsync(Terminal.Open(), new Verification(database, broker, CardPayments.Running(command.Data))));

    private static async Task<int> CheckAsync(IAnsiConsole console, Verification verification)
    {
        var findings = await verification.RunAsync(CancellationToken.None);
        foreach (var finding in findings)
        {
            var mark = finding.Holds ? "[green]✓[/]" : "[red]✗[/]";
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"{mark} {Markup.Escape($"{finding.Invariant} {finding.Says}")}"));
            foreach (var row in finding.BrokenBy)
            {
                console.WriteLine($"    {row}");
            }
        }

        return findings.All(finding => finding.Holds) ? 0 : 1;
    }
}
