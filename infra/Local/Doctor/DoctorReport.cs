using System.Runtime.InteropServices;
using Marketplace.Local.Queues;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;
using RabbitMQ.Client.Exceptions;
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
        foreach (var service in Services.All.Append(CardPayments.Simulator))
        {
            table.AddRow(service.Name, Services.IsBuilt(service) ? "built" : "[yellow]not built[/]");
        }

        if (CardPayments.KnownWebhookSecret(command.Data) is { } secret)
        {
            table.AddRow("secret of its webhooks", Markup.Escape(secret));
        }

        if (owner is { IsAlive: true } && LocalServers.BrokerOf(command.Data) is { } broker)
        {
            table.AddRow("messages given up", await GivenUpAsync(broker));
        }

        Terminal.Open().Write(table);
        return 0;
    }

    private static async Task<string> GivenUpAsync(Uri broker)
    {
        try
        {
            var lying = await GivenUpMessages.FindAsync(broker, CancellationToken.None);
            return lying.Count == 0
                ? "none"
                : $"[red]{Markup.Escape(string.Join(", ", lying.Select(found => $"{found.Messages} in {found.Queue}")))}[/]: why is in that service’s log; once mended, [bold]retry-errors[/]";
        }
        catch (BrokerUnreachableException away)
        {
            return $"[yellow]{Markup.Escape(away.Message)}[/]";
        }
    }
}
