using System.Globalization;
using System.Text;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>
/// Reads an undamaged QR code of one block (ISO/IEC 18004, versions 1 and 2), written against the standard and not against the library that draws it:
/// quiet zone off, finder patterns looked for, mask undone, bits taken column by column. Error correction is not needed where nothing is damaged.
/// </summary>
internal static class QrReader
{
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    private const int FormatMask = 0b101010000010010;

    public static string Read(bool[,] drawn)
    {
        var code = WithoutQuietZone(drawn);
        var size = code.GetLength(0);
        size.ShouldBeOneOf(21, 25);
        foreach (var (y, x) in new[] { (0, 0), (0, size - 7), (size - 7, 0) })
        {
            IsFinder(code, y, x).ShouldBeTrue($"no finder pattern at {y}, {x}");
        }
        var mask = (Format(code) ^ FormatMask) >> 10 & 0b111;
        return Text(Bits(code, mask));
    }

    private static bool[,] WithoutQuietZone(bool[,] drawn)
    {
        var quiet = Enumerable.Range(0, drawn.GetLength(0)).First(i => drawn[i, i]);
        quiet.ShouldBeGreaterThanOrEqualTo(4, "a scanner needs four light modules around");
        var size = drawn.GetLength(0) - 2 * quiet;
        var code = new bool[size, size];
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                code[y, x] = drawn[y + quiet, x + quiet];
            }
        }
        return code;
    }

    private static bool IsFinder(bool[,] code, int top, int left) => Enumerable.Range(0, 49).All(i =>
    {
        var ring = Math.Max(Math.Abs(i / 7 - 3), Math.Abs(i % 7 - 3));
        return code[top + i / 7, left + i % 7] == (ring != 2);
    });

    // Fifteen bits beside the upper left finder, the most significant first.
    private static int Format(bool[,] code)
    {
        (int Y, int X)[] places = [(8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 7), (8, 8), (7, 8), (5, 8), (4, 8), (3, 8), (2, 8), (1, 8), (0, 8)];
        return places.Aggregate(0, (bits, place) => bits << 1 | (code[place.Y, place.X] ? 1 : 0));
    }

    private static string Bits(bool[,] code, int mask)
    {
        var size = code.GetLength(0);
        var bits = new StringBuilder();
        var up = true;
        for (var right = size - 1; right > 0; right -= 2, up = !up)
        {
            right -= right == 6 ? 1 : 0;
            for (var i = 0; i < size; i++)
            {
                var y = up ? size - 1 - i : i;
                foreach (var x in (int[])[right, right - 1])
                {
                    if (!IsFunction(size, y, x))
                    {
                        bits.Append(code[y, x] ^ IsMasked(mask, y, x) ? '1' : '0');
                    }
                }
            }
        }
        return bits.ToString();
    }

    private static bool IsFunction(int size, int y, int x) =>
        y == 6 || x == 6 || y <= 8 && x <= 8 || y <= 8 && x >= size - 8 || y >= size - 8 && x <= 8
        || size == 25 && Math.Abs(y - 18) <= 2 && Math.Abs(x - 18) <= 2;

    private static bool IsMasked(int mask, int y, int x) => mask switch
    {
        0 => (y + x) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (y + x) % 3 == 0,
        4 => (y / 2 + x / 3) % 2 == 0,
        5 => y * x % 2 + y * x % 3 == 0,
        6 => (y * x % 2 + y * x % 3) % 2 == 0,
        _ => ((y + x) % 2 + y * x % 3) % 2 == 0,
    };

    private static string Text(string bits)
    {
        var at = 0;
        var (mode, text) = (Take(4), new StringBuilder());
        switch (mode)
        {
            case 0b0010:
                var signs = Take(9);
                for (; signs >= 2; signs -= 2)
                {
                    var pair = Take(11);
                    text.Append(Alphanumeric[pair / 45]).Append(Alphanumeric[pair % 45]);
                }
                if (signs == 1)
                {
                    text.Append(Alphanumeric[Take(6)]);
                }
                break;
            case 0b0100:
                for (var bytes = Take(8); bytes > 0; bytes--)
                {
                    text.Append((char)Take(8));
                }
                break;
            default:
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Mode {mode} is not what a pickup code needs"));
        }
        return text.ToString();

        int Take(int count)
        {
            at += count;
            return Convert.ToInt32(bits[(at - count)..at], 2);
        }
    }
}
