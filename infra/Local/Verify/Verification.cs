using Npgsql;

namespace Marketplace.Local.Verify;

/// <summary>One thing that must hold over the databases, and the rows by which it does not.</summary>
public sealed record Finding(string Invariant, string Says, IReadOnlyList<string> BrokenBy)
{
    public bool Holds => BrokenBy.Count == 0;
}

/// <summary>The invariants of the platform, checked over its databases and its broker from outside: nothing of the services' own code is used.</summary>
/// <param name="gateway">The payment simulator and the key to it, where it runs.</param>
public sealed class Verification(Func<string, string> database, Uri broker, (Uri Address, string Key)? gateway = null)
{
    // Databases are read one after the other: in a platform at work, a message may be on its way between two of them.
    private const int Tries = 10;

    private static readonly Invariant[] All =
    [
        .. StockInvariants.All, .. HoldInvariants.All, .. SlotInvariants.All, .. LogInvariants.All, .. ProjectionInvariants.All, .. MoneyInvariants.All,
    ];

    internal TimeSpan BetweenTries { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Checks one after the other and stops at the first that stays broken; the last finding says which, if any.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken token)
    {
        var findings = new List<Finding>();
        foreach (var invariant in All.Concat(gateway is { } at ? GatewayInvariants.Of(at.Address, at.Key) : []).Append(QueueInvariants.OfBroker(broker)))
        {
            var finding = await CheckAsync(invariant, token);
            findings.Add(finding);
            if (!finding.Holds)
            {
                break;
            }
        }

        return findings;
    }

    private async Task<Finding> CheckAsync(Invariant invariant, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var broken = await invariant.FindBrokenAsync(OpenAsync, token);
            if (broken.Count == 0 || attempt == Tries)
            {
                return new Finding(invariant.Id, invariant.Says, broken);
            }

            await Task.Delay(BetweenTries, token);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(string name, CancellationToken token)
    {
        var connection = new NpgsqlConnection(database(name));
        await connection.OpenAsync(token);
        return connection;
    }
}
