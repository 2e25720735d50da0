using System.Globalization;

namespace Marketplace.Local.Tests;

/// <summary>A data directory for launchers of one test; it goes when they have ended.</summary>
internal sealed class LauncherData : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(
        Repository.Root, ".local", "launcher-tests", Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8]);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
