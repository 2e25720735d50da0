using Marketplace.Contracts.Catalog.Api;
using Marketplace.Local.Demo;

namespace Marketplace.Local.Tests;

public sealed class Reading_the_demo
{
    [Fact]
    public void Every_shop_has_a_town_and_a_file_of_offers_and_no_file_is_left_over()
    {
        var files = new DemoFiles();

        files.Shops.ShouldAllBe(shop => files.Towns.Any(town => town.Slug == shop.Town));
        Directory.GetFiles(Path.GetDirectoryName(DemoFiles.OffersOf("any"))!).ShouldBe(files.Shops.Select(shop => DemoFiles.OffersOf(shop.Slug)), ignoreOrder: true);
    }

    [Fact]
    public void An_import_that_leaves_a_line_out_is_said_with_the_line()
    {
        var import = new Import(Guid.NewGuid(), "done", 41, 40, 0, [new(7, "vat-rate-unknown", "Le taux 7 % n’existe pas.")], DateTimeOffset.UnixEpoch, null, null);

        DemoImport.Fault(import).ShouldNotBeNull().ShouldSatisfyAllConditions(
            said => said.ShouldContain("1 of 41"), said => said.ShouldContain("line 7: vat-rate-unknown Le taux 7 %"));
        DemoImport.Fault(import with { Rejected = [] }).ShouldBeNull();
        DemoImport.Fault(import with { Rejected = [], Read = 0 }).ShouldNotBeNull();
        DemoImport.Fault(import with { Status = "failed", Error = "La colonne « sku » manque." }).ShouldNotBeNull().ShouldContain("« sku »");
        DemoImport.Fault(import with { Status = "running" }).ShouldNotBeNull().ShouldContain("not ended");
    }

    [Fact]
    public async Task A_part_is_loaded_once_and_again_when_it_changes_or_what_it_made_is_lost()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("demo").FullName, "demo.json");
        var loads = 0;
        Task Load()
        {
            loads++;
            return Task.CompletedTask;
        }

        await new DemoProgress(path).OnceAsync("shop a", "1", Load);
        await new DemoProgress(path).OnceAsync("shop a", "1", Load);
        loads.ShouldBe(1);

        await new DemoProgress(path).OnceAsync("shop a", "2", Load);
        loads.ShouldBe(2);

        await new DemoProgress(path).OnceAsync("shop a", "2", Load, lost: true);
        loads.ShouldBe(3);
    }
}
