using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Marketplace.Local;

internal enum Verb
{
    Run,
    Doctor,
    Verify,
    RetryErrors,
    Rebuild,
    Help,
}

/// <summary>What was asked for on the command line.</summary>
internal sealed record CommandLine
{
    private const string Usage = """
        dotnet run --project infra/Local [-- VERB] [OPTIONS]

          (no verb)            start everything and stay until Ctrl-C
          doctor               say what is installed, what runs and where; with --memory, what each process takes
          verify               check the invariants over the databases; the exit code is 1 when one is broken
          retry-errors         deliver again what services gave up, once the cause is mended
          rebuild [SERVICE]    replay the event log into the read models (of ordering, which has some); the services may run meanwhile

          --data DIR           where data, logs and secrets live (default: .local in the checkout)
          --port-base N        storefront N, catalog N+1, ordering N+2, merchants N+3, payment simulator N+4, mailbox N+5 (default: 8080)
          --reset              forget all data of DIR first
          --no-demo            do not load the demo towns
          --replicas NAME=N    run N of a service, e.g. ordering=2; may be repeated
          --with-parent        stop when the process that started this one ends, as tests want it
          --memory             with doctor: memory per process
        """;

    public Verb Verb { get; private init; } = Verb.Run;

    public string Data { get; private init; } = Path.Combine(Checkout.Root, ".local");

    public int PortBase { get; private init; } = 8080;

    public bool Reset { get; private init; }

    public bool Demo { get; private init; } = true;

    public bool WithParent { get; private init; }

    public bool Memory { get; private init; }

    /// <summary>Whose read models the verb <c>rebuild</c> is about: all that keep some, unless one is named.</summary>
    public IReadOnlyList<Run.Service> Rebuilt { get; private init; } = Run.Services.WithReadModels;

    public IReadOnlyDictionary<string, int> Replicas { get; private init; } = new Dictionary<string, int>();

    public static int PrintUsage()
    {
        Console.WriteLine(Usage);
        return 0;
    }

    public static bool TryParse(string[] args, [NotNullWhen(true)] out CommandLine? command, [NotNullWhen(false)] out string? words)
    {
        var parsed = new CommandLine();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var argument))
        {
            var (name, inline) = argument.Split('=', 2) is [['-', '-', ..] option, var given] ? (option, given) : (argument, null);
            string? Value() => inline ?? (rest.TryDequeue(out var next) ? next : null);
            CommandLine? read = name switch
            {
                "doctor" => parsed with { Verb = Verb.Doctor },
                "verify" => parsed with { Verb = Verb.Verify },
                "retry-errors" => parsed with { Verb = Verb.RetryErrors },
                "rebuild" => parsed with { Verb = Verb.Rebuild },
                "run" => parsed with { Verb = Verb.Run },
                "--help" or "-h" or "help" => parsed with { Verb = Verb.Help },
                "--reset" => parsed with { Reset = true },
                "--no-demo" => parsed with { Demo = false },
                "--with-parent" => parsed with { WithParent = true },
                "--memory" => parsed with { Memory = true },
                "--data" => Value() is { Length: > 0 } folder ? parsed with { Data = Path.GetFullPath(folder) } : null,
                "--port-base" => int.TryParse(Value(), CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65500
                    ? parsed with { PortBase = port }
                    : null,
                "--replicas" => WithReplicas(parsed, Value()),
                _ when parsed.Verb == Verb.Rebuild && Run.Services.WithReadModels.FirstOrDefault(one => one.Name == argument) is { } service =>
                    parsed with { Rebuilt = [service] },
                _ => null,
            };
            if (read is null)
            {
                var takes = name == "--replicas" ? $" takes the name of a service ({string.Join(", ", Run.Services.All.Select(one => one.Name))}) and how many of it, 1 to 9" : name == "--port-base" ? " takes a port from 1 to 65499" : "";
                (command, words) = (null, $"Not understood: {argument}{takes}\n\n{Usage}");
                return false;
            }

            parsed = read;
        }

        (command, words) = (parsed, null);
        return true;
    }

    private static CommandLine? WithReplicas(CommandLine parsed, string? value) =>
        value?.Split('=') is [var service, var text]
        && Run.Services.All.Any(one => one.Name == service)
        && int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 10
            ? parsed with { Replicas = new Dictionary<string, int>(parsed.Replicas) { [service] = count } }
            : null;
}
