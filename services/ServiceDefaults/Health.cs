using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
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
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status.ToString(), e.Value.Description, e.Value.Data }),
        }, JsonSerializerOptions.Web), context.RequestAborted);
    }
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
