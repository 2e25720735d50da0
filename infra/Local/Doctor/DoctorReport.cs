using System.Runtime.InteropServices;
using Marketplace.Local.Run;
using Spectre.Console;

namespace Marketplace.Local.Doctor;

/// <summary>What is installed, what runs, where its data is; with <c>--memory</c>, what each process takes.</summary>
internal static class DoctorReport
{
    public static async Task<int> RunAsync(CommandLine command)
    {
        if (command.Memory)
        {
            return MemoryReport.Print(command.Data);
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "");
        table.HideHeaders();
        table.AddRow(".NET", Markup.Escape(RuntimeInformation.FrameworkDescription));
        foreach (var (what, found) in await Installed.AllAsync(CancellationToken.None))
        {
            table.AddRow(what, found is null ? "[yellow]not found; installed at the first start where the system allows it[/]" : Markup.Escape(found));
        }

        var owner = Owner.Read(command.Data);
        table.AddRow("data", Markup.Escape(command.Data));
        table.AddRow("running", owner is { IsAlive: true } ? Markup.Escape($"yes, process {owner.Pid}: {owner.Storefront}") : "no");
        foreach (var service in Services.All)
        {
            table.AddRow(service.Name, Services.Built.Contains(service) ? "built" : "[yellow]not built[/]");
        }

        Terminal.Open().Write(table);
        return 0;
    }
}
