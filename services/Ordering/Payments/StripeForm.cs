using System.Globalization;

namespace Marketplace.Ordering.Payments;

/// <summary>Parameters in Stripe's form encoding: <c>a[b][0]=c</c>.</summary>
internal sealed class StripeForm
{
    private readonly List<KeyValuePair<string, string>> _fields = [];

    /// <summary>Left out where there is nothing to say: an empty value would erase.</summary>
    internal StripeForm Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _fields.Add(new(name, value));
        }

        return this;
    }

    internal StripeForm Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    internal StripeForm Add(string name, DateTimeOffset at) => Add(name, at.ToUnixTimeSeconds());

    internal StripeForm Metadata(string prefix, params IEnumerable<KeyValuePair<string, string>> metadata)
    {
        foreach (var (name, value) in metadata)
        {
            Add($"{prefix}[{name}]", value);
        }

        return this;
    }

    internal HttpContent Content() => new FormUrlEncodedContent(_fields);

    internal string Query() => string.Join('&', _fields.Select(f => $"{Uri.EscapeDataString(f.Key)}={Uri.EscapeDataString(f.Value)}"));
}
