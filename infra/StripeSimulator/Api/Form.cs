using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Marketplace.StripeSimulator.Api;

/// <summary>Parameters as they came, by Stripe's names: <c>a[b][0]</c>.</summary>
internal sealed partial class Form
{
    private readonly Dictionary<string, string> _fields = [];

    internal Form(string encoded)
    {
        var unnamed = new Dictionary<string, int>();
        foreach (var pair in encoded.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var left, var right] ? (WebUtility.UrlDecode(left), WebUtility.UrlDecode(right)) : (WebUtility.UrlDecode(pair), "");
            if (name.EndsWith("[]", StringComparison.Ordinal))
            {
                var number = unnamed[name] = unnamed.GetValueOrDefault(name, -1) + 1;
                name = $"{name[..^2]}[{number}]";
            }

            _fields[name] = value;
        }
    }

    internal string? this[string name] => _fields.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    internal string Fingerprint(string of) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of + "\n" + string.Join('\n', _fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={f.Value}")))));

    internal bool Has(string prefix) => _fields.Keys.Any(k => k.StartsWith(prefix, StringComparison.Ordinal));

    internal string Required(string name) => this[name] ?? throw StripeError.Invalid($"Missing required param: {name}.", name, "parameter_missing");

    internal long? Number(string name) => this[name] is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw StripeError.Invalid($"Invalid integer: {text}", name, "parameter_invalid_integer");

    internal IEnumerable<string> Values(string name)
    {
        for (var i = 0; this[$"{name}[{i}]"] is { } value; i++)
        {
            yield return value;
        }
    }

    internal JsonObject Metadata(string name = "metadata")
    {
        var metadata = new JsonObject();
        foreach (var (key, value) in _fields.Where(f => f.Key.StartsWith(name + "[", StringComparison.Ordinal) && f.Key.EndsWith(']')))
        {
            var inner = key[(name.Length + 1)..^1];
            if (inner.Length > 40 || value.Length > 500)
            {
                throw StripeError.Invalid("Metadata keys are up to 40 characters long, values up to 500.", key);
            }

            metadata[inner] = value;
        }

        return metadata.Count <= 50 ? metadata : throw StripeError.Invalid("You can have up to 50 metadata keys.", name);
    }

    /// <summary>Stripe takes no parameter that it does not know: neither is one taken here that was never thought of.</summary>
    internal void Allow(IReadOnlySet<string> known)
    {
        foreach (var name in _fields.Keys)
        {
            var plain = Index().Replace(name, "[]");
            var holder = plain.LastIndexOf('[') is > 0 and var at ? plain[..at] : "";
            if (!known.Contains(plain) && holder != "expand" && !(holder.TrimEnd(']').EndsWith("metadata", StringComparison.Ordinal) && known.Contains(holder)))
            {
                throw StripeError.Invalid($"Received unknown parameter: {name}", name, "parameter_unknown");
            }
        }
    }

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();
}
