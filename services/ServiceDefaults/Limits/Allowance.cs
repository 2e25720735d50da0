using Microsoft.Extensions.Configuration;

namespace Marketplace.ServiceDefaults.Limits;

/// <summary>
/// How much one caller may ask of one process: <c>Limits:&lt;Address|Person|Key&gt;:&lt;ReadsPerSecond|WritesPerSecond|OrdersPerMinute&gt;</c>.
/// Ten seconds' worth of reads and writes, and a minute's worth of orders, may come at once.
/// </summary>
public sealed record Allowance(int ReadsPerSecond, int WritesPerSecond, int OrdersPerMinute)
{
    /// <summary>Whoever names himself neither by key nor by token: a network address, which a town hall or a school may share.</summary>
    public static Allowance Address(IConfiguration configuration) => Read(configuration, "Address", new Allowance(50, 5, 20));

    /// <summary>Somebody signed in to the storefront.</summary>
    public static Allowance Person(IConfiguration configuration) => Read(configuration, "Person", new Allowance(50, 10, 20));

    /// <summary>A shop's program: a till that feeds a hundred thousand titles sends a thousand lines a call.</summary>
    public static Allowance Key(IConfiguration configuration) => Read(configuration, "Key", new Allowance(100, 20, 120));

    private static Allowance Read(IConfiguration configuration, string caller, Allowance usual)
    {
        return new Allowance(Of("ReadsPerSecond", usual.ReadsPerSecond), Of("WritesPerSecond", usual.WritesPerSecond), Of("OrdersPerMinute", usual.OrdersPerMinute));

        int Of(string what, int otherwise)
        {
            var name = $"Limits:{caller}:{what}";
            return configuration.GetValue(name, otherwise) is > 0 and <= 1_000_000 and var allowed
                ? allowed
                : throw new InvalidOperationException($"{name} must be between 1 and 1,000,000.");
        }
    }
}
