using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Payments;

namespace Marketplace.Ordering.Payouts;

/// <summary>An account's timer: what stands there is read when the other side says that something changed, and from time to time, since it may have said so in vain.</summary>
internal sealed partial class PayoutWork(PayoutAccounts accounts, BankPayouts payouts, TimeProvider clock, ILogger<PayoutWork> log) : IDueWorkHandler
{
    internal const string WorkKind = "payout-account";

    private static readonly TimeSpan WhileUnfinished = TimeSpan.FromHours(1);

    private static readonly TimeSpan OnceReady = TimeSpan.FromHours(12);

    private static readonly TimeSpan WhenAway = TimeSpan.FromMinutes(1);

    public string Kind => WorkKind;

    public TimeSpan Lease => TimeSpan.FromMinutes(5);

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var (kept, problem) = await accounts.LookAsync(work.Key, token);
        if (kept?.Account is { } known)
        {
            problem = await payouts.ReadAsync(kept.Shop, known.Id, token);
        }

        if (problem is not null)
        {
            LogNotRead(work.Key, problem);
        }

        return (kept, problem) switch
        {
            (_, PaymentProblem.Away or PaymentProblem.NotLetIn) => clock.GetUtcNow() + WhenAway,
            (null, _) => null, // no shop's, or closed
            _ => clock.GetUtcNow() + (kept.Account is { CanReceive: true, PaysOut: true } ? OnceReady : WhileUnfinished),
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Account {Account} could not be read: {Problem}")]
    private partial void LogNotRead(string account, PaymentProblem problem);
}
