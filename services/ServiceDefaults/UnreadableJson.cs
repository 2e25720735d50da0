using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Marketplace.Contracts;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// Which fields of a JSON body are missing or of another kind, and what they should be, from what its reader says: the names that the document of the service has, in their
/// places, and never anything of what was sent nor what things are called inside.
/// </summary>
internal static partial class UnreadableJson
{
    /// <summary>Member of the problem: the fields it is about, as paths (<c>shopOrders[0].pickupSlotId</c>).</summary>
    internal const string Fields = "fields";

    /// <summary>What a list says of itself that has nothing in one of its places.</summary>
    internal const string NullItem = "A list has a null item.";

    /// <param name="body">What the call takes: the reader itself names only the nearest thing around a value.</param>
    internal static Refusal Of(int status, JsonException failure, Type? body)
    {
        var general = HttpRefusals.Of(status);
        // Text that is no JSON has no fields, only places.
        if (failure.InnerException is JsonException && failure is { LineNumber: { } line, BytePositionInLine: { } at })
        {
            return Say(general, [], $"Ce n’est pas du JSON complet et valide (ligne {line + 1}, octet {at + 1}).", $"It is not complete and valid JSON (line {line + 1}, byte {at + 1}).");
        }

        if (failure.Path is not { Length: > 0 } found || found[0] != '$')
        {
            return general;
        }

        // A member that the sender named is not said again. Empty: the body itself.
        var path = SentNameForm().Replace(found[1..], "[…]").TrimStart('.');
        if (MissingForm().Match(failure.Message) is { Success: true } missing)
        {
            string[] names = [.. NameForm().Matches(missing.Groups["names"].Value).Select(n => path.Length == 0 ? n.Groups["name"].Value : $"{path}.{n.Groups["name"].Value}")];
            return Say(general, names, $"Il manque : {string.Join(", ", names)}.", $"Missing: {string.Join(", ", names)}.");
        }

        if (NullForm().IsMatch(failure.Message) && path.Length > 0)
        {
            return Say(general, [path], $"Il manque : {path}.", $"Missing: {path}.");
        }

        var (french, english) = failure.Message.StartsWith(NullItem, StringComparison.Ordinal)
            ? ("ne doit pas contenir null", "must not contain null")
            : Expected(KindAt(body, found));
        return path.Length == 0 ? Say(general, [], $"Le corps {french}.", $"The body {english}.") : Say(general, [path], $"{path} {french}.", $"{path} {english}.");
    }

    /// <summary>What is no body at all, or a value of the address of another kind, by what the framework says of it.</summary>
    internal static Refusal Of(int status, string message) =>
        ParameterForm().Match(message) is { Success: true } parameter
            ? Say(HttpRefusals.Of(status), [parameter.Groups["name"].Value], $"Dans l’adresse, {parameter.Groups["name"].Value} n’a pas la forme attendue.",
                $"In the address, {parameter.Groups["name"].Value} does not have the shape it should.")
            : BodyForm().IsMatch(message) ? Say(HttpRefusals.Of(status), [], "Un corps en JSON est attendu.", "A body in JSON is expected.")
            : HttpRefusals.Of(status);

    private static Type? KindAt(Type? body, string path)
    {
        foreach (Match step in StepForm().Matches(path))
        {
            body = !step.Groups["name"].Success ? ItemOf(body)
                : body?.GetProperties().FirstOrDefault(p => string.Equals(p.Name, step.Groups["name"].Value, StringComparison.OrdinalIgnoreCase))?.PropertyType;
        }

        return body is null ? null : Nullable.GetUnderlyingType(body) ?? body;
    }

    private static Type? ItemOf(Type? list) =>
        list?.GetInterfaces().Append(list).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    private static (string French, string English) Expected(Type? kind) => kind switch
    {
        null => ("n’a pas la forme attendue", "does not have the shape it should"),
        _ when kind == typeof(string) => ("doit être un texte", "must be a text"),
        _ when kind == typeof(bool) => ("doit être true ou false", "must be true or false"),
        _ when kind == typeof(int) || kind == typeof(long) => ("doit être un nombre entier", "must be a whole number"),
        _ when kind == typeof(decimal) || kind == typeof(double) => ("doit être un nombre", "must be a number"),
        _ when kind == typeof(Guid) || kind.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>)) => ("doit être un UUID", "must be a UUID"),
        _ when kind == typeof(DateTimeOffset) => ("doit être un instant avec son décalage (2026-11-27T09:00:00+01:00)", "must be a time with its offset (2026-11-27T09:00:00+01:00)"),
        _ when kind == typeof(DateOnly) => ("doit être une date (2026-11-27)", "must be a date (2026-11-27)"),
        { IsEnum: true } => ("doit être " + Choice(kind, " ou "), "must be " + Choice(kind, " or ")),
        _ when kind.IsAssignableTo(typeof(IEnumerable)) && !kind.Name.Contains("Dictionary", StringComparison.Ordinal) => ("doit être une liste", "must be a list"),
        _ => ("doit être un objet", "must be an object"),
    };

    private static string Choice(Type choice, string or) => string.Join(or,
        choice.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? f.Name));

    private static Refusal Say(Refusal general, string[] fields, string french, string english)
    {
        var refusal = new Refusal(general.Code, general.Status, "La demande n’est pas lisible. " + french, "The request cannot be read. " + english);
        return fields.Length == 0 ? refusal : refusal.With(Fields, fields);
    }

    [GeneratedRegex(@"missing required properties including: (?<names>'.*?')\.(\s|$)")]
    private static partial Regex MissingForm();

    [GeneratedRegex("'(?<name>[^']+)'")]
    private static partial Regex NameForm();

    [GeneratedRegex("doesn't allow (setting )?null")]
    private static partial Regex NullForm();

    [GeneratedRegex(@"\.(?<name>\w+)|\[(\d+|'.*')\]")]
    private static partial Regex StepForm();

    [GeneratedRegex(@"\['.*'\]")]
    private static partial Regex SentNameForm();

    [GeneratedRegex("^Failed to bind parameter \"[^\"]* (?<name>\\w+)\" from")]
    private static partial Regex ParameterForm();

    [GeneratedRegex(@"^(Required parameter .* was not provided from body|Implicit body inferred for parameter .* but no body was provided)")]
    private static partial Regex BodyForm();
}
