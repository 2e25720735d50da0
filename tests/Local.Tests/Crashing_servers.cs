using Npgsql;

namespace Marketplace.Local.Tests;

public sealed class Crashing_servers(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Private_servers_come_back_with_their_data_after_a_kill()
    {
        await using var mine = await servers.StartPrivateAsync(Token);
        var database = await mine.NewDatabaseAsync("shop", Token);
        await ExecuteAsync(database, "create table orders (id int); insert into orders values (1)");

        await mine.PostgreSql.KillAsync();
        await mine.RabbitMq.KillAsync();
        await Should.ThrowAsync<NpgsqlException>(() => ExecuteAsync(database, "select 1"));

        await Task.WhenAll(mine.PostgreSql.StartAsync(Token), mine.RabbitMq.StartAsync(Token));
        (await ExecuteAsync(database, "select count(*) from orders")).ShouldBe(1L);
    }

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
