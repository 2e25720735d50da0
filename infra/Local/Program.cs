using Marketplace.Local;
using Marketplace.Local.Doctor;
using Marketplace.Local.Queues;
using Marketplace.Local.Rebuild;
using Marketplace.Local.Run;
using Marketplace.Local.Verify;

if (!CommandLine.TryParse(args, out var command, out var words))
{
    Console.Error.WriteLine(words);
    return 2;
}

return command.Verb switch
{
    Verb.Help => CommandLine.PrintUsage(),
    Verb.Doctor => await DoctorReport.RunAsync(command),
    Verb.Rebuild => await RebuildReport.RunAsync(command),
    Verb.Verify => await VerifyReport.RunAsync(command),
    Verb.RetryErrors => await RetryErrors.RunAsync(command),
    _ => await Launcher.RunAsync(command),
};
