using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Contracts;

/// <summary>An identifier that is a UUID on the wire and a type of its own in code, so that a shop can never be passed for an offer.</summary>
public interface IId<TSelf> : IParsable<TSelf> where TSelf : struct, IId<TSelf>
{
    Guid Value { get; }
    static abstract TSelf From(Guid value);
}

/// <summary>An order over one or several shops.</summary>
[JsonConverter(typeof(IdJsonConverter<OrderId>))]
public readonly record struct OrderId(Guid Value) : IId<OrderId>
{
    public static OrderId From(Guid value) => new(value);
    public static OrderId New() => new(Guid.CreateVersion7());
    public static OrderId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s, CultureInfo.InvariantCulture));
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OrderId result) => Ids.TryParse(s, out result);
    public override string ToString() => Value.ToString();
}

/// <summary>A shop (an establishment). Its slug never changes either; the id is what messages carry.</summary>
[JsonConverter(typeof(IdJsonConverter<ShopId>))]
public readonly record struct ShopId(Guid Value) : IId<ShopId>
{
    public static ShopId From(Guid value) => new(value);
    public static ShopId New() => new(Guid.CreateVersion7());
    public static ShopId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s, CultureInfo.InvariantCulture));
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ShopId result) => Ids.TryParse(s, out result);
    public override string ToString() => Value.ToString();
}

/// <summary>One product as one shop sells it: its price and its stock.</summary>
[JsonConverter(typeof(IdJsonConverter<OfferId>))]
public readonly record struct OfferId(Guid Value) : IId<OfferId>
{
    public static OfferId From(Guid value) => new(value);
    public static OfferId New() => new(Guid.CreateVersion7());
    public static OfferId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s, CultureInfo.InvariantCulture));
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OfferId result) => Ids.TryParse(s, out result);
    public override string ToString() => Value.ToString();
}

/// <summary>A person with an account on the storefront.</summary>
[JsonConverter(typeof(IdJsonConverter<PersonId>))]
public readonly record struct PersonId(Guid Value) : IId<PersonId>
{
    public static PersonId From(Guid value) => new(value);
    public static PersonId New() => new(Guid.CreateVersion7());
    public static PersonId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s, CultureInfo.InvariantCulture));
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PersonId result) => Ids.TryParse(s, out result);
    public override string ToString() => Value.ToString();
}

/// <summary>A point on the map, WGS 84 degrees.</summary>
public sealed record Position(double Lat, double Lon);

/// <summary>How an offer is sold, and so what a quantity counts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SaleUnit>))]
public enum SaleUnit
{
    /// <summary>Quantities are pieces, the price is per piece.</summary>
    [JsonStringEnumMemberName("piece")] Piece,
    /// <summary>Quantities are grams, the price is per kilogram.</summary>
    [JsonStringEnumMemberName("weight")] Weight,
}

/// <summary>The unit as it is written in databases and forms.</summary>
public static class SaleUnits
{
    /// <summary><c>piece</c> or <c>weight</c>.</summary>
    public static string Text(this SaleUnit unit) => unit == SaleUnit.Weight ? "weight" : "piece";

    /// <summary>Of what <see cref="Text"/> wrote; anything else is a piece.</summary>
    public static SaleUnit Of(string text) => text == "weight" ? SaleUnit.Weight : SaleUnit.Piece;
}

/// <summary>Integer cents, VAT included. The one place where a line is multiplied and rounded.</summary>
public static class Money
{
    /// <summary>Price of a line: pieces × price, or grams × price per kilogram / 1000 rounded half away from zero.</summary>
    public static long LineTotal(SaleUnit unit, long quantity, long priceCents) => unit switch
    {
        SaleUnit.Piece => checked(quantity * priceCents),
        SaleUnit.Weight => (long)Math.Round(checked(quantity * priceCents) / 1000m, MidpointRounding.AwayFromZero),
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    /// <summary>The VAT contained in an amount that includes it, rounded half away from zero.</summary>
    public static long VatIncluded(long amountCents, decimal ratePercent) =>
        (long)Math.Round(amountCents * ratePercent / (100m + ratePercent), MidpointRounding.AwayFromZero);
}

/// <summary>How large an order may be.</summary>
public static class OrderLimits
{
    public const int MostShops = 30;
}

public sealed class IdJsonConverter<T> : JsonConverter<T> where T : struct, IId<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.From(reader.GetGuid());
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.From(Guid.Parse(reader.GetString()!, CultureInfo.InvariantCulture));
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value.ToString());
}

internal static class Ids
{
    internal static bool TryParse<T>(string? text, out T id) where T : struct, IId<T>
    {
        var ok = Guid.TryParse(text, CultureInfo.InvariantCulture, out var value);
        id = ok ? T.From(value) : default;
        return ok;
    }
}

/// <summary>What people call an order on the phone: eight characters drawn from its id. A name, not a key and not a secret.</summary>
public static class OrderReference
{
    /// <summary>Digits and capitals that nobody takes for one another.</summary>
    public const string Alphabet = "23456789BCDFGHJKMNPQRSTWXZ";

    public static string Of(OrderId order)
    {
        Span<byte> bytes = stackalloc byte[16];
        order.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        var tail = BitConverter.ToUInt64(bytes[8..]) ^ BitConverter.ToUInt64(bytes[..8]);
        Span<char> text = stackalloc char[9];
        for (var i = 0; i < text.Length; i++)
        {
            if (i == 4)
            {
                text[i] = '-';
                continue;
            }

            text[i] = Alphabet[(int)(tail % (ulong)Alphabet.Length)];
            tail /= (ulong)Alphabet.Length;
        }

        return new string(text);
    }
}
