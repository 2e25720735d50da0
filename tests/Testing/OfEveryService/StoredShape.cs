using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.EventStore;

namespace Marketplace.Testing.OfEveryService;

/// <summary>Stored events outlive the code: each keeps its name and shape, approved once. A changed shape is a new version with an upcast.</summary>
public static class StoredShape
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One event's shape against <c>Approved/&lt;name&gt;.json</c> of the test project.</summary>
    public static void Verify(EventTypes types, string name, string project)
    {
        var written = types.Serialize(Samples.Of(types.Known[name]));
        Approved.Verify($"tests/{project}/Approved/{name}.json", JsonNode.Parse(written)!.ToJsonString(Readable));
        types.Serialize(types.Deserialize(name, written)).ShouldBe(written, "what is written is read back whole");
    }

    /// <summary>What was approved once may lie in some log: a name that is taken away can no longer be read.</summary>
    public static void VerifyNoneIsGone(EventTypes types, string project) =>
        Directory.GetFiles(Path.Combine(Repository.Root, "tests", project, "Approved"), "*.v*.json").Select(file => Path.GetFileNameWithoutExtension(file))
            .ShouldBe(types.Known.Keys, ignoreOrder: true);
}
