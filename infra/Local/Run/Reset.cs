using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Run;

/// <summary>Forgets what earlier runs kept: only what the launcher made itself, whatever else lies in the directory.</summary>
internal static class Reset
{
    private static readonly string[] Folders = ["mails", "logs", CardPayments.Folder];
    private static readonly string[] Files = ["secrets.json", "demo.json", "accounts.json", "ports.json", "endpoints.json"];

    public static void Run(string data)
    {
        LocalServers.Forget(data);
        foreach (var folder in Folders.Select(name => Path.Combine(data, name)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in Files)
        {
            File.Delete(Path.Combine(data, file));
        }

        Directory.CreateDirectory(Path.Combine(data, "logs"));
    }
}
