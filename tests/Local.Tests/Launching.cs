using System.Net.Sockets;
using Marketplace.Provisioning.Processes;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Tests;

/// <summary>The launcher as a person meets it, on real processes. One collection: they run one after the other.</summary>
[Collection("launcher")]
public sealed class Launching
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ctrl_C_stops_everything_and_a_second_launcher_is_told_where_the_first_is()
    {
        RequireServers();
        var (data, ports) = (LauncherProcess.NewDirectory(), LauncherProcess.FreePortBase());
        await using var first = LauncherProcess.Start(data, ports);
        var endpoints = await first.ReadyAsync(Token);
        endpoints.GetProperty("storefront").GetString().ShouldBe($"http://localhost:{ports}");
        endpoints.GetProperty("catalog").GetString().ShouldBe($"http://127.0.0.1:{ports + 1}");
        endpoints.GetProperty("mail").GetString().ShouldBe($"http://127.0.0.1:{ports + 5}");

        await using var second = LauncherProcess.Start(data, ports);
        (await second.EndAsync(Token)).ShouldBe(1);
        second.Output.ShouldContain("Already running");
        second.Output.ShouldContain($"http://localhost:{ports}");

        await using var elsewhere = LauncherProcess.Start(LauncherProcess.NewDirectory(), ports);
        (await elsewhere.EndAsync(Token)).ShouldBe(1);
        elsewhere.Output.ShouldContain("--port-base");

        first.Signal(StopSignal.Interrupt);
        (await first.EndAsync(Token)).ShouldBe(0);
        File.Exists(first.EndpointsPath).ShouldBeFalse();
        first.LeftBehind().ShouldBeEmpty();
    }

    [Fact]
    public async Task Killed_hard_it_leaves_no_process_and_starts_again_with_its_data()
    {
        RequireServers();
        var (data, ports) = (LauncherProcess.NewDirectory(), LauncherProcess.FreePortBase());
        await using var killed = LauncherProcess.Start(data, ports);
        await killed.ReadyAsync(Token);
        var password = Secrets.Of(data).Get("postgres");

        killed.Signal(StopSignal.Kill);
        await killed.EndAsync(Token);

        // At once, while the processes of the first are still being stopped.
        await using var next = LauncherProcess.Start(data, ports);
        await next.ReadyAsync(Token);
        Secrets.Of(data).Get("postgres").ShouldBe(password);

        next.Signal(StopSignal.Kill);
        await next.EndAsync(Token);
        await LauncherProcess.UntilAsync(() => next.LeftBehind().Count == 0, Token);
        next.LeftBehind().ShouldBeEmpty();
        File.Exists(next.EndpointsPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_taken_port_is_said_with_a_remedy_before_anything_starts()
    {
        var ports = LauncherProcess.FreePortBase();
        using var other = new TcpListener(System.Net.IPAddress.Loopback, ports + 2);
        other.Start();

        await using var launcher = LauncherProcess.Start(LauncherProcess.NewDirectory(), ports);

        (await launcher.EndAsync(Token)).ShouldBe(1);
        launcher.Output.ShouldContain($"{ports + 2} (ordering)");
        launcher.Output.ShouldContain("--port-base");
        launcher.LeftBehind().ShouldBeEmpty();
    }

    private static void RequireServers()
    {
        var there = RabbitMqServer.DescribeInstallation() is not null || SystemPackages.CanInstall || Environment.GetEnvironmentVariable("CI") is not null;
        Assert.SkipUnless(there, "PostgreSQL or RabbitMQ cannot be had here.");
    }
}
