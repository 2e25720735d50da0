using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Marketplace.EventStore;

/// <summary>
/// The one map between stored names (<c>order-placed.v1</c>) and types. Names outlive the code: they are never CLR names, never reused, never edited.
/// </summary>
public sealed class EventTypes(IJsonTypeInfoResolver? resolver = null)
{
    private readonly Dictionary<Type, string> _names = [];
    private readonly Dictionary<string, Type> _types = [];
    private readonly Dictionary<string, (string To, Func<JsonObject, JsonObject> Upcast)> _upcasts = [];

    /// <summary>How event data is written; the resolver given to the constructor (source generation) is asked first.</summary>
    public JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = resolver is null ? new DefaultJsonTypeInfoResolver() : JsonTypeInfoResolver.Combine(resolver, new DefaultJsonTypeInfoResolver()),
    };

    /// <summary>Every known stored name with its type.</summary>
    public IReadOnlyDictionary<string, Type> Known => _types;

    /// <summary>Stored names that are only read, through an upcast.</summary>
    public IReadOnlyCollection<string> Upcasts => _upcasts.Keys;

    public EventTypes Map<T>(string storedName) where T : class
    {
        if (!_types.TryAdd(storedName, typeof(T)) || !_names.TryAdd(typeof(T), storedName))
        {
            throw new InvalidOperationException($"{storedName} or {typeof(T)} is mapped twice.");
        }

        return this;
    }

    /// <summary>An old stored shape, turned into a newer one when read. Upcasts chain; stored rows are never rewritten.</summary>
    public EventTypes Upcast(string oldName, string newName, Func<JsonObject, JsonObject> upcast)
    {
        _upcasts.Add(oldName, (newName, upcast));
        return this;
    }

    public string NameOf(object data) =>
        _names.TryGetValue(data.GetType(), out var name) ? name : throw new InvalidOperationException($"{data.GetType()} has no stored name.");

    /// <summary>The type that data stored under this name is read as, through upcasts when the name is an old one.</summary>
    public Type TypeOf(string storedName)
    {
        var name = storedName;
        while (_upcasts.TryGetValue(name, out var step))
        {
            name = step.To;
        }

        return _types.TryGetValue(name, out var type) ? type : throw Unknown(storedName);
    }

    public string Serialize(object data) => JsonSerializer.Serialize(data, Json.GetTypeInfo(data.GetType()));

    /// <summary>Reads stored data, through upcasts when the name is an old one. An unknown name is an error, never skipped.</summary>
    public object Deserialize(string storedName, string json)
    {
        if (_types.TryGetValue(storedName, out var type))
        {
            return JsonSerializer.Deserialize(json, Json.GetTypeInfo(type))!;
        }

        var name = storedName;
        var data = JsonNode.Parse(json)!.AsObject();
        while (_upcasts.TryGetValue(name, out var step))
        {
            data = step.Upcast(data);
            name = step.To;
        }

        return _types.TryGetValue(name, out type)
            ? data.Deserialize(Json.GetTypeInfo(type))!
            : throw Unknown(storedName);
    }

    internal static InvalidOperationException Unknown(string storedName) => new($"Stored event type {storedName} is unknown to this version.");
}
