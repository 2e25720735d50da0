using System.Net;
using System.Net.Sockets;
using Marketplace.EventStore.Relay;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace Marketplace.EventStore.Tests;

/// <summary>Questions and answers are said without waiting for the broker, and do not wait for the log.</summary>
public sealed class Saying_what_may_be_lost(Servers servers)
{
    [Fact]
    public async Task What_is_said_arrives_in_order_also_when_the_speaker_leaves_at_once()
    {
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        await using (var publisher = PublisherOf(broker))
        {
            for (var n = 1; n <= 500; n++)
            {
                publisher.Say(new CountedMessage("order-a", n), null);
            }
        }

        await Eventually.BecomesAsync(() => listener.Messages.Count == 500, TimeSpan.FromSeconds(15));
        listener.Messages.Select(m => m.Version).ShouldBe(Enumerable.Range(1, 500).Select(v => (long)v));
    }

    [Fact]
    public async Task While_the_broker_is_away_nobody_waits_and_what_was_said_goes_out_when_it_is_back()
    {
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        using var way = new TcpListener(IPAddress.Loopback, 0);
        way.Start(); // takes connections and says nothing: a broker that hangs
        await using var publisher = PublisherOf(new UriBuilder(broker) { Host = "127.0.0.1", Port = ((IPEndPoint)way.LocalEndpoint).Port }.Uri);
        publisher.Say(new CountedMessage("order-a", 1), null);
        using var hanging = await way.AcceptSocketAsync(TestContext.Current.CancellationToken);
        publisher.Say(new CountedMessage("order-a", 2), null); // returns: that is the test
        listener.Messages.ShouldBeEmpty();

        hanging.Dispose();
        using var through = await way.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var onward = new TcpClient();
        await onward.ConnectAsync(IPAddress.Loopback, broker.Port, TestContext.Current.CancellationToken);
        var both = Task.WhenAny(through.GetStream().CopyToAsync(onward.GetStream()), onward.GetStream().CopyToAsync(through.GetStream()));
        await Eventually.BecomesAsync(() => listener.Messages.Count == 2, TimeSpan.FromSeconds(15));
        listener.Messages.Select(m => m.Version).ShouldBe([1, 2]);
        both.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_connection_that_broke_while_nobody_spoke_costs_no_word()
    {
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        using var way = new TcpListener(IPAddress.Loopback, 0);
        way.Start();
        var told = new Told();
        await using var publisher = PublisherOf(new UriBuilder(broker) { Host = "127.0.0.1", Port = ((IPEndPoint)way.LocalEndpoint).Port }.Uri, told);
        for (var n = 1; n <= 3; n++)
        {
            await Eventually.BecomesAsync(() => told.Ends == n - 1, TimeSpan.FromSeconds(15));
            publisher.Say(new CountedMessage("order-a", n), null);
            using var through = await way.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            using var onward = new TcpClient();
            await onward.ConnectAsync(IPAddress.Loopback, broker.Port, TestContext.Current.CancellationToken);
            _ = through.GetStream().CopyToAsync(onward.GetStream());
            _ = onward.GetStream().CopyToAsync(through.GetStream());
            await Eventually.BecomesAsync(() => listener.Messages.Count == n, TimeSpan.FromSeconds(15));
        } // cut, each time

        listener.Messages.Select(m => m.Version).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task What_the_broker_refuses_holds_up_nothing_behind_it()
    {
        var broker = await servers.NewVirtualHostAsync();
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using (var other = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            await other.ExchangeDeclareAsync("taken-otherwise", ExchangeType.Direct, cancellationToken: TestContext.Current.CancellationToken);
        }

        await using var listener = await Listener.StartAsync(broker);
        await using var publisher = PublisherOf(broker);

        publisher.Say(new TakenOtherwise(1), null);
        publisher.Say(new CountedMessage("order-a", 1), null);

        await Eventually.BecomesAsync(() => listener.Messages.Count == 1, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_batch_is_one_message_but_for_what_is_traced_and_what_is_alone()
    {
        const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var broker = await servers.NewVirtualHostAsync();
        await using var listener = await Listener.StartAsync(broker);
        await using var publisher = PublisherOf(broker);

        // Together is told by its sum.
        publisher.Say([(One(1), null), (One(20), null), (One(3), Trace), (One(400), null)], Sum);
        publisher.Say([(One(5), null), (One(6), Trace)], Sum);
        publisher.Say<CountedMessage>([], Sum);
        publisher.Say(One(7), null);

        await Eventually.BecomesAsync(() => listener.Messages.Count == 5, TimeSpan.FromSeconds(15));
        listener.Messages.Select(m => m.Version).ShouldBe([421, 3, 5, 6, 7]);

        static CountedMessage One(long n) => new("order-a", n);
        static object Sum(IReadOnlyList<CountedMessage> together) => One(together.Sum(m => m.Version));
    }

    [Fact]
    public async Task What_cannot_be_written_is_refused_where_it_is_said()
    {
        await using var publisher = PublisherOf(await servers.NewVirtualHostAsync());

        Should.Throw<NotSupportedException>(() => publisher.Say(new Unwritable(new MemoryStream().GetType()), null));
    }

    [EntityName("taken-otherwise"), MessageUrn("marketplace:test:taken-otherwise")]
    private sealed record TakenOtherwise(int Value);

    [EntityName("unwritable"), MessageUrn("marketplace:test:unwritable")]
    private sealed record Unwritable(Type Value);

    [Fact]
    public async Task What_cannot_be_said_any_more_holds_up_no_process_that_stops()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var publisher = PublisherOf(new Uri($"amqp://guest:guest@127.0.0.1:{((IPEndPoint)nobody.LocalEndpoint).Port}/"));
        publisher.Say(new CountedMessage("order-a", 1), null);
        await publisher.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private static RepeatablePublisher PublisherOf(Uri broker, ILogger<RepeatablePublisher>? log = null) => new(new RelayOptions(broker), log ?? NullLogger<RepeatablePublisher>.Instance);

    /// <summary>How often the connection ended.</summary>
    private sealed class Told : ILogger<RepeatablePublisher>
    {
        internal volatile int Ends;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? failure, Func<TState, Exception?, string> format) => Ends++;
    }
}
