using Marketplace.Storefront.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.Storefront.Tests.Accounts;

public sealed class Unconfirmed_accounts(AccountsHost host) : IClassFixture<AccountsHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    // A background service that fails ends its whole process: the town's pages, which need no database, with it.
    [Fact]
    public async Task Are_looked_through_again_an_hour_after_the_database_was_away()
    {
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Database=storefront;Username=nobody;Timeout=2");
        var said = new Counted();
        using var sweep = new UnconfirmedAccounts(away, new Hurried(host.Clock), said);
        await sweep.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.BecomesAsync(() => said.Warnings >= 3 || sweep.ExecuteTask!.IsCompleted, Long);
        sweep.ExecuteTask!.IsFaulted.ShouldBeFalse(sweep.ExecuteTask.Exception?.ToString());
        await sweep.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Are_gone_a_week_after_they_were_last_asked_for()
    {
        using var browser = host.Browser();
        await SignUpAsync("oubli@exemple.fr");
        await SignUpAsync("encore@exemple.fr");
        host.Clock.Ahead += TimeSpan.FromDays(6);
        await SignUpAsync("encore@exemple.fr");
        var link = CaughtMails.LinkIn(await host.Mails.NextAsync("encore@exemple.fr", number: 2));
        host.Clock.Ahead += TimeSpan.FromDays(1) - TimeSpan.FromHours(1) + TimeSpan.FromHours(2);

        using var sweep = new UnconfirmedAccounts(host.App.Services.GetRequiredService<NpgsqlDataSource>(), new Hurried(host.Clock), NullLogger<UnconfirmedAccounts>.Instance);
        await sweep.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.BecomesAsync(async () => await CountAsync("oubli@exemple.fr") == 0, Long);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from mailbox_uses") == 0, Long);
        await sweep.StopAsync(TestContext.Current.CancellationToken);

        (await CountAsync("encore@exemple.fr")).ShouldBe(1, "its link is good for a day");
        await (await browser.OpenAsync(link)).SubmitAsync("/compte/confirmation", ("Password", AccountsHost.Password));
        browser.Location.ShouldBe("/compte?fait=confirmed");

        async Task SignUpAsync(string email) => await browser.PostAsync("/compte/inscription", ("Name", "Léa Fontaine"), ("Email", email), ("Password", AccountsHost.Password));
    }

    private Task<long> CountAsync(string email) => host.ScalarAsync<long>($"select count(*) from people where email = '{email}'");

    /// <summary>An hour passes in no time.</summary>
    private sealed class Hurried(TimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
    }

    private sealed class Counted : ILogger<UnconfirmedAccounts>
    {
        private int _warnings;

        public int Warnings => Volatile.Read(ref _warnings);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                Interlocked.Increment(ref _warnings);
            }
        }
    }
}
