using Npgsql;

namespace Marketplace.EventStore.Postgres;

/// <summary>Failures of the database itself, told from those of what was asked of it: in one place for who waits them out, who answers 503, and who tries again.</summary>
public static class Outage
{
    // Shutting down, errors of the machine, and errors inside the server: a full disk shows as one of these, too, when a connection opens on it.
    private static readonly string[] ServerTrouble = ["57P", "58", "XX"];

    /// <summary>The database is away, full or in trouble, or another transaction came between: not the command's fault, and it will go well later.</summary>
    public static bool Is(NpgsqlException failure) =>
        failure is not PostgresException refused || refused.IsTransient || ServerTrouble.Any(prefix => refused.SqlState.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether every other try would end the same way and take as long: an outage, and not a race that this transaction lost.</summary>
    public static bool Lasts(Exception failure)
    {
        var inner = failure;
        while (inner is not (null or NpgsqlException))
        {
            inner = inner.InnerException; // Marten wraps them
        }

        return inner is NpgsqlException away && Is(away) && away.SqlState is not (PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure);
    }
}
