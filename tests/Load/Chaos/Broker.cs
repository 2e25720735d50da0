using System.Text.Json;
using Npgsql;

namespace Marketplace.Chaos;

/// <summary>Where the launcher's private servers are, from the record it keeps of them.</summary>
internal static class Broker
{
    internal static Uri Of(string data) => Read(data).RabbitMq;

    internal static string Database(string data, string name) => new NpgsqlConnectionStringBuilder(Read(data).Postgres) { Database = name }.ConnectionString;

    private static Addresses Read(string data) => JsonSerializer.Deserialize<Addresses>(File.ReadAllText(Path.Combine(data, "run", "servers.json")))!;

    private sealed record Addresses(string Postgres, Uri RabbitMq);
}
