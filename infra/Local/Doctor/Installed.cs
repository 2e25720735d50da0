using Marketplace.Provisioning.Processes;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Doctor;

/// <summary>The programs of the machine that the platform and its tests use.</summary>
internal static class Installed
{
    public static async Task<IReadOnlyList<(string What, string? Found)>> AllAsync(CancellationToken token) =>
    [
        ("PostgreSQL", await PostgreSqlServer.DescribeInstallationAsync(token)),
        ("RabbitMQ", RabbitMqServer.DescribeInstallation()),
        ("Chromium (tests)", Command.Find("chromium-headless-shell") ?? Command.Find("chromium") ?? Command.Find("chromium-browser") ?? Command.Find("google-chrome")),
        ("setsid, flock", Command.Find("setsid") is { } setsid && Command.Find("flock") is { } flock ? $"{setsid}, {flock}" : null),
    ];
}
