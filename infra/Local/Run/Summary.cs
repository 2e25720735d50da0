using Spectre.Console;

namespace Marketplace.Local.Run;

/// <summary>The last thing the launcher prints: where to go and as whom.</summary>
internal static class Summary
{
    private const int ShownPerRole = 2;

    public static void Print(Terminal terminal, CommandLine command, Uri mailbox, IReadOnlyList<Account> accounts)
    {
        var addresses = new Table().Border(TableBorder.Rounded).AddColumns("", "");
        addresses.HideHeaders();
        foreach (var service in Services.All.OrderBy(service => service.PortOffset))
        {
            var replicas = Enumerable.Range(0, command.Replicas.GetValueOrDefault(service.Name, 1));
            addresses.AddRow(service.Name, string.Join(' ', replicas.Select(replica => Services.Address(command.PortBase, service, replica).GetLeftPart(UriPartial.Authority))));
        }

        if (CardPayments.IsBuilt)
        {
            addresses.AddRow("payment simulator", $"{CardPayments.Address(command.PortBase).GetLeftPart(UriPartial.Authority)}  (test card 4242 4242 4242 4242)");
        }

        addresses.AddRow("mailbox", mailbox.GetLeftPart(UriPartial.Authority));
        terminal.Show(addresses);
        if (accounts.Count > 0)
        {
            var people = new Table().Border(TableBorder.Rounded).AddColumns("account", "password", "is");
            var shown = accounts.GroupBy(account => account.Role).SelectMany(role => role.Take(ShownPerRole)).ToList();
            foreach (var account in shown)
            {
                people.AddRow(Markup.Escape(account.Email), Markup.Escape(account.Password), Markup.Escape($"{account.Role} {account.Shop ?? account.Town}".Trim()));
            }

            terminal.Show(people);
            if (accounts.Count > shown.Count)
            {
                terminal.Say($"and {accounts.Count - shown.Count} more in {Path.Combine(command.Data, "endpoints.json")}");
            }
        }

        terminal.Done("Ready. Ctrl-C stops everything; the data stays.");
    }
}
