using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

/// <summary>What people call an order on the phone: eight characters drawn from its id. A name, not a key and not a secret.</summary>
internal static class OrderReference
{
    internal static string Of(OrderId order)
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

            text[i] = PickupCodes.Alphabet[(int)(tail % (ulong)PickupCodes.Alphabet.Length)];
            tail /= (ulong)PickupCodes.Alphabet.Length;
        }

        return new string(text);
    }
}
