using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Marketplace.ServiceDefaults.Limits;

public enum CallerKind
{
    Address,
    Person,
    Key,
    Unlimited,
}

public enum CallKind
{
    Read,
    Write,
    Order,
    Event,
}

/// <summary>What one caller shares with nobody else. Small and comparable without a string: it is looked up with every read.</summary>
public readonly record struct Bucket(CallerKind Caller, UInt128 Id, CallKind Call)
{
    // What one process takes in with room to spare: nobody's setting, since who sends them decides when.
    private const int EventsPerSecond = 1_000;
    private const int EventsAtOnce = 10_000;

    /// <summary>An address stands for itself; in IPv6, where one household has more addresses than there are callers, for its network.</summary>
    public static Bucket Of(IPAddress? address, CallKind call)
    {
        if (address is null)
        {
            return new Bucket(CallerKind.Address, UInt128.Zero, call);
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
        {
            address.TryWriteBytes(bytes, out _);
            bytes[8..].Clear();
        }
        else
        {
            address.MapToIPv4().TryWriteBytes(bytes[12..], out _);
        }

        return new Bucket(CallerKind.Address, BinaryPrimitives.ReadUInt128BigEndian(bytes), call);
    }

    public static Bucket Of(Guid person, CallKind call)
    {
        Span<byte> bytes = stackalloc byte[16];
        person.TryWriteBytes(bytes);
        return new Bucket(CallerKind.Person, BinaryPrimitives.ReadUInt128BigEndian(bytes), call);
    }

    /// <summary>How fast it fills again. The caller of a partition replenishes it.</summary>
    public static TokenBucketRateLimiterOptions Filling(CallKind call, Allowance allowance)
    {
        var options = new TokenBucketRateLimiterOptions { AutoReplenishment = false, QueueLimit = 0 };
        if (call is CallKind.Event)
        {
            (options.TokenLimit, options.TokensPerPeriod, options.ReplenishmentPeriod) = (EventsAtOnce, EventsPerSecond, TimeSpan.FromSeconds(1));
        }
        else if (call is CallKind.Order)
        {
            options.TokenLimit = allowance.OrdersPerMinute;
            options.TokensPerPeriod = 1;
            options.ReplenishmentPeriod = TimeSpan.FromMinutes(1) / allowance.OrdersPerMinute;
        }
        else
        {
            options.TokensPerPeriod = call is CallKind.Read ? allowance.ReadsPerSecond : allowance.WritesPerSecond;
            options.TokenLimit = options.TokensPerPeriod * 10;
            options.ReplenishmentPeriod = TimeSpan.FromSeconds(1);
        }

        return options;
    }
}
