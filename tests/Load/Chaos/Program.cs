using Marketplace.Chaos;
using Marketplace.Load;

// Kills parts of a running platform in turn while residents order and shops hand over, then waits until every order has come to rest,
// checks that nothing was lost or doubled, and ends with `verify`:
//   dotnet run --project tests/Load/Chaos -- [--data .local] [--rounds 20] [--calm 5] [--doubled] [--held-relay 60] [--full-disk 30]
// One JSON line per round and one at the end; the exit code is not zero when anything was wrong.
if (ChaosOptions.TryParse(args, out var options) is { } wrong)
{
    Console.Error.WriteLine($"{wrong}\n{ChaosOptions.Usage}");
    return 2;
}

if (options.FullDisk > TimeSpan.Zero)
{
    FullDisk.RequireSmallDisk(options.Data);
}

using var platform = await Platform.OpenAsync(new Options(options.Data, TimeSpan.Zero, 1, 400, []));
var town = await LoadTown.PrepareAsync(platform, 400);
await using var doubler = options.Doubled ? await Doubler.StartAsync(options.Data) : null;
await using var trade = Trade.Start(platform, town);

await trade.CalmAsync(options.Calm);
for (var round = 1; round <= options.Rounds; round++)
{
    var victim = options.Victim(round);
    var before = trade.Accepted;
    var outage = await Victims.KillAsync(options.Data, victim, platform);
    await trade.CalmAsync(options.Calm);
    Report.Line(new { round, victim, outageMs = Math.Round(outage.TotalMilliseconds), ordersMeanwhile = trade.Accepted - before });
}

if (options.HeldRelay > TimeSpan.Zero)
{
    var before = trade.Accepted;
    await HeldRelay.HoldAsync(options.Data, options.HeldRelay);
    Report.Line(new { heldRelaySeconds = options.HeldRelay.TotalSeconds, ordersMeanwhile = trade.Accepted - before });
}

var silent = new List<string>();
if (options.FullDisk > TimeSpan.Zero)
{
    var before = trade.Accepted;
    var course = await FullDisk.RunAsync(options.Data, options.FullDisk, platform);
    var meanwhile = trade.Accepted - before;
    await trade.CalmAsync(options.Calm);
    silent.AddRange(course.Silent);
    Report.Line(new { fullDiskSeconds = options.FullDisk.TotalSeconds, course.ToldAfterMs, course.BackAfterMs, ordersMeanwhile = meanwhile, ordersAfter = trade.Accepted - before - meanwhile });
}

await trade.CloseAsync();
IReadOnlyList<string> faults = [.. silent, .. await Audit.RunAsync(options.Data, platform, trade)];
var verified = await Verify.RunAsync(options.Data);
Report.Line(new { orders = trade.Accepted, atTheStorefront = trade.AtTheStorefront, refused = trade.Refused, retries = trade.Retries, collected = trade.Collected, doubled = doubler?.Doubled ?? 0, faults = faults.Take(20), faultsInAll = faults.Count, verified });
return faults.Count == 0 && verified ? 0 : 1;
