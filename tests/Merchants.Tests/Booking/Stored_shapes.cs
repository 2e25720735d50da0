using Marketplace.Testing.OfEveryService;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>What Merchants' log keeps of shops, keys and slots, for ever readable.</summary>
public sealed class Stored_shapes
{
    public static TheoryData<string> Names => [.. MerchantsPublications.Facts.Known.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_fact_keeps_its_name_and_shape(string name) => StoredShape.Verify(MerchantsPublications.Facts, name, "Merchants.Tests");

    [Fact]
    public void No_fact_loses_its_name() => StoredShape.VerifyNoneIsGone(MerchantsPublications.Facts, "Merchants.Tests");
}
