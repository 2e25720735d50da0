using System.Collections.Concurrent;
using Npgsql;

namespace Marketplace.Storefront.Tests;

/// <summary>Places that one test class after another uses: to start a storefront costs more than most classes do in it.</summary>
internal sealed class Turns<TPlace> where TPlace : class, IAsyncDisposable
{
    private readonly ConcurrentBag<TPlace> _free = [];

    /// <summary>A place that an earlier class left, or a new one, which ends before the servers do.</summary>
    public async Task<TPlace> TakeAsync(Servers servers, Func<Task<TPlace>> make)
    {
        if (_free.TryTake(out var free))
        {
            return free;
        }
        var made = await make();
        servers.EndBefore(made);
        return made;
    }

    /// <param name="worn">Nobody else may have it.</param>
    public async ValueTask LeaveAsync(TPlace place, bool worn)
    {
        if (worn)
        {
            await place.DisposeAsync();
        }
        else
        {
            _free.Add(place);
        }
    }
}

/// <summary>The way to the services, which a test plays; says when one failed.</summary>
internal sealed class Line(Func<HttpRequestMessage, Task<HttpResponseMessage>> services, Action failed) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? answer = null;
        try
        {
            return answer = await services(request);
        }
        finally
        {
            if (answer is null || (int)answer.StatusCode >= 500)
            {
                failed();
            }
        }
    }
}

internal static class Tables
{
    /// <summary>Forgets what an earlier class wrote; the keys stay, which the running process has read.</summary>
    public static async Task EmptyAsync(string connection)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand(
            """
            do $$
            begin
                execute (select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || ' restart identity'
                         from pg_tables where schemaname = 'public' and tablename not in ('data_protection_keys', 'signing_keys', 'schema_scripts', 'health_probe', 'health_space'));
            end $$
            """);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
