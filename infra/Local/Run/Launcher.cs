using System.Diagnostics;
using System.Globalization;
using System.Net;
using Marketplace.Local.Demo;
using Marketplace.Local.Mailbox;
using Marketplace.Provisioning.Processes;
using Marketplace.Provisioning.Servers;
using Npgsql;

namespace Marketplace.Local.Run;

/// <summary>Starts everything, stays until it is asked to stop, stops everything.</summary>
internal sealed class Launcher(CommandLine command, RunDirectory directory, Terminal terminal, StopRequest stop)
{
    private static readonly TimeSpan NoLinger = TimeSpan.Zero;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>What the processes of an owner that ended need to stop.</summary>
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(45);

    private readonly Secrets _secrets = Secrets.Of(command.Data);
    private readonly CancellationTokenSource _supervision = CancellationTokenSource.CreateLinkedTokenSource(stop.Orderly);

    public static async Task<int> RunAsync(CommandLine command)
    {
        var terminal = new Terminal();
        using var stop = new StopRequest(command.WithParent);
        try
        {
            return await RunAsync(command, terminal, stop);
        }
        catch (OperationCanceledException) when (stop.Orderly.IsCancellationRequested)
        {
            return 1; // asked to stop while it was still waiting for an earlier one to end
        }
    }

    private static async Task<int> RunAsync(CommandLine command, Terminal terminal, StopRequest stop)
    {
        using var directory = await HoldAsync(command, terminal, stop.Orderly);
        if (directory is null)
        {
            return 1;
        }

        // At once, so that a second one that comes meanwhile can say who is starting; and what a killed one left tells nobody that all is ready.
        Endpoints.Remove(command.Data);
        Owner.Write(command.Data, Services.Address(command.PortBase, "storefront"));

        // First the processes that an earlier launcher left when it was killed together with its keeper: they hold these very ports.
        await directory.TakeOverAsync(NoLinger, stop.Orderly);
        if (PortCheck.Refusal(command.PortBase, WantedPorts(command)) is { } refusal)
        {
            await directory.ReleaseAsync(Patience, CancellationToken.None);
            terminal.Fail(refusal);
            return 1;
        }

        if (command.Reset)
        {
            Reset.Run(directory.Root);
            terminal.Done($"Forgot the data of {command.Data}");
        }

        return await new Launcher(command, directory, terminal, stop).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var exitCode = 0;
        try
        {
            await terminal.StatusAsync("Starting PostgreSQL and RabbitMQ", StartAsync);
            await WatchAsync(stop.Orderly);
        }
        catch (OperationCanceledException) when (stop.Orderly.IsCancellationRequested)
        {
            terminal.Say("");
        }
        catch (Exception failure) when (failure is LaunchException or ServersUnavailableException or DemoRefusedException or CommandFailedException
            or HttpRequestException or HttpListenerException or NpgsqlException)
        {
            terminal.Fail(failure.Message);
            exitCode = 1;
        }
        finally
        {
            await StopAsync();
        }

        return exitCode;
    }

    private async Task StartAsync()
    {
        var token = stop.Orderly;
        foreach (var missing in Services.All.Append(CardPayments.Simulator).Where(service => !Services.IsBuilt(service)))
        {
            terminal.Warn($"{missing.Name} is not built: dotnet build infra/Local");
        }

        Owner.Write(command.Data, Services.Address(command.PortBase, "storefront"));

        var servers = await LocalServers.StartAsync(directory, new ServerOptions { AwaitBroker = false }, terminal, token);
        await Databases.EnsureAsync(servers.PostgresConnectionString, command.Reset, token);
        terminal.Done("PostgreSQL");

        var mailbox = MailboxServer.Start(Path.Combine(command.Data, "mails"), command.PortBase + Services.MailboxPortOffset, token);
        terminal.Doing("Starting RabbitMQ and the services");
        var starting = StartSimulator().Concat(StartServices(servers, mailbox.SmtpPort)).ToList();
        starting.Add((servers.BrokerReady, "RabbitMQ"));
        await AllReadyAsync(starting);
        _ = MindAsync("PostgreSQL is no longer started again when it ends", ServerWatch.KeepAsync("PostgreSQL", () => servers.PostgreSql.Process, servers.PostgreSql.StartAsync, terminal, _supervision.Token));
        _ = MindAsync("RabbitMQ is no longer started again when it ends", ServerWatch.KeepAsync("RabbitMQ", () => servers.RabbitMq.Process, servers.RabbitMq.StartAsync, terminal, _supervision.Token));

        var demo = new DemoLoader(command.Data, command.PortBase, _secrets, terminal);
        if (command.Demo)
        {
            terminal.Doing("Loading the demo towns");
            await demo.LoadAsync(token);
            _ = MindAsync("The demo's stock is no longer renewed", demo.KeepFreshAsync(_supervision.Token));
        }

        Endpoints.Write(command.Data, new Endpoints(
            Services.Address(command.PortBase, "storefront"), Services.Address(command.PortBase, "catalog"),
            Services.Address(command.PortBase, "ordering"), Services.Address(command.PortBase, "merchants"), CardPayments.IsBuilt ? CardPayments.Address(command.PortBase) : null,
            mailbox.Address, demo.ApiKeys(), demo.Accounts()));
        Summary.Print(terminal, command, mailbox.Address, demo.Accounts());
    }

