using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Marketplace.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Ordering.Tests;

/// <summary>The bus connects as soon as the broker is there, and not when a growing pause has passed.</summary>
public sealed class Waiting_for_the_broker : IClassFixture<OrderingHost>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly CancellationTokenSource _stopping = new();
    private readonly IPEndPoint _at;
    private readonly Lines _said = new();
    private readonly BrokerGate _gate;
    private readonly OrderingHost _host;

    public Waiting_for_the_broker(OrderingHost host)
    {
        _host = host;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _at = (IPEndPoint)free.LocalEndpoint;
        _gate = new BrokerGate(new Uri($"amqp://{_at}"), _said, _stopping.Token);
    }

    public void Dispose() => _stopping.Dispose();

    [Fact]
    public async Task Passes_a_starting_process_when_the_broker_opens()
    {
        var pass = _gate.PassAsync();
        (await Task.WhenAny(pass, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken))).ShouldNotBe(pass);

        using var broker = Open();
        await pass.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Lets_the_first_try_after_a_loss_fail_by_itself_and_holds_the_next()
    {
        using (Open())
        {
            await _gate.PassAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        await _gate.PassAsync().WaitAsync(Patience, TestContext.Current.CancellationToken); // whose connection is refused: /ready learns of it
        var next = _gate.PassAsync();
        (await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken))).ShouldNotBe(next);

        using var back = Open();
        await next.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Says_once_where_the_broker_is_awaited_and_why_and_that_it_answers()
    {
        var pass = _gate.PassAsync();
        (await Task.WhenAny(pass, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken))).ShouldNotBe(pass); // several looks
        _said.All.ShouldHaveSingleItem().ShouldMatch($"^Warning The broker is awaited at 127\\.0\\.0\\.1:{_at.Port}: .+");

        using var broker = Open();
        await pass.WaitAsync(Patience, TestContext.Current.CancellationToken);
        _said.All.Count.ShouldBe(2);
        _said.All[^1].ShouldBe($"Information The broker answers at {_at}");
    }

    [Fact]
    public async Task Ends_with_the_process()
    {
        var pass = _gate.PassAsync();

        await _stopping.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => pass.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_service_asks_it_before_it_connects()
    {
        await using var service = _host.Start(services =>
        {
            services.AddSingleton(_gate); // looks elsewhere than where the broker is
            services.Remove(services.Single(s => s.ImplementationType == typeof(EndpointRevival))); // which asks it too
        });
        using var client = service.CreateClient();
        (await client.GetAsync("/ready", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        using var broker = Open();
        using var look = await broker.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        await OrderingHost.ReadyAsync(service);
    }

    private TcpListener Open()
    {
        var broker = new TcpListener(_at);
        broker.Start();
        return broker;
    }

    private sealed class Lines : ILogger<BrokerGate>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        internal IReadOnlyList<string> All => [.. _lines];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel} {formatter(state, exception)}");
    }
}
