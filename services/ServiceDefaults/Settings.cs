using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Marketplace.ServiceDefaults;

/// <summary>Something that a host cannot run without.</summary>
/// <param name="Name">As the configuration has it, with colons.</param>
/// <param name="What">What it is and where to get it, for whoever starts the host.</param>
public sealed record Setting(string Name, string What)
{
    /// <summary>A host in development does without: it has a value of its own, or nobody to answer to.</summary>
    public bool OnlyOutsideDevelopment { get; init; }

    /// <summary>Without it the host does less, by intent; a value that is given must be one.</summary>
    public bool Optional { get; init; }

    /// <summary>Another setting that serves as well.</summary>
    public string? Or { get; init; }

    /// <summary>Values that stand in the sources, where anybody can read them: good enough for development and for nothing else.</summary>
    public IReadOnlyList<string> Published { get; init; } = [];

    /// <summary>What is wrong with a value, or null.</summary>
    public Func<string, string?> Fault { get; init; } = _ => null;
}

/// <summary>The host does not start; the message names every setting that is missing or wrong, and what to do about it.</summary>
public sealed class SettingsException(string message) : InvalidOperationException(message);

/// <summary>Checked before anything is built, all at once: whoever sets up a host learns everything at the first try.</summary>
public static class Settings
{
    // A key in the sources opens every platform that uses it. Tests keep the list complete.
    private static readonly Setting[] OfEveryHost =
    [
        new("ConnectionStrings:postgres", "the connection string of this service's own PostgreSQL database"),
        new("ConnectionStrings:rabbitmq", "the address of RabbitMQ, amqp://user:password@host:5672/vhost")
        {
            Fault = value => !Uri.TryCreate(value, UriKind.Absolute, out var broker) ? "is not an address"
                : broker is { UserInfo: "guest:guest", IsLoopback: false } ? "uses the account that every RabbitMQ is delivered with" : null,
        },
        new("Auth:JwksUrl", "the storefront's address with /.well-known/jwks.json, where the keys of its tokens are read") { OnlyOutsideDevelopment = true, Fault = NoAddress },
        new("Operator:KeyHash", "the SHA-256 of the operator's key (op_…) in lower-case hexadecimal; infra/compose/make-env.sh makes one")
        {
            OnlyOutsideDevelopment = true,
            Published = [Auth.ApiKeys.Hash("op_test-operator"), Auth.ApiKeys.Hash("op_tests")],
            Fault = value => value.Length == 64 && value.All(char.IsAsciiHexDigitLower) ? null : "is not a SHA-256 in lower-case hexadecimal",
        },
    ];

    /// <summary>Stops the start when a setting is missing or, outside development, one that anybody could know.</summary>
    internal static void Check(WebApplicationBuilder builder, string host, IReadOnlyList<Setting> more)
    {
        var development = builder.Environment.IsDevelopment();
        var complaints = OfEveryHost.Concat(more).Select(s => ComplaintOf(s, builder.Configuration[s.Name], s.Or is { } or ? builder.Configuration[or] : null, development))
            .OfType<string>().ToList();
        if (complaints.Count > 0)
        {
            throw new SettingsException($"The {host} cannot start in the environment {builder.Environment.EnvironmentName}:{Environment.NewLine}- {string.Join($"{Environment.NewLine}- ", complaints)}");
        }
    }

    /// <summary>A fault of an address that is none.</summary>
    public static string? NoAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? null : "is not an address that begins with http:// or https://";

    private static string? ComplaintOf(Setting setting, string? value, string? alternative, bool development)
    {
        var named = $"{setting.Name} (in the environment: {setting.Name.Replace(":", "__", StringComparison.Ordinal)})";
        if (string.IsNullOrWhiteSpace(value))
        {
            return setting.Optional || (development && setting.OnlyOutsideDevelopment) || !string.IsNullOrWhiteSpace(alternative) ? null
                : $"{named} is missing{(setting.Or is { } or ? $", and so is {or}" : "")}: {setting.What}.";
        }

        return development ? null
            : setting.Published.Contains(value) ? $"{named} is a value for development, which anybody can read in the sources. It must be one of your own: {setting.What}."
            : setting.Fault(value) is { } fault ? $"{named} {fault}: {setting.What}."
            : null;
    }
}
