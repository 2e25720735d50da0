namespace Marketplace.Provisioning.Servers;

/// <summary>Another process already runs from that directory.</summary>
public sealed class DirectoryInUseException(string directory) : Exception($"{directory} is in use by another process.")
{
    /// <summary>The directory.</summary>
    public string Directory { get; } = directory;
}
