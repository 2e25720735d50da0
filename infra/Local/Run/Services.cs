using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Run;

/// <summary>One service: its assembly, its place among the ports, and whether it is stopped before the others.</summary>
internal sealed record Service(string Name, string Project, int PortOffset, int StopLevel);

/// <summary>The services and the settings that each gets. docker-compose.yml sets the same ones; a test compares them.</summary>
internal static class Services
{
    public const int MailboxPortOffset = 5;

    public static IReadOnlyList<Service> All { get; } =
    [
        new("merchants", "Marketplace.Merchants", 3, 7),
        new("catalog", "Marketplace.Catalog", 1, 7),
        new("ordering", "Marketplace.Ordering", 2, 7),
        new("storefront", "Marketplace.Storefront", 0, 8),
    ];

    /// <summary>Those that keep read models beside their log, and so have the verb <c>rebuild</c>.</summary>
    public static IReadOnlyList<Service> WithReadModels { get; } = [.. All.Where(service => service.Name == "ordering")];

    /// <summary>Those that are built; while the product grows, not all may be.</summary>
    public static IReadOnlyList<Service> Built => [.. All.Where(IsBuilt)];

    public static bool IsBuilt(Service service) => File.Exists(Path.ChangeExtension(Checkout.AssemblyOf(service.Project), "runtimeconfig.json"));

    /// <summary>The port of a replica: the first has the service's own, the others lie ten apart.</summary>
    public static int Port(int portBase, Service service, int replica = 0) => portBase + service.PortOffset + (10 * replica);

    public static Uri Address(int portBase, Service service, int replica = 0) =>
        // Browsers grant passkeys to "localhost" but not to an address in digits.
        new($"http://{(service.Name == "storefront" ? "localhost" : "127.0.0.1")}:{Port(portBase, service, replica)}");

    public static Uri Address(int portBase, string service) => Address(portBase, All.Single(one => one.Name == service));

    public static Dictionary<string, string> Settings(
        Service service, int replica, IReadOnlyDictionary<string, int> replicas, int portBase, int smtpPort, Func<string, string> database, Uri broker, Secrets secrets)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = Address(portBase, service, replica).GetLeftPart(UriPartial.Authority),
            ["ConnectionStrings__postgres"] = database(service.Name),
            ["ConnectionStrings__rabbitmq"] = broker.ToString(),
            ["Auth__JwksUrl"] = new Uri(Address(portBase, "storefront"), ".well-known/jwks.json").ToString(),
            ["Operator__KeyHash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(OperatorKey(secrets)))),
            // Four services share one machine with two servers: workstation collector, and heaps that give memory back.
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_GCConserveMemory"] = "5",
            // 48 MB of young objects between two collections (the number is hexadecimal): what an order needs is garbage once it is answered.
            ["DOTNET_GCgen0size"] = "3000000",
        };
        if (service.Name is "ordering" or "storefront")
        {
            settings["Smtp__Host"] = "127.0.0.1";
            settings["Smtp__Port"] = smtpPort.ToString(CultureInfo.InvariantCulture);
            settings["Storefront__PublicUrl"] = Address(portBase, "storefront").GetLeftPart(UriPartial.Authority);
        }

        if (service.Name is "ordering")
        {
            settings["Ordering__TokenSecret"] = secrets.Get("ordering-token");
        }

        if (service.Name is "storefront")
        {
            settings["DataProtection__Certificate"] = ProtectionCertificate.Of(secrets);
            foreach (var name in new[] { "catalog", "ordering", "merchants" })
            {
                var one = All.Single(s => s.Name == name);
                settings[$"Services__{name}"] = string.Join(';', Enumerable.Range(0, replicas.GetValueOrDefault(name, 1)).Select(r => Address(portBase, one, r).GetLeftPart(UriPartial.Authority)));
            }
        }

        return settings;
    }

    /// <summary>The key by which the launcher sets up towns and shops, made at the first start.</summary>
    public static string OperatorKey(Secrets secrets) => $"op_{secrets.Get("operator-key")}";
}
