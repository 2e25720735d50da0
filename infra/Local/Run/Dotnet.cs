using System.Runtime.InteropServices;

namespace Marketplace.Local.Run;

/// <summary>The dotnet that runs this launcher also runs the services.</summary>
internal static class Dotnet
{
    // …/dotnet/shared/Microsoft.NETCore.App/10.0.x/ → …/dotnet/dotnet
    public static string Path { get; } =
        System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}
