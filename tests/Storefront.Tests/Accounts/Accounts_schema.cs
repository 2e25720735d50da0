using System.Text.RegularExpressions;
using Marketplace.Storefront.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Accounts;

public sealed partial class Accounts_schema(AccountsHost host) : IClassFixture<AccountsHost>
{
    // Keeps away an update of Identity whose tables are not those of the script.
    [Fact]
    public void Is_the_script_that_the_model_would_make()
    {
        using var scope = host.App.Services.CreateScope();
        var model = scope.ServiceProvider.GetRequiredService<AccountsDb>().Database.GenerateCreateScript();
        var script = File.ReadAllText(Path.Combine(Repository.Root, "web", "Storefront", "Sql", "0001_accounts.sql"));
        Plain(script).ShouldBe(Plain(model));
    }

    private static string Plain(string sql) => White().Replace(string.Join('\n', sql.Split('\n').Where(l => !l.StartsWith("--", StringComparison.Ordinal))), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}
