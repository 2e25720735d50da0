using AngleSharp.Dom;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Merchants.HandOver;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>The order page's QR code, read module by module as a camera would, and what the counter makes of it.</summary>
public sealed class The_code_to_scan(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Theory]
    [InlineData("K7PRM4"), InlineData("23456W"), InlineData("ZZTTXX")]
    public async Task Says_the_code_that_stands_above_it(string code)
    {
        var placed = new PlaceOrder("vienne", new Contact("Camille Perrin", "camille@example.org", null), [new("le-fournil", TownSamples.Slots("le-fournil")[0].SlotId, [new(TownSamples.Bread.OfferId, 2, 320)])], "in-shop");
        var order = TownSamples.Order(placed, host.Town.Offers);
        host.Town.Orders[order.OrderId] = order with { PickupCode = code };
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector(".code-card .code")!.TextContent.ShouldBe(code);
        var scanned = QrReader.Read(Modules(visitor.Page.QuerySelector(".qr svg")!));
        scanned.ShouldBe(code);
        ScannedText.Read(scanned).Code.ShouldBe(code);
    }

    // The path is runs of dark modules: M{x} {y}h{length}v1h-{length}z.
    private static bool[,] Modules(IElement svg)
    {
        var size = int.Parse(svg.GetAttribute("viewBox")!.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
        var dark = new bool[size, size];
        foreach (var run in svg.QuerySelector("path")!.GetAttribute("d")!.Split('z', StringSplitOptions.RemoveEmptyEntries))
        {
            var numbers = run.Split(['M', ' ', 'h', 'v'], StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            for (var x = numbers[0]; x < numbers[0] + numbers[2]; x++)
            {
                dark[numbers[1], x] = true;
            }
        }
        return dark;
    }
}
