using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ServiceDefaults;

/// <summary><c>/live</c>: the process answers. <c>/ready</c>: it can do its work — database, broker, relay lag and whatever it registered with the tag <c>ready</c>.</summary>
internal static class Health
{
    internal static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live"), ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready"), ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        if (context.Request.Path.StartsWithSegments("/ready"))
        {
            context.RequestServices.GetRequiredService<ReadyLog>().Saw(report);
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status.ToString(), e.Value.Description, e.Value.Data }),
        }, JsonSerializerOptions.Web), context.RequestAborted);
    }
}

/// <summary>
/// Writes down what <c>/ready</c> answers when it changes, in place of the framework, which calls out every look: a process that still starts, or waits for its
/// broker, has lost nothing, and one that was ready and is no longer is an error, said once.
/// </summary>
internal sealed partial class ReadyLog(ILogger<ReadyLog> log)
{
    /// <summary>The framework's own words, left out.</summary>
    internal const string Instead = "Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService";

    private readonly Lock _one = new();
    private bool _wasReady;
    private string _unwell = "";

    internal void Saw(HealthReport report)
    {
        var unwell = report.Entries.Where(e => e.Value.Status != HealthStatus.Healthy).OrderBy(e => e.Key, StringComparer.Ordinal).ToList();
        var (which, lacking) = (string.Join(' ', unwell.Select(e => $"{e.Key}={e.Value.Status}")), string.Join("; ", unwell.Select(e => $"{e.Key}: {e.Value.Description}")));
        var failure = unwell.Select(e => e.Value.Exception).FirstOrDefault(e => e is not null);
        lock (_one)
        {
            var ready = report.Status != HealthStatus.Unhealthy;
            if (which != _unwell || (ready && !_wasReady))
            {
                switch (ready, _wasReady)
                {
                    case (true, _) when lacking.Length == 0: LogReady(); break;
                    case (true, _): LogDegraded(lacking, failure); break;
                    case (false, true): LogNoLongerReady(lacking, failure); break;
                    default: LogNotYetReady(lacking); break;
                }
            }

            (_wasReady, _unwell) = (_wasReady || ready, which);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready")]
    private partial void LogReady();

    [LoggerMessage(Level = LogLevel.Information, Message = "Not ready yet: {Lacking}")]
    private partial void LogNotYetReady(string lacking);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ready, but: {Lacking}")]
    private partial void LogDegraded(string lacking, Exception? failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "No longer ready: {Lacking}")]
    private partial void LogNoLongerReady(string lacking, Exception? failure);
}

/// <summary>
/// The database answers, takes writes and has room for more: a write that fits into a page it has already would go well on a full disk, while orders fail.
/// Looked at once a second, however often anybody asks: each look makes a file.
/// </summary>
internal sealed class DatabaseHealth(NpgsqlDataSource database, TimeProvider clock) : IHealthCheck, IDisposable
{
    /// <summary>A server that does not answer must not keep whoever asks waiting for as long as a query may take.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _one = new(1);
    private (HealthCheckResult Result, long At)? _seen;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_seen is not { } seen || clock.GetElapsedTime(seen.At) >= Apart)
            {
                _seen = seen = (await LookAsync(cancellationToken), clock.GetTimestamp());
            }

            return seen.Result;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<HealthCheckResult> LookAsync(CancellationToken token)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(token);
            await using (var transaction = await connection.BeginTransactionAsync(token))
            {
                // Truncated, the table is a new file, and its first row a new page of it; rolled back, both are gone.
                await ExecuteAsync(connection, "truncate health_space; insert into health_space values ('x')", token);
                await transaction.RollbackAsync(token);
            }

            await ExecuteAsync(connection, "insert into health_probe (id, at) values (1, now()) on conflict (id) do update set at = now()", token);
            return HealthCheckResult.Healthy("The database takes writes.");
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The database does not take writes: " + ((failure as PostgresException)?.SqlState ?? "it cannot be reached"), failure);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }
}
