using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Contracts.Tests;

/// <summary>What tills and other programs read from and send to the services, kept here: one approved file per request and answer. A renamed member breaks them.</summary>
public sealed class Api_shapes
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, Type> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, Type>();
            foreach (var (service, one) in new[] { ("ordering", typeof(OrderView)), ("catalog", typeof(Offer)), ("merchants", typeof(Shop)) })
            {
                foreach (var shape in one.Assembly.GetExportedTypes().Where(t => t.Namespace == one.Namespace && !t.IsNested && t is { IsEnum: false, IsInterface: false } and not { IsAbstract: true, IsSealed: true }))
                {
                    shapes.Add(service, shape);
                }
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_request_or_answer_keeps_its_shape(string service, Type shape)
    {
        var json = JsonSerializer.Serialize(Samples.Of(shape), shape, Readable);
        Approved.Verify($"tests/Contracts.Tests/Approved/{service}-api/{JsonNamingPolicy.KebabCaseLower.ConvertName(shape.Name)}.json", json);
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, shape, Readable), shape, Readable).ShouldBe(json, "it is read back whole");
    }

    // As a program written from the documentation sends it, every letter typed by hand.
    [Fact]
    public void An_order_is_asked_for_shop_by_shop()
    {
        var order = JsonSerializer.Deserialize<PlaceOrder>(
            """
            {"town":"vienne","contact":{"name":"Ana","email":"ana@example.org","phone":null},"payment":"in-shop",
             "shopOrders":[{"shop":"le-fournil","pickupSlotId":"le-fournil~20261123T0900Z","lines":[{"offerId":"01980000-0000-7000-8000-000000000001","quantity":2}]}]}
            """, JsonSerializerOptions.Web)!;
        order.ShopOrders.Single().Shop.ShouldBe("le-fournil");
        order.ShopOrders.Single().Lines.Single().Quantity.ShouldBe(2);
    }
}
