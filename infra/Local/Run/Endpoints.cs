using System.Text.Json;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Local.Run;

/// <summary>Somebody who may sign in to the demo.</summary>
internal sealed record Account(string Email, string Password, string Name, string Role, string? Shop, string? Town);

/// <summary><c>endpoints.json</c>: where everything is, written when all is ready and removed at the stop. Programs read it.</summary>
internal sealed record Endpoints(
    Uri Storefront, Uri Catalog, Uri Ordering, Uri Merchants, Uri? Stripe, Uri Mail,
    IReadOnlyDictionary<string, string> ApiKeys, IReadOnlyList<Account> Accounts)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new AddressConverter() },
    };

    public static void Write(string data, Endpoints endpoints)
    {
        var path = PathIn(data);
        using (var file = PrivateFile.Create(path + ".new"))
        {
            JsonSerializer.Serialize(file, endpoints, Json);
        }

        // A reader that waits for the file never sees half of it.
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Null: not all is ready there.</summary>
    public static Endpoints? Read(string data)
    {
        if (!Exist(data))
        {
            return null;
        }

        using var file = File.OpenRead(PathIn(data));
        return JsonSerializer.Deserialize<Endpoints>(file, Json);
    }

    public static void Remove(string data) => File.Delete(PathIn(data));

    /// <summary>All is ready there, as far as its owner still lives.</summary>
    public static bool Exist(string data) => File.Exists(PathIn(data));

    private static string PathIn(string data) => Path.Combine(data, "endpoints.json");

    // Base addresses without a slash at the end: programs append "/api/v1/…".
    private sealed class AddressConverter : System.Text.Json.Serialization.JsonConverter<Uri>
    {
        public override Uri Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Uri value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.GetLeftPart(UriPartial.Authority));
    }
}
