using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Marketplace.StripeSimulator.Books;

/// <summary>Stripe's objects with all their fields, to be filled in.</summary>
internal static class Shapes
{
    private static readonly JsonObject All = Read();

    internal static JsonObject New(string name, string id, DateTimeOffset now)
    {
        var shape = (JsonObject)All[name]!.DeepClone();
        if (shape.ContainsKey("id"))
        {
            shape["id"] = id;
        }

        if (shape.ContainsKey("created"))
        {
            shape["created"] = now.ToUnixTimeSeconds();
        }

        return shape;
    }

    internal static string NewId(string prefix) => prefix + RandomNumberGenerator.GetString("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 24);

    private static JsonObject Read()
    {
        using var file = typeof(Shapes).Assembly.GetManifestResourceStream("Shapes.json")!;
        return (JsonObject)JsonNode.Parse(file)!;
    }
}

/// <summary>Reading what is known to be there.</summary>
internal static class Json
{
    internal static string Text(this JsonNode of, string name) => of[name]!.GetValue<string>();

    internal static string? Find(this JsonNode of, string name) => of[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    internal static long Number(this JsonNode of, string name) => of[name] is JsonValue value ? value.TryGetValue<long>(out var number) ? number : value.GetValue<int>() : 0;

    internal static bool Flag(this JsonNode of, string name) => of[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
