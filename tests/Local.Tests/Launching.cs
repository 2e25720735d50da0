using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Marketplace.Local.Queues;
using Marketplace.Provisioning.Processes;
using Marketplace.Provisioning.Servers;
using Npgsql;

namespace Marketplace.Local.Tests;

/// <summary>The launcher as a person meets it, on real processes. One collection: they run one after the other.</summary>
[Collection("launcher")]
public sealed class Launching
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_keeps_what_crashes_running_refuses_a_second_launcher_and_stops_everything_at_Ctrl_C()
    {
        RequireServers();
        using var data = new LauncherData();
        var ports = LauncherProcess.FreePortBase();
        await using var first = LauncherProcess.Start(data.Path, ports);
        await LauncherProcess.UntilAsync(() => File.Exists(Path.Combine(data.Path, "owner.json")), Token);
        await using var early = LauncherProcess.Start(data.Path, ports);
        (await early.EndAsync(Token)).ShouldBe(1);
        early.Output.ShouldContain("Already starting from", customMessage: "it does not wait in silence until the first is ready");

        var endpoints = await first.ReadyAsync(Token);
        endpoints.GetProperty("storefront").GetString().ShouldBe($"http://localhost:{ports}");
        endpoints.GetProperty("catalog").GetString().ShouldBe($"http://127.0.0.1:{ports + 1}");
        endpoints.GetProperty("mail").GetString().ShouldBe($"http://127.0.0.1:{ports + 5}");

        await using var second = LauncherProcess.Start(data.Path, ports);
        (await second.EndAsync(Token)).ShouldBe(1);
        second.Output.ShouldContain("Already running");
        second.Output.ShouldContain($"http://localhost:{ports}");

        var crashed = first.Find("catalog");
        crashed.KillGroup();
        await LauncherProcess.UntilAsync(() => first.Find("catalog") is { IsAlive: true } again && again != crashed, Token);
        await first.AnswersAsync(new Uri($"http://127.0.0.1:{ports + 1}/ready"), Token);
        await LauncherProcess.UntilAsync(() => first.Output.Contains("✓ catalog is back", StringComparison.Ordinal), Token);
        first.Output.ShouldMatch(@"! catalog ended with \d+; starting it again[^✓]*✓ catalog is back, after \d+[.,]\d s");
        first.Output.ShouldNotContain("ordering is back", customMessage: "it never was away");

        await EveryQueueIsKnownAsync(ports);

        using var other = new LauncherData();
        await using var elsewhere = LauncherProcess.Start(other.Path, ports);
        (await elsewhere.EndAsync(Token)).ShouldBe(1);
        elsewhere.Output.ShouldContain("--port-base");

        first.Signal(StopSignal.Interrupt);
        (await first.EndAsync(Token)).ShouldBe(0);
        File.Exists(first.EndpointsPath).ShouldBeFalse();
        first.LeftBehind().ShouldBeEmpty();
    }

    // What doctor, verify and retry-errors look into is what the services consume from.
    private static async Task EveryQueueIsKnownAsync(int ports)
    {
        using var http = new HttpClient();
        var queues = await Eventually.GetAsync(
            async () =>
            {
                var consumed = new SortedSet<string>(StringComparer.Ordinal);
                foreach (var port in new[] { ports + 1, ports + 2, ports + 3 })
                {
                    var ready = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/ready"), Token)).RootElement;
                    consumed.UnionWith(ready.GetProperty("checks").GetProperty("queues").GetProperty("data").EnumerateObject().Select(queue => queue.Name));
                }

                return consumed;
            },
            consumed => consumed.Count >= GivenUpMessages.Queues.Count, TimeSpan.FromSeconds(30));
        queues.ShouldBe(GivenUpMessages.Queues);
    }

    [Fact]
    public async Task With_two_of_a_service_residents_do_not_notice_that_one_dies()
    {
        RequireServers();
        using var data = new LauncherData();
        var ports = LauncherProcess.FreePortBase();
        await using var platform = LauncherProcess.Run(data.Path, ports, "--no-demo", "--replicas", "merchants=2");
        await platform.ReadyAsync(Token);
        using var http = new HttpClient();
        var asked = 0;

        foreach (var name in new[] { "merchants", "merchants-2" })
        {
            var killed = platform.Find(name);
            killed.KillGroup();
            do
            {
                // A search is answered by Merchants, not from the storefront's memory.
                using var page = await http.GetAsync(new Uri($"http://localhost:{ports}/?q=ville{asked++}"), Token);
                page.StatusCode.ShouldBe(HttpStatusCode.OK, $"{name} is away");
            }
            while (platform.Find(name) is not { IsAlive: true } again || again == killed);
            await platform.AnswersAsync(new Uri($"http://127.0.0.1:{ports + (name == "merchants" ? 3 : 13)}/ready"), Token);
        }
    }

    [Fact]
    public async Task Killed_hard_it_leaves_no_process_and_starts_again_with_its_data()
    {
        RequireServers();
        using var data = new LauncherData();
        var ports = LauncherProcess.FreePortBase();
        await using var killed = LauncherProcess.Start(data.Path, ports);
        await killed.ReadyAsync(Token);
        var resident = new OneOrder(data.Path, ports);
        var order = await resident.PlaceAsync();

        killed.Signal(StopSignal.Kill);
        await killed.EndAsync(Token);

        // At once, while the processes of the first are still being stopped.
        await using var next = LauncherProcess.Start(data.Path, ports);
        await next.ReadyAsync(Token);
        var again = await resident.ReadAsync(order);
        (again.Reference, again.Status, again.PickupCode, again.TotalCents).ShouldBe((order.Reference, "confirmed", order.PickupCode, 900));
        await using (var verify = LauncherProcess.Run(data.Path, ports, "verify"))
        {
            (await verify.EndAsync(Token)).ShouldBe(0, verify.Output);
        }

        next.Signal(StopSignal.Kill);
        await next.EndAsync(Token);
        await LauncherProcess.UntilAsync(() => next.LeftBehind().Count == 0, Token);
        next.LeftBehind().ShouldBeEmpty();
        File.Exists(next.EndpointsPath).ShouldBeFalse();
    }

    [Fact]
    public async Task Its_verbs_tell_what_runs_and_what_is_broken_and_a_reset_forgets_it_all()
    {
        RequireServers();
        using var data = new LauncherData();
        var ports = LauncherProcess.FreePortBase();
        await using (var first = LauncherProcess.Start(data.Path, ports))
        {
            await first.ReadyAsync(Token);
            await new OneOrder(data.Path, ports).PlaceAsync();
            await SaysAsync("doctor", 0, @"running\W+yes, process \d+", @"messages given up\W+none", @"PostgreSQL\W+/", @"ordering\W+built");
            await SaysAsync("verify", 0, "✓ I1", "✓ I2", "✓ I4", "✓ I6", "✓ I7");

            await using (var catalog = new NpgsqlConnection(LocalServers.AddressesOf(data.Path)!("catalog") + ";Pooling=false"))
            {
                await catalog.OpenAsync(Token);
                await using var fault = new NpgsqlCommand("update stock set on_hand = on_hand + 1", catalog);
                (await fault.ExecuteNonQueryAsync(Token)).ShouldBe(1);
            }

            var broken = await SaysAsync("verify", 1, "✗ I1", "its movements sum to 10 and 2");
            broken.ShouldNotContain("I2", customMessage: "it ends at the first");
            first.Signal(StopSignal.Interrupt);
            await first.EndAsync(Token);
        }

        await SaysAsync("doctor", 0, @"running\W+no");
        await SaysAsync("verify", 1, "✗ I1"); // of a stopped platform too: it starts the servers for it
        var secret = Secrets.Of(data.Path).Get("postgres");

        await using var anew = LauncherProcess.Run(data.Path, ports, "--no-demo", "--reset");
        await anew.ReadyAsync(Token);
        Secrets.Of(data.Path).Get("postgres").ShouldNotBe(secret);
        (await new OneOrder(data.Path, ports).AskAsync("merchants", "towns/oullins")).ShouldBe(HttpStatusCode.NotFound);
        (await new OneOrder(data.Path, ports).AskAsync("ordering", "shops/le-fournil/orders")).ShouldBe(HttpStatusCode.NotFound);
        Directory.GetFileSystemEntries(System.IO.Path.Combine(data.Path, "mails")).ShouldBeEmpty();
        await SaysAsync("verify", 0, "✓ I1");

        async Task<string> SaysAsync(string verb, int code, params string[] words)
        {
            await using var process = LauncherProcess.Run(data.Path, ports, verb);
            (await process.EndAsync(Token)).ShouldBe(code, process.Output);
            foreach (var word in words)
            {
                process.Output.ShouldMatch(word);
            }

            return process.Output;
        }
    }

    // As a machine that runs out of memory ends them, or the end of the session they ran in: nobody is left to clean up.
    [Fact]
    public async Task Killed_together_with_its_keeper_it_starts_again_on_the_same_ports_with_its_data()
    {
        RequireServers();
        using var data = new LauncherData();
        var ports = LauncherProcess.FreePortBase();
        await using var killed = LauncherProcess.Start(data.Path, ports);
        await killed.ReadyAsync(Token);
        OnlyItsOwnerMayRead(data.Path);
        var left = killed.Find("storefront");

        ProcessRecord.Read(System.IO.Path.Combine(data.Path, "run", "keeper"))!.KillGroup();
        killed.Signal(StopSignal.Kill);
        await killed.EndAsync(Token);
        left.IsAlive.ShouldBeTrue("nobody stopped it");

        await using var next = LauncherProcess.Start(data.Path, ports);
        await next.ReadyAsync(Token);
        left.IsAlive.ShouldBeFalse();
        next.Signal(StopSignal.Interrupt);
        (await next.EndAsync(Token)).ShouldBe(0);
        next.LeftBehind().ShouldBeEmpty();
    }

    private static void OnlyItsOwnerMayRead(string data)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        foreach (var secret in (string[])["rabbitmq", "rabbitmq/rabbitmq.conf", "run/servers.json", "secrets.json", "endpoints.json", "mails"])
        {
            (File.GetUnixFileMode(System.IO.Path.Combine(data, secret)) & others).ShouldBe((UnixFileMode)0, secret);
        }
    }

    [Fact]
    public async Task A_taken_port_is_said_with_a_remedy_before_anything_starts()
    {
        using var data = new LauncherData();
        var ports = LauncherProcess.FreePortBase();
        using var other = new TcpListener(System.Net.IPAddress.Loopback, ports + 2);
        other.Start();

        await using var launcher = LauncherProcess.Start(data.Path, ports);

        (await launcher.EndAsync(Token)).ShouldBe(1);
        launcher.Output.ShouldContain($"{ports + 2} (ordering)");
        launcher.Output.ShouldContain("--port-base");
        launcher.LeftBehind().ShouldBeEmpty();
    }

    internal static void RequireServers()
    {
        var there = RabbitMqServer.DescribeInstallation() is not null || SystemPackages.CanInstall || Environment.GetEnvironmentVariable("CI") is not null;
        Assert.SkipUnless(there, "PostgreSQL or RabbitMQ cannot be had here.");
    }
}
