using Marketplace.Testing.OfEveryService;

namespace Marketplace.Catalog.Tests;

/// <summary>What Catalog's log keeps of an order's stock, for ever readable.</summary>
public sealed class Stored_shapes
{
    public static TheoryData<string> Names => [.. CatalogPublications.Types().Known.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_fact_keeps_its_name_and_shape(string name) => StoredShape.Verify(CatalogPublications.Types(), name, "Catalog.Tests");

    [Fact]
    public void No_fact_loses_its_name() => StoredShape.VerifyNoneIsGone(CatalogPublications.Types(), "Catalog.Tests");
}