    private IEnumerable<(Task Ready, string Name)> StartServices(LocalServers servers, int smtpPort)
    {
        foreach (var service in Services.Built)
        {
            for (var replica = 0; replica < command.Replicas.GetValueOrDefault(service.Name, 1); replica++)
            {
                var settings = Services.Settings(service, replica, command.Replicas, command.PortBase, smtpPort, name => Databases.ForService(servers, name), servers.RabbitMqUri, _secrets);
                if (service.Name == "ordering" && CardPayments.IsBuilt)
                {
                    settings = settings.Concat(CardPayments.OfOrdering(command.PortBase, _secrets)).ToDictionary();
                }

                var name = replica == 0 ? service.Name : string.Create(CultureInfo.InvariantCulture, $"{service.Name}-{replica + 1}");
                yield return Start(service, name, settings, new Uri(Services.Address(command.PortBase, service, replica), "ready"));
            }
        }
    }

    // It needs neither of the servers: while RabbitMQ boots, it is there.
    private IEnumerable<(Task Ready, string Name)> StartSimulator() => CardPayments.IsBuilt
        ? [Start(CardPayments.Simulator, CardPayments.Simulator.Name, CardPayments.OfSimulator(command.Data, command.PortBase, _secrets), CardPayments.Readiness(command.PortBase))]
        : [];

    private (Task Ready, string Name) Start(Service service, string name, Dictionary<string, string> settings, Uri readiness)
    {
        var assembly = Checkout.AssemblyOf(service.Project);
        var spec = new ProcessSpec(name, service.StopLevel, Dotnet.Path, [assembly]) { Environment = settings, WorkingDirectory = Path.GetDirectoryName(assembly)! };
        return (ReadyOrFailed(new Supervisor(spec, readiness, directory, terminal), name), name);
    }

    // What runs beside us until the end: if it fails, that is said, for nobody would see it otherwise.
    private async Task MindAsync(string what, Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (_supervision.IsCancellationRequested)
        {
            // The orderly end.
        }
        catch (Exception failure)
        {
            terminal.Fail($"{what}: {failure}");
        }
    }

    private async Task ReadyOrFailed(Supervisor supervisor, string name)
    {
        // A supervisor that itself fails must fail the launch, not hang it.
        var running = supervisor.RunAsync(_supervision.Token);
        await await Task.WhenAny(supervisor.Ready, running);
        await supervisor.Ready.WaitAsync(_supervision.Token);
        _ = MindAsync($"{name} is no longer started again when it ends", running);
    }

    private async Task AllReadyAsync(List<(Task Ready, string Name)> starting)
    {
        var patience = Task.Delay(Patience, stop.Orderly);
        while (starting.Count > 0)
        {
            terminal.Doing($"Waiting for {string.Join(", ", starting.Select(one => one.Name))}");
            var first = await Task.WhenAny([.. starting.Select(one => one.Ready), patience]).WaitAsync(stop.Orderly);
            stop.Orderly.ThrowIfCancellationRequested();
            if (first == patience)
            {
                throw new LaunchException(
                    $"Not ready after {Patience.TotalMinutes:0} minutes: {string.Join(", ", starting.Select(one => one.Name))}. Their logs are in {Path.Combine(command.Data, "logs")}.");
            }

            var done = starting.Single(one => one.Ready == first);
            await first;
            terminal.Done(done.Name);
            starting.Remove(done);
        }
    }

    // Everything runs; the keeper is the one process whose end nobody else would notice.
    private async Task WatchAsync(CancellationToken token)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        while (await timer.WaitForNextTickAsync(token))
        {
            directory.EnsureKeeper(NoLinger);
        }
    }

    private async Task StopAsync()
    {
        Endpoints.Remove(command.Data);
        await _supervision.CancelAsync();
        terminal.Say("Stopping (Ctrl-C again: at once)");
        directory.EnsureKeeper(NoLinger);
        using var faster = stop.Fast.Register(directory.KillAll);
        await directory.ReleaseAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        terminal.Done("Stopped; the data stays. It ran for");
    }

    private static async Task<RunDirectory?> HoldAsync(CommandLine command, Terminal terminal, CancellationToken token)
    {
        // A living owner is said at once; the processes of a dead one are waited for until they are stopped, and that is said too.
        for (var (attempt, waited) = (0, Stopwatch.StartNew()); waited.Elapsed < Leaving; attempt++)
        {
            if (await RunDirectory.TryHoldAsync(command.Data, Tenure.Alone, TimeSpan.FromSeconds(1), token) is { } directory)
            {
                return directory;
            }

            if (Owner.Read(command.Data) is { IsAlive: true } owner)
            {
                terminal.Fail($"{(Endpoints.Exist(command.Data) ? "Already running from" : "Already starting from")} {command.Data} (process {owner.Pid}): {owner.Storefront}  Stop it there with Ctrl-C, or use another --data and --port-base.");
                return null;
            }

            if (attempt == 0)
            {
                terminal.Say($"Waiting until the processes that an earlier launcher started in {command.Data} have stopped ({Leaving.TotalSeconds:0} s at most)");
            }
        }

        terminal.Fail($"{command.Data} is in use by another process.");
        return null;
    }

    private static Dictionary<int, string> WantedPorts(CommandLine command)
    {
        var wanted = new Dictionary<int, string> { [command.PortBase + Services.MailboxPortOffset] = "mailbox", [CardPayments.Address(command.PortBase).Port] = "payment simulator" };
        foreach (var service in Services.All)
        {
            for (var replica = 0; replica < command.Replicas.GetValueOrDefault(service.Name, 1); replica++)
            {
                wanted[Services.Port(command.PortBase, service, replica)] = service.Name;
            }
        }

        return wanted;
    }
}
