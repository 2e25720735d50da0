using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// The log as one JSON object a line, for programs: time, level, message, trace, and each of the message's own fields under its name. Of the scopes only
/// ours are written (<see cref="Fields"/>): the framework's hold addresses, and an address may hold an e-mail address.
/// </summary>
internal sealed class JsonLines(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "json-lines";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Every line written within carries the order that the request's address names, if it names one.</summary>
    internal static IDisposable? Begin(ILogger log, RouteValueDictionary? route) =>
        route is not null && route.TryGetValue("orderId", out var order) && order is not null
            ? log.BeginScope(new Fields([("OrderId", Convert.ToString(order, CultureInfo.InvariantCulture)!)]))
            : null;

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("at", clock.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("level", entry.LogLevel.ToString());
            json.WriteString("logger", entry.Category);
            json.WriteString("message", entry.Formatter(entry.State, entry.Exception));
            if (entry.EventId.Name is { } name)
            {
                json.WriteString("event", name);
            }

            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
            {
                json.WriteString("trace", activity.TraceId.ToString());
                json.WriteString("span", activity.SpanId.ToString());
            }

            var written = new HashSet<string>(["at", "level", "logger", "message", "event", "trace", "span", "exception"]);
            foreach (var (field, value) in entry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
            {
                if (field != "{OriginalFormat}" && written.Add(field))
                {
                    Write(json, field, value);
                }
            }

            scopeProvider?.ForEachScope((scope, _) =>
            {
                foreach (var (field, value) in (scope as Fields)?.Values ?? [])
                {
                    if (written.Add(field))
                    {
                        json.WriteString(field, value);
                    }
                }
            }, 0);
            if (entry.Exception is { } failure)
            {
                json.WriteString("exception", failure.ToString());
            }

            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, string field, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(field);
                break;
            case bool truth:
                json.WriteBoolean(field, truth);
                break;
            case int or long or short or byte:
                json.WriteNumber(field, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case decimal number:
                json.WriteNumber(field, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(field, number);
                break;
            default:
                json.WriteString(field, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>A scope of ours.</summary>
    internal sealed record Fields(IReadOnlyList<(string Name, string Value)> Values)
    {
        public override string ToString() => string.Join(' ', Values.Select(v => $"{v.Name}:{v.Value}"));
    }
}

internal static class Logs
{
    /// <summary>Structured lines in production, one readable line each while developing.</summary>
    internal static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Logging.AddConsole(console => console.FormatterName = builder.Environment.IsProduction() ? JsonLines.FormatterName : ConsoleFormatterNames.Simple)
            .AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
        builder.Services.Configure<SimpleConsoleFormatterOptions>(console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("MassTransit", LogLevel.Warning)
            .AddFilter("System.Net.Http", LogLevel.Warning).AddFilter("Npgsql", LogLevel.Warning).AddFilter(ReadyLog.Instead, LogLevel.None);
    }
}
