using Marketplace.Local.Run;
using Npgsql;

namespace Marketplace.Local.Tests;

public sealed class Starting_from_scratch(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A PostgreSQL that was given (MARKETPLACE_POSTGRES) may serve others, and "catalog" is nobody's name alone.
    [Fact]
    public async Task Drops_no_database_that_no_service_made()
    {
        await using var mine = await servers.StartPrivateAsync(Token);
        var server = mine.PostgreSql.ConnectionString;
        await Databases.EnsureAsync(server, anew: false, Token);
        await ExecuteAsync(server, "ordering", "create table schema_scripts (name text); create table orders (id int)");
        await Databases.EnsureAsync(server, anew: true, Token);
        (await ExecuteAsync(server, "ordering", "select count(*) from pg_class where relname = 'orders'")).ShouldBe(0L);

        await ExecuteAsync(server, "catalog", "create table of_a_library (book text)");
        await ExecuteAsync(server, "ordering", "create table schema_scripts (name text)");
        (await Should.ThrowAsync<LaunchException>(() => Databases.EnsureAsync(server, anew: true, Token))).Message.ShouldContain("\"catalog\"");
        (await ExecuteAsync(server, "catalog", "select count(*) from of_a_library")).ShouldBe(0L);
        (await ExecuteAsync(server, "ordering", "select count(*) from schema_scripts")).ShouldBe(0L);
    }

    private static async Task<object?> ExecuteAsync(string server, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
