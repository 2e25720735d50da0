using System.Globalization;

namespace Marketplace.Storefront.Design;

/// <summary>An sRGB colour, with the contrast of WCAG 2.</summary>
internal readonly record struct Colour(byte R, byte G, byte B)
{
    public static Colour Black => new(0, 0, 0);
    public static Colour White => new(255, 255, 255);

    public static Colour Parse(string hex) => TryParse(hex, out var colour) ? colour : throw new FormatException($"{hex} is not #rrggbb");

    public static bool TryParse(string? hex, out Colour colour)
    {
        colour = default;
        if (hex is not { Length: 7 } || hex[0] != '#' || !uint.TryParse(hex.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }
        colour = new Colour((byte)(value >> 16), (byte)(value >> 8), (byte)value);
        return true;
    }

    public double Luminance => 0.2126 * Linear(R) + 0.7152 * Linear(G) + 0.0722 * Linear(B);

    public double Contrast(Colour other)
    {
        var (a, b) = (Luminance, other.Luminance);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>This colour with a share of another in it (0 none, 1 all).</summary>
    public Colour Mix(Colour other, double share) => new(Blend(R, other.R, share), Blend(G, other.G, share), Blend(B, other.B, share));

    /// <summary>The nearest step towards a pole at which the condition holds.</summary>
    public Colour TowardsUntil(Colour pole, Func<Colour, bool> holds)
    {
        for (var step = 0; step < 50; step++)
        {
            var candidate = Mix(pole, step / 50d);
            if (holds(candidate))
            {
                return candidate;
            }
        }
        return pole;
    }

    /// <summary>The same hue, lighter step by step until the condition holds: mixing white in would make it dull.</summary>
    public Colour LighterUntil(Func<Colour, bool> holds)
    {
        var (hue, saturation, lightness) = ToHsl();
        for (var light = lightness; light < 1; light += 0.02)
        {
            var candidate = FromHsl(hue, saturation, light);
            if (holds(candidate))
            {
                return candidate;
            }
        }
        return White;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{R:x2}{G:x2}{B:x2}");

    private (double Hue, double Saturation, double Lightness) ToHsl()
    {
        var (r, g, b) = (R / 255d, G / 255d, B / 255d);
        var (max, min) = (Math.Max(r, Math.Max(g, b)), Math.Min(r, Math.Min(g, b)));
        var (range, lightness) = (max - min, (max + min) / 2);
        if (range == 0)
        {
            return (0, 0, lightness);
        }
        var hue = max == r ? (g - b) / range % 6 : max == g ? (b - r) / range + 2 : (r - g) / range + 4;
        return ((hue + 6) % 6, range / (1 - Math.Abs(2 * lightness - 1)), lightness);
    }

    private static Colour FromHsl(double hue, double saturation, double lightness)
    {
        var chroma = (1 - Math.Abs(2 * lightness - 1)) * saturation;
        var (second, low) = (chroma * (1 - Math.Abs(hue % 2 - 1)), lightness - chroma / 2);
        var (r, g, b) = (int)hue switch
        {
            0 => (chroma, second, 0d),
            1 => (second, chroma, 0d),
            2 => (0d, chroma, second),
            3 => (0d, second, chroma),
            4 => (second, 0d, chroma),
            _ => (chroma, 0d, second),
        };
        return new Colour(Channel(r + low), Channel(g + low), Channel(b + low));

        static byte Channel(double value) => (byte)Math.Round(Math.Clamp(value, 0, 1) * 255, MidpointRounding.AwayFromZero);
    }

    private static byte Blend(byte from, byte to, double share) => (byte)Math.Round(from + (to - from) * share, MidpointRounding.AwayFromZero);

    private static double Linear(byte channel)
    {
        var c = channel / 255d;
        return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }
}
