using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// Which fields of a JSON body are missing or of another kind, from what its reader says: the names that the document of the service has, in their places, and never
/// anything of what was sent.
/// </summary>
internal static partial class UnreadableJson
{
    /// <summary>Member of the problem: the fields it is about, as paths (<c>shopOrders[0].pickupSlotId</c>).</summary>
    internal const string Fields = "fields";

    internal static Refusal Of(int status, JsonException failure)
    {
        var general = HttpRefusals.Of(status);
        // Text that is no JSON has no fields.
        if (failure.InnerException is JsonException || PathOf(failure) is not { } path)
        {
            return general;
        }

        if (MissingForm().Match(failure.Message) is { Success: true } missing)
        {
            string[] names = [.. NameForm().Matches(missing.Groups["names"].Value).Select(n => path.Length == 0 ? n.Groups["name"].Value : $"{path}.{n.Groups["name"].Value}")];
            return Say(general, names, $"Il manque : {string.Join(", ", names)}.", $"Missing: {string.Join(", ", names)}.");
        }

        if (path.Length == 0)
        {
            return general;
        }

        if (NullForm().IsMatch(failure.Message))
        {
            return Say(general, [path], $"Il manque : {path}.", $"Missing: {path}.");
        }

        var (french, english) = KindForm().Match(failure.Message).Groups["kind"].Value switch
        {
            "System.Int32" or "System.Int64" => ("n’est pas un nombre entier", "is not a whole number"),
            "System.Decimal" or "System.Double" => ("n’est pas un nombre", "is not a number"),
            "System.Boolean" => ("n’est ni true ni false", "is neither true nor false"),
            "System.String" => ("n’est pas un texte", "is not a text"),
            var list when list.StartsWith("System.Collections", StringComparison.Ordinal) => ("n’est pas une liste", "is not a list"),
            _ => ("n’a pas la forme attendue", "does not have the shape it should"),
        };
        return Say(general, [path], $"{path} {french}.", $"{path} {english}.");
    }

    private static Refusal Say(Refusal general, IReadOnlyList<string> fields, string french, string english) =>
        new Refusal(general.Code, general.Status, "La demande n’est pas lisible. " + french, "The request cannot be read. " + english).With(Fields, fields);

    // Empty: the body itself. A member that the sender named is not said again.
    private static string? PathOf(JsonException failure) => failure.Path is { Length: > 0 } path && path[0] == '$' ? SentNameForm().Replace(path[1..], "[…]").TrimStart('.') : null;

    [GeneratedRegex(@"missing required properties including: (?<names>'.*?')\.(\s|$)")]
    private static partial Regex MissingForm();

    [GeneratedRegex("'(?<name>[^']+)'")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"doesn't allow (setting )?null")]
    private static partial Regex NullForm();

    [GeneratedRegex(@"could not be converted to (?<kind>[\w.]+)")]
    private static partial Regex KindForm();

    [GeneratedRegex(@"\['.*'\]")]
    private static partial Regex SentNameForm();
}
