using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Local.Demo;

/// <summary>Sends a shop's file of offers to the importer, as the shop would, and follows it to its end.</summary>
internal static class DemoImport
{
    private const int LinesSaid = 5;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <param name="imports">The shop's <c>…/imports/</c>.</param>
    public static async Task RunAsync(DemoApi api, Uri imports, string file, CancellationToken token)
    {
        var started = TimeProvider.System.GetTimestamp();
        var import = await api.SendFileAsync<Import>(imports, await File.ReadAllBytesAsync(file, token), token);
        while (import is { Status: "queued" or "running" } && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(Look, token);
            import = await api.GetAsync<Import>(new Uri(imports, import.Id.ToString()), token);
        }

        if (Fault(import) is { } fault)
        {
            throw new DemoRefusedException($"{Path.GetFileName(file)}: {fault}");
        }
    }

    /// <summary>What is wrong with an import of the demo, whose files must be taken whole.</summary>
    public static string? Fault(Import? import) => import switch
    {
        { Status: "done", Rejected: { Count: > 0 } rejected } =>
            $"{rejected.Count} of {import.Read} lines were rejected:\n"
            + string.Join('\n', rejected.Take(LinesSaid).Select(line => $"    line {line.Line}: {line.Reason} {line.Detail}")),
        { Status: "done", Read: 0 } => "the file has no line.",
        { Status: "done" } => null,
        { Status: "failed" } => $"the import failed: {import.Error}",
        _ => $"the import has not ended after {Patience.TotalMinutes:0} minutes.",
    };
}
