using System.Text.Json;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Local.Run;

/// <summary>Who runs in a data directory, for the one who comes second and for doctor.</summary>
internal sealed record Owner(int Pid, long StartTicks, Uri Storefront)
{
    public bool IsAlive => new ProcessRecord(Pid, StartTicks).IsAlive;

    public static Owner? Read(string data)
    {
        try
        {
            return JsonSerializer.Deserialize<Owner>(File.ReadAllText(PathIn(data)));
        }
        catch (Exception absent) when (absent is IOException or JsonException)
        {
            return null;
        }
    }

    public static void Write(string data, Uri storefront)
    {
        var me = ProcessRecord.Of(Environment.ProcessId)!;
        File.WriteAllText(PathIn(data), JsonSerializer.Serialize(new Owner(me.Pid, me.StartTicks, storefront)));
    }

    private static string PathIn(string data) => Path.Combine(data, "owner.json");
}
