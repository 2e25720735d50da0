using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Marketplace.ServiceDefaults;

/// <summary>One data source per service, and its schema from numbered, forward-only scripts embedded in the assemblies.</summary>
public static class Database
{
    /// <summary>
    /// Registers the data source of <c>ConnectionStrings:postgres</c> and brings the schema up before anything else starts: the log's scripts,
    /// the shop directory's, then the service's own <c>Sql/*.sql</c>.
    /// </summary>
    public static WebApplicationBuilder AddDatabase(this WebApplicationBuilder builder, Assembly service, Action<NpgsqlDataSourceBuilder>? configure = null)
    {
        var connection = builder.Configuration.GetConnectionString("postgres")!;
        var source = Build(connection, configure);
        builder.Services.AddSingleton(source);
        builder.Services.AddSingleton<DatabaseHealth>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database", failureStatus: null, tags: ["ready"], timeout: DatabaseHealth.Patience);
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(new Migrations(source, [typeof(EventStore.IEventStore).Assembly, typeof(Database).Assembly, service])));
        return builder;
    }

    /// <summary>
    /// A data source set up for the hot paths: statements prepared by themselves, and one plan for all values (the largest single gain measured;
    /// analyse after a first load, since plans made on empty tables are sequential scans). A batch of many orders is sent in one go: half sent, it would
    /// keep its transaction open, and every relay of the cluster behind it.
    /// </summary>
    public static NpgsqlDataSource Build(string connection, Action<NpgsqlDataSourceBuilder>? configure = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection) { MaxAutoPrepare = 200, AutoPrepareMinUsages = 2, MaxPoolSize = 40, WriteBufferSize = 65536 };
        // A connection that a firewall or a failover forgot without a word is noticed within two minutes, also by who only listens on it.
        (settings.TcpKeepAlive, settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (true, 30, 10);
        settings.Options = (settings.Options + " -c plan_cache_mode=force_generic_plan").Trim();
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        configure?.Invoke(builder);
        return builder.Build();
    }
}

/// <summary>Runs each script once, in the order of its number, under an advisory lock, so that many processes may start together.</summary>
public sealed class Migrations(NpgsqlDataSource database, IReadOnlyList<Assembly> assemblies) : IHostedService
{
    private const long LockKey = 0x4D504B_4D494752; // "MPK MIGR"

    public Task StartAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task RunAsync(CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await ExecuteAsync(session, $"select pg_advisory_lock({LockKey})", token);
        try
        {
            await ExecuteAsync(session,
                """
                create table if not exists schema_scripts (name text primary key, run_at timestamptz not null default now());
                create table if not exists health_probe (id int primary key, at timestamptz not null);
                create table if not exists health_space (page text not null);
                """, token);
            foreach (var assembly in assemblies)
            {
                foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
                {
                    await RunAsync(session, assembly, resource, token);
                }
            }
        }
        finally
        {
            await ExecuteAsync(session, $"select pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private static async Task RunAsync(NpgsqlConnection session, Assembly assembly, string resource, CancellationToken token)
    {
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var remember = new NpgsqlCommand("insert into schema_scripts (name) values ($1) on conflict do nothing", session)
        {
            Parameters = { new() { Value = resource } },
        };
        if (await remember.ExecuteNonQueryAsync(token) == 1)
        {
            await using var stream = assembly.GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(stream);
            await ExecuteAsync(session, await reader.ReadToEndAsync(token), token);
        }

        await transaction.CommitAsync(token);
    }

    private static async Task ExecuteAsync(NpgsqlConnection session, string sql, CancellationToken token)
    {
        // Without a limit of time: another process may be at it, and a script may have a large table to go through.
        await using var command = new NpgsqlCommand(sql, session) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(token);
    }
}
