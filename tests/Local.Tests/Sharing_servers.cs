using Npgsql;

namespace Marketplace.Local.Tests;

public sealed class Sharing_servers(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_database_is_new_and_empty()
    {
        var first = await servers.NewDatabaseAsync("first", Token);
        var second = await servers.NewDatabaseAsync("second", Token);

        await ExecuteAsync(first, "create table only_here (id int)");

        (await ExecuteAsync(second, "select count(*) from pg_class where relname = 'only_here'")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_template_is_prepared_once_and_copied()
    {
        var prepared = 0;
        async Task Prepare(string database)
        {
            prepared++;
            await ExecuteAsync(database, "create table shops (name text); insert into shops values ('Boulangerie')");
        }

        var copies = await Task.WhenAll(servers.NewDatabaseAsync("town", Prepare, Token), servers.NewDatabaseAsync("town", Prepare, Token));

        prepared.ShouldBe(1);
        foreach (var copy in copies)
        {
            (await ExecuteAsync(copy, "select name from shops")).ShouldBe("Boulangerie");
        }
    }

    [Fact]
    public async Task Each_virtual_host_has_its_own_name()
    {
        var first = await servers.NewVirtualHostAsync(Token);
        var second = await servers.NewVirtualHostAsync(Token);

        first.AbsolutePath.ShouldNotBe(second.AbsolutePath);
        first.UserInfo.ShouldNotBeEmpty();
    }

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
