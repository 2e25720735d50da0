namespace Marketplace.Local;

/// <summary>The checkout this launcher was built in: the built services and the demo's files are found from there.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>The built assembly of a project, in the configuration of the launcher itself (artifacts/bin/PROJECT/CONFIGURATION).</summary>
    public static string AssemblyOf(string project)
    {
        var mine = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(mine.Parent!.Parent!.FullName, project, mine.Name, $"{project}.dll");
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Marketplace.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The launcher runs from a checkout: no folder above it has Marketplace.sln.");
    }
}
