using Marketplace.Provisioning.Processes;

namespace Marketplace.Provisioning.Servers;

/// <summary>The library script of RabbitMQ (Debian's one on PATH insists on its own user) and Erlang's port mapper.</summary>
internal sealed record RabbitMqInstallation(string ServerScript, string PortMapper)
{
    public static async Task<RabbitMqInstallation> FindOrInstallAsync(IProgress<string>? progress, CancellationToken token)
    {
        var found = Find();
        if (found is null && SystemPackages.CanInstall)
        {
            await SystemPackages.InstallAsync(["rabbitmq-server"], progress, token);
            found = Find();
        }

        return found ?? throw new ServersUnavailableException(SystemPackages.Advice(
            "RabbitMQ", "rabbitmq-server", "MARKETPLACE_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672/"));
    }

    public static RabbitMqInstallation? Find()
    {
        string?[] scripts =
        [
            "/usr/lib/rabbitmq/bin/rabbitmq-server",
            .. Directory.Exists("/usr/lib/rabbitmq/lib")
                ? Directory.GetDirectories("/usr/lib/rabbitmq/lib", "rabbitmq_server-*").Select(folder => $"{folder}/sbin/rabbitmq-server")
                : [],
            Command.Find("rabbitmq-server"),
        ];
        string?[] mappers =
        [
            Command.Find("epmd"),
            .. Directory.Exists("/usr/lib/erlang")
                ? Directory.GetDirectories("/usr/lib/erlang", "erts-*").Select(folder => $"{folder}/bin/epmd")
                : [],
        ];
        return scripts.FirstOrDefault(File.Exists) is { } script && mappers.FirstOrDefault(File.Exists) is { } mapper
            ? new RabbitMqInstallation(script, mapper)
            : null;
    }
}
