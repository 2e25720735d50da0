using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using MassTransit;
using RabbitMQ.Client;

namespace Marketplace.EventStore.Relay;

/// <summary>MassTransit's JSON envelope and topology names, written by hand so that the relay can use the raw client with pipelined confirms.</summary>
internal static class MessageEnvelope
{
    internal const string ContentType = "application/vnd.masstransit+json";

    /// <summary>The transport's header in which MassTransit looks for the trace that its receiving goes on with.</summary>
    internal const string TraceHeader = "MT-Activity-Id";

    private static readonly ConcurrentDictionary<Type, (string Exchange, string Urn)> Known = new();

    internal static (string Exchange, string Urn) Describe(Type type) => Known.GetOrAdd(type, static t => (
        t.GetCustomAttribute<EntityNameAttribute>()?.EntityName ?? throw new InvalidOperationException($"{t} has no [EntityName]."),
        "urn:message:" + (t.GetCustomAttribute<MessageUrnAttribute>()?.Urn.ToString().Replace("urn:message:", "", StringComparison.Ordinal)
            ?? throw new InvalidOperationException($"{t} has no [MessageUrn]."))));

    internal static byte[] Write(object message, Guid messageId, Guid conversationId, DateTimeOffset? sentAt)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("messageId", messageId);
            json.WriteString("conversationId", conversationId);
            json.WriteStartArray("messageType");
            json.WriteStringValue(Describe(message.GetType()).Urn);
            json.WriteEndArray();
            json.WritePropertyName("message");
            JsonSerializer.Serialize(json, message, message.GetType(), JsonSerializerOptions.Web);
            if (sentAt is { } at)
            {
                json.WriteString("sentTime", at.UtcDateTime);
            }

            json.WriteStartObject("headers");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>What stands outside the envelope.</summary>
    internal static BasicProperties Properties(Guid messageId, DeliveryModes delivery, string? trace) => new()
    {
        MessageId = messageId.ToString(),
        ContentType = ContentType,
        DeliveryMode = delivery,
        Headers = trace is null ? null : new Dictionary<string, object?> { [TraceHeader] = trace },
    };
}
