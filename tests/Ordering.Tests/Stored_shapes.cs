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
    public void Every_event_has_a_stored_name() =>
        typeof(OrderEvent).GetNestedTypes(BindingFlags.NonPublic).Where(t => t.IsAssignableTo(typeof(OrderEvent)))
            .ShouldBe(OrderEventTypes.Create().Known.Values, ignoreOrder: true);
}
