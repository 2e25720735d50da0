using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Marketplace.Merchants.Slots;

/// <summary>A slot's name, derived and never stored: place and start. UTC, so that the hour that comes twice in autumn has two names.</summary>
internal readonly record struct SlotId(string Place, Instant Start)
{
    private static readonly InstantPattern Pattern = InstantPattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmm'Z'");

    public static bool TryParse([NotNullWhen(true)] string? text, out SlotId id)
    {
        id = default;
        var at = text?.IndexOf('~', StringComparison.Ordinal) ?? -1;
        if (at <= 0 || Pattern.Parse(text![(at + 1)..]) is not { Success: true } start)
        {
            return false;
        }

        id = new SlotId(text[..at], start.Value);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Place}~{Pattern.Format(Start)}");
}
