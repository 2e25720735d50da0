using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Tests;

/// <summary>Stored events outlive the code: each keeps its name and shape, approved here. A changed shape is a new version with an upcast.</summary>
public sealed class Stored_shapes
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names => [.. OrderEventTypes.Create().Known.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_event_keeps_its_name_and_shape(string name)
    {
        var types = OrderEventTypes.Create();
        var written = types.Serialize(Samples.Of(types.Known[name]));
        Approved.Verify($"tests/Ordering.Tests/Approved/{name}.json", JsonNode.Parse(written)!.ToJsonString(Readable));
        types.Serialize(types.Deserialize(name, written)).ShouldBe(written, "what is written is read back whole");
    }

    [Fact]
    public void What_was_missing_is_read_also_where_nobody_wrote_down_when_or_why()
    {
        var old = (OrderEvent.ShopDeclined)OrderEventTypes.Create().Deserialize("shop-order-declined.v1",
            """{"shopId":"01980000-0000-7000-8000-000000000001","reason":"shortage","missing":[{"offerId":"01980000-0000-7000-8000-000000000001","quantity":2}]}""");
        old.Missing!.Single().ShouldSatisfyAllConditions(m => m.Quantity.ShouldBe(2), m => (m.At, m.Reason).ShouldBe((null, null)));
    }

    [Fact]
    public void Every_event_has_a_stored_name() =>
        typeof(OrderEvent).GetNestedTypes(BindingFlags.NonPublic).Where(t => t.IsAssignableTo(typeof(OrderEvent)))
            .ShouldBe(OrderEventTypes.Create().Known.Values, ignoreOrder: true);
}
